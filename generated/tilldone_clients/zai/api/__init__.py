# Written by scripts/regenerate.py from specs/zai.*. Do not edit.

"""Contains methods for accessing the API"""
