# Written by scripts/regenerate.py from specs/zai.yaml and its overlay. Do not edit.

from ..types import OpenStrEnum


class GetAsyncResultAcceptLanguage(OpenStrEnum):
    EN_USEN = "en-US,en"
