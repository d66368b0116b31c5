# Written by scripts/regenerate.py from specs/videodb.yaml and its overlay. Do not edit.

"""Contains methods for accessing the API"""
