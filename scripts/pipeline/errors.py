"""The one exception that stops a pipeline step."""

from __future__ import annotations

__all__ = ["PipelineError"]


class PipelineError(Exception):
    """Where a step stopped, and why; its text is all that a person needs to go on."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {reason}")
        self.place = place
        self.reason = reason
