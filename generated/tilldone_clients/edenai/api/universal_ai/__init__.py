# Written by scripts/regenerate.py from specs/edenai.yaml and its overlay. Do not edit.

"""Contains endpoint functions for accessing the API"""
