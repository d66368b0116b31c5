"""Many waits at once, without I/O and without a clock: whose look is due, and who must hold off.

A `Fleet` keeps a `Course` for each job, in a queue for each host, ordered by when the next look
is due, and of all that may be taken now the one that was due first is next; so no job starves, and
a host that is strict holds up no other. It is told what was seen and when, as a course is, and
decides nothing that a course decides. Times are in seconds.
"""

import heapq
import math
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import Generic, TypeVar

from attrs import define, frozen

from tilldone._core.answer import Answer, Fault, retry_after
from tilldone._core.course import Course, Look, conclude
from tilldone._core.errors import PollRejected, WaitError
from tilldone._core.job import Job, Target, target_of
from tilldone._core.outcome import Outcome
from tilldone._core.polling import Polling

__all__ = ["Fleet", "Flight", "Start"]

R = TypeVar("R")

_HOLDING = frozenset({429, 503})


@define(eq=False)
class Flight(Generic[R]):
    """One job's wait within the fleet."""

    target: Target[R]
    course: Course[R]
    host: "_Host[R]"
    times: int
    """How often the job was given: it is looked at once, and reported as often."""


@frozen(eq=False)
class Start(Generic[R]):
    """Take this look now, and tell the fleet what it brought."""

    flight: Flight[R]
    look: Look


class _Host(Generic[R]):
    """The jobs of one host that wait for their next look, and what the host asked for."""

    def __init__(self) -> None:
        self.queue: list[tuple[float, int, Flight[R]]] = []
        self._spacing = 0.0
        self._slot = -math.inf
        self._hold = -math.inf

    def ready(self, deadline: float) -> float:
        """Say when the next look may be taken, never where none is waiting."""
        if not self.queue:
            return math.inf
        # Neither Retry-After nor a schedule outlasts the deadline: the last look is taken then.
        wanted = min(max(self.queue[0][0], self._hold), deadline)
        return max(wanted, self._slot)

    @property
    def turn(self) -> tuple[float, int]:
        """Give the place in line of the look that is next here, among those of all hosts."""
        return self.queue[0][:2]

    def limit(self, rate: float) -> None:
        """Take no more looks a second than that; the strictest of several limits holds."""
        self._spacing = max(self._spacing, 1 / rate)

    def begin(self, now: float) -> None:
        """Count a look that begins."""
        self._slot = max(self._slot, now) + self._spacing

    def hold(self, until: float) -> None:
        """Leave the host alone until then."""
        self._hold = max(self._hold, until)


class Fleet(Generic[R]):
    """The waits for many jobs, all begun at the same moment and with the same timeout.

    Args:
        rate: looks a second for each host; None is the limit that each provider documents.
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
        self.looks = 0
        self._host_of = host_of
        self._deadline = now + timeout
        self.end = self._deadline + polling.last_look
        self._order = count()
        self._hosts: dict[str, _Host[R]] = {}
        self._by_client: dict[int, _Host[R]] = {}
        self._flights: dict[Job[R], Flight[R]] = {}
        for job in jobs:
            flight = self._flights.get(job)
            if flight is not None:
                flight.times += 1
                continue
            target = target_of(job)
            course = Course(job, timeout=timeout, polling=polling, now=now)
            flight = Flight(target, course, self._host(target, rate), 1)
            self._flights[job] = flight
            self._enqueue(flight)

    def _host(self, target: Target[R], rate: float | None) -> _Host[R]:
        host = self._by_client.get(id(target.client))
        if host is None:
            host = self._hosts.setdefault(self._host_of(target.client), _Host())
            self._by_client[id(target.client)] = host
        documented = target.provider.rate or math.inf
        host.limit(documented if rate is None else rate)
        return host

    def _enqueue(self, flight: Flight[R]) -> None:
        entry = (flight.course.due, next(self._order), flight)
        heapq.heappush(flight.host.queue, entry)

    @property
    def running(self) -> int:
        """How many jobs have not come to their end."""
        return len(self._flights)

    @property
    def waiting(self) -> Iterator[Job[R]]:
        """The jobs that have not come to their end."""
        return iter(self._flights)

    def pause(self, now: float, *, room: bool) -> float:
        """Say in how many seconds there is something to do; infinity means not by itself.

        `room` says whether a look could be taken; without, as many as may be are in flight.
        """
        waiting = [host for host in self._hosts.values() if host.queue]
        if not waiting:
            return math.inf
        ready = min(host.ready(self._deadline) for host in waiting) if room else math.inf
        return max(min(ready, self.end) - now, 0.0)

    def next(self, now: float) -> Start[R] | None:
        """Give the look that has been due the longest, None where none may be taken now."""
        ready = [host for host in self._hosts.values() if host.ready(self._deadline) <= now]
        host = min(ready, key=lambda each: each.turn, default=None)
        if host is None or now >= self.end:
            return None
        flight = heapq.heappop(host.queue)[2]
        host.begin(now)
        self.looks += 1
        return Start(flight, flight.course.look(now))

    def saw(self, flight: Flight[R], event: Answer | Fault, now: float) -> list[Outcome[R]]:
        """Take in what a look brought; give the job's outcome if it was the last."""
        flight.course.saw(event, now)
        stop = flight.course.stop
        refused = stop is not None and isinstance(stop.error, PollRejected)
        if isinstance(event, Answer) and event.status_code in _HOLDING and not refused:
            # The limit is the host's, not the job's: the others would only meet it again.
            flight.host.hold(now + retry_after(event))
        if stop is None:
            self._enqueue(flight)
            return []
        return self._conclude(flight)

    def expire(self, now: float) -> list[Outcome[R]]:
        """Give the outcomes of the jobs whose last look could not be taken in time.

        Where a host's limit or the concurrency leaves no room for all the last looks, a wait
        still ends when it should.
        """
        if now < self.end:
            return []
        outcomes: list[Outcome[R]] = []
        for host in self._hosts.values():
            while host.queue:
                flight = heapq.heappop(host.queue)[2]
                flight.course.expire(now)
                outcomes += self._conclude(flight)
        return outcomes

    def abandon(self) -> None:
        """Close the records of the jobs that have not come to their end."""
        for flight in self._flights.values():
            flight.course.abandon()

    def _conclude(self, flight: Flight[R]) -> list[Outcome[R]]:
        course = flight.course
        del self._flights[course.job]
        return [_outcome(course)] * flight.times


def _outcome(course: Course[R]) -> Outcome[R]:
    job, last = course.job, course.last
    error = course.stop.error if course.stop is not None else None
    if error is not None or last is None:
        return Outcome(job, error=error)
    try:
        return Outcome(job, result=conclude(last))
    except WaitError as failure:
        # The frames of this traceback would keep the fleet alive as long as the outcome.
        return Outcome(job, error=failure.with_traceback(None))
