"""The jobs that the simulator holds, and which step of its plan each poll gets."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol, cast

from tilldone.simulator._canned_response import encoded
from tilldone.simulator._step import SAMPLE, Step, checked_duration
from tilldone.simulator.steps import done, failed, pending, running

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tilldone.simulator._provider import SimulatedProvider


@dataclass(frozen=True, slots=True)
class PollRecord:
    """One poll a job, as the server saw it."""

    at: float
    """When it arrived, in the seconds of `time.monotonic()`."""
    method: str
    headers: Mapping[str, str]
    """Names in lower case. The key is left out."""
    answered: str
    """The step that answered it, by name: `running`, `status(503)`, `unauthorized`."""


class Plan(Protocol):
    """Decides what the next poll is told."""

    @property
    def steps(self) -> tuple[Step, ...]:
        """All the steps that polls may get."""
        ...

    def next_step(self, elapsed: float, /) -> Step:
        """Give the step for a poll `elapsed` seconds after the submission."""
        ...


@dataclass(slots=True)
class SimulatedJob:
    """One job: what its answers are made of, its plan, and who has polled."""

    provider: SimulatedProvider
    id: str
    plan: Plan
    result: object
    request: Mapping[str, object]
    """What was submitted, where it was submitted over HTTP; else the extras that name the job."""
    files_url: str = ""
    """Where the files of its results are, as its last poll reached the server."""
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    started: float = field(default_factory=time.monotonic)
    polls: list[PollRecord] = field(default_factory=list[PollRecord])

    def next_step(self) -> Step:
        """Take the step for a poll that comes now."""
        return self.plan.next_step(time.monotonic() - self.started)


class JobStore(dict[str, SimulatedJob]):
    """All jobs by id. Written from any thread and from the server's: each write is atomic."""

    def submit(
        self,
        provider: SimulatedProvider,
        *,
        id: str | None = None,
        duration: float = 1.0,
        fail: bool = False,
        script: Sequence[Step] | None = None,
        result: object = SAMPLE,
        request: Mapping[str, object] = MappingProxyType({}),
    ) -> SimulatedJob:
        """Register a job; what makes no sense is a ValueError that names the argument."""
        if id is not None and not id.strip():
            raise ValueError("id must not be blank")
        if script is not None and fail:
            raise ValueError("fail and script exclude each other: let the script end in failed()")
        end = failed() if fail else done()
        plan = Timeline(duration, end) if script is None else Script(script)
        encoded(None if result is SAMPLE else result, name="result")
        job = SimulatedJob(provider, id or provider.new_id(), plan, result, request)
        if job.id not in self:
            provider.register(job)
        if self.setdefault(job.id, job) is not job:
            raise ValueError(f"id {job.id!r} is that of another job")
        return job


class Timeline:
    """Queued for the first third, running for the rest of `duration` seconds, then at its end."""

    _PENDING = pending()
    _RUNNING = running()

    def __init__(self, duration: float, end: Step) -> None:
        self._duration = checked_duration("duration", duration)
        self._end = end
        self.steps = (self._PENDING, self._RUNNING, end) if duration else (end,)

    def next_step(self, elapsed: float, /) -> Step:
        """Go by the clock alone, however many polls there are."""
        if elapsed >= self._duration:
            return self._end
        return self._PENDING if elapsed < self._duration / 3 else self._RUNNING


class Script:
    """Each step for as many polls as it wants, the last one for ever."""

    def __init__(self, script: Sequence[Step]) -> None:
        for item in cast("Sequence[object]", script):
            if not isinstance(item, Step):
                raise TypeError(f"script holds {item!r}, which is not a step: was it called?")
        if not script:
            raise ValueError("script must have a step")
        self.steps = tuple(script)
        self._at = 0
        self._given = 0

    def next_step(self, _elapsed: float, /) -> Step:
        """Go by the number of polls alone, however much time has passed."""
        step = self.steps[self._at]
        self._given += 1
        if self._given >= step.times and self._at < len(self.steps) - 1:
            self._at += 1
            self._given = 0
        return step
