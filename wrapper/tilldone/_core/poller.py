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

from attrs import evolve

from tilldone._core.actions import Action, Checkpoint, Observer, Poll, Sleep, Stop
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

__all__ = ["Poller", "single_poll"]

R = TypeVar("R")

# Whoever was away for longer than this (s) cannot say when a job has ended meanwhile.
_AWAY = 10.0

_SILENT = Observer()


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
        "deadline",
        "due",
        "job",
        "observer",
        "polling",
        "stop",
    )

    def __init__(
        self,
        job: Job[R],
        *,
        timeout: float,
        polling: Polling,
        now: float,
        observer: Observer = _SILENT,
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
        self.due = now
        """When the next poll is to be sent."""
        self._polling_last = False
        self._polls = 0
        self._shortest = math.inf
        self._faults_since: float | None = None
        self._missing_since: float | None = None
        self._last_fault: str | None = None
        # Most waits have nothing to estimate their ends by.
        told = polling.history is not None or self._provider.progress is not None
        self._estimate: Estimate | None = None
        if told:
            self._estimate = Estimate(
                job, polling.history, start=now, broke=self.observer.lost_history
            )
        self.stop: Stop | None = None
        """How the wait ended, None while it goes on."""

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

    def likelihood(self, now: float) -> float | None:
        """Give how likely the job is to finish now, by the second; None where nothing tells."""
        return None if self._estimate is None else self._estimate.likelihood(now)

    @property
    def remaining(self) -> float | None:
        """What the last readable answer told of the time until the job is finished (s)."""
        return None if self._last is None else self._last.remaining

    @property
    def end(self) -> float:
        """When the wait is over at the latest: its deadline, and the last poll after it."""
        return self.deadline + self.polling.last_poll

    def snapshot(self) -> Snapshot[R]:
        """Give what the wait ended with, be it the snapshot of a failed job.

        Raises:
            WaitError: it ended with that. Or what the schedule raised.
            RuntimeError: it has not ended.
        """
        if self.stop is not None and self.stop.error is not None:
            raise self.stop.error
        if self.stop is None or self.last is None:
            raise RuntimeError("the wait has not ended")
        return self.last

    def result(self) -> R:
        """Give the result of the job, or raise what the wait ended with; see `conclude`."""
        return conclude(self.snapshot())

    @property
    def error(self) -> WaitError | None:
        """The error that it ended with; what its schedule raised is that one's `__cause__`."""
        raised = self.stop.error if self.stop is not None else None
        if raised is None or isinstance(raised, WaitError):
            return raised
        return self._broken("its schedule", raised)

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
            due=self.due,
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
        faults, missing = checkpoint.faults_since, checkpoint.missing_since
        self.due = checkpoint.due
        self._polls = checkpoint.polls
        self._shortest = checkpoint.shortest
        self._faults_since = None if faults is None else faults + away
        self._missing_since = None if missing is None else missing + away
        self._last_fault = checkpoint.last_fault
        self._last = checkpoint.last
        if self._estimate is not None and self.last is not None and away < _AWAY:
            self._estimate.resume(self._start + self.last.elapsed)

    def expire(self, now: float) -> None:
        """End a wait whose deadline has come, and whose job is not seen to have ended."""
        stood = f"is still {excerpt(self.last.status)!r}" if self.last else "has not been seen"
        fault = f" (last fault: {self._last_fault})" if self._last_fault else ""
        self._fail(JobTimeout, f"{stood}{fault}", now)

    def abandon(self, error: Exception) -> None:
        """End a wait whose poll raised something that is no fault of the network or the server."""
        if self.stop is None:
            self._finish(self._broken("its poll", error))

    def _broken(self, what: str, raised: Exception) -> WaitError:
        said = f"is no longer polled: {what} raised {type(raised).__name__}: {excerpt(raised)}"
        error = WaitError(f"{self._name} {said}", job=self.job, last=self.last)
        error.__cause__ = raised
        return error

    def postpone(self, now: float) -> None:
        """Plan the next poll as after one that showed the job running; never sooner than it was."""
        due = self.due
        # What the schedule raises here, it raises again after the poll that is due.
        self._plan(0.0, now)
        self.due = max(self.due, due)

    def next_action(self, now: float) -> Action:
        """Say what to do at this moment."""
        if self.stop is not None:
            return self.stop
        if now < self.due:
            return Sleep(self.due - now)
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
            case Transient() | NotFound():
                self._bear(verdict, now)
            case TooDeep():
                what = (
                    f"has {verdict.phase}, and gave {verdict.reason}; it is in this error's .body"
                )
                self._fail(UnreadableResponse, what, now, body=verdict.body)
            case Rejected():
                self._refuse(verdict, now)
            case _:
                assert_never(verdict)
        if self.stop is None and (failure := self._plan(hint, now)) is not None:
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
        self.due = max(self.deadline, now) if near else due
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
            next_poll=None if over or failure is not None else self.due - now,
            remaining=self._estimate.remaining(now)
            if self._estimate is not None and not phase.finished
            else None,
        )
        self._last = snapshot
        self.observer.saw(snapshot)
        if enough:
            self._finish(None)
        elif lost:
            what = f"has an unknown status, {excerpt(readable.status)!r}"
            self._fail(UnreadableResponse, what, now, body=snapshot.body)
        elif self._polling_last:
            self.expire(now)
        elif failure is not None:
            self._finish(failure)
        return snapshot

    def _bear(self, fault: Transient | NotFound, now: float) -> None:
        self.observer.stumbled(fault.reason)
        self._last_fault = fault.reason
        missing = isinstance(fault, NotFound)
        since = self._missing_since if missing else self._faults_since
        if since is None:
            since = now
        if missing:
            self._missing_since, patience = since, self.polling.not_found_grace
        else:
            self._faults_since, patience = since, self.polling.tolerate
        if not self._polling_last and now >= self.deadline:
            return  # The deadline fell into the poll: the last one shall judge.
        if now - since < patience:
            if self._polling_last:
                self.expire(now)
        elif missing:
            self._fail(JobNotFound, f"is not known to the provider ({fault.reason})", now)
        else:
            row = f" for {now - since:.1f} s" if self._polls > 1 else ""
            self._fail(PollUnavailable, f"gave no readable answer{row}: {fault.reason}", now)

    def _refuse(self, rejected: Rejected, now: float) -> None:
        code, body = rejected.status_code, rejected.body
        said = f": {excerpt(body)}" if body not in (None, "") else ""
        what = f"cannot be polled: HTTP {code}{said}"
        self._fail(PollRejected, what, now, status_code=code, body=body)

    def _fail(self, kind: Callable[..., WaitError], what: str, now: float, **told: object) -> None:
        text = f"{self._name} {what}, {counted(now - self._start, self._polls)}"
        self._finish(kind(text, job=self.job, last=self.last, **told))

    def _finish(self, error: Exception | None) -> None:
        self.stop = Stop(error)
        phase = self.last.phase if self.last is not None else Phase.UNKNOWN
        how = phase.value if error is None else type(error).__name__
        self.observer.ended(how, well=how == Phase.SUCCEEDED)

    @property
    def _name(self) -> str:
        return f"{self.job.provider} job {self.job.id}"


def single_poll(
    job: Job[R], *, polling: Polling, now: float, observer: Observer = _SILENT
) -> Poller[R]:
    """Make the poller of a `check`: one poll, no patience, and an end with any readable answer."""
    impatient = evolve(
        checked(polling), tolerate=0.0, not_found_grace=0.0, last_poll=polling.request_timeout
    )
    return Poller(job, timeout=0.0, polling=impatient, now=now, observer=observer, once=True)
