# Written by scripts/regenerate.py from specs/vessl.*. Do not edit.

from ..types import OpenStrEnum


class AsyncRequestOutputStatus(OpenStrEnum):
    COMPLETED = "completed"
    FAILED = "failed"
    IN_PROGRESS = "in_progress"
    PENDING = "pending"
