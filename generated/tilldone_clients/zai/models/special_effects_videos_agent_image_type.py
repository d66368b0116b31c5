# Written by scripts/regenerate.py from specs/zai.*. Do not edit.

from ..types import OpenStrEnum


class SpecialEffectsVideosAgentImageType(OpenStrEnum):
    IMAGE_URL = "image_url"
