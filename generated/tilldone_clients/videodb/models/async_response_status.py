# Written by scripts/regenerate.py from specs/videodb.*. Do not edit.

from ..types import OpenStrEnum


class AsyncResponseStatus(OpenStrEnum):
    COMPLETE = "complete"
    COMPLETED = "completed"
    DONE = "done"
    FAILED = "failed"
    IN_PROGRESS = "in progress"
    PENDING = "pending"
    PROCESSING = "processing"
    SUCCESS = "success"
