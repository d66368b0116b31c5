"""What is asked of a durable submission, and how it ended, as the text of a database.

The body of the request is in it, for whoever sends it may be another process; a key never is. The
client brings the key, and is made where the request is sent: a request that says more of itself
than a client can be trusted to bring, or that holds the client's key, is refused.
"""

import base64
import json
import math
from collections.abc import Mapping
from typing import Any

from attrs import asdict, evolve, field, fields, frozen

from tilldone._core import errors
from tilldone._core.errors import SubmitError, SubmitRejected, SubmitUncertain
from tilldone._core.job import request_arguments
from tilldone._core.job_request import JobRequest, Submission, submission_of
from tilldone._core.polling import Polling
from tilldone._core.registry import provider_named
from tilldone._core.submission import Standing
from tilldone._core.submission_answer import Doubt
from tilldone._http.settings import host_of, settings_of
from tilldone.durable._stored import NotUnderstood, WaitRequest, finite, polling_to, read_object

__all__ = [
    "SubmissionRequest",
    "SubmitCancelled",
    "error_from",
    "error_to",
    "standing_from",
    "standing_to",
]


class SubmitCancelled(SubmitError):
    """The durable submission was cancelled before it was sent; no job exists."""


# What a request may say of itself beside its body. Others may be keys, and are the client's.
_ARGUMENTS = ("method", "url", "params", "json", "content", "data", "headers")
_HEADERS = frozenset(
    {
        "accept",
        "accept-encoding",
        "accept-language",
        "connection",
        "content-encoding",
        "content-language",
        "content-type",
        "prefer",
        "user-agent",
    }
)


@frozen(kw_only=True)
class SubmissionRequest:
    """Send this request by then, and wait for its job. Moments are seconds since the epoch."""

    provider: str
    operation: str

    host: str
    """Where it is to go; a process whose client speaks to another does not send it."""

    asked: Mapping[str, Any] = field(repr=False)
    """The arguments that build the HTTP request."""

    extras: Mapping[str, str]

    idempotency_key: str
    started: float
    deadline: float
    polling: Polling

    @property
    def timeout(self) -> float:
        """The length of the submission and of the wait after it."""
        return self.deadline - self.started

    def request(self, client: object) -> JobRequest[object]:
        """Make the job's request of it again.

        Raises:
            NotUnderstood: its provider takes no such request, or is not known here.
        """
        asked = dict(self.asked)
        if "base64" in asked:
            asked["content"] = base64.b64decode(asked.pop("base64"))
        try:
            # As it was made in the first place: the declaration may be another one by now.
            made = provider_named(self.provider).submission(
                client, self.operation, asked, **self.extras
            )
            submission = evolve(submission_of(made), key=self.idempotency_key)
        except (TypeError, ValueError) as error:
            raise NotUnderstood(f"the request: {error}") from error
        return JobRequest(self.provider, self.operation, submission)

    def wait(self, key: str, job: Mapping[str, Any]) -> WaitRequest:
        """Give the wait for the job that it has made."""
        return WaitRequest(
            provider=self.provider,
            ref=str(job["ref"]),
            started=self.started,
            deadline=self.deadline,
            polling=self.polling,
            key=key,
            answer=job["answer"],
            making=job.get("making"),
        )

    def differs(self, other: "SubmissionRequest") -> str:
        """Say in which way another request is not the same; empty where it is."""
        for what in ("provider", "operation", "host", "extras"):
            mine, others = getattr(self, what), getattr(other, what)
            if mine != others:
                return f"its {what} is {mine!r}, not {others!r}"
        # Headers are not what makes it another piece of work.
        for what in sorted({*self.asked, *other.asked} - {"headers"}):
            if self.asked.get(what) != other.asked.get(what):
                return f"its {'body' if what not in {'method', 'url', 'params'} else what} differs"
        return ""

    def text(self) -> str:
        """Write it down."""
        stored = {each.name: getattr(self, each.name) for each in fields(type(self))}
        return json.dumps(
            stored | {"deadline": finite(self.deadline), "polling": polling_to(self.polling)}
        )

    @classmethod
    def read(cls, text: object) -> "SubmissionRequest":
        """Read what `text` wrote.

        Raises:
            NotUnderstood: it is not the text of a request, or holds something unknown.
        """
        stored = read_object(text, "the request", {each.name for each in fields(cls)})
        try:
            deadline = stored["deadline"]
            read: dict[str, Any] = {
                "deadline": math.inf if deadline is None else float(deadline),
                "started": float(stored["started"]),
                "polling": Polling(**stored["polling"]),
            }
        except (TypeError, ValueError) as error:
            raise NotUnderstood(f"the request: {error}") from error
        return cls(**(stored | read))

    @classmethod
    def of(
        cls, submission: Submission[object], *, started: float, deadline: float, polling: Polling
    ) -> "SubmissionRequest":
        """Take down what is to be sent.

        Raises:
            TypeError, ValueError: it cannot be kept: it is a stream, has headers or arguments that
                are the client's to bring, or holds the client's key.
        """
        request = cls(
            provider=submission.provider.name,
            operation=submission.operation,
            host=host_of(submission.client),
            asked=_asked(submission),
            extras=dict(submission.extras),
            idempotency_key=submission.key,
            started=started,
            deadline=deadline,
            polling=polling,
        )
        text = request.text()
        if settings_of(submission.client).mask.text(text) != text:
            raise ValueError(
                "request: it holds the client's key, which no database may hold; leave that to the "
                "client"
            )
        return request


