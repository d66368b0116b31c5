# Written by scripts/regenerate.py from specs/zai.yaml and its overlay. Do not edit.

from ..types import OpenStrEnum


class CommonAgentResultResponseStatus(OpenStrEnum):
    FAILED = "failed"
    PENDING = "pending"
    SUCCESS = "success"
