"""The state of one wait, without I/O and without a clock.

A `Poller` is told what was seen and when, and answers what to do next. The synchronous driver,
the asynchronous one, the scheduler for many and the tests all steer by it, by the same two calls,
`next_action` and `receive`, so that none of them can decide differently from the others. How a wait
ends is decided here alone; drivers read it from `snapshot` or `result`. Times are in seconds, on
whatever clock the driver keeps; only differences count.
"""

import math
import random
from collections.abc import Callable
from typing import Generic, TypeVar, assert_never

from attrs import evolve, frozen

from tilldone._core.actions import SILENT, Action, Observer, Poll, Sleep, Stop
from tilldone._core.declaration import Phase
from tilldone._core.errors import note_ref
from tilldone._core.estimate import Estimate
from tilldone._core.job import Job, provider_of, take_answer
from tilldone._core.polling import Polling, checked
from tilldone._core.response import (
    NotFound,
    Readable,
    Rejected,
    Response,
    TooDeep,
    Transient,
    TransportError,
    judge,
    retry_after,
)
from tilldone._core.snapshot import (
    JobNotFound,
    JobTimeout,
    Outcome,
    PackedSnapshot,
    PollRejected,
    PollUnavailable,
    Snapshot,
    UnreadableResponse,
    WaitError,
    conclude,
    counted,
)
from tilldone._core.text import excerpt

__all__ = ["Checkpoint", "Poller", "single_poll"]

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


# Whoever was away for longer than this (s) cannot say when a job has ended meanwhile.
_AWAY = 10.0


@frozen(kw_only=True, eq=False)
class Checkpoint(Generic[R_co]):
    """A `Poller` between two polls: all that it takes to go on with its wait elsewhere.

    Moments are in seconds, on the clock that its driver keeps.
    """

    due: float
    """When the next poll is to be sent."""

    polls: int
    """How many polls there were."""

    shortest: float
    """The shortest interval that the schedule gave."""

    faults_since: float | None
    """When the row of faults began that the wait is in."""

    missing_since: float | None
    """When the row of 404s began that it is in."""

    last_fault: str | None
    """What was wrong with the poll before, if it was."""

    last: Snapshot[R_co] | None
    """The last readable answer."""


