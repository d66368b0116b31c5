# Written by scripts/regenerate.py from specs/videodb.*. Do not edit.

from ..types import OpenStrEnum


class UploadBodyMediaType(OpenStrEnum):
    AUDIO = "audio"
    IMAGE = "image"
    VIDEO = "video"
