# Written by scripts/regenerate.py from specs/videodb.*. Do not edit.

"""Contains endpoint functions for accessing the API"""
