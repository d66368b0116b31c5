# Written by scripts/regenerate.py from specs/vessl.*. Do not edit.

"""Contains endpoint functions for accessing the API"""
