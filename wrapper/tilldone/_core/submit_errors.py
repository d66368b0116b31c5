"""What a submission can end with when it does not end with a job.

Every error carries the request that it is about. All of them can be pickled; none holds a client,
a key or the request's body once it has been.
"""

from typing import TYPE_CHECKING, Any

from tilldone._core.errors import RevivableError

if TYPE_CHECKING:
    from tilldone._core.job_request import JobRequest

__all__ = ["SubmitError", "SubmitRejected", "SubmitUncertain"]


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
