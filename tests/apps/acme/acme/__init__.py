"""What Acme makes of its own APIs."""
