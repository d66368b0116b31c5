"""The course of one download, without network and without a clock.

As a `Course` does for a wait, a `Transfer` says what to do next and is told what came of it; the
synchronous and the asynchronous download both steer by it. Times are in seconds.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Protocol, TypeAlias
from urllib.parse import urlsplit

from attrs import frozen

from tilldone._partfile import PartFile

__all__ = ["DownloadFailed", "Fetch", "Link", "Pause", "Refresh", "Transfer", "Whole"]

_EXPIRED = frozenset({401, 403, 404, 410})
_PASSING = frozenset({408, 425, 429})
_SPAN = re.compile(r"bytes (\d+)-\d+/(\d+|\*)", re.ASCII)
_MOST_ATTEMPTS = 5


class _Absent(Protocol):
    def __bool__(self) -> Literal[False]: ...


Link: TypeAlias = str | _Absent | None
"""A field of a result that holds a link, or nothing."""


class DownloadFailed(Exception):
    """A download that did not come to its end. What has arrived is kept for the next attempt."""


@frozen
class Refresh:
    """Look at the job, for a link that is not there yet or no longer valid."""


@frozen
class Fetch:
    """Ask for the file with these headers, within this time."""

    url: str
    headers: dict[str, str]
    timeout: float


@frozen
class Pause:
    """Do nothing for this many seconds."""

    seconds: float


@frozen
class Whole:
    """The file is in its place."""

    path: Path


Step: TypeAlias = Refresh | Fetch | Pause | Whole


class Transfer:
    """One file on its way from a link to a place.

    Args:
        path: where it shall be.
        url: where it is; None where the job has to be asked for that first.
        refreshable: whether the job can be asked for another link.
        deadline: on the driver's clock.
    """

    def __init__(self, path: Path, *, url: str | None, refreshable: bool, deadline: float) -> None:
        self._part = PartFile(path)
        self._url = url
        self._refreshable = refreshable
        self._deadline = deadline
        self._total: int | None = None
        self._pause = 0.0
        self._fruitless = 0
        self._furthest = self._part.size
        self._whole = False

    @property
    def received(self) -> int:
        """The bytes that are there."""
        return self._part.size

    @property
    def total(self) -> int | None:
        """The bytes that there will be, as far as the server has said."""
        return self._total

    def next(self, now: float) -> Step:
        """Say what to do at this moment.

        Raises:
            DownloadFailed: the deadline has come.
        """
        if self._whole:
            return Whole(self._part.path)
        if now >= self._deadline:
            raise DownloadFailed(f"not whole in time: {self._so_far()}")
        if self._pause > 0:
            pause, self._pause = min(self._pause, self._deadline - now), 0.0
            return Pause(pause)
        if self._url is None:
            return Refresh()
        headers = {"Accept-Encoding": "identity"}
        if self._part.size and self._part.mark:
            headers |= {"Range": f"bytes={self._part.size}-", "If-Range": self._part.mark}
        return Fetch(self._url, headers, self._deadline - now)

    def linked(self, link: Link) -> None:
        """Take the link of a fresh look.

        Raises:
            DownloadFailed: the result has none.
        """
        if not link:
            raise DownloadFailed("the result has no link there")
        self._url = str(link)

    def begin(self, status_code: int, headers: Mapping[str, str]) -> str | None:
        """Take in an answer's head; say what is wrong where it brings no file.

        Raises:
            DownloadFailed: asking again would not help.
        """
        said = f"{_shown(self._url or '')}: HTTP {status_code}"
        if status_code == 206:
            return self._begin_rest(headers, said)
        if status_code == 200:
            return self._begin_whole(headers, said)
        if status_code in _EXPIRED and self._refreshable:
            self._url = None
            return said
        if status_code == 416:
            # What is there is as long as the file, or longer.
            self._part.forget()
            return said
        if status_code in _PASSING or status_code >= 500:
            return said
        raise DownloadFailed(f"{said}; {self._so_far()}")

    def write(self, chunk: bytes) -> None:
        """Keep a chunk."""
        self._part.write(chunk)

    def ended(self, fault: str | None) -> None:
        """Take in how an answer ended.

        Raises:
            DownloadFailed: there were enough attempts that brought nothing more.
        """
        if fault is None and self._total is not None and self.received != self._total:
            fault = f"{self.received} of {self._total} bytes arrived"
            if self.received > self._total:
                self._part.forget()
        if fault is None:
            self._part.complete()
            self._whole = True
            return
        self._part.close()
        # Bytes that are thrown away again, for want of a mark, are no progress.
        self._fruitless = 0 if self.received > self._furthest else self._fruitless + 1
        self._furthest = max(self._furthest, self.received)
        if self._fruitless >= _MOST_ATTEMPTS:
            raise DownloadFailed(
                f"{fault}; {self._fruitless} attempts in a row brought nothing more, "
                f"{self._so_far()}"
            )
        self._pause = 0.5 * 2**self._fruitless

    def abandon(self) -> None:
        """Close the part; it is gone on from next time, if the server can."""
        if not self._whole:
            self._part.close()

    def _begin_rest(self, headers: Mapping[str, str], said: str) -> str | None:
        span = _SPAN.fullmatch(headers.get("content-range", ""))
        if span is None or int(span[1]) != self.received:
            self._part.forget()
            return f"{said}: not the part that was asked for"
        self._total = None if span[2] == "*" else int(span[2])
        self._part.go_on()
        return None

    def _begin_whole(self, headers: Mapping[str, str], said: str) -> str | None:
        if headers.get("content-encoding", "identity") != "identity":
            raise DownloadFailed(f"{said}: it comes packed, which was not asked for")
        length = headers.get("content-length", "")
        self._total = int(length) if length.isdecimal() else None
        etag = headers.get("etag", "")
        # A weak ETag does not promise the same bytes, and the same bytes are what matters here.
        strong = etag if etag and not etag.startswith("W/") else headers.get("last-modified", "")
        ranged = headers.get("accept-ranges", "").lower() != "none"
        self._part.start_anew(strong if ranged else "")
        return None

    def _so_far(self) -> str:
        total = "" if self._total is None else f" of {self._total}"
        kept = " and are kept" if self._part.mark else ""
        return f"{self.received}{total} bytes arrived{kept}"


def _shown(url: str) -> str:
    # The query of a signed link is as good as a key.
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}{parts.path}"
