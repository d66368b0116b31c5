"""Many waits at once, without I/O and without a clock: whose poll is due, and who must hold off.

A `Scheduler` is given a `Poller` for each wait, at any time, and keeps them in a queue for each
host, ordered by when the next poll is due. Of all that may be sent now the one that was due first
is next, so no job starves, and a host that is strict holds up no other. It is told what was seen
and when, as a poller is, and decides nothing that a poller decides.

Each wait has its own deadline, which holds while its poll waits its turn: from the deadline on,
its last poll waits for the host's rate only, not for Retry-After; at `deadline + last_poll` it ends
without that poll where there was no room for it. Times are in seconds, on the driver's clock.
"""

import heapq
import math
from collections.abc import Iterator
from itertools import count
from typing import Generic, TypeAlias, TypeVar

from attrs import define, frozen

from tilldone._core.errors import PollRejected
from tilldone._core.poller import Poll, Poller
from tilldone._core.rate_limit import RateLimit
from tilldone._core.response import Response, TransportError

__all__ = ["Dispatch", "ScheduledWait", "Scheduler"]

R = TypeVar("R")


@define(eq=False)
class ScheduledWait(Generic[R]):
    """A wait that the scheduler has in hand."""

    poller: Poller[R]
    host: "_HostQueue[R]"

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


@frozen(eq=False)
class Dispatch(Generic[R]):
    """Send this poll now, and tell the scheduler what it brought."""

    scheduled: ScheduledWait[R]
    poll: Poll


_Entry: TypeAlias = tuple[float, int, ScheduledWait[R]]


class _HostQueue(Generic[R]):
    """The waits at one host: those before their deadline, and those with their last poll to go.

    A wait that leaves from the middle of a queue is passed over when it comes to the front.
    """

    __slots__ = ("_last", "_usual", "limit")

    def __init__(self) -> None:
        self.limit = RateLimit()
        self._usual: list[_Entry[R]] = []
        self._last: list[_Entry[R]] = []

    def put(self, scheduled: ScheduledWait[R]) -> None:
        scheduled.queued = True
        queue = self._last if scheduled.last else self._usual
        heapq.heappush(queue, (scheduled.poller.due, scheduled.number, scheduled))

    def ready(self) -> float:
        """Say when the next poll may be sent; never (infinity) where none is queued."""
        usual, last = self._fronts()
        wanted = math.inf if usual is None else max(usual[0], self.limit.held_until)
        return max(wanted if last is None else -math.inf, self.limit.slot)

    def front(self, now: float) -> _Entry[R]:
        """Give the poll to send now, where `ready` says that there is one."""
        usual, last = self._fronts()
        if last is None:
            return self._usual[0]
        sendable = usual is not None and max(usual[0], self.limit.held_until) <= now
        return min(usual, last) if usual is not None and sendable else last

    def take(self, now: float) -> ScheduledWait[R]:
        scheduled = self.front(now)[2]
        heapq.heappop(self._last if scheduled.last else self._usual)
        return scheduled

    def _fronts(self) -> tuple[_Entry[R] | None, _Entry[R] | None]:
        usual, last = self._usual, self._last
        while usual and (usual[0][2].last or usual[0][2].gone):
            heapq.heappop(usual)
        while last and last[0][2].gone:
            heapq.heappop(last)
        return usual[0] if usual else None, last[0] if last else None


