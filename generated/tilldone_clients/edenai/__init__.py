# Written by scripts/regenerate.py from specs/edenai.*. Do not edit.


"""A client library for accessing Eden AI API V3"""

from .client import AuthenticatedClient, Client

__all__ = (
    "AuthenticatedClient",
    "Client",
)
