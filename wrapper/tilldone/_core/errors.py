"""What a wait can end with when it has no result, and a submission when it has no job.

The error of a wait carries the job and the last snapshot, and all but `JobFailed` have the ref to
resume with in their texts; that of a submission carries the request. All of them can be pickled;
none holds a client or a key, nor the request's body once it has been.
"""

from typing import TYPE_CHECKING, Any, ClassVar, Self

if TYPE_CHECKING:
    from tilldone._core.job import Job
    from tilldone._core.job_request import JobRequest
    from tilldone._core.snapshot import Snapshot

__all__ = [
    "JobFailed",
    "JobNotFound",
    "JobTimeout",
    "PollRejected",
    "PollUnavailable",
    "RevivableError",
    "SubmitError",
    "SubmitRejected",
    "SubmitUncertain",
    "UnreadableResponse",
    "WaitError",
    "note",
    "note_ref",
]


class RevivableError(Exception):
    """An error that can be pickled, whatever its constructor asks for."""

    def __reduce__(self) -> tuple[object, ...]:
        # The default would call __init__ with the text alone.
        return _revived, (type(self), self.args, self.__dict__)

    @classmethod
    def _revive(cls, args: tuple[object, ...], state: dict[str, object]) -> Self:
        error = cls.__new__(cls, *args)
        error.args = args
        error.__dict__.update(state)
        return error


def _revived(
    kind: type[RevivableError], args: tuple[object, ...], state: dict[str, object]
) -> RevivableError:
    return kind._revive(args, state)  # pyright: ignore[reportPrivateUsage] # the class's own half


class WaitError(RevivableError):
    """A wait that ended without a result. The base of all that `wait` raises about a job."""

    _advice: ClassVar[str] = "; resume with {ref}"

    job: "Job[object]"
    """The job that was waited for."""

    last: "Snapshot[object] | None"
    """The last readable answer, None where there was none."""

    def __init__(
        self, message: str, *, job: "Job[object]", last: "Snapshot[object] | None" = None
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
        job: "Job[object]",
        last: "Snapshot[object]",
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
        job: "Job[object]",
        last: "Snapshot[object] | None",
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
        job: "Job[object]",
        last: "Snapshot[object] | None",
        body: object,
    ) -> None:
        super().__init__(message, job=job, last=last)
        self.body = body


class SubmitError(RevivableError):
    """A submission that ended without a job. By itself: the timeout came, and no job exists."""

    request: "JobRequest[object]"
    """The request that was to make the job."""

    def __init__(self, message: str, *, request: "JobRequest[object]") -> None:
        super().__init__(message)
        self.request = request


class SubmitRejected(SubmitError):
    """The provider refuses the request: no job exists, and sending it again would not help."""

    status_code: int
    """The HTTP status; some providers refuse within a 200."""

    body: Any
    """The answer's JSON, or its text where it is not JSON."""

    def __init__(
        self, message: str, *, request: "JobRequest[object]", status_code: int, body: object
    ) -> None:
        super().__init__(message, request=request)
        self.status_code = status_code
        self.body = body


class SubmitUncertain(SubmitError):
    """The request was sent, and nobody can say what became of it: the job may exist, and cost.

    Look at the provider's own list of jobs before you submit `.request` again.
    """

    status_code: int | None
    """The HTTP status, None where there was no answer."""

    body: Any
    """The answer's JSON, or its text where it is not JSON; None where there was no answer."""

    def __init__(
        self,
        message: str,
        *,
        request: "JobRequest[object]",
        status_code: int | None,
        body: object,
    ) -> None:
        super().__init__(message, request=request)
        self.status_code = status_code
        self.body = body


def note_ref(error: BaseException, job: "Job[object]") -> None:
    """Note on an error that is not about the job how to go on waiting for it."""
    note(error, f"the {job.provider} job goes on; resume with {job.ref}")


def note(error: BaseException, text: str) -> None:
    """Add a note, once."""
    if text not in getattr(error, "__notes__", ()):
        error.add_note(text)
