"""Many waits at once, without I/O and without a clock: whose poll is due, and who must hold off.

A `Scheduler` keeps a `Poller` for each job, in a queue for each host, ordered by when the next poll
is due, and of all that may be taken now the one that was due first is next; so no job starves, and
a host that is strict holds up no other. It is told what was seen and when, as a poller is, and
decides nothing that a poller decides. Times are in seconds.
"""

import heapq
import math
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import Generic, TypeVar

from attrs import define, frozen

from tilldone._core.errors import PollRejected, WaitError
from tilldone._core.job import Job, Target, target_of
from tilldone._core.outcome import Outcome
from tilldone._core.poller import Poll, Poller, conclude
from tilldone._core.polling import Polling
from tilldone._core.response import Response, TransportError, retry_after

__all__ = ["Dispatch", "ScheduledWait", "Scheduler"]

R = TypeVar("R")

_HOLDING = frozenset({429, 503})


@define(eq=False)
class ScheduledWait(Generic[R]):
    """One job's wait within the scheduler."""

    target: Target[R]
    poller: Poller[R]
    host: "HostQueue[R]"
    times: int
    """How often the job was given: it is polled once, and reported as often."""


@frozen(eq=False)
class Dispatch(Generic[R]):
    """Send this poll now, and tell the scheduler what it brought."""

    scheduled: ScheduledWait[R]
    poll: Poll


class HostQueue(Generic[R]):
    """The jobs of one host that wait for their next poll, and what the host asked for."""

    def __init__(self) -> None:
        self.queue: list[tuple[float, int, ScheduledWait[R]]] = []
        self._spacing = 0.0
        self._slot = -math.inf
        self._hold = -math.inf

    def ready(self, deadline: float) -> float:
        """Say when the next poll may be sent, never where none is waiting."""
        if not self.queue:
            return math.inf
        # Neither Retry-After nor a schedule outlasts the deadline: the last poll is sent then.
        wanted = min(max(self.queue[0][0], self._hold), deadline)
        return max(wanted, self._slot)

    @property
    def turn(self) -> tuple[float, int]:
        """Give the place in line of the poll that is next here, among those of all hosts."""
        return self.queue[0][:2]

    def limit(self, rate: float) -> None:
        """Send no more polls a second than that; the strictest of several limits holds."""
        self._spacing = max(self._spacing, 1 / rate)

    def begin(self, now: float) -> None:
        """Count a poll that begins."""
        self._slot = max(self._slot, now) + self._spacing

    def hold(self, until: float) -> None:
        """Leave the host alone until then."""
        self._hold = max(self._hold, until)


class Scheduler(Generic[R]):
    """The waits for many jobs, all begun at the same moment and with the same timeout.

    Args:
        rate: polls a second for each host; None is the limit that each provider documents.
        host_of: names the host that a job's client speaks to.

    Raises:
        ValueError: a job has no client to ask with.
    """

    def __init__(
        self,
        jobs: Sequence[Job[R]],
        *,
        timeout: float,
        polling: Polling,
        rate: float | None,
        host_of: Callable[[object], str],
        now: float,
    ) -> None:
        self.polls = 0
        self._host_of = host_of
        self._deadline = now + timeout
        self.end = self._deadline + polling.last_poll
        self._order = count()
        self._hosts: dict[str, HostQueue[R]] = {}
        self._by_client: dict[int, HostQueue[R]] = {}
        self._waits: dict[Job[R], ScheduledWait[R]] = {}
        for job in jobs:
            scheduled = self._waits.get(job)
            if scheduled is not None:
                scheduled.times += 1
                continue
            target = target_of(job)
            poller = Poller(job, timeout=timeout, polling=polling, now=now)
            scheduled = ScheduledWait(target, poller, self._host(target, rate), 1)
            self._waits[job] = scheduled
            self._enqueue(scheduled)

    def _host(self, target: Target[R], rate: float | None) -> HostQueue[R]:
        host = self._by_client.get(id(target.client))
        if host is None:
            host = self._hosts.setdefault(self._host_of(target.client), HostQueue())
            self._by_client[id(target.client)] = host
        documented = target.provider.rate or math.inf
        host.limit(documented if rate is None else rate)
        return host

    def _enqueue(self, scheduled: ScheduledWait[R]) -> None:
        entry = (scheduled.poller.due, next(self._order), scheduled)
        heapq.heappush(scheduled.host.queue, entry)

    @property
    def running(self) -> int:
        """How many jobs have not come to their end."""
        return len(self._waits)

    @property
    def waiting(self) -> Iterator[Job[R]]:
        """The jobs that have not come to their end."""
        return iter(self._waits)

    def pause(self, now: float, *, room: bool) -> float:
        """Say in how many seconds there is something to do; infinity means not by itself.

        `room` says whether a poll could be sent; without, as many as may be are in flight.
        """
        waiting = [host for host in self._hosts.values() if host.queue]
        if not waiting:
            return math.inf
        ready = min(host.ready(self._deadline) for host in waiting) if room else math.inf
        return max(min(ready, self.end) - now, 0.0)

    def next_dispatch(self, now: float) -> Dispatch[R] | None:
        """Give the poll that has been due the longest, None where none may be taken now."""
        ready = [host for host in self._hosts.values() if host.ready(self._deadline) <= now]
        host = min(ready, key=lambda each: each.turn, default=None)
        if host is None or now >= self.end:
            return None
        scheduled = heapq.heappop(host.queue)[2]
        host.begin(now)
        self.polls += 1
        return Dispatch(scheduled, scheduled.poller.begin_poll(now))

    def receive(
        self, scheduled: ScheduledWait[R], event: Response | TransportError, now: float
    ) -> list[Outcome[R]]:
        """Take in what a poll brought; give the job's outcome if it was the last."""
        scheduled.poller.receive(event, now)
        stop = scheduled.poller.stop
        refused = stop is not None and isinstance(stop.error, PollRejected)
        if isinstance(event, Response) and event.status_code in _HOLDING and not refused:
            # The limit is the host's, not the job's: the others would only meet it again.
            scheduled.host.hold(now + retry_after(event))
        if stop is None:
            self._enqueue(scheduled)
            return []
        return self._conclude(scheduled)

    def expire(self, now: float) -> list[Outcome[R]]:
        """Give the outcomes of the jobs whose last poll could not be sent in time.

        Where a host's limit or the concurrency leaves no room for all the last polls, a wait
        still ends when it should.
        """
        if now < self.end:
            return []
        outcomes: list[Outcome[R]] = []
        for host in self._hosts.values():
            while host.queue:
                scheduled = heapq.heappop(host.queue)[2]
                scheduled.poller.expire(now)
                outcomes += self._conclude(scheduled)
        return outcomes

    def abandon(self) -> None:
        """Close the records of the jobs that have not come to their end."""
        for scheduled in self._waits.values():
            scheduled.poller.abandon()

    def _conclude(self, scheduled: ScheduledWait[R]) -> list[Outcome[R]]:
        poller = scheduled.poller
        del self._waits[poller.job]
        return [_outcome(poller)] * scheduled.times


def _outcome(poller: Poller[R]) -> Outcome[R]:
    job, last = poller.job, poller.last
    error = poller.stop.error if poller.stop is not None else None
    if error is not None or last is None:
        return Outcome(job, error=error)
    try:
        return Outcome(job, result=conclude(last))
    except WaitError as failure:
        # The frames of this traceback would keep the scheduler alive as long as the outcome.
        return Outcome(job, error=failure.with_traceback(None))
