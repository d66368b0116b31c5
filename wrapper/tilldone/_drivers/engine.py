"""The engine for many jobs: it polls where the scheduler says, and hands the outcomes on.

A sleeping job costs no task. The polls in flight are carried out by as many workers as there is
work for, up to the concurrency; a worker goes on to the next poll that is due by itself.
"""

import math
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import anyio
from attrs import frozen

from tilldone._core.job import Job, Target, target_of
from tilldone._core.outcome import Outcome
from tilldone._core.polling import Polling
from tilldone._core.scheduler import Dispatch, Scheduler
from tilldone._drivers.clock import clock
from tilldone._drivers.progress import Progress
from tilldone._http.enquiry import host_of
from tilldone._http.lanes import Lanes, open_lanes

__all__ = ["Engine", "Order"]

# Clients that may each keep connections open between polls, whatever the concurrency: one for each
# of a thousand is more than a process may have.
_KEPT = 32

R = TypeVar("R")


@frozen(eq=False)
class Order(Generic[R]):
    """What is asked of an engine: `as_completed`'s arguments, checked."""

    jobs: Sequence[Job[R]]
    timeout: float
    polling: Polling
    concurrency: int
    rate: float | None
    progress: bool


class Engine(Generic[R]):
    """Waits for many jobs at once. Made where it runs: its time begins then.

    Args:
        synchronous: whether it is synchronous code that waits.
    """

    def __init__(
        self,
        order: Order[R],
        emit: Callable[[Outcome[R]], object],
        *,
        synchronous: bool = False,
    ) -> None:
        self._order = order
        self._synchronous = synchronous
        self._emit = emit
        self._clock = clock()
        self._scheduler = Scheduler(
            order.jobs,
            timeout=order.timeout,
            polling=order.polling,
            rate=order.rate,
            host_of=host_of,
            now=self._clock.now(),
        )
        self._progress = Progress(len(order.jobs), shown=order.progress)
        self._lanes: dict[int, Lanes] = {}
        clients = {id(target_of(job).client) for job in order.jobs}
        self._keep = len(clients) <= max(order.concurrency, _KEPT)
        self._workers = 0
        self._stir = anyio.Event()
        self._awake_at = 0.0
        self._failure: BaseException | None = None

    async def run(self) -> None:
        """Poll until every job has come to its end, and close all that was opened.

        Raises:
            ValueError: the schedule gave an interval that is none.
        """
        try:
            with self._progress:
                async with anyio.create_task_group() as workers:
                    await self._dispatch(workers)
        finally:
            self._scheduler.abandon()
            for lanes in self._lanes.values():
                await lanes.aclose()
        if self._failure is not None:
            raise self._failure

    async def _dispatch(self, workers: anyio.abc.TaskGroup) -> None:
        scheduler = self._scheduler
        while scheduler.running and self._failure is None:
            now = self._clock.now()
            self._hand_on(scheduler.expire(now))
            while self._workers < self._order.concurrency:
                dispatch = scheduler.next_dispatch(now)
                if dispatch is None:
                    break
                self._workers += 1
                workers.start_soon(self.work, dispatch)
            self._stir = anyio.Event()
            full = self._workers >= self._order.concurrency
            pause = scheduler.pause(now, room=not full)
            # Where all are at work, the first that runs out of work stirs; till then none needs to.
            self._awake_at = -math.inf if full else now + pause
            if scheduler.running:
                await self._clock.pause(self._stir, pause, busy=self._workers > 0)
        if self._failure is not None:
            workers.cancel_scope.cancel()

    async def work(self, dispatch: Dispatch[R] | None) -> None:
        """Send this poll, and go on to the next ones as long as some are due."""
        try:
            while dispatch is not None:
                scheduled = dispatch.scheduled
                event = await self._lanes_of(scheduled.target).poll(scheduled.target, dispatch.poll)
                now = self._clock.now()
                self._hand_on(self._scheduler.receive(scheduled, event, now))
                self._progress.polled()
                if scheduled.poller.due < self._awake_at:
                    self._stir.set()
                dispatch = self._scheduler.next_dispatch(now)
        # Handed to the caller, without a group around it.
        except (Exception, KeyboardInterrupt, SystemExit) as error:  # noqa: BLE001
            self._failure = error
        finally:
            self._workers -= 1
            self._stir.set()

    def _lanes_of(self, target: Target[R]) -> Lanes:
        key = id(target.client)
        if key not in self._lanes:
            order = self._order
            self._lanes[key] = open_lanes(
                target.client,
                order.polling,
                order.concurrency,
                synchronous=self._synchronous,
                keep=self._keep,
            )
        return self._lanes[key]

    def _hand_on(self, outcomes: Sequence[Outcome[R]]) -> None:
        for outcome in outcomes:
            self._progress.ended(failed=outcome.error is not None)
            self._emit(outcome)
