"""What one poll of a job showed, and how a wait ended: with a result or with an error.

The error of a wait carries the job and the last snapshot, and all but `JobFailed` have the ref to
resume with in their texts. It can be pickled, and holds neither a client nor a key.
"""

import sys
from functools import cached_property
from typing import Any, ClassVar, Generic, TypeVar, cast, final

from attrs import field, frozen

from tilldone._core.declaration import Failure, Phase
from tilldone._core.decoding import decoded
from tilldone._core.errors import RevivableError
from tilldone._core.fit import Unfit, parsed
from tilldone._core.job import Job, provider_of
from tilldone._core.text import excerpt

__all__ = [
    "JobFailed",
    "JobNotFound",
    "JobTimeout",
    "Outcome",
    "PackedSnapshot",
    "PollRejected",
    "PollUnavailable",
    "Snapshot",
    "UnreadableResponse",
    "WaitError",
    "conclude",
    "counted",
]

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


@final
@frozen(kw_only=True, eq=False, slots=False)
class Snapshot(Generic[R_co]):
    """A readable answer to one poll. Times are in seconds."""

    job: Job[R_co]

    phase: Phase
    """The status in the words that all providers share."""

    status: str
    """The provider's own word; empty where a failure came without one."""

    body: dict[str, Any] = field(repr=False)
    """The raw JSON object, with all that the model does not know."""

    polls: int
    """How many polls there were so far, this one and those without an answer included."""

    elapsed: float
    """Time since the wait began."""

    next_poll: float | None
    """Time until the next poll; None where there is none to come."""

    remaining: float | None = None
    """Estimated time until the job is finished; None where nothing tells, or it is finished."""

    @cached_property
    def progress(self) -> float | None:
        """How far the job is, from 0 to 1; None where the provider does not say."""
        return provider_of(self.job).read_progress(self.body)

    @cached_property
    def response(self) -> R_co:
        """The body as the generated model, parsed when first read.

        Raises:
            UnreadableResponse: the body does not fit the model; the error carries it.
        """
        try:
            return parsed(provider_of(self.job).parse, self.body)
        except Unfit as unfit:
            stands = f"{'has' if self.phase.finished else 'is'} {self.phase}"
            raise UnreadableResponse(
                f"{self.job.provider} job {self.job.id} {stands}, and its answer does not "
                f"fit its model ({unfit}); the answer is in this error's .body",
                job=self.job,
                last=self,
                body=self.body,
            ) from None


class PackedSnapshot:
    """A snapshot of a job that goes on, in 0.4 KB instead of 1.3: few are ever looked at again.

    Args:
        snapshot: the snapshot.
        content: the answer that it was read from.
    """

    __slots__ = ("_content", "_elapsed", "_next_poll", "_phase", "_polls", "_status", "remaining")

    def __init__(self, snapshot: Snapshot[object], content: bytes) -> None:
        self._content = content
        self._phase = snapshot.phase
        # The same word for thousands of jobs.
        self._status = sys.intern(snapshot.status)
        self._polls = snapshot.polls
        self._elapsed = snapshot.elapsed
        self._next_poll = snapshot.next_poll
        self.remaining = snapshot.remaining

    def unpacked(self, job: Job[R]) -> Snapshot[R]:
        """Give the snapshot, of the same job."""
        return Snapshot(
            job=job,
            phase=self._phase,
            status=self._status,
            body=cast("dict[str, Any]", decoded(self._content)),
            polls=self._polls,
            elapsed=self._elapsed,
            next_poll=self._next_poll,
            remaining=self.remaining,
        )


class WaitError(RevivableError):
    """A wait that ended without a result. The base of all that `wait` raises about a job."""

    _advice: ClassVar[str] = "; resume with {ref}"

    job: Job[object]
    """The job that was waited for."""

    last: Snapshot[object] | None
    """The last readable answer, None where there was none."""

    def __init__(
        self, message: str, *, job: Job[object], last: Snapshot[object] | None = None
    ) -> None:
        super().__init__(message + self._advice.format(ref=job.ref))
        self.job = job
        self.last = last


