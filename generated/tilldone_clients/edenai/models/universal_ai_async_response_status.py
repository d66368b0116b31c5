# Written by scripts/regenerate.py from specs/edenai.*. Do not edit.

from ..types import OpenStrEnum


class UniversalAIAsyncResponseStatus(OpenStrEnum):
    FAIL = "fail"
    PROCESSING = "processing"
    SUCCESS = "success"
