"""What both downloads need to know of links and of HTTP."""

import time
from collections.abc import Callable
from os import PathLike
from pathlib import Path
from typing import Any, Generic, TypeVar

import httpx

from tilldone._core.arguments import expect
from tilldone._core.job import Job, target_of
from tilldone._core.response import Response
from tilldone._core.text import excerpt, words_of
from tilldone._download.link_policy import LinkPolicy
from tilldone._download.transfer import Fetch, Transfer
from tilldone._download.weblink import Link, checked_link
from tilldone._http.settings import host_of
from tilldone._version import __version__

__all__ = ["LinkSource", "checked_client", "fault", "head_of", "request"]

R = TypeVar("R")
C = TypeVar("C", httpx.Client, httpx.AsyncClient)

# Seconds that a connection may be silent before it counts as broken.
_SILENCE = 30.0


def request(fetch: Fetch, trace: Callable[[str, dict[str, Any]], object]) -> httpx.Request:
    """Build a request that nothing is added to: no header, cookie or key that a client holds.

    Args:
        fetch: what is asked for.
        trace: called at each step of it; what it raises ends the request.
    """
    steps = dict.fromkeys(("connect", "read", "write", "pool"), _SILENCE)
    return httpx.Request(
        "GET",
        fetch.url,
        headers={"User-Agent": f"tilldone/{__version__}", **fetch.headers},
        extensions={"timeout": steps, "trace": trace},
    )


def head_of(response: httpx.Response) -> Response:
    """Take an answer's head for itself."""
    return Response(response.status_code, response.headers, b"", received=time.time())


def fault(error: Exception) -> str:
    """Put what a transport raised into words."""
    # A complaint about what is not HTTP quotes it, and that may be a redirect to a signed link.
    known = isinstance(error, httpx.RequestError | OSError)
    quotes = isinstance(error, httpx.ProtocolError) or not known
    said = "" if quotes else excerpt(words_of(error))
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def checked_client(client: object, kind: type[C]) -> None:
    """Refuse what cannot download, such as a provider's generated client.

    Raises:
        TypeError: it is of another kind.
    """
    if not isinstance(client, kind | None):
        raise TypeError(
            f"client: expected an httpx.{kind.__name__} or None, got {type(client).__name__}; "
            "a provider's client is for its job, not for the link's host"
        )


class LinkSource(Generic[R]):
    """Where the link comes from: it is given, or read from the result of a job."""

    def __init__(
        self, link: Link | Callable[[R], Link], job: Job[R] | None, *, allow_private: bool
    ) -> None:
        if callable(link) != (job is not None):
            raise ValueError("job: needed with a function from a result to its link, and only then")
        self._read = link if callable(link) else None
        self._given = None if callable(link) else checked_link(link)
        self._job = job
        if allow_private:
            self._policy = LinkPolicy(private=True, plain=True)
        else:
            speaks_to = "" if job is None else host_of(target_of(job).client)
            self._policy = LinkPolicy.of_client(speaks_to) if speaks_to else LinkPolicy()

    @property
    def job(self) -> Job[R]:
        """The job whose result has the link."""
        if self._job is None:
            raise AssertionError("a link that was given is not asked for")
        return self._job

    def transfer(self, path: str | PathLike[str], deadline: float) -> Transfer:
        """Begin the transfer.

        Raises:
            TypeError: the path is none.
        """
        expect("path", path, (str, PathLike), "the path of a file")
        return Transfer(
            Path(path),
            url=self._given,
            refreshable=self._job is not None,
            policy=self._policy,
            deadline=deadline,
        )

    def link_in(self, result: R) -> str:
        """Read the link from a result.

        Raises:
            TypeError, ValueError: there is none.
        """
        return checked_link(None if self._read is None else self._read(result))
