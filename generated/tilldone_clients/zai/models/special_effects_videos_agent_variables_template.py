# Written by scripts/regenerate.py from specs/zai.*. Do not edit.

from ..types import OpenStrEnum


class SpecialEffectsVideosAgentVariablesTemplate(OpenStrEnum):
    BODYSHAKE = "bodyshake"
    FRENCH_KISS = "french_kiss"
    SEXY_ME = "sexy_me"
