# Written by scripts/regenerate.py from specs/. Do not edit.

"""The generated clients, one package for each provider."""
