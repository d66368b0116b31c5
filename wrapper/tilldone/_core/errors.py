"""What a submission can end with when it has no job, and what all errors have in common.

The error of a submission carries the request. Like those of a wait it can be pickled; then it holds
neither a client nor a key, nor the request's body.
"""

from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from tilldone._core.job import Job
    from tilldone._core.job_request import JobRequest

__all__ = [
    "RevivableError",
    "SubmitError",
    "SubmitRejected",
    "SubmitUncertain",
    "goes_on",
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


def goes_on(job: "Job[object]") -> str:
    """Say that a wait that has ended is not the end of its job, and how to go on waiting."""
    return f"the {job.provider} job goes on; resume with {job.ref}"


def note_ref(error: BaseException, job: "Job[object]") -> None:
    """Note on an error that is not about the job how to go on waiting for it."""
    note(error, goes_on(job))


def note(error: BaseException, text: str) -> None:
    """Add a note, once."""
    if text not in getattr(error, "__notes__", ()):
        error.add_note(text)
