"""What a step is, and what its makers share."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, final

from tilldone.simulator import _deliveries
from tilldone.simulator._canned_response import CannedResponse, encoded

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tilldone.simulator._deliveries import Delivery
    from tilldone.simulator._jobs import SimulatedJob


@final
class Sample:
    """The type of `SAMPLE`."""

    def __repr__(self) -> str:
        return "SAMPLE"


SAMPLE: Final = Sample()
"""Stands for a realistic result of the provider's own, where a result is asked for."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a poll or a submission is told. Made by the functions of `tilldone.simulator.steps`."""

    name: str
    say: Callable[[SimulatedJob], CannedResponse]
    deliver: Delivery = _deliveries.whole
    delay: float = 0.0
    times: int = 1
    polls: bool = True
    """Whether it can be told to polls."""
    submissions: bool = True
    """Whether it can be told to submissions."""
    job: Mapping[str, Any] | None = None
    """How the job goes that a submission makes which is told this; None where it makes none."""

    def __repr__(self) -> str:
        return f"<step {self.name}>"


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
