# Written by scripts/regenerate.py from specs/zai.yaml and its overlay. Do not edit.

"""Contains endpoint functions for accessing the API"""
