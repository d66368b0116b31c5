# Written by scripts/regenerate.py from specs/viddyscribe.*. Do not edit.

"""Contains methods for accessing the API"""
