"""The state of one wait, without I/O and without a clock.

A `Poller` is told what was seen and when, and answers what to do next. The synchronous driver,
the asynchronous one, the engine for many jobs and the tests all steer by it, so that none of
them can decide differently from the others. Times are in seconds, on whatever clock the driver
keeps; only differences count.
"""

import math
import random
from collections.abc import Callable
from typing import Generic, Self, TypeAlias, TypeVar, assert_never

from attrs import evolve, frozen

from tilldone._core.checkpoint import Checkpoint
from tilldone._core.errors import (
    JobFailed,
    JobNotFound,
    JobTimeout,
    PollRejected,
    PollUnavailable,
    UnreadableResponse,
    WaitError,
)
from tilldone._core.job import Job, provider_of
from tilldone._core.phase import Phase
from tilldone._core.polling import Polling, checked
from tilldone._core.record import Record
from tilldone._core.response import (
    NotFound,
    Readable,
    Rejected,
    Response,
    Transient,
    TransportError,
    judge,
    retry_after,
)
from tilldone._core.snapshot import Snapshot
from tilldone._core.text import excerpt

__all__ = [
    "Action",
    "Poll",
    "Poller",
    "Sleep",
    "Stop",
    "conclude",
    "single_poll",
    "snapshot_of_check",
]

R = TypeVar("R")


@frozen
class Poll:
    """Ask the provider now, and give it up after this many seconds."""

    timeout: float

    fresh: bool = False
    """Whether to open a connection for it: the last poll has no time to find an old one dead."""


@frozen
class Sleep:
    """Do nothing for this many seconds, then ask again what to do."""

    seconds: float


@frozen
class Stop:
    """The wait is over: with this error, or with the last snapshot where there is none."""

    error: WaitError | None


Action: TypeAlias = Poll | Sleep | Stop


