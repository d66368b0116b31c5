# Written by scripts/regenerate.py from specs/edenai.*. Do not edit.

"""Contains endpoint functions for accessing the API"""
