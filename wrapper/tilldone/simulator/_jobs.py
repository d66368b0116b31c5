"""The jobs that the simulator holds, and which step of its plan each poll gets."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, cast

from tilldone.simulator._canned_response import encoded
from tilldone.simulator._provider import SAMPLE, SimulatedJob, Step
from tilldone.simulator._step import checked_duration
from tilldone.simulator.steps import done, failed, pending, running

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tilldone.simulator._provider import SimulatedProvider


DURATION = 1.0
"""How long a job lasts (s) whose submission does not say."""


class JobStore(dict[str, SimulatedJob]):
    """All jobs by id. Written from any thread and from the server's: each write is atomic."""

    @staticmethod
    def make(
        provider: SimulatedProvider,
        *,
        id: str | None = None,
        duration: float | None = None,
        fail: bool = False,
        script: Sequence[Step] | None = None,
        result: object = SAMPLE,
        request: Mapping[str, object] = MappingProxyType({}),
    ) -> SimulatedJob:
        """Make a job; what makes no sense is a ValueError that names the argument."""
        if id is not None and not id.strip():
            raise ValueError("id must not be blank")
        if script is not None and fail:
            raise ValueError("fail and script exclude each other: let the script end in failed()")
        end = failed() if fail else done()
        usual = DURATION if duration is None else duration
        plan = Timeline(usual, end) if script is None else Script(script, of="polls")
        encoded(None if result is SAMPLE else result, name="result")
        return SimulatedJob(provider, id or provider.new_id(), plan, result, request)

    def add(self, job: SimulatedJob) -> None:
        """Let a job be polled; a ValueError says why it cannot be."""
        if job.id not in self:
            job.provider.register(job)
        if self.setdefault(job.id, job) is not job:
            raise ValueError(f"id {job.id!r} is that of another job")


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

    peek = next_step


class Script:
    """Each step for as many polls, or submissions, as it wants, the last one for ever."""

    def __init__(self, script: Sequence[Step], *, of: Literal["polls", "submissions"]) -> None:
        for item in cast("Sequence[object]", script):
            if not isinstance(item, Step):
                raise TypeError(f"script holds {item!r}, which is not a step: was it called?")
            if not (item.polls if of == "polls" else item.submissions):
                raise ValueError(f"script: {item.name} is not for {of}")
        if not script:
            raise ValueError("script must have a step")
        self.steps = tuple(script)
        self._at = 0
        self._given = 0

    def peek(self, _elapsed: float = 0.0, /) -> Step:
        return self.steps[self._at]

    def next_step(self, _elapsed: float = 0.0, /) -> Step:
        """Go by the number of polls alone, however much time has passed."""
        step = self.peek()
        self._given += 1
        if self._given >= step.times and self._at < len(self.steps) - 1:
            self._at += 1
            self._given = 0
        return step
