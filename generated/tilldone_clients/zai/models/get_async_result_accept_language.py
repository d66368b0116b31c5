# Written by scripts/regenerate.py from specs/zai.*. Do not edit.

from ..types import OpenStrEnum


class GetAsyncResultAcceptLanguage(OpenStrEnum):
    EN_USEN = "en-US,en"
