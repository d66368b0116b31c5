# Written by scripts/regenerate.py from specs/zai.*. Do not edit.


"""A client library for accessing Z.AI API"""

from .client import AuthenticatedClient, Client

__all__ = (
    "AuthenticatedClient",
    "Client",
)