class Poller(Generic[R]):
    """One wait for one job.

    The driver calls `next_action(now)` and does what it says; after a poll it calls
    `receive(response, now)`, and hands the snapshot on, if that gave one.
    """

    __slots__ = (
        "_due",
        "_faults_since",
        "_last_fault",
        "_missing_since",
        "_polling_last",
        "_polls",
        "_provider",
        "_record",
        "_shortest",
        "_spread",
        "_start",
        "_stop",
        "deadline",
        "job",
        "last",
        "polling",
    )

    def __init__(
        self,
        job: Job[R],
        *,
        timeout: float,
        polling: Polling,
        now: float,
        spread: Callable[[], float] = random.random,
        traced: bool = True,
    ) -> None:
        self.job = job
        self.last: Snapshot[R] | None = None
        self._provider = provider_of(job)
        self.polling = polling
        self._spread = spread
        self._start = now
        self.deadline = now + timeout
        self._due = now
        self._polling_last = False
        self._polls = 0
        self._shortest = math.inf
        self._faults_since: float | None = None
        self._missing_since: float | None = None
        self._last_fault: str | None = None
        self._record = Record(job, traced=traced)
        self._stop: Stop | None = None

    @property
    def due(self) -> float:
        """When the next poll is to be sent."""
        return self._due

    @property
    def end(self) -> float:
        """When the wait is over at the latest: its deadline, and the last poll after it."""
        return self.deadline + self.polling.last_poll

    @property
    def stop(self) -> Stop | None:
        """How the wait ended, None while it goes on."""
        return self._stop

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.abandon()

    def abandon(self) -> None:
        """Close the record of a wait that is given up; nothing where it has come to its end."""
        if self._stop is None:
            self._record.ended("abandoned", polls=self._polls, failed=False)

    def checkpoint(self) -> Checkpoint[R]:
        """Give what it takes to go on with this wait elsewhere, between two polls."""
        return Checkpoint(
            due=self._due,
            polls=self._polls,
            shortest=self._shortest,
            faults_since=self._faults_since,
            missing_since=self._missing_since,
            last_fault=self._last_fault,
            last=self.last,
        )

    def restore(self, checkpoint: Checkpoint[R], *, now: float) -> None:
        """Go on from a position of the same wait; its start and deadline are as they were."""
        # Nobody polled while the poll was overdue, so that time is no part of a row of faults.
        away = max(now - checkpoint.due, 0.0)
        self._due = checkpoint.due
        self._polls = checkpoint.polls
        self._shortest = checkpoint.shortest
        self._faults_since = _later(checkpoint.faults_since, away)
        self._missing_since = _later(checkpoint.missing_since, away)
        self._last_fault = checkpoint.last_fault
        self.last = checkpoint.last

    def expire(self, now: float) -> None:
        """End a wait whose end has come before its last poll could be sent."""
        self._time_out(now)

    def next_action(self, now: float) -> Action:
        """Say what to do at this moment."""
        if self._stop is not None:
            return self._stop
        if now < self._due:
            return Sleep(self._due - now)
        return self.begin_poll(now)

    def begin_poll(self, now: float) -> Poll:
        """Begin a poll at this moment, due or not."""
        self._polls += 1
        self._polling_last = now >= self.deadline
        left = (self.end if self._polling_last else self.deadline) - now
        if left <= 0:
            # A consumer held on to a snapshot past the end; the job may be done all the same.
            left = self.polling.last_poll
        return Poll(min(self.polling.request_timeout, left), fresh=self._polling_last)

    def receive(self, event: Response | TransportError, now: float) -> Snapshot[R] | None:
        """Take in what a poll brought; give the snapshot where the answer could be read.

        Raises:
            ValueError: the schedule gave an interval that is none.
        """
        hint = 0.0
        verdict: Readable | Transient | NotFound | Rejected
        if isinstance(event, TransportError):
            verdict = Transient(event.reason)
        else:
            verdict = judge(self._provider, event)
            hint = retry_after(event)
        self._plan(hint, now)
        match verdict:
            case Readable():
                return self._advance(verdict, now)
            case Transient():
                self._bear(verdict, now)
            case NotFound():
                self._miss(verdict, now)
            case Rejected():
                self._refuse(verdict, now)
            case _:
                assert_never(verdict)
        return None

    def _plan(self, hint: float, now: float) -> None:
        """Set the time of the next poll, and the last one on the deadline."""
        interval = self.polling.interval(now - self._start)
        spread = self.polling.jitter * (2 * self._spread() - 1)
        self._shortest = min(self._shortest, interval * (1 - self.polling.jitter))
        due = now + max(interval * (1 + spread), hint)
        # A poll so near the deadline that the last one would follow at its heels is that one.
        near = due + self._shortest > self.deadline
        self._due = max(self.deadline, now) if near else due

    def _advance(self, readable: Readable, now: float) -> Snapshot[R]:
        self._faults_since = self._missing_since = self._last_fault = None
        phase = readable.phase
        lost = phase is Phase.UNKNOWN and self.polling.unknown == "raise"
        over = phase.finished or lost or self._polling_last
        snapshot = Snapshot(
            job=self.job,
            phase=phase,
            status=readable.status,
            body=readable.body,
            polls=self._polls,
            elapsed=now - self._start,
            next_poll=None if over else self._due - now,
        )
        self.last = snapshot
        self._record.seen(phase, readable.status, self._polls)
        if phase.finished:
            self._finish(None)
        elif lost:
            self._finish(
                UnreadableResponse(
                    f"{self._record.name} has a status that is not known: {readable.status!r}, "
                    f"{self._so_far(now)}",
                    job=self.job,
                    last=snapshot,
                    body=snapshot.body,
                )
            )
        elif over:
            self._time_out(now)
        return snapshot

    def _bear(self, passing: Transient, now: float) -> None:
        self._stumble(passing.reason)
        if self._faults_since is None:
            self._faults_since = now
        if self._cut_short(now):
            return
        if now - self._faults_since >= self.polling.tolerate:
            row = f" for {now - self._faults_since:.1f} s" if self._polls > 1 else ""
            self._fail(PollUnavailable, f"gave no readable answer{row}: {passing.reason}", now)
        elif self._polling_last:
            self._time_out(now)

    def _miss(self, missing: NotFound, now: float) -> None:
        self._stumble(missing.reason)
        if self._missing_since is None:
            self._missing_since = now
        if self._cut_short(now):
            return
        if now - self._missing_since >= self.polling.not_found_grace:
            self._fail(JobNotFound, f"is not known to the provider ({missing.reason})", now)
        elif self._polling_last:
            self._time_out(now)

    def _refuse(self, rejected: Rejected, now: float) -> None:
        said = f": {excerpt(rejected.body)}" if rejected.body not in (None, "") else ""
        self._finish(
            PollRejected(
                f"{self._record.name} cannot be polled: HTTP {rejected.status_code}{said}, "
                f"{self._so_far(now)}",
                job=self.job,
                last=self.last,
                status_code=rejected.status_code,
                body=rejected.body,
            )
        )

    def _cut_short(self, now: float) -> bool:
        """Whether the deadline fell into the poll: the last poll shall judge, not this one."""
        return not self._polling_last and now >= self.deadline

    def _stumble(self, reason: str) -> None:
        self._record.stumbled(reason)
        self._last_fault = reason

    def _time_out(self, now: float) -> None:
        stood = f"is still {self.last.status!r}" if self.last else "has not been seen"
        fault = f" (last fault: {self._last_fault})" if self._last_fault else ""
        self._fail(JobTimeout, f"{stood}{fault}", now)

    def _fail(self, kind: type[WaitError], what: str, now: float) -> None:
        text = f"{self._record.name} {what}, {self._so_far(now)}"
        self._finish(kind(text, job=self.job, last=self.last))

    def _finish(self, error: WaitError | None) -> None:
        self._stop = Stop(error)
        phase = self.last.phase if self.last is not None else Phase.UNKNOWN
        outcome = phase.value if error is None else type(error).__name__
        self._record.ended(outcome, polls=self._polls, failed=outcome != Phase.SUCCEEDED)

    def _so_far(self, now: float) -> str:
        return _after(now - self._start, self._polls)


