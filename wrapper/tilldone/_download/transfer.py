"""How one download goes, without network and without a clock.

As a `Poller` does for a wait, a `Transfer` says what to do next and is told what came of it; the
synchronous and the asynchronous download both steer by it. Times are in seconds.
"""

from pathlib import Path
from typing import NoReturn, TypeAlias

from attrs import frozen

from tilldone._core.response import Response, may_pass, retry_after
from tilldone._download.filehead import FileHead, file_head
from tilldone._download.link_policy import LinkPolicy, LinkRefused, PeerCheck
from tilldone._download.partfile import PartFile
from tilldone._download.weblink import redirected, shown

__all__ = ["DownloadFailed", "Fetch", "Pause", "Refresh", "Transfer", "Whole"]

# Google's storage says 400 for a signed link that has expired, Amazon's 403.
_EXPIRED = frozenset({400, 401, 403, 404, 410})
_MOVED = frozenset({301, 302, 303, 307, 308})
_MOST_ATTEMPTS = 5
_MOST_MOVES = 10


class DownloadFailed(Exception):
    """A download that did not come to its end. What has arrived is kept for the next attempt."""


@frozen
class Refresh:
    """Ask the job, within this time, for a link that is not there yet or no longer valid."""

    timeout: float


@frozen
class Fetch:
    """Ask for the file with these headers, within this time."""

    url: str
    headers: dict[str, str]
    timeout: float
    peer: PeerCheck
    """Checks the connection that is made for it."""


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
        policy: where links may lead, those of redirects as well.
        deadline: on the driver's clock.
    """

    def __init__(
        self, path: Path, *, url: str | None, refreshable: bool, policy: LinkPolicy, deadline: float
    ) -> None:
        self._part = PartFile(path)
        self._url = url
        self._policy = policy
        self._asked = ""
        self._moved_to: str | None = None
        self._moves = 0
        self._refreshable = refreshable
        self._deadline = deadline
        self._total: int | None = None
        self._pause = 0.0
        self._hint = 0.0
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
            DownloadFailed: the deadline has come, or the link leads where it may not.
        """
        if self._whole:
            return Whole(self._part.path)
        left = self._deadline - now
        if left <= 0:
            raise DownloadFailed(f"not whole in time: {self._so_far()}")
        if self._pause > 0:
            pause, self._pause = min(self._pause, left), 0.0
            return Pause(pause)
        if self._url is None:
            return Refresh(left)
        if self._moved_to is None:
            self._moves = 0
        self._asked, self._moved_to = self._moved_to or self._url, None
        try:
            self._policy.check_url(self._asked)
        except LinkRefused as error:
            self.refused(error)
        headers = {"Accept": "*/*", "Accept-Encoding": "identity"}
        if self._part.size:
            headers |= {"Range": f"bytes={self._part.size}-", "If-Range": self._part.mark}
        return Fetch(self._asked, headers, left, PeerCheck(self._policy, self._asked))

    def linked(self, url: str) -> None:
        """Take the link of a fresh poll."""
        self._url = url

    def refused(self, error: LinkRefused) -> NoReturn:
        """End it: the link leads where it may not.

        Raises:
            DownloadFailed: always.
        """
        raise DownloadFailed(
            f"{shown(self._asked)}: refused: {error}; allow_private=True would permit it"
        ) from None

    def begin(self, answer: Response) -> str | None:
        """Take in an answer's head; say what is wrong where it brings no file.

        Raises:
            DownloadFailed: asking again would not help.
            OSError: the file cannot be written.
        """
        code = answer.status_code
        said = f"{shown(self._asked)}: HTTP {code}"
        if code in {200, 206}:
            return self._open(file_head(code, answer.headers), said)
        if code in _MOVED:
            return self._move(answer, said)
        self._hint = retry_after(answer)
        if code in _EXPIRED and self._refreshable:
            self._url = None
            return said
        if code == 416:
            # What is there is as long as the file, or longer.
            self._part.forget()
            return said
        if may_pass(code):
            return said
        if code in _EXPIRED:
            said = f"{said}; if it has expired, a function and job= would fetch a fresh link"
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
        if self._moved_to is not None:
            return
        if not self._part.mark:
            self._part.forget()
        # Bytes that are thrown away again, for want of a mark, are no progress.
        self._fruitless = 0 if self.received > self._furthest else self._fruitless + 1
        self._furthest = max(self._furthest, self.received)
        if self._fruitless >= _MOST_ATTEMPTS:
            raise DownloadFailed(
                f"{fault}; {self._fruitless} attempts in a row brought nothing more, "
                f"{self._so_far()}"
            )
        self._pause, self._hint = max(0.5 * 2**self._fruitless, self._hint), 0.0

    def abandon(self) -> None:
        """Close the part; it is gone on from next time, if the server can."""
        if not self._whole:
            self._part.abandon()

    def _move(self, answer: Response, said: str) -> str:
        # Not left to httpx: it would send the cookies of a client along.
        self._moves += 1
        self._moved_to = redirected(self._asked, answer.headers.get("location", ""))
        if self._moved_to is None or self._moves > _MOST_MOVES:
            raise DownloadFailed(f"{said}, and it leads nowhere; {self._so_far()}")
        return said

    def _open(self, head: FileHead | None, said: str) -> str | None:
        if head is not None and head.packed:
            raise DownloadFailed(f"{said}: it comes packed, which was not asked for")
        if head is not None and head.start == 0:
            self._part.start_anew(head.mark)
        elif head is not None and head.start == self.received and self._is_the_same(head):
            self._part.go_on()
        else:
            self._part.forget()
            return f"{said}: not the part that was asked for"
        self._total = head.total
        return None

    def _is_the_same(self, head: FileHead) -> bool:
        """Whether it is the version that was asked for: some servers do not heed `If-Range`."""
        return head.mark in {"", self._part.mark} and self._total in {None, head.total}

    def _so_far(self) -> str:
        total = "" if self._total is None else f" of {self._total}"
        kept = " and are kept" if self._part.mark else ""
        return f"{self.received}{total} bytes arrived{kept}"
