# Written by scripts/regenerate.py from specs/viddyscribe.*. Do not edit.

from ..types import OpenStrEnum


class JobResultsStatus(OpenStrEnum):
    DONE = "done"
    FAILED = "failed"
    PROCESSING = "processing"
    QUEUED = "queued"
