"""What is asked of a durable wait, where it stands and how it ended, as the text of a database.

All of it is ASCII JSON: a lone surrogate or a NUL that a provider sends would be refused by a
database, and a result be lost with it. Nothing is pickled: an error is written down as its name,
its words and what it carries, and made anew around the reader's own job.
"""

import base64
import json
import math
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import asdict, field, fields, frozen

from tilldone._core import snapshot
from tilldone._core.actions import Checkpoint
from tilldone._core.declaration import Phase
from tilldone._core.job import Job, Making, parse_ref
from tilldone._core.poller import Poller
from tilldone._core.polling import Polling, default_schedule
from tilldone._core.response import Response
from tilldone._core.snapshot import PollRejected, Snapshot, UnreadableResponse, WaitError

__all__ = [
    "NotUnderstood",
    "StoredOutcome",
    "WaitCancelled",
    "WaitRequest",
    "answer_from",
    "answer_to",
    "checkpoint_from",
    "checkpoint_to",
    "finite",
    "making_from",
    "making_to",
    "outcome_to",
    "polling_to",
    "read_object",
]

R = TypeVar("R")


class WaitCancelled(WaitError):
    """The durable wait was cancelled. The job goes on at the provider."""


class NotUnderstood(Exception):
    """What a database holds was not written by this version of tilldone, or is damaged."""


_SUBMITTED = frozenset({"key", "answer", "making"})


@frozen(kw_only=True)
class WaitRequest:
    """Wait for this job, from then on and until then. Moments are seconds since the epoch."""

    provider: str
    ref: str
    started: float
    deadline: float
    polling: Polling

    key: str | None = None
    """What its job's submission was called, where it was a durable one."""

    answer: Mapping[str, Any] | None = field(default=None, repr=False)
    """The answer to that submission, where it said already how the job ended."""

    making: Mapping[str, Any] | None = None
    """How and when the job was made, where that is known."""

    @property
    def timeout(self) -> float:
        """The length of the wait."""
        return self.deadline - self.started

    def text(self) -> str:
        """Write it down.

        Raises:
            ValueError: the schedule is the caller's own, or it has a history.
        """
        return json.dumps(
            {
                "provider": self.provider,
                "ref": self.ref,
                "started": self.started,
                "deadline": finite(self.deadline),
                "polling": polling_to(self.polling),
                **({} if self.key is None else {"key": self.key}),
                **({} if self.answer is None else {"answer": self.answer}),
                **({} if self.making is None else {"making": self.making}),
            }
        )

    @classmethod
    def read(cls, text: object) -> "WaitRequest":
        """Read what `text` wrote.

        Raises:
            NotUnderstood: it is not the text of a request, or holds something unknown.
        """
        expected = {each.name for each in fields(cls)} - _SUBMITTED
        stored = read_object(text, "the request", expected, _SUBMITTED)
        try:
            parse_ref(stored["ref"])
            polling = Polling(**stored["polling"])
            deadline = stored["deadline"]
            return cls(
                provider=str(stored["provider"]),
                ref=str(stored["ref"]),
                started=float(stored["started"]),
                deadline=math.inf if deadline is None else float(deadline),
                polling=polling,
                key=stored.get("key"),
                answer=stored.get("answer"),
                making=stored.get("making"),
            )
        except (TypeError, ValueError) as error:
            raise NotUnderstood(f"the request: {error}") from error


