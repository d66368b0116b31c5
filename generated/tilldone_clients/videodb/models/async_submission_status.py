# Written by scripts/regenerate.py from specs/videodb.*. Do not edit.

from ..types import OpenStrEnum


class AsyncSubmissionStatus(OpenStrEnum):
    DONE = "done"
    FAILED = "failed"
    PROCESSING = "processing"
