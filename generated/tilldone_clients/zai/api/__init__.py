# Written by scripts/regenerate.py from specs/zai.yaml and its overlay. Do not edit.

"""Contains methods for accessing the API"""