def read_object(
    text: object, what: str, expected: set[str], optional: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """Read a JSON object that has these fields.

    Raises:
        NotUnderstood: it is none, or has others.
    """
    try:
        stored = json.loads(text) if isinstance(text, str) else text
    except (ValueError, RecursionError):
        stored = None
    if not isinstance(stored, dict):
        raise NotUnderstood(f"{what} is not a JSON object")
    names = set(cast("dict[str, Any]", stored))
    if not expected <= names <= expected | optional:
        strange = ", ".join(map(repr, sorted((names ^ expected) - optional)))
        raise NotUnderstood(f"{what} has fields that this version does not expect: {strange}")
    return cast("dict[str, Any]", stored)


def polling_to(polling: Polling) -> dict[str, Any]:
    """Write how to poll, without what is as usual.

    Raises:
        ValueError: the schedule is the caller's own.
    """
    if polling.schedule is not default_schedule:
        raise ValueError(
            "polling: a durable wait goes on in other processes, where a schedule of your own "
            "cannot be called; leave schedule= as it is"
        )
    if polling.history is not None:
        raise ValueError(
            "polling: a durable wait goes on in other processes, each with a history of its own; "
            "pass it to durable.configure(history=...)"
        )
    usual = {each.name: each.default for each in fields(Polling)}
    chosen = asdict(polling, recurse=False)
    return {name: value for name, value in chosen.items() if value != usual[name]}


def checkpoint_to(checkpoint: Checkpoint[object], *, later: float) -> dict[str, Any]:
    """Write down where a wait stands, its moments moved by so many seconds."""
    stored = {each.name: getattr(checkpoint, each.name) for each in fields(Checkpoint)}
    last = checkpoint.last
    return _moved(stored, later) | {
        "shortest": finite(checkpoint.shortest),
        "last": None if last is None else _snapshot_to(last),
    }


def checkpoint_from(text: object, job: Job[R], *, later: float) -> Checkpoint[R]:
    """Read what `checkpoint_to` wrote, its moments moved by so many seconds.

    Raises:
        NotUnderstood: it is not a checkpoint, or holds something unknown.
    """
    stored = read_object(text, "the checkpoint", {each.name for each in fields(Checkpoint)})
    shortest, last = stored["shortest"], stored["last"]
    read: dict[str, Any] = {
        "shortest": math.inf if shortest is None else shortest,
        "last": None if last is None else _snapshot_from(last, job),
    }
    return Checkpoint(**(_moved(stored, later) | read))


_MOMENTS = ("due", "faults_since", "missing_since")


def _moved(stored: dict[str, Any], later: float) -> dict[str, Any]:
    moments = {name: stored[name] for name in _MOMENTS}
    return stored | {
        name: None if moment is None else moment + later for name, moment in moments.items()
    }


def _snapshot_to(snapshot: Snapshot[object]) -> dict[str, Any]:
    return {
        "phase": snapshot.phase.value,
        "status": snapshot.status,
        "body": snapshot.body,
        "polls": snapshot.polls,
        "elapsed": snapshot.elapsed,
        "next_poll": snapshot.next_poll,
    }


_SNAPSHOT = {"phase", "status", "body", "polls", "elapsed", "next_poll"}


def _snapshot_from(text: object, job: Job[R]) -> Snapshot[R]:
    stored = read_object(text, "the last answer", _SNAPSHOT)
    try:
        read: dict[str, Any] = {"job": job, "phase": Phase(stored["phase"])}
    except ValueError as error:
        raise NotUnderstood(f"the last answer: {error}") from error
    return Snapshot(**(stored | read))


def answer_to(answer: Response) -> dict[str, Any]:
    """Write down an answer that has ended a job; of its headers nothing is asked any more."""
    return {
        "status_code": answer.status_code,
        "base64": base64.b64encode(answer.content).decode(),
        "received": answer.received,
    }


def answer_from(stored: Mapping[str, Any]) -> Response:
    """Read what `answer_to` wrote.

    Raises:
        NotUnderstood: it is not that.
    """
    try:
        content = base64.b64decode(stored["base64"])
        return Response(int(stored["status_code"]), {}, content, float(stored["received"]))
    except (KeyError, TypeError, ValueError) as error:
        raise NotUnderstood(f"the answer to the submission: {error}") from error


def making_to(making: Making, *, later: float) -> dict[str, Any]:
    """Write down how a job was made, its moment moved by so many seconds."""
    return {"kind": making.kind, "moment": making.moment + later}


def making_from(stored: Mapping[str, Any], *, later: float) -> Making:
    """Read what `making_to` wrote, its moment moved by so many seconds.

    Raises:
        NotUnderstood: it is not that.
    """
    try:
        return Making(str(stored["kind"]), float(stored["moment"]) + later)
    except (KeyError, TypeError, ValueError) as error:
        raise NotUnderstood(f"how the job was made: {error}") from error


def finite(seconds: float) -> float | None:
    """Write a moment, None being never: JSON has no infinity."""
    return None if seconds == math.inf else seconds


def outcome_to(poller: Poller[object]) -> dict[str, Any]:
    """Write down how a poller that has stopped has ended."""
    last, error = poller.last, poller.error
    stored: dict[str, Any] = {"last": None if last is None else _snapshot_to(last), "error": None}
    if error is not None:
        stored["error"] = {"type": type(error).__name__, "text": str(error)}
        if isinstance(error, PollRejected):
            stored["error"] |= {"status_code": error.status_code, "body": error.body}
        # A body that could not be kept as JSON is kept as its text; all others are the snapshot's.
        if isinstance(error, UnreadableResponse) and isinstance(error.body, str):
            stored["error"]["body"] = error.body
    return stored


@frozen
class StoredOutcome:
    """The end of a wait, as it was written down."""

    last: dict[str, Any] | None
    error: dict[str, Any] | None

    @classmethod
    def read(cls, text: object) -> "StoredOutcome":
        """Read what a wait ended with.

        Raises:
            NotUnderstood: it is not the text of an outcome.
        """
        stored = read_object(text, "the outcome", {"ended"})["ended"]
        outcome = cls(**read_object(stored, "the outcome", {"last", "error"}))
        if outcome.last is None and outcome.error is None:
            raise NotUnderstood("the outcome holds neither an answer nor an error")
        return outcome

    @property
    def name(self) -> str:
        """The phase of the finished job, or the name of the error that the wait ended with."""
        if self.error is not None:
            return str(self.error["type"])
        return str((self.last or {}).get("phase"))

    @property
    def final(self) -> bool:
        """Whether the job itself is finished, so that waiting again would show nothing new."""
        return self.error is None

    def snapshot(self, job: Job[R]) -> Snapshot[R]:
        """Give the last poll of a job that is finished, be it with a failure.

        Raises:
            WaitError: what `watch` would have raised.
        """
        error = self.error
        if error is None:
            return _snapshot_from(self.last, job)
        last = None if self.last is None else _snapshot_from(self.last, job)
        kind = _error_named(str(error["type"]))
        carried: dict[str, Any] = {"job": job, "last": last}
        if issubclass(kind, PollRejected):
            carried |= {"status_code": error["status_code"], "body": error["body"]}
        if issubclass(kind, UnreadableResponse):
            carried["body"] = error.get("body", last and last.body)
        raise kind._revive((error["text"],), carried)  # pyright: ignore[reportPrivateUsage] # as out of a pickle


def _error_named(name: str) -> type[WaitError]:
    kind = getattr(snapshot, name, None)
    # One that a newer version knows is a WaitError there, too.
    return kind if isinstance(kind, type) and issubclass(kind, WaitError) else WaitError
