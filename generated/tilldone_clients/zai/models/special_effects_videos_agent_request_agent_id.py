# Written by scripts/regenerate.py from specs/zai.*. Do not edit.

from ..types import OpenStrEnum


class SpecialEffectsVideosAgentRequestAgentId(OpenStrEnum):
    VIDU_TEMPLATE_AGENT = "vidu_template_agent"
