"""What the makers of steps share."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tilldone.simulator._canned_response import CannedResponse, encoded

if TYPE_CHECKING:
    from tilldone.simulator._provider import SimulatedJob


def say_begun(job: SimulatedJob) -> CannedResponse:
    """Say that the job runs: what the faults would say if they could."""
    return CannedResponse.json(job.provider.begun(job))


def said(raw: object, *, code: int = 200) -> CannedResponse:
    """Say anything as `application/json`: bytes as they are, text as UTF-8, the rest encoded."""
    match raw:
        case bytes():
            payload = raw
        case str():
            payload = raw.encode()
        case _:
            payload = encoded(raw)
    return CannedResponse(code, payload, {"content-type": "application/json"})


def checked_duration(name: str, seconds: float) -> float:
    """Check a number of seconds."""
    if not 0 <= seconds < math.inf:
        raise ValueError(f"{name} must be a finite number of seconds, not {seconds!r}")
    return seconds
