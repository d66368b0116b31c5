# Written by scripts/regenerate.py from specs/videodb.*. Do not edit.

"""Contains all the data models used in inputs/outputs"""

from .async_response import AsyncResponse
from .async_response_data import AsyncResponseData
from .async_response_envelope import AsyncResponseEnvelope
from .async_response_envelope_data import AsyncResponseEnvelopeData
from .async_response_status import AsyncResponseStatus
from .error import Error

__all__ = (
    "AsyncResponse",
    "AsyncResponseData",
    "AsyncResponseEnvelope",
    "AsyncResponseEnvelopeData",
    "AsyncResponseStatus",
    "Error",
)