def _asked(submission: Submission[object]) -> dict[str, Any]:
    try:
        given = request_arguments(submission.asked)
    # httpx's, of a body that can only be read by asynchronous code, or was read before.
    except RuntimeError as error:
        raise TypeError(f"request: its body is a stream, and cannot be kept: {error}") from None
    asked: dict[str, Any] = {}
    for name, value in given.items():
        if value is None:
            continue
        if name not in _ARGUMENTS:
            raise ValueError(
                f"request: {name}= cannot be kept in a database; a durable submission is made of "
                f"{', '.join(_ARGUMENTS)}"
            )
        asked[name] = value
    asked["url"] = str(asked["url"])
    if "headers" in asked:
        asked["headers"] = _headers(asked["headers"], submission.provider.idempotency_header)
    content = asked.get("content")
    if isinstance(content, bytes):
        asked["base64"] = base64.b64encode(asked.pop("content")).decode()
    elif content is not None and not isinstance(content, str):
        raise TypeError(
            f"request: its content is a {type(content).__name__}, a stream that cannot be kept in "
            "a database; give the whole of it as bytes"
        )
    kept: dict[str, Any] = {}
    for name, value in asked.items():
        try:
            # As it will be read again: a tuple is a list by then.
            kept[name] = json.loads(json.dumps(value))
        except (TypeError, ValueError, RecursionError) as error:
            raise TypeError(f"request: its {name} cannot be kept in a database: {error}") from None
    return kept


def _headers(given: Any, idempotency: str | None) -> list[tuple[str, str]]:  # noqa: ANN401 # httpx's many forms
    pairs = given.items() if hasattr(given, "items") else given
    kept = [(_text(name), _text(value)) for name, value in pairs]
    allowed = {*_HEADERS, (idempotency or "").lower()}
    for name, _ in kept:
        if name.lower() not in allowed:
            raise ValueError(
                f"request: its header {name!r} may be a key, which no database may hold; have "
                "the client bring it: durable.configure(clients=...)"
            )
    return kept


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def standing_to(standing: Standing, *, later: float) -> str:
    """Write down where a submission stands, its moment moved by so many seconds."""
    return json.dumps(asdict(standing) | {"due": standing.due + later})


def standing_from(text: object, *, later: float) -> Standing:
    """Read what `standing_to` wrote, its moment moved by so many seconds.

    Raises:
        NotUnderstood: it is not that, or holds something unknown.
    """
    stored = read_object(text, "the standing", {each.name for each in fields(Standing)})
    doubt = stored["doubt"]
    if doubt is not None:
        doubt = Doubt(**read_object(doubt, "the doubt", {each.name for each in fields(Doubt)}))
    read: dict[str, Any] = {"due": stored["due"] + later, "doubt": doubt}
    return Standing(**(stored | read))


def error_to(error: SubmitError) -> str:
    """Write down what a submission ended with."""
    stored: dict[str, Any] = {"type": type(error).__name__, "text": str(error)}
    if isinstance(error, SubmitRejected | SubmitUncertain):
        stored |= {"status_code": error.status_code, "body": error.body}
    return json.dumps(stored)


def error_from(stored: Mapping[str, Any], request: JobRequest[object]) -> SubmitError:
    """Make an error anew of what `error_to` wrote, around the reader's own request."""
    kind = getattr(errors, str(stored["type"]), None)
    # One that a newer version knows is a SubmitError there, too.
    if not (isinstance(kind, type) and issubclass(kind, SubmitError)):
        kind = SubmitError
    carried: dict[str, Any] = {"request": request}
    if issubclass(kind, SubmitRejected | SubmitUncertain):
        carried |= {"status_code": stored["status_code"], "body": stored["body"]}
    return kind._revive((stored["text"],), carried)  # pyright: ignore[reportPrivateUsage] # as out of a pickle
