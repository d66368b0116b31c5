"""Many waits at once, without I/O and without a clock: whose poll is due, and who must hold off.

A `Scheduler` is given a `Poller` for each wait, at any time, and keeps them in a queue for each
host (`_core/host_queue.py`), so that one which is strict holds up no other. It is told what was
seen and when, as a poller is, and decides nothing that a poller decides.

Where a host's rate cannot serve its polls promptly, and its provider lists jobs, the scheduler asks
for the list (`_core/job_list.py`): jobs that it calls finished go first.

Each wait has its own deadline, which holds while its poll waits its turn: from the deadline on,
its last poll waits for the host's rate only, not for Retry-After; at `deadline + last_poll` it ends
without that poll where there was no room for it. Times are in seconds, on the driver's clock.
"""

import heapq
import math
from collections.abc import Iterator
from itertools import count
from typing import Generic, TypeVar

from attrs import frozen

from tilldone._core.actions import Poll
from tilldone._core.declaration import Phase
from tilldone._core.host_queue import Entry, HostQueue, ScheduledWait
from tilldone._core.job import provider_of
from tilldone._core.job_list import JobList, PageRequest
from tilldone._core.poller import Poller
from tilldone._core.response import Response, TransportError
from tilldone._core.snapshot import PollRejected, Snapshot

__all__ = ["Dispatch", "PageDispatch", "Scheduler"]

R = TypeVar("R")

# A list may put off a job's own poll for so long (s).
_TRUSTED = 600.0


@frozen(eq=False)
class Dispatch(Generic[R]):
    """Send this poll now, and tell the scheduler what it brought."""

    scheduled: ScheduledWait[R]
    poll: Poll


@frozen(eq=False)
class PageDispatch(Generic[R]):
    """Ask for this page of a list now, and tell the scheduler what it brought."""

    jobs: JobList[ScheduledWait[R]]
    host: HostQueue[R]
    page: PageRequest


