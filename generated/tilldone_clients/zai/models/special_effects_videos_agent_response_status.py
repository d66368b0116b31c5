# Written by scripts/regenerate.py from specs/zai.*. Do not edit.

from ..types import OpenStrEnum


class SpecialEffectsVideosAgentResponseStatus(OpenStrEnum):
    FAILED = "failed"
    PENDING = "pending"
