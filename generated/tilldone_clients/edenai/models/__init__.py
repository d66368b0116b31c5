# Written by scripts/regenerate.py from specs/edenai.*. Do not edit.

"""Contains all the data models used in inputs/outputs"""

from .http_validation_error import HTTPValidationError
from .universal_ai_async_response import UniversalAIAsyncResponse
from .universal_ai_async_response_error import UniversalAIAsyncResponseError
from .universal_ai_async_response_status import UniversalAIAsyncResponseStatus
from .validation_error import ValidationError

__all__ = (
    "HTTPValidationError",
    "UniversalAIAsyncResponse",
    "UniversalAIAsyncResponseError",
    "UniversalAIAsyncResponseStatus",
    "ValidationError",
)