class Scheduler(Generic[R]):
    """The waits of one engine.

    `add` feeds it, at any time. Its driver sends what `next_dispatch` gives, hands on what came to
    `receive`, calls `expire` for the waits that found no room, and sleeps as `pause` says.
    """

    def __init__(self) -> None:
        self.running = 0
        """How many waits it has in hand."""
        self._numbers = count()
        self._hosts: dict[str, _HostQueue[R]] = {}
        # Every wait is in one of these, save while its last poll is cut at its end.
        self._deadlines: list[_Entry[R]] = []
        self._ends: list[_Entry[R]] = []
        self._gone = 0

    def add(
        self, poller: Poller[R], *, host: str, rate: float, now: float, until: float = math.inf
    ) -> ScheduledWait[R]:
        """Take a wait in hand, from the poll on that is due next.

        Args:
            poller: new, or restored from a checkpoint. One whose end is past is given its last
                poll all the same: its job may be done, and paid for.
            host: whose rate and Retry-After it shares.
            rate: polls a second at that host; the strictest that was ever given for it holds.
            now: the time.
            until: give the wait back before a poll that is due after this moment.
        """
        queue = self._hosts.get(host)
        if queue is None:
            queue = self._hosts[host] = _HostQueue()
        queue.limit.tighten(rate)
        end = max(poller.end, now + poller.polling.last_poll)
        scheduled = ScheduledWait(poller, queue, until, end, next(self._numbers))
        self.running += 1
        heapq.heappush(self._deadlines, (poller.deadline, scheduled.number, scheduled))
        queue.put(scheduled)
        return scheduled

    def remove(self, scheduled: ScheduledWait[R]) -> None:
        """Let go of a wait; what a poll of it that is on its way brings is dropped."""
        if scheduled.gone:
            return
        scheduled.gone = True
        self.running -= 1
        self._gone += 1
        # Most waits are over long before their deadlines: no more of those are kept than go on.
        if self._gone > self.running:
            self._gone = 0
            self._deadlines = [entry for entry in self._deadlines if not entry[2].gone]
            self._ends = [entry for entry in self._ends if not entry[2].gone]
            heapq.heapify(self._deadlines)
            heapq.heapify(self._ends)

    def next_dispatch(self, now: float) -> Dispatch[R] | None:
        """Give the poll that has been due the longest, None where none may be sent now."""
        self._pass_deadlines(now)
        while ready := [host for host in self._hosts.values() if host.ready() <= now]:
            # Comparing them costs a crowd at a single host nothing.
            host = min(ready, key=lambda each: each.front(now)) if ready[1:] else ready[0]
            scheduled = host.take(now)
            if now < scheduled.end:
                scheduled.queued = False
                host.limit.begin(now)
                return Dispatch(scheduled, scheduled.poller.begin_poll(now))
            # It found no room before its end; `expire` gives it.
        return None

    def receive(
        self, scheduled: ScheduledWait[R], event: Response | TransportError, now: float
    ) -> bool:
        """Take in what a poll brought; say whether its wait leaves with that."""
        if scheduled.gone:
            return False
        poller = scheduled.poller
        poller.receive(event, now)
        if poller.stop is None or not isinstance(poller.stop.error, PollRejected):
            scheduled.host.limit.heed(event, now)
        if poller.stop is None and now >= scheduled.end:
            # The machine was so late that there is no time left for the last poll.
            poller.expire(now)
        if poller.stop is None and poller.due <= scheduled.until:
            scheduled.number = next(self._numbers)
            scheduled.host.put(scheduled)
            return False
        self.remove(scheduled)
        return True

    def abandon(self, scheduled: ScheduledWait[R], error: Exception) -> bool:
        """End a wait whose poll raised, and no other; say whether it leaves with that."""
        if scheduled.gone:
            return False
        scheduled.poller.abandon(error)
        self.remove(scheduled)
        return True

    def expire(self, now: float) -> Iterator[ScheduledWait[R]]:
        """End the waits whose last poll could not be sent in time, and give them."""
        self._pass_deadlines(now)
        while self._ends and self._ends[0][0] <= now:
            scheduled = heapq.heappop(self._ends)[2]
            if scheduled.queued and not scheduled.gone:
                scheduled.poller.expire(now)
                self.remove(scheduled)
                yield scheduled

    def pause(self, now: float, *, room: bool) -> float:
        """Say in how many seconds there is something to do; infinity means not by itself.

        `room` says whether a poll could be sent; without, as many as may be are in flight.
        """
        moments = [heap[0][0] for heap in (self._deadlines, self._ends) if heap]
        if room:
            moments += [host.ready() for host in self._hosts.values()]
        return max(min(moments, default=math.inf) - now, 0.0)

    def _pass_deadlines(self, now: float) -> None:
        """From its deadline on, a wait has its last poll to go and its end to mind."""
        while self._deadlines and self._deadlines[0][0] <= now:
            _, number, scheduled = heapq.heappop(self._deadlines)
            if scheduled.gone:
                continue
            scheduled.last = True
            heapq.heappush(self._ends, (scheduled.end, number, scheduled))
            if scheduled.queued:
                scheduled.host.put(scheduled)
