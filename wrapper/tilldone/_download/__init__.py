"""Downloads: a file from the link in a result to its place, whole or not at all."""
