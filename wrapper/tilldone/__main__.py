"""`python -m tilldone` is the command line."""

from tilldone.cli import main

main()