class Poller(Generic[R]):
    """One wait for one job.

    The driver calls `next_action(now)` and does what it says; after a poll it calls
    `receive(event, now)`, and hands the snapshot on, if that gave one.

    Args:
        job: the job.
        timeout: seconds until the deadline, infinity being none.
        polling: how to poll, and what to bear.
        now: the time.
        observer: told how it goes.
        spread: gives numbers from 0 to 1, for the jitter.
        once: whether a single poll is all that is wanted; see `single_poll`.
    """

    __slots__ = (
        "_due",
        "_estimate",
        "_faults_since",
        "_last",
        "_last_fault",
        "_missing_since",
        "_once",
        "_polling_last",
        "_polls",
        "_provider",
        "_shortest",
        "_spread",
        "_start",
        "_stop",
        "deadline",
        "job",
        "observer",
        "polling",
    )

    def __init__(
        self,
        job: Job[R],
        *,
        timeout: float,
        polling: Polling,
        now: float,
        observer: Observer = SILENT,
        spread: Callable[[], float] = random.random,
        once: bool = False,
    ) -> None:
        self.job = job
        self.polling = polling
        self.observer = observer
        self.deadline = now + timeout
        self._last: Snapshot[R] | PackedSnapshot | None = None
        self._provider = provider_of(job)
        self._spread = spread
        self._once = once
        self._start = now
        self._due = now
        self._polling_last = False
        self._polls = 0
        self._shortest = math.inf
        self._faults_since: float | None = None
        self._missing_since: float | None = None
        self._last_fault: str | None = None
        self._estimate = _estimate(job, polling, now)
        self._stop: Stop | None = None

    @property
    def last(self) -> Snapshot[R] | None:
        """The last readable answer."""
        if isinstance(self._last, PackedSnapshot):
            self._last = self._last.unpacked(self.job)
        return self._last

    def pack(self, answer: Response) -> None:
        """Keep the last snapshot in little space; it was read from this answer."""
        if self._last is not None and not isinstance(self._last, PackedSnapshot):
            self._last = PackedSnapshot(self._last, answer.content)

    @property
    def remaining(self) -> float | None:
        """What the last readable answer told of the time until the job is finished (s)."""
        return None if self._last is None else self._last.remaining

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

    def snapshot(self) -> Snapshot[R]:
        """Give what the wait ended with, be it the snapshot of a failed job.

        Raises:
            WaitError: it ended with that. Or what the schedule raised.
            RuntimeError: it has not ended.
        """
        if self._stop is not None and self._stop.error is not None:
            raise self._stop.error
        if self._stop is None or self.last is None:
            raise RuntimeError("the wait has not ended")
        return self.last

    def result(self) -> R:
        """Give the result of the job.

        Raises:
            WaitError: there is none; see `snapshot` and `conclude`.
        """
        return conclude(self.snapshot())

    @property
    def error(self) -> WaitError | None:
        """The error that it ended with; what its schedule raised is that one's `__cause__`."""
        raised = self._stop.error if self._stop is not None else None
        if raised is None or isinstance(raised, WaitError):
            return raised
        what = f"is not polled on: its schedule raised {type(raised).__name__}: {excerpt(raised)}"
        error = WaitError(f"{self._name} {what}", job=self.job, last=self.last)
        error.__cause__ = raised
        return error

    def outcome(self) -> Outcome[R]:
        """Give the result or the error, as `as_completed` does."""
        body = self.last.body if self.last is not None else None
        error = self.error
        if error is not None:
            return Outcome(self.job, error=error, body=body)
        try:
            return Outcome(self.job, result=self.result(), body=body)
        except WaitError as unusable:
            # The frames of this traceback would keep the engine alive as long as the outcome.
            return Outcome(self.job, error=unusable.with_traceback(None), body=body)

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
        """Go on from a checkpoint of the same wait; its start and deadline are as they were."""
        # Nobody polled while the poll was overdue, so that time is no part of a row of faults.
        away = max(now - checkpoint.due, 0.0)
        self._due = checkpoint.due
        self._polls = checkpoint.polls
        self._shortest = checkpoint.shortest
        self._faults_since = _later(checkpoint.faults_since, away)
        self._missing_since = _later(checkpoint.missing_since, away)
        self._last_fault = checkpoint.last_fault
        self._last = checkpoint.last
        if self._estimate is not None and self.last is not None and away < _AWAY:
            self._estimate.resume(self._start + self.last.elapsed)

    def expire(self, now: float) -> None:
        """End a wait whose end has come before its last poll could be sent."""
        self._time_out(now)

    def abandon(self, error: Exception) -> None:
        """End a wait whose poll raised something that is no fault of the network or the server."""
        if self._stop is not None:
            return
        what = f"is not polled on: its poll raised {type(error).__name__}: {excerpt(error)}"
        failure = WaitError(f"{self._name} {what}", job=self.job, last=self.last)
        failure.__cause__ = error
        self._finish(failure)

    def postpone(self, now: float) -> None:
        """Plan the next poll as after one that showed the job running; never sooner than it was."""
        due = self._due
        # What the schedule raises here, it raises again after the poll that is due.
        self._plan(0.0, now)
        self._due = max(self._due, due)

    def next_action(self, now: float) -> Action:
        """Say what to do at this moment."""
        if self._stop is not None:
            return self._stop
        if now < self._due:
            return Sleep(self._due - now)
        return self.begin_poll(now)

    def begin_poll(self, now: float) -> Poll:
        """Begin a poll at this moment, due or not."""
        answer = take_answer(self.job)
        self._polls += answer is None
        self._polling_last = now >= self.deadline
        left = (self.end if self._polling_last else self.deadline) - now
        if left <= 0:
            # A consumer held on to a snapshot past the end; the job may be done all the same.
            left = self.polling.last_poll
        timeout = min(self.polling.request_timeout, left)
        return Poll(timeout, fresh=self._polling_last, answer=answer)

    def receive(self, event: Response | TransportError, now: float) -> Snapshot[R] | None:
        """Take in what a poll brought; give the snapshot where the answer could be read."""
        hint = 0.0
        verdict: Readable | Transient | NotFound | TooDeep | Rejected
        if isinstance(event, TransportError):
            verdict = Transient(event.reason)
        else:
            verdict = judge(self._provider, event)
            hint = retry_after(event)
            if isinstance(verdict, Readable) and self._estimate is not None:
                sure = self._last_fault is None
                self._estimate.see(verdict.phase, verdict.body, event, now, sure=sure)
        match verdict:
            case Readable():
                return self._advance(verdict, hint, now)
            case Transient():
                self._bear(verdict, now)
            case NotFound():
                self._miss(verdict, now)
            case TooDeep():
                what = f"is {verdict.phase}, and gave {verdict.reason}; it is in this error's .body"
                self._give_up_reading(what, verdict.body, now)
            case Rejected():
                self._refuse(verdict, now)
            case _:
                assert_never(verdict)
        if self._stop is None and (failure := self._plan(hint, now)) is not None:
            self._finish(failure)
        return None

    def _plan(self, hint: float, now: float) -> Exception | None:
        """Set the time of the next poll, and the last one on the deadline.

        Give what the schedule raised, if it did: that ends this wait, and no other.
        """
        try:
            interval = self.polling.interval(now - self._start)
            if self._estimate is not None:
                interval = self._estimate.pause(interval, now)
        except Exception as error:  # noqa: BLE001 # the user's own code raises whatever it meets
            note_ref(error, self.job)
            return error
        spread = self.polling.jitter * (2 * self._spread() - 1)
        self._shortest = min(self._shortest, interval * (1 - self.polling.jitter))
        due = now + max(interval * (1 + spread), hint)
        # A poll so near the deadline that the last one would follow at its heels is that one.
        near = due + self._shortest > self.deadline
        self._due = max(self.deadline, now) if near else due
        return None

    def _advance(self, readable: Readable, hint: float, now: float) -> Snapshot[R]:
        self._faults_since = self._missing_since = self._last_fault = None
        phase = readable.phase
        enough = phase.finished or self._once
        lost = phase is Phase.UNKNOWN and self.polling.unknown == "raise"
        over = enough or lost or self._polling_last
        # A finished job needs no schedule, and is not lost to one that raises.
        failure = None if over else self._plan(hint, now)
        snapshot = Snapshot(
            job=self.job,
            phase=phase,
            status=readable.status,
            body=readable.body,
            polls=self._polls,
            elapsed=now - self._start,
            next_poll=None if over or failure is not None else self._due - now,
            remaining=self._estimate.remaining(now)
            if self._estimate is not None and not phase.finished
            else None,
        )
        self._last = snapshot
        self.observer.saw(snapshot)
        if enough:
            self._finish(None)
        elif lost:
            status = repr(excerpt(readable.status))
            self._give_up_reading(f"has a status that is not known: {status}", snapshot.body, now)
        elif self._polling_last:
            self._time_out(now)
        elif failure is not None:
            self._finish(failure)
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
        what = f"cannot be polled: HTTP {rejected.status_code}{said}"
        self._finish(
            PollRejected(
                self._text(what, now),
                job=self.job,
                last=self.last,
                status_code=rejected.status_code,
                body=rejected.body,
            )
        )

    def _give_up_reading(self, what: str, body: object, now: float) -> None:
        text = self._text(what, now)
        self._finish(UnreadableResponse(text, job=self.job, last=self.last, body=body))

    def _cut_short(self, now: float) -> bool:
        """Whether the deadline fell into the poll: the last poll shall judge, not this one."""
        return not self._polling_last and now >= self.deadline

    def _stumble(self, reason: str) -> None:
        self.observer.stumbled(reason)
        self._last_fault = reason

    def _time_out(self, now: float) -> None:
        stood = f"is still {excerpt(self.last.status)!r}" if self.last else "has not been seen"
        fault = f" (last fault: {self._last_fault})" if self._last_fault else ""
        self._fail(JobTimeout, f"{stood}{fault}", now)

    def _fail(self, kind: type[WaitError], what: str, now: float) -> None:
        self._finish(kind(self._text(what, now), job=self.job, last=self.last))

    def _finish(self, error: Exception | None) -> None:
        self._stop = Stop(error)
        phase = self.last.phase if self.last is not None else Phase.UNKNOWN
        how = phase.value if error is None else type(error).__name__
        self.observer.ended(how, well=how == Phase.SUCCEEDED)

    def _text(self, what: str, now: float) -> str:
        return f"{self._name} {what}, {counted(now - self._start, self._polls)}"

    @property
    def _name(self) -> str:
        return f"{self.job.provider} job {self.job.id}"


def _estimate(job: Job[object], polling: Polling, now: float) -> Estimate | None:
    """Estimate where there is something to do it by; most waits need none."""
    if polling.history is None and provider_of(job).progress is None:
        return None
    return Estimate(job, polling.history, start=now)


def _later(moment: float | None, seconds: float) -> float | None:
    return None if moment is None else moment + seconds


def single_poll(
    job: Job[R], *, polling: Polling, now: float, observer: Observer = SILENT
) -> Poller[R]:
    """Make the poller of a `check`: one poll, no patience, and an end with any readable answer."""
    impatient = evolve(
        checked(polling), tolerate=0.0, not_found_grace=0.0, last_poll=polling.request_timeout
    )
    return Poller(job, timeout=0.0, polling=impatient, now=now, observer=observer, once=True)
