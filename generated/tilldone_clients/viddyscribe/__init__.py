# Written by scripts/regenerate.py from specs/viddyscribe.*. Do not edit.


"""A client library for accessing ViddyScribe Enterprise API"""

from .client import AuthenticatedClient, Client

__all__ = (
    "AuthenticatedClient",
    "Client",
)
