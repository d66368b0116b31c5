# Written by scripts/regenerate.py from specs/viddyscribe.*. Do not edit.

from ..types import OpenStrEnum


class GenerationConfigFormat(OpenStrEnum):
    EDL = "edl"
    JSON = "json"
    SRT = "srt"
    VTT = "vtt"
