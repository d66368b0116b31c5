# Written by scripts/regenerate.py from specs/vessl.*. Do not edit.


"""A client library for accessing VESSL Serverless API"""

from .client import AuthenticatedClient, Client

__all__ = (
    "AuthenticatedClient",
    "Client",
)
