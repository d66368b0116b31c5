# Written by scripts/regenerate.py from specs/zai.*. Do not edit.

from ..types import OpenStrEnum


class InvokeAgentAcceptLanguage(OpenStrEnum):
    EN_USEN = "en-US,en"
