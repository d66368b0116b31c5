"""When the job of one wait may be finished, by its provider's progress or by its kind's history.

A forecast is of a job's age. That counts from its submission, where this process made the job, or
from the moment that the provider tells as its creation; else from the beginning of the wait. Ages
of the last sort are a kind of their own: they are about waits, and say nothing of other ages.

What is learned are durations of jobs that succeeded: those that fail do so early, late or at a
limit of time, and say nothing of when a result comes. A job was finished at some time between the
last two polls, and the middle of that is taken. One that was finished at the first poll, or after
polls that showed nothing of it, teaches nothing: nobody can say when it was.
"""

import math
from collections.abc import Callable, Sequence
from typing import TypeVar

from tilldone._core.declaration import Body, Phase
from tilldone._core.forecast import Forecast, PastDurations, doubt_of, pause_by
from tilldone._core.job import Job, making_of, provider_of
from tilldone._core.response import Response, age_at
from tilldone._core.text import excerpt

__all__ = ["Estimate", "remaining_by"]

T = TypeVar("T")

# What progress says of the end may be so far off (standard deviation of the logarithm), and wrong
# altogether so often.
_SPREAD, _DOUBT = 0.15, 0.1

# By progress, which the next poll tells anew, a pause becomes so many times as long at most, and at
# least.
_LONGEST, _SHORTEST = 3.0, 1 / 3

# Student's t with so many degrees of freedom is a normal distribution.
_NORMAL = 1000


class Estimate:
    """What is known of the end of one wait's job. Moments are seconds on the driver's clock.

    Args:
        job: the job.
        history: what remembers durations, if anything does. It may be the user's own: one that
            raises is asked no more.
        start: when the wait began.
        broke: called with what the history raised, in words.
    """

    __slots__ = (
        "_began",
        "_broke",
        "_forecast",
        "_history",
        "_kind",
        "_making",
        "_provider",
        "_running",
        "_shares",
        "_start",
    )

    def __init__(
        self,
        job: Job[object],
        history: PastDurations | None,
        *,
        start: float,
        broke: Callable[[str], object],
    ) -> None:
        self._provider = provider_of(job)
        self._making = making_of(job)
        self._history = history
        self._broke = broke
        self._start = start
        self._began: float | None = None
        self._kind: str | None = None
        self._forecast: Forecast | None = None
        self._running: float | None = None
        self._shares: tuple[tuple[float, float], ...] = ()

    def resume(self, running: float) -> None:
        """Know of a poll before this process, at which the job was not finished."""
        self._running = running

    def see(self, phase: Phase, body: Body, answer: Response, now: float, *, sure: bool) -> None:
        """Take in a readable answer; `sure` says whether that to the poll before was one, too."""
        if self._kind is None:
            self._kind = self._find_kind(body, answer, now)
            kind = self._kind
            if not phase.finished:
                self._forecast = self._asked(lambda history: history.forecast(kind))
        share = self._provider.read_progress(body)
        if share is not None:
            known = () if self._began is None else ((self._began, 0.0),)
            self._shares = (*(self._shares[:1] or known), (now, share))
        if not phase.finished:
            self._running = now
        elif phase is Phase.SUCCEEDED and self._running is not None and sure:
            self._learn((self._running + now) / 2)

    def pause(self, usual: float, now: float) -> float:
        """Give the pause until the next poll (s), where the schedule's own is the usual one."""
        left = self._left(now)
        if left is not None:
            ahead = Forecast(math.log(left), _SPREAD, _NORMAL)
            pause = pause_by(lambda on: ahead.hazard(on, doubt=_DOUBT), longest=_LONGEST * usual)
            return max(pause, _SHORTEST * usual)
        forecast = self._forecast
        if forecast is None:
            return usual
        age = self._age(now)

        def by(history: PastDurations) -> float:
            doubt, longest = doubt_of(history.at_worst), history.at_worst * usual
            return pause_by(lambda on: forecast.hazard(age + on, doubt=doubt), longest=longest)

        asked = self._asked(by)
        return usual if asked is None else asked

    def likelihood(self, now: float) -> float | None:
        """Give how likely the job is to finish now, by the second; None where nothing tells."""
        forecast = self._forecast
        if forecast is None:
            return None
        age = self._age(now)
        return self._asked(lambda history: forecast.hazard(age, doubt=doubt_of(history.at_worst)))

    def remaining(self, now: float) -> float | None:
        """Give the estimated time until the job is finished (s), None where nothing tells."""
        left = self._left(now)
        forecast = self._forecast
        if left is not None or forecast is None:
            return left
        age = self._age(now)
        return self._asked(
            lambda history: forecast.remaining(age, doubt=doubt_of(history.at_worst))
        )

    def _left(self, now: float) -> float | None:
        left = remaining_by(self._shares)
        if left is None:
            return None
        left -= now - self._shares[-1][0]
        return left if left > 0 else None

    def _age(self, now: float) -> float:
        return now - (self._start if self._began is None else self._began)

    def _find_kind(self, body: Body, answer: Response, now: float) -> str:
        provider, making = self._provider, self._making
        # A durable wait begins with its submission; and whoever changes clocks has none to go by.
        if making is not None and making.moment <= now:
            self._began, kind = making.moment, making.kind
        else:
            created, kind = provider.read_created(body), provider.read_kind(body)
            age = None if created is None else age_at(answer, created)
            self._began = None if age is None else now - age
        since = "the wait" if self._began is None else "submission"
        return f"{provider.name}, {kind}, since {since}"

    def _learn(self, ended: float) -> None:
        age = self._age(ended)
        if (kind := self._kind) is not None and age > 0:
            self._asked(lambda history: history.learn(kind, age))

    def _asked(self, ask: Callable[[PastDurations], T]) -> T | None:
        if self._history is None:
            return None
        try:
            return ask(self._history)
        except Exception as error:  # noqa: BLE001 # the user's own code raises whatever it meets
            self._history = self._forecast = None
            self._broke(f"{type(error).__name__}: {excerpt(error)}")
            return None


def remaining_by(seen: Sequence[tuple[float, float]]) -> float | None:
    """Give the seconds that are left of a job, if it goes on as it did from first to last sight.

    None where it has not moved, or seems to be at its end and is not finished.

    Args:
        seen: moments (s) and shares, in order of time.
    """
    if len(seen) < 2:
        return None
    (began, share), (now, reached) = seen[0], seen[-1]
    if now <= began or not share < reached < 1:
        return None
    left = (now - began) * (1 - reached) / (reached - share)
    return left if left < math.inf else None
