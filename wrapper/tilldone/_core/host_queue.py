"""The waits at one host: whose poll is next there.

Of all that are due the one that was due first is next, so no job starves. Where polls are scarce,
and a `History` knows how likely jobs are to be done, the likeliest are next, and none is passed
over for more than a round.
"""

import heapq
import math
from collections.abc import Sequence
from typing import Generic, TypeAlias, TypeVar

from attrs import define

from tilldone._core.job_list import JobList
from tilldone._core.poller import Poller
from tilldone._core.rate_limit import RateLimit

__all__ = ["Entry", "HostQueue", "ScheduledWait"]

R = TypeVar("R")

# A host whose next poll has been due for so long (s) is not served promptly.
_PROMPT = 1.0

# Where polls are scarce, it is looked so often in a round of all that are due who goes first.
_REORDERED = 16

# More waits than these take their turns: to compare so many would hold up all the others.
_MOST_ORDERED = 10_000


@define(eq=False)
class ScheduledWait(Generic[R]):
    """A wait that the scheduler has in hand."""

    poller: Poller[R]
    host: "HostQueue[R]"

    until: float
    """The wait leaves the scheduler when it is over, or before a poll that is due after this."""

    end: float
    """When it is over at the latest."""

    number: int
    """Its place among polls that are due at the same moment."""

    queued: bool = False
    """Whether its poll waits; it is being sent otherwise."""

    last: bool = False
    """Whether its deadline has come, so that its next poll is the last."""

    gone: bool = False
    """Whether it has left the scheduler."""

    jobs: "JobList[ScheduledWait[R]] | None" = None
    """The list that tells of its job, where the provider has one."""

    polled: float = 0.0
    """When its job was last polled by itself, or its wait began."""

    sure: bool = False
    """Whether a list says that its job has ended."""

    doubted: bool = False
    """Whether a list said so, and the poll did not."""


Entry: TypeAlias = tuple[float, int, ScheduledWait[R]]
"""When, which place at that moment, and the wait."""


class HostQueue(Generic[R]):
    """The waits at one host: those before their deadline, and those with their last poll to go.

    A wait that leaves from the middle of a queue is passed over when it comes to the front.
    """

    __slots__ = ("_last", "_ordered_until", "_usual", "limit", "round")

    def __init__(self) -> None:
        self.limit = RateLimit()
        self.round: JobList[ScheduledWait[R]] | None = None
        """The list that is being read."""
        self._usual: list[Entry[R]] = []
        self._last: list[Entry[R]] = []
        self._ordered_until = -math.inf

    def put(self, scheduled: ScheduledWait[R]) -> None:
        scheduled.queued = True
        queue = self._last if scheduled.last else self._usual
        due = -math.inf if scheduled.sure else scheduled.poller.due
        heapq.heappush(queue, (due, scheduled.number, scheduled))

    def ready(self) -> float:
        """Say when something may be sent; never (infinity) where nothing is queued."""
        usual, last = self._fronts()
        wanted = math.inf if usual is None else max(usual[0], self.limit.held_until)
        if self.round is not None and self.round.going_on:
            wanted = min(wanted, self.limit.held_until)
        return max(wanted if last is None else -math.inf, self.limit.slot)

    def order(self, now: float) -> tuple[float, int]:
        """Say how soon its turn is, where `ready` says that something may be sent."""
        entry = self._front(now)
        return (-math.inf, 0) if entry is None else entry[:2]

    def listed(self, now: float) -> JobList[ScheduledWait[R]] | None:
        """Give the list of which a page is to be asked for instead of a poll, if any is."""
        usual, last = self._fronts()
        # A last poll has little time, and what has ended is what a list is asked for.
        if last is not None or (usual is not None and usual[2].sure):
            return None
        if self.round is not None and not self.round.over:
            return self.round if self.round.going_on else None
        jobs = usual[2].jobs if usual is not None and now - usual[0] > _PROMPT else None
        if jobs is None or not jobs.wanted(now):
            return None
        self.round = jobs
        return jobs

    def take(self, now: float) -> ScheduledWait[R] | None:
        if self.limit.spacing > 0 and now >= self._ordered_until:
            self._order(now)
        entry = self._front(now)
        if entry is None:
            return None
        heapq.heappop(self._last if entry[2].last else self._usual)
        return entry[2]

    def _order(self, now: float) -> None:
        """Where polls are scarce, let those go first whose jobs are the likeliest to be done.

        They take the places in the queue of those that have been due longer.
        """
        due = [each for each in self._usual if -math.inf < each[0] <= now and not _stale(each)]
        length = len(due) * self.limit.spacing if due else 0.0
        self._ordered_until = now + max(length / _REORDERED, _PROMPT)
        if length <= _PROMPT or len(due) > _MOST_ORDERED:
            return
        order = likeliest_first([each[2] for each in sorted(due)], now, length=length)
        if order is None:
            return
        rest = [each for each in self._usual if not -math.inf < each[0] <= now]
        moments = sorted(each[0] for each in due)
        placed = zip(moments, order, strict=True)
        self._usual = [*rest, *((moment, each.number, each) for moment, each in placed)]
        heapq.heapify(self._usual)

    def _front(self, now: float) -> Entry[R] | None:
        usual, last = self._fronts()
        sendable = usual is not None and max(usual[0], self.limit.held_until) <= now
        if last is None:
            return usual if sendable else None
        return min(usual, last) if usual is not None and sendable else last

    def _fronts(self) -> tuple[Entry[R] | None, Entry[R] | None]:
        usual, last = self._usual, self._last
        while usual and (usual[0][2].last or _stale(usual[0])):
            heapq.heappop(usual)
        while last and _stale(last[0]):
            heapq.heappop(last)
        return usual[0] if usual else None, last[0] if last else None


def likeliest_first(
    waits: Sequence[ScheduledWait[R]], now: float, *, length: float
) -> list[ScheduledWait[R]] | None:
    """Put the waits at a host in an order by how much lateness a poll now is likely to end.

    With likelihoods h of an end, by the second, lateness is least in the mean where each is polled
    every 1/√h seconds, times what the rate leaves: those go first that have waited for most of
    that. So no job starves, save one that is not likely to end at all: it is passed over for one
    round, which is `length` seconds, and no longer. None where nothing is known of any.
    """
    chances = [each.poller.likelihood(now) for each in waits]
    known = [chance for chance in chances if chance is not None]
    if not known:
        return None
    usual = math.fsum(known) / len(known)

    def claim(place: int) -> float:
        since, chance = now - waits[place].polled, chances[place]
        return math.inf if since > 2 * length else since**2 * (usual if chance is None else chance)

    return [waits[place] for place in sorted(range(len(waits)), key=claim, reverse=True)]


def _stale(entry: Entry[R]) -> bool:
    # A wait that was put anew has another number.
    return entry[2].gone or entry[1] != entry[2].number
