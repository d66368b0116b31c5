# Written by scripts/regenerate.py from specs/videodb.*. Do not edit.


"""A client library for accessing VideoDB Server API"""

from .client import AuthenticatedClient, Client

__all__ = (
    "AuthenticatedClient",
    "Client",
)
