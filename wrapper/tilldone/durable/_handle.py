"""A handle on durable work: its typed result, here or in any process that knows what to ask for."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Generic, NoReturn, Self, TypeVar, final

import anyio
from attrs import frozen

from tilldone._core.errors import SubmitError, SubmitUncertain, goes_on
from tilldone._core.job import Job
from tilldone._core.job_request import JobRequest
from tilldone._core.polling import seconds_until_deadline
from tilldone._core.registry import provider_named
from tilldone._core.snapshot import Snapshot, WaitError, conclude
from tilldone._drivers.interruption import noting
from tilldone.durable._store import WaitStore
from tilldone.durable._stored import StoredOutcome, WaitCancelled
from tilldone.durable._stored_submission import SubmitCancelled, error_from
from tilldone.durable._submissions import StoredSubmission, SubmissionStore

__all__ = ["Handle", "NotYet", "OfJob", "OfSubmission"]

R_co = TypeVar("R_co", covariant=True)

_SHORTEST = 0.05
_LONGEST = 1.0


class NotYet(TimeoutError):
    """The durable wait goes on, longer than its result was waited for. Ask for it again."""


@frozen
class OfJob(Generic[R_co]):
    """A wait for a job."""

    job: Job[R_co]
    id: str

    @property
    def wait(self) -> Self:
        return self

    def found(self) -> Self:
        return self

    @property
    def name(self) -> str:
        return f"the durable wait for {self.job.provider} job {self.job.id}"

    @property
    def hint(self) -> str:
        return goes_on(self.job)


class OfSubmission(Generic[R_co]):
    """A submission, and the wait for its job once there is one."""

    def __init__(
        self,
        id: str,
        key: str,
        request: JobRequest[R_co],
        resume: Callable[[str], Job[R_co]],
        rows: SubmissionStore,
    ) -> None:
        self.name: str = f"the durable submission {key!r}"
        self.hint: str = f"{self.name} goes on; ask for it again by its key"
        self._id = id
        self._request = request
        self._resume = resume
        self._rows = rows
        self.wait: OfJob[R_co] | None = None

    @classmethod
    def of_stored(cls, kept: StoredSubmission, rows: SubmissionStore) -> "OfSubmission[object]":
        """Make it of what is kept: of the request that is its name, and not its body."""
        request: JobRequest[object] = JobRequest(kept.provider, kept.operation, None)

        def resume(ref: str) -> Job[object]:
            return provider_named(kept.provider).resume(None, ref)

        return OfSubmission(kept.id, kept.key, request, resume, rows)

    def job(self) -> Job[R_co] | None:
        """Give the job, None while it is not known."""
        if self.wait is not None:
            return self.wait.job
        kept = self._rows.submission(self._id)
        return self._job_of(kept)

    def found(self) -> OfJob[R_co] | None:
        if self.wait is None:
            self.wait = self._find()
        return self.wait

    def cancel(self) -> None:
        self._rows.cancel(self._id, time.time())

    def _find(self) -> OfJob[R_co] | None:
        active = self._rows.waits.is_active(self._id)
        kept = self._rows.submission(self._id)
        job = self._job_of(kept)
        if job is None:
            if active:
                return None
            raise self.error(kept)
        wait = self._rows.waits.latest(job.provider, job.ref)
        if wait is not None:
            return OfJob(job, wait.id)
        if kept.cancelled:
            raise WaitCancelled(f"{self.name} was cancelled", job=job)
        if active:
            return None
        raise LookupError(f"{self.name} was forgotten, with its result")

    def _job_of(self, kept: StoredSubmission) -> Job[R_co] | None:
        if kept.over and kept.job is None:
            raise self.error(kept)
        return None if kept.job is None else self._resume(str(kept.job["ref"]))

    def error(self, kept: StoredSubmission) -> SubmitError:
        """Give what one ended with that made no job, as far as it is known."""
        if kept.problem is not None:
            return SubmitError(f"{self.name} cannot be read: {kept.problem}", request=self._request)
        if kept.error is not None:
            return error_from(kept.error, self._request)
        if kept.over:
            what = f"{self.name} was cancelled before it was sent; no job exists"
            return SubmitCancelled(what, request=self._request)
        # Nobody carries it any more, and no end was recorded.
        if kept.run is None:
            what = f"{self.name} could not be carried out, and was not sent; no job exists"
            return SubmitError(what, request=self._request)
        what = f"{self.name} is in doubt: it was sent, and the job may exist and cost money"
        return SubmitUncertain(what, request=self._request, status_code=None, body=None)


@final
class Handle(Generic[R_co]):
    """One durable wait, or a submission and the wait after it; it may have many handles."""

    def __init__(self, subject: OfJob[R_co] | OfSubmission[R_co], store: WaitStore) -> None:
        self._subject = subject
        self._store = store

    def __repr__(self) -> str:
        wait = self._subject.wait
        return f"Handle({self._subject.name if wait is None else repr(wait.job)})"

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            f"{self!r} is no use to another process, nor is its database; take the job's ref or "
            "the key along, and attach() there"
        )

    @property
    def job(self) -> Job[R_co]:
        """The job that is waited for.

        Raises:
            NotYet: it is not known yet: its submission goes on.
            SubmitError: there is none; see `submit`.
            ConnectionError: the database cannot be used.
        """
        if isinstance(self._subject, OfJob):
            return self._subject.job
        job = self._subject.job()
        if job is None:
            raise NotYet(f"{self._subject.name} goes on, and its job is not known yet")
        return job

    def result(self, *, timeout: float | timedelta | None = None) -> R_co:
        """Give the job's result as soon as the wait is over.

        Args:
            timeout: how long to stay here for it; the wait has a deadline of its own.

        Raises:
            WaitError: what `wait` raises for the job; `WaitCancelled` after a `cancel`.
            SubmitError: what `submit` raises, where there is no job; `SubmitCancelled` after a
                `cancel` that came before it was sent.
            NotYet: the wait goes on, and this call's timeout is over.
            LookupError: the wait was forgotten.
        """
        return conclude(self.snapshot(timeout=timeout))

    def snapshot(self, *, timeout: float | timedelta | None = None) -> Snapshot[R_co]:
        """Give the last poll of the job as soon as the wait is over, with the raw body.

        Takes and raises what `result` does, save `JobFailed` and, for a result,
        `UnreadableResponse`.
        """
        patience = _Patience(self._subject, seconds_until_deadline(timeout))
        with noting(patience.hint):
            while True:
                snapshot = self._snapshot()
                if snapshot is not None:
                    return snapshot
                time.sleep(patience.pause())

    async def result_async(
        self,
        *,
        timeout: float | timedelta | None = None,  # noqa: ASYNC109 # the contract's own word
    ) -> R_co:
        """Give the job's result as soon as the wait is over; see `result`."""
        patience = _Patience(self._subject, seconds_until_deadline(timeout))
        with noting(patience.hint):
            while True:
                snapshot = await anyio.to_thread.run_sync(self._snapshot)
                if snapshot is not None:
                    return conclude(snapshot)
                await anyio.sleep(patience.pause())

    def done(self) -> bool:
        """Say whether it is over, one way or the other."""
        try:
            wait = self._subject.found()
        except (SubmitError, WaitCancelled):
            return True
        return wait is not None and not self._store.wait(wait.id).active

    def cancel(self) -> None:
        """End the wait for all who share it; the job goes on at the provider.

        A submission that is not on its way is never sent. One that is goes to its end, and what it
        makes is not waited for.
        """
        if isinstance(self._subject, OfSubmission):
            self._subject.cancel()
        try:
            wait = self._subject.found()
        except (SubmitError, WaitCancelled):
            return
        if wait is not None:
            self._store.cancel(wait.id)

    def _snapshot(self) -> Snapshot[R_co] | None:
        found = self._subject.found()
        outcome = None if found is None else self._outcome(found)
        return None if found is None or outcome is None else outcome.snapshot(found.job)

    def _outcome(self, found: OfJob[R_co]) -> StoredOutcome | None:
        wait = self._store.wait(found.id)
        if wait.cancelled:
            raise WaitCancelled(f"{found.name} was cancelled", job=found.job)
        if wait.outcome is None and not wait.active:
            raise WaitError(f"{found.name} could not be carried out: {wait.problem}", job=found.job)
        return wait.outcome


class _Patience:
    """How often a handle asks for the end of its wait: seldom, the longer it has asked (s)."""

    def __init__(self, subject: OfJob[object] | OfSubmission[object], timeout: float) -> None:
        self._subject = subject
        self._began = time.monotonic()
        self._until = self._began + timeout

    def hint(self) -> str:
        return (self._subject.wait or self._subject).hint

    def pause(self) -> float:
        now = time.monotonic()
        if now >= self._until:
            name = (self._subject.wait or self._subject).name
            raise NotYet(f"{name} goes on; ask for its result again")
        interval = min(max((now - self._began) / 4, _SHORTEST), _LONGEST)
        return min(interval, self._until - now)
