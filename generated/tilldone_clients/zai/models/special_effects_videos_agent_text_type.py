# Written by scripts/regenerate.py from specs/zai.*. Do not edit.

from ..types import OpenStrEnum


class SpecialEffectsVideosAgentTextType(OpenStrEnum):
    TEXT = "text"
