"""Where a download's link comes from: it was given, or it is read from a look at the job."""

from collections.abc import Callable
from os import PathLike
from pathlib import Path
from typing import Generic, TypeVar

import httpx

from tilldone._job import Job
from tilldone._snapshot import Snapshot
from tilldone._text import excerpt
from tilldone._transfer import Link, Transfer

__all__ = ["SILENCE", "Source", "fault"]

R = TypeVar("R")

SILENCE = 30.0
"""Seconds that a connection may be silent before it counts as broken."""


def fault(error: httpx.HTTPError) -> str:
    """Put a broken connection into words."""
    return f"{type(error).__name__}: {excerpt(error)}"


class Source(Generic[R]):
    """Where the link comes from: it is given, or read from a look at the job."""

    def __init__(self, link: Link | Callable[[R], Link], job: Job[R] | None) -> None:
        self._link = link
        self._job = job
        if callable(link) != (job is not None):
            raise ValueError("job: needed with a function from a result to its link, and only then")
        if not callable(link) and not link:
            raise ValueError("link: the result has none there")

    @property
    def job(self) -> Job[R]:
        """The job to look at."""
        if self._job is None:
            raise AssertionError("without a job there is nothing to look at")
        return self._job

    def transfer(self, path: str | PathLike[str], deadline: float) -> Transfer:
        """Begin the transfer."""
        given = None if callable(self._link) else str(self._link)
        return Transfer(Path(path), url=given, refreshable=self._job is not None, deadline=deadline)

    def link_in(self, snapshot: Snapshot[R]) -> Link:
        """Read the link from a look at the job."""
        return self._link(snapshot.response) if callable(self._link) else self._link
