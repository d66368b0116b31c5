# Written by scripts/regenerate.py from specs/viddyscribe.*. Do not edit.

from ..types import OpenStrEnum


class GenerationInputType(OpenStrEnum):
    FILE = "file"
    MEDIA_ID = "media_id"
    URL = "url"
