# Written by scripts/regenerate.py from specs/vessl.*. Do not edit.

"""Contains all the data models used in inputs/outputs"""

from .async_request_output import AsyncRequestOutput
from .async_request_output_status import AsyncRequestOutputStatus

__all__ = (
    "AsyncRequestOutput",
    "AsyncRequestOutputStatus",
)
