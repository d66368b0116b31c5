"""`python -m tilldone` is the command line."""

from tilldone_command import main

main()
