"""A handle on a durable wait: its typed result, here or in any process that has the job's ref."""

import time
from datetime import timedelta
from typing import Generic, TypeVar, final

import anyio

from tilldone._core.errors import WaitError
from tilldone._core.job import Job
from tilldone._core.poller import conclude
from tilldone._core.polling import seconds_until_deadline
from tilldone._core.snapshot import Snapshot
from tilldone._drivers.instrumentation import carrying_ref
from tilldone.durable._store import WaitStore
from tilldone.durable._stored import StoredOutcome, WaitCancelled

__all__ = ["Handle", "NotYet"]

R_co = TypeVar("R_co", covariant=True)

_SHORTEST = 0.05
_LONGEST = 1.0


class NotYet(TimeoutError):
    """The durable wait goes on, longer than its result was waited for. Ask for it again."""


@final
class Handle(Generic[R_co]):
    """One durable wait, which may have many handles in many processes."""

    def __init__(self, job: Job[R_co], store: WaitStore, id: str) -> None:
        self._job = job
        self._store = store
        self._id = id

    def __repr__(self) -> str:
        return f"Handle({self.job!r})"

    @property
    def job(self) -> Job[R_co]:
        """The job that is waited for."""
        return self._job

    def result(self, *, timeout: float | timedelta | None = None) -> R_co:
        """Give the job's result as soon as the wait is over.

        Args:
            timeout: how long to stay here for it; the wait has a deadline of its own.

        Raises:
            WaitError: what `wait` raises for the job; `WaitCancelled` after a `cancel`.
            NotYet: the wait goes on, and this call's timeout is over.
            LookupError: the wait was forgotten.
        """
        return conclude(self.snapshot(timeout=timeout))

    def snapshot(self, *, timeout: float | timedelta | None = None) -> Snapshot[R_co]:
        """Give the last poll of the job as soon as the wait is over, with the raw body.

        Takes and raises what `result` does, save `JobFailed` and, for a result,
        `UnreadableResponse`.
        """
        patience = _Patience(self.job, seconds_until_deadline(timeout))
        with carrying_ref(self.job):
            while True:
                outcome = self._outcome()
                if outcome is not None:
                    return outcome.snapshot(self.job)
                time.sleep(patience.pause())

    async def result_async(
        self,
        *,
        timeout: float | timedelta | None = None,  # noqa: ASYNC109 # the contract's own word
    ) -> R_co:
        """Give the job's result as soon as the wait is over; see `result`."""
        patience = _Patience(self.job, seconds_until_deadline(timeout))
        with carrying_ref(self.job):
            while True:
                outcome = await anyio.to_thread.run_sync(self._outcome)
                if outcome is not None:
                    return conclude(outcome.snapshot(self.job))
                await anyio.sleep(patience.pause())

    def done(self) -> bool:
        """Say whether the wait is over, one way or the other."""
        return not self._store.wait(self._id).active

    def cancel(self) -> None:
        """End the wait for all who share it; the job goes on at the provider."""
        self._store.cancel(self._id)

    def _outcome(self) -> StoredOutcome | None:
        wait = self._store.wait(self._id)
        name = f"the durable wait for {self.job.provider} job {self.job.id}"
        if wait.cancelled:
            raise WaitCancelled(f"{name} was cancelled", job=self.job)
        if wait.outcome is None and not wait.active:
            raise WaitError(f"{name} could not be carried out: {wait.problem}", job=self.job)
        return wait.outcome


class _Patience:
    """How often a handle asks for the end of its wait: seldom, the longer it has asked (s)."""

    def __init__(self, job: Job[object], timeout: float) -> None:
        self._job = job
        self._began = time.monotonic()
        self._until = self._began + timeout

    def pause(self) -> float:
        now = time.monotonic()
        if now >= self._until:
            raise NotYet(
                f"the durable wait for {self._job.provider} job {self._job.id} goes on; "
                "ask for its result again"
            )
        interval = min(max((now - self._began) / 4, _SHORTEST), _LONGEST)
        return min(interval, self._until - now)
