# Written by scripts/regenerate.py from specs/zai.*. Do not edit.

"""Contains endpoint functions for accessing the API"""