def _later(moment: float | None, seconds: float) -> float | None:
    return None if moment is None else moment + seconds


def single_poll(job: Job[R], *, polling: Polling, now: float) -> tuple[Poller[R], Poll]:
    """Begin a `check`: one poll, and no patience with what it meets."""
    impatient = evolve(
        checked(polling), tolerate=0.0, not_found_grace=0.0, last_poll=polling.request_timeout
    )
    poller = Poller(job, timeout=0.0, polling=impatient, now=now, traced=False)
    return poller, poller.begin_poll(now)


def snapshot_of_check(
    poller: Poller[R], event: Response | TransportError, now: float
) -> Snapshot[R]:
    """Give what the one poll of a `check` showed.

    Raises:
        JobNotFound, PollRejected, PollUnavailable: it showed nothing of the job.
    """
    snapshot = poller.receive(event, now)
    if snapshot is not None:
        return snapshot
    match poller.next_action(now):
        case Stop(error=WaitError() as error):
            raise error
        case _:
            raise AssertionError("a single poll ends with a snapshot or with an error")


def conclude(snapshot: Snapshot[R]) -> R:
    """Turn the snapshot of a finished job into its result.

    Raises:
        JobFailed: it is the snapshot of a failure.
        UnreadableResponse: the result does not fit its model.
    """
    if snapshot.phase is not Phase.FAILED:
        return snapshot.response
    job = snapshot.job
    failure = provider_of(job).failure(snapshot.body)
    said = ": ".join(part for part in (failure.code, failure.message) if part)
    raise JobFailed(
        f"{job.provider} job {job.id} failed{': ' + excerpt(said) if said else ''}, "
        f"{_after(snapshot.elapsed, snapshot.polls)}",
        job=job,
        last=snapshot,
        code=failure.code,
        message=failure.message,
    )


def _after(elapsed: float, polls: int) -> str:
    counted = "1 poll" if polls == 1 else f"{polls} polls"
    return f"after {elapsed:.1f} s and {counted}"
