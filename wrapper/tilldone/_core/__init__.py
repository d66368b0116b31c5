"""The core: what is known and what is decided, without I/O and without a clock."""
