# Written by scripts/regenerate.py from specs/vessl.*. Do not edit.

"""Contains all the data models used in inputs/outputs"""

from typing import TYPE_CHECKING

from tilldone_clients.late import late

if TYPE_CHECKING:
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

if not TYPE_CHECKING:
    __getattr__ = late(
        __name__,
        {
            "AsyncRequest": "async_request",
            "AsyncRequestOutput": "async_request_output",
            "AsyncRequestOutputStatus": "async_request_output_status",
            "CreateAsyncRequestBody": "create_async_request_body",
        },
    )
