# Written by scripts/regenerate.py from specs/videodb.*. Do not edit.

"""Contains methods for accessing the API"""
