"""What is asked of a durable wait, and where it stands, as the text that a database keeps.

All of it is ASCII JSON: a lone surrogate or a NUL that a provider sends would be refused by a
database, and a result be lost with it.
"""

import json
import math
from typing import Any, TypeVar

from attrs import asdict, fields, frozen

from tilldone._core.checkpoint import Checkpoint
from tilldone._core.job import Job
from tilldone._core.phase import Phase
from tilldone._core.polling import Polling, default_schedule
from tilldone._core.snapshot import Snapshot

__all__ = ["Order", "position_from", "position_to", "snapshot_from", "snapshot_to"]

R = TypeVar("R")


@frozen(kw_only=True)
class Order:
    """Wait for this job, from then on and until then. Moments are seconds since the epoch."""

    provider: str
    ref: str
    started: float
    deadline: float
    polling: Polling

    @property
    def timeout(self) -> float:
        """The length of the wait."""
        return self.deadline - self.started

    def text(self) -> str:
        """Write it down."""
        return json.dumps(
            {
                "provider": self.provider,
                "ref": self.ref,
                "started": self.started,
                "deadline": _finite(self.deadline),
                "polling": _polling_to(self.polling),
            }
        )

    @classmethod
    def read(cls, text: str) -> "Order":
        """Read what `text` wrote."""
        held = json.loads(text)
        return cls(
            provider=held["provider"],
            ref=held["ref"],
            started=held["started"],
            deadline=math.inf if held["deadline"] is None else held["deadline"],
            polling=Polling(**held["polling"]),
        )


def _polling_to(polling: Polling) -> dict[str, Any]:
    """Write how to poll, without what is as usual.

    Raises:
        ValueError: the schedule is the caller's own.
    """
    if polling.schedule is not default_schedule:
        raise ValueError(
            "polling: a durable wait goes on in other processes, where a schedule of your own "
            "cannot be called; leave schedule= as it is"
        )
    usual = {each.name: each.default for each in fields(Polling)}
    held = asdict(polling, recurse=False)
    return {name: value for name, value in held.items() if value != usual[name]}


def position_to(position: Checkpoint[object]) -> dict[str, Any]:
    """Write down where a wait stands."""
    held = {each.name: getattr(position, each.name) for each in fields(Checkpoint)}
    last = position.last
    return held | {
        "shortest": _finite(position.shortest),
        "last": None if last is None else snapshot_to(last),
    }


def position_from(held: dict[str, Any], job: Job[R]) -> Checkpoint[R]:
    """Read what `position_to` wrote."""
    shortest, last = held["shortest"], held["last"]
    read: dict[str, Any] = {
        "shortest": math.inf if shortest is None else shortest,
        "last": None if last is None else snapshot_from(last, job),
    }
    return Checkpoint(**(held | read))


def snapshot_to(snapshot: Snapshot[object]) -> dict[str, Any]:
    """Write down what a poll showed."""
    return {
        "phase": snapshot.phase.value,
        "status": snapshot.status,
        "body": snapshot.body,
        "polls": snapshot.polls,
        "elapsed": snapshot.elapsed,
        "next_poll": snapshot.next_poll,
    }


def snapshot_from(held: dict[str, Any], job: Job[R]) -> Snapshot[R]:
    """Read what `snapshot_to` wrote."""
    read: dict[str, Any] = {"job": job, "phase": Phase(held["phase"])}
    return Snapshot(**(held | read))


def _finite(seconds: float) -> float | None:
    # JSON has no infinity.
    return None if seconds == math.inf else seconds
