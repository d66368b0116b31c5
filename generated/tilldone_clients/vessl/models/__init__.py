# Written by scripts/regenerate.py from specs/vessl.*. Do not edit.

"""Contains all the data models used in inputs/outputs"""

from .async_request import AsyncRequest
from .async_request_output import AsyncRequestOutput
from .async_request_output_status import AsyncRequestOutputStatus
from .create_async_request_body import CreateAsyncRequestBody

__all__ = (
    "AsyncRequest",
    "AsyncRequestOutput",
    "AsyncRequestOutputStatus",
    "CreateAsyncRequestBody",
)
