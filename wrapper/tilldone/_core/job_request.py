"""A request that makes a job, before it is sent. It knows its provider and the client to ask with.

A `JobRequest` can be shown and pickled: neither its repr nor its pickle holds the request's body,
the client or a key.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar, final
from uuid import uuid4

from attrs import field, frozen

from tilldone._core.arguments import expect
from tilldone._core.job import request_arguments

if TYPE_CHECKING:
    import httpx

    from tilldone._core.declaration import Declaration

__all__ = ["JobRequest", "Submission", "submission_of"]

R_co = TypeVar("R_co", covariant=True)


def _checked(asked: "Mapping[str, Any] | httpx.Request") -> "Mapping[str, Any] | httpx.Request":
    if isinstance(asked, Mapping):
        if not {"method", "url"} <= asked.keys():
            raise TypeError("request: its arguments name no method or no url; give both")
        return dict(asked)
    if not hasattr(asked, "headers"):
        raise TypeError(
            "request: expected the arguments of httpx.Client.request or an httpx.Request, got "
            f"{type(asked).__name__}"
        )
    return asked


@frozen(eq=False, repr=False)
class Submission(Generic[R_co]):
    """What a driver needs of a job's request. Not public: `JobRequest` is its face."""

    provider: "Declaration[R_co]"
    client: object
    operation: str
    asked: "Mapping[str, Any] | httpx.Request" = field(converter=_checked)
    extras: Mapping[str, str]

    kind: str
    """What the operation adds to the kind of its jobs."""

    key: str = field(factory=lambda: str(uuid4()))
    """What the provider knows this submission again by, if it declares a header for it."""

    def request(self) -> dict[str, Any]:
        """Give the arguments that build the HTTP request which makes the job."""
        arguments = request_arguments(self.asked)
        header = self.provider.idempotency_header
        if header is not None:
            given: Any = arguments.get("headers") or ()
            pairs: list[tuple[Any, Any]] = [*(given.items() if hasattr(given, "items") else given)]
            if header.lower() not in {str(name).lower() for name, _ in pairs}:
                pairs.append((header, self.key))
            arguments["headers"] = pairs
        return arguments


@final
class JobRequest(Generic[R_co]):
    """A request that makes a job whose result is a `R_co`, not sent yet.

    Made by the operations of a provider's module or by `Provider.submission`, never by hand.
    """

    __slots__ = ("_operation", "_provider", "_submission")

    def __init__(self, provider: str, operation: str, submission: Submission[R_co] | None) -> None:
        self._provider = provider
        self._operation = operation
        self._submission = submission

    @property
    def provider(self) -> str:
        """The provider's name, such as `"edenai"`."""
        return self._provider

    @property
    def operation(self) -> str:
        """The operation's name, such as `"create"`."""
        return self._operation

    def __repr__(self) -> str:
        return f"JobRequest(provider={self.provider!r}, operation={self.operation!r})"

    def __copy__(self) -> "JobRequest[R_co]":
        return self

    def __deepcopy__(self, _memo: object) -> "JobRequest[R_co]":
        return self

    def __reduce__(self) -> tuple[object, ...]:
        # A client holds the key, a body what nobody else may read; a pickle can end up anywhere.
        return _emptied, (self.provider, self.operation)


def _emptied(provider: str, operation: str) -> JobRequest[object]:
    return JobRequest(provider, operation, None)


def submission_of(request: JobRequest[R_co]) -> Submission[R_co]:
    """Give the inside of a request to a driver; an error says that it is none, or is empty."""
    expect("request", request, JobRequest, "a JobRequest")
    submission = request._submission  # pyright: ignore[reportPrivateUsage] # the inside of its own module
    if submission is None or submission.client is None:
        raise ValueError(
            f"request: {request!r} has no client to ask with: a pickle never holds the client and "
            "the body; make it anew by its provider's operation"
        )
    return submission
