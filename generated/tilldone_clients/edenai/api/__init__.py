# Written by scripts/regenerate.py from specs/edenai.*. Do not edit.

"""Contains methods for accessing the API"""