class Scheduler(Generic[R]):
    """The waits of one engine.

    `add` feeds it, at any time. Its driver sends what `next_dispatch` gives, hands on what came to
    `receive`, calls `expire` for the waits that found no room, and sleeps as `pause` says.
    """

    def __init__(self) -> None:
        self.running = 0
        """How many waits it has in hand."""
        self._numbers = count()
        self._hosts: dict[str, HostQueue[R]] = {}
        self._lists: dict[tuple[int, int], JobList[ScheduledWait[R]]] = {}
        # Every wait that has a deadline is in one of these, save while its last poll is cut at its
        # end.
        self._deadlines: list[Entry[R]] = []
        self._ends: list[Entry[R]] = []
        self._gone = 0

    def add(
        self,
        poller: Poller[R],
        *,
        host: str,
        rate: float,
        now: float,
        until: float = math.inf,
        client: object = None,
    ) -> ScheduledWait[R]:
        """Take a wait in hand, from the poll on that is due next.

        Args:
            poller: new, or restored from a checkpoint. One whose end is past is given its last
                poll all the same: its job may be done, and paid for.
            host: whose rate and Retry-After it shares.
            rate: polls a second at that host; the strictest that was ever given for it holds.
            now: the time.
            until: give the wait back before a poll that is due after this moment.
            client: who asks; a list tells of the jobs of one client.
        """
        queue = self._hosts.get(host)
        if queue is None:
            queue = self._hosts[host] = HostQueue()
        queue.limit.tighten(rate)
        end = max(poller.end, now + poller.polling.last_poll)
        scheduled = ScheduledWait(poller, queue, until, end, next(self._numbers), polled=now)
        self.running += 1
        if client is not None and queue.limit.spacing > 0:
            self._enlist(scheduled, client)
        if poller.deadline < math.inf:
            heapq.heappush(self._deadlines, (poller.deadline, scheduled.number, scheduled))
        queue.put(scheduled)
        return scheduled

    def _enlist(self, scheduled: ScheduledWait[R], client: object) -> None:
        job = scheduled.poller.job
        provider = provider_of(job)
        if provider.listing is None:
            return
        key = id(client), id(provider)
        jobs = self._lists.get(key)
        if jobs is None:
            jobs = self._lists[key] = JobList(provider, provider.listing, client)
        if jobs.members.setdefault(job.id, scheduled) is scheduled:
            scheduled.jobs = jobs

    def remove(self, scheduled: ScheduledWait[R]) -> None:
        """Let go of a wait; what a poll of it that is on its way brings is dropped."""
        if scheduled.gone:
            return
        scheduled.gone = True
        self.running -= 1
        if scheduled.jobs is not None:
            self._strike_off(scheduled, scheduled.jobs)
        self._gone += 1
        # Most waits are over long before their deadlines: no more of those are kept than go on.
        if self._gone > self.running:
            self._gone = 0
            self._deadlines = [entry for entry in self._deadlines if not entry[2].gone]
            self._ends = [entry for entry in self._ends if not entry[2].gone]
            heapq.heapify(self._deadlines)
            heapq.heapify(self._ends)

    def _strike_off(self, scheduled: ScheduledWait[R], jobs: JobList[ScheduledWait[R]]) -> None:
        del jobs.members[scheduled.poller.job.id]
        if jobs.members:
            return
        del self._lists[id(jobs.client), id(jobs.provider)]
        if scheduled.host.round is jobs:
            scheduled.host.round = None

    def next_dispatch(self, now: float) -> Dispatch[R] | PageDispatch[R] | None:
        """Give the poll that has been due the longest, None where none may be sent now.

        Where many have been due for long, it may be a page of a list instead.
        """
        self._pass_deadlines(now)
        while ready := [host for host in self._hosts.values() if host.ready() <= now]:
            # Comparing them costs a crowd at a single host nothing.
            host = min(ready, key=lambda each: each.order(now)) if ready[1:] else ready[0]
            jobs = host.listed(now)
            if jobs is not None:
                host.limit.begin(now)
                return PageDispatch(jobs, host, jobs.begin_page(now, spacing=host.limit.spacing))
            scheduled = host.take(now)
            if scheduled is not None and now < scheduled.end:
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
        scheduled.polled = now
        snapshot = poller.receive(event, now)
        if scheduled.jobs is not None:
            self._compare(scheduled, scheduled.jobs, snapshot, now)
        if poller.stop is None or not isinstance(poller.stop.error, PollRejected):
            scheduled.host.limit.heed(event, now)
        if poller.stop is None and now >= scheduled.end:
            # The machine was so late that there is no time left for the last poll.
            poller.expire(now)
        if poller.stop is None and poller.due <= scheduled.until:
            if snapshot is not None and isinstance(event, Response):
                poller.pack(event)
            scheduled.number = next(self._numbers)
            scheduled.host.put(scheduled)
            return False
        self.remove(scheduled)
        return True

    def _compare(
        self,
        scheduled: ScheduledWait[R],
        jobs: JobList[ScheduledWait[R]],
        snapshot: Snapshot[R] | None,
        now: float,
    ) -> None:
        """Hold a list to what a poll has shown."""
        if snapshot is not None:
            finished = snapshot.phase.finished
            jobs.polled(scheduled.poller.job.id, now, finished=finished, sure=scheduled.sure)
            scheduled.doubted |= scheduled.sure and not finished
        scheduled.sure = False

    def receive_page(
        self, dispatch: PageDispatch[R], event: Response | TransportError | Exception, now: float
    ) -> None:
        """Take in what a page of a list brought: whom it calls finished is polled next."""
        jobs, host = dispatch.jobs, dispatch.host
        if not isinstance(event, Exception):
            host.limit.heed(event, now)
        for scheduled, phase in jobs.receive(event, now):
            if not scheduled.queued or scheduled.doubted or scheduled.sure:
                continue
            if phase.finished:
                scheduled.sure = True
            elif phase is Phase.UNKNOWN or scheduled.last or now - scheduled.polled > _TRUSTED:
                continue
            else:
                scheduled.poller.postpone(now)
            scheduled.number = next(self._numbers)
            host.put(scheduled)

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
