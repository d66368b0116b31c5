# Written by scripts/regenerate.py from specs/vessl.*. Do not edit.

"""Contains methods for accessing the API"""
