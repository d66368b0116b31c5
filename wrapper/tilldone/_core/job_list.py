"""What the scheduler knows of one account's list of jobs: when to ask for it, and what it says.

Sans-IO. A list is read in rounds of pages. It is hearsay: it chooses whom to poll next, and no wait
ends by it. Times are in seconds, on the driver's clock.
"""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from attrs import define, field, frozen

from tilldone._core.declaration import Phase, found_at
from tilldone._core.decoding import decoded
from tilldone._core.job import request_arguments
from tilldone._core.response import Response, TransportError, may_pass, phase_of
from tilldone._core.text import excerpt

if TYPE_CHECKING:
    from tilldone._core.declaration import Declaration, Listing

__all__ = ["JobList", "PageRequest"]

W = TypeVar("W")

# A page that tells of fewer waiting jobs than this is not worth its request.
_WORTH = 4

# Of so many requests (at the host's rate) one may be for a list: the others are polls.
_SHARE = 8

# A list that fails is left alone for so long (s), and twice as long each time that it fails again.
_BACKOFF, _LONGEST = 10.0, 600.0

# So long after its end (s) a job may still be listed as unfinished: lists are often a bit behind.
_STALE = 10.0

# The ends that are remembered, to hold a list to them.
_ENDS = 1000

# As many jobs may be listed as finished before they are, beyond those that were.
_DOUBTS = 10


@frozen(eq=False)
class PageRequest:
    """The request for one page, as a transport takes it."""

    provider: "Declaration[Any]"
    listing: "Listing"
    number: int

    def request(self) -> dict[str, Any]:
        """Give the arguments that build the HTTP request."""
        return request_arguments(self.listing.request(self.number))


@define(eq=False)
class JobList(Generic[W]):
    """The list of the jobs that one client sees, and those of them that wait here."""

    provider: "Declaration[Any]"
    listing: "Listing"
    client: object

    members: dict[str, W] = field(factory=dict[str, W])
    """The waits, by their jobs' ids."""

    asking: bool = False
    """Whether a page is on its way."""

    over: bool = True
    """Whether the round of pages has come to its end."""

    fault: str | None = None
    """What was wrong with the last page, if it was."""

    _requests: dict[int, PageRequest] = field(factory=dict[int, PageRequest])
    _ends: dict[str, float] = field(factory=dict[str, float])
    _page: int = 0
    _pages: int = 1
    _told: int = 0
    _wanted: int = 0
    _pause: float = 0.0
    _began: float = 0.0
    _asked: float = 0.0
    _not_before: float = -math.inf
    _failed: int = 0
    _doubts: int = 0

    @property
    def going_on(self) -> bool:
        """Whether the next page of the round is to be asked for."""
        return not (self.over or self.asking)

    def wanted(self, now: float) -> bool:
        """Say whether a round may begin, and would pay."""
        return (
            not self.asking
            and now >= self._not_before
            and len(self.members) >= _WORTH * self._pages
        )

    def begin_page(self, now: float, *, spacing: float) -> PageRequest:
        """Begin the next page of the round, or a round; the rate spaces requests so (s)."""
        if self.over:
            self.over, self._page, self._told, self._began = False, 0, 0, now
            self._wanted, self._pause = len(self.members), _SHARE * spacing
        self._page += 1
        self.asking, self._asked = True, now
        if self._page not in self._requests:
            self._requests[self._page] = PageRequest(self.provider, self.listing, self._page)
        return self._requests[self._page]

    def polled(self, id: str, now: float, *, finished: bool, sure: bool) -> None:
        """Hold the list to what a poll said; `sure` is that the list called the job finished."""
        if finished:
            self._ends[id] = now
            if len(self._ends) > _ENDS:
                del self._ends[next(iter(self._ends))]
        if sure:
            self._doubts += -1 if finished else 1
        if self._doubts > _DOUBTS and self._not_before < math.inf:
            self._fail(f"{self._doubts} jobs that it called finished were not", now)

    def receive(
        self, event: Response | TransportError | Exception, now: float
    ) -> list[tuple[W, Phase]]:
        """Take in what a page brought; give what it says of the waits."""
        self.asking, self.fault = False, None
        if self.over:
            return []  # Found out to be wrong meanwhile.
        if not isinstance(event, Response) or not 200 <= event.status_code < 300:
            self._fail(event, now)
            return []
        try:
            items, pages = self._read(event)
        except Exception as error:  # noqa: BLE001 # a declaration raises whatever it meets
            self._fail(error, now)
            return []
        told: list[tuple[W, Phase]] = []
        for named, phase in items:
            wait = self.members.get(named)
            if wait is not None:
                told.append((wait, phase))
            elif not phase.finished and self._asked - self._ends.get(named, math.inf) > _STALE:
                self._fail(f"{named} had ended {self._asked - self._ends[named]:.0f} s before", now)
                return []
        known = sum(phase is not Phase.UNKNOWN for _, phase in told)
        self._told += known
        last = self._page >= pages if pages is not None else not items
        if last or known < _WORTH or self._told >= self._wanted:
            self._end(now)
        return told

    def _read(self, answer: Response) -> tuple[list[tuple[str, Phase]], int | None]:
        if answer.flaw is not None:
            raise ValueError(answer.flaw)
        body = decoded(answer.content)
        if not isinstance(body, dict):
            raise TypeError("JSON but not an object")
        page = cast("dict[str, Any]", body)
        items = found_at(page, self.listing.items)
        if not isinstance(items, list):
            raise TypeError("there is no list of jobs in it")
        jobs = [self._job(item) for item in cast("list[object]", items)]
        pages = None if self.listing.pages is None else found_at(page, self.listing.pages)
        return [job for job in jobs if job is not None], pages if isinstance(pages, int) else None

    def _job(self, item: object) -> tuple[str, Phase] | None:
        if not isinstance(item, Mapping):
            return None
        job = cast("Mapping[str, Any]", item)
        named, status = found_at(job, self.listing.id), found_at(job, self.listing.status)
        if not isinstance(named, str | int) or not isinstance(status, str):
            return None
        return str(named), phase_of(self.provider, status)

    def _end(self, now: float) -> None:
        self.over = True
        self._pages = self._page
        if self._told < _WORTH:
            # Such as where the jobs are on a page far behind: polls find them sooner.
            self._failed += 1
            self._not_before = now + self._backoff()
        else:
            self._failed = 0
            self._not_before = self._began + self._pages * self._pause

    def _backoff(self) -> float:
        return min(_BACKOFF * 2.0 ** min(self._failed - 1, 30), _LONGEST)

    def _fail(self, event: object, now: float) -> None:
        self.over = True
        self._failed += 1
        self._not_before = now + self._backoff()
        if isinstance(event, TransportError):
            self.fault = event.reason
        elif isinstance(event, Response):
            self.fault = f"HTTP {event.status_code}"
            if not may_pass(event.status_code):
                self._not_before = math.inf
        elif isinstance(event, Exception):
            self.fault = f"{type(event).__name__}: {excerpt(event)}"
        else:
            self.fault = f"it is wrong: {event}"
            self._not_before = math.inf
