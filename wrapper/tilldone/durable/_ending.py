"""How a durable wait ended, as text that any process turns into a typed result or error again.

Nothing is pickled: an error is written down as its name, its words and what it carries, and made
anew around the reader's own job.
"""

import json
from typing import Any, TypeVar

from attrs import frozen

from tilldone._core import errors
from tilldone._core.errors import PollRejected, UnreadableResponse, WaitError
from tilldone._core.job import Job
from tilldone._core.poller import Poller
from tilldone._core.snapshot import Snapshot
from tilldone.durable._order import snapshot_from, snapshot_to

__all__ = ["Ending", "WaitCancelled", "ending_of"]

R = TypeVar("R")


class WaitCancelled(WaitError):
    """The durable wait was cancelled. The job goes on at the provider."""


def ending_of(poller: Poller[object]) -> dict[str, Any]:
    """Write down how a poller that has stopped has ended."""
    last, error = poller.last, poller.stop.error if poller.stop is not None else None
    told: dict[str, Any] = {"last": None if last is None else snapshot_to(last), "error": None}
    if error is not None:
        told["error"] = {"type": type(error).__name__, "text": str(error)}
        if isinstance(error, PollRejected):
            told["error"] |= {"status_code": error.status_code, "body": error.body}
    return told


@frozen
class Ending:
    """The end of a wait, as it was written down."""

    told: dict[str, Any]

    @classmethod
    def read(cls, text: str) -> "Ending":
        """Read what a wait ended with."""
        return cls(json.loads(text)["ended"])

    @property
    def final(self) -> bool:
        """Whether the job itself is finished, so that waiting again would show nothing new."""
        return self.told["error"] is None

    def snapshot(self, job: Job[R]) -> Snapshot[R]:
        """Give the last poll of a job that is finished, be it with a failure.

        Raises:
            WaitError: what `watch` would have raised.
        """
        last, error = self.told["last"], self.told["error"]
        snapshot = None if last is None else snapshot_from(last, job)
        if error is not None:
            kind: type[WaitError] = getattr(errors, error["type"])
            carried: dict[str, Any] = {"job": job, "last": snapshot}
            if kind is PollRejected:
                carried |= {"status_code": error["status_code"], "body": error["body"]}
            if kind is UnreadableResponse and snapshot is not None:
                carried["body"] = snapshot.body
            raise kind._revive((error["text"],), carried)  # pyright: ignore[reportPrivateUsage] # as out of a pickle
        if snapshot is None:
            raise AssertionError("a wait ends with a snapshot or with an error")
        return snapshot