class JobFailed(WaitError):
    """The provider says that the job has failed. `.last` is the answer that said so."""

    # There is nothing left to wait for.
    _advice = ""

    code: str | None
    """The provider's own error code, where it gave one."""

    message: str | None
    """The provider's own words, where it gave any."""

    def __init__(
        self,
        text: str,
        *,
        job: Job[object],
        last: Snapshot[object],
        code: str | None,
        message: str | None,
    ) -> None:
        super().__init__(text, job=job, last=last)
        self.code = code
        self.message = message

    @property
    def response(self) -> object:
        """The answer as the generated model, None where it does not fit it."""
        try:
            return self.last.response if self.last is not None else None
        except UnreadableResponse:
            return None


class JobTimeout(WaitError, TimeoutError):
    """The deadline came, and the job had not finished. It goes on at the provider."""


class JobNotFound(WaitError):
    """The provider does not know the job, and went on not knowing it for the grace period."""


class PollRejected(WaitError):
    """The provider refuses the poll itself: asking again would not help."""

    status_code: int
    """The HTTP status."""

    body: Any
    """The answer's JSON, or its text where it is not JSON."""

    def __init__(
        self,
        message: str,
        *,
        job: Job[object],
        last: Snapshot[object] | None,
        status_code: int,
        body: object,
    ) -> None:
        super().__init__(message, job=job, last=last)
        self.status_code = status_code
        self.body = body


class PollUnavailable(WaitError):
    """No readable answer for longer than `Polling.tolerate`."""


class UnreadableResponse(WaitError):
    """An answer that the generated model, or the status table, cannot make sense of."""

    body: Any
    """The raw JSON object, or its text where it is nested too deeply: nothing that came is lost."""

    def __init__(
        self,
        message: str,
        *,
        job: Job[object],
        last: Snapshot[object] | None,
        body: object,
    ) -> None:
        super().__init__(message, job=job, last=last)
        self.body = body


@final
@frozen(eq=False)
class Outcome(Generic[R_co]):
    """The end of the wait for one job: a result or an error, never both."""

    job: Job[R_co]

    result: R_co | None = None
    """The result, None where there is an error."""

    error: WaitError | None = None
    """What `wait` would have raised, None where there is a result.

    Where that is nothing about the job, but what the caller's own schedule raised, this is a
    `WaitError` of no further kind, with the other as its `__cause__`.
    """

    body: dict[str, Any] | None = field(default=None, repr=False)
    """The raw JSON object of the last readable answer, None where there was none."""

    def unwrap(self) -> R_co:
        """Give the result, or raise the error.

        Raises:
            WaitError: the wait for this job ended with it.
        """
        if self.error is not None:
            raise self.error
        return self.result  # type: ignore[return-value] # no error, so this is a result


def conclude(snapshot: Snapshot[R]) -> R:
    """Turn the snapshot of a finished job into its result.

    Raises:
        JobFailed: it is the snapshot of a failure.
        UnreadableResponse: the result does not fit its model.
    """
    if snapshot.phase is not Phase.FAILED:
        return snapshot.response
    job = snapshot.job
    cause: Exception | None = None
    try:
        failure = provider_of(job).read_failure(snapshot.body)
    except Exception as error:  # noqa: BLE001 # a declaration raises whatever it meets
        failure, cause = Failure(), error
    said = ": ".join(part for part in (failure.code, failure.message) if part)
    raise JobFailed(
        f"{job.provider} job {job.id} failed{': ' + excerpt(said) if said else ''}, "
        f"{counted(snapshot.elapsed, snapshot.polls)}",
        job=job,
        last=snapshot,
        code=failure.code,
        message=failure.message,
    ) from cause


def counted(elapsed: float, polls: int) -> str:
    """Say after how much time (s) and how many polls something was so."""
    asked = "1 poll" if polls == 1 else f"{polls} polls"
    return f"after {elapsed:.1f} s and {asked}"
