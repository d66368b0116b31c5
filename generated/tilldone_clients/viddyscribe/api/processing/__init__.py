# Written by scripts/regenerate.py from specs/viddyscribe.*. Do not edit.

"""Contains endpoint functions for accessing the API"""
