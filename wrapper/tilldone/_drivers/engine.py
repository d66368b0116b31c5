"""The engine: it polls where the scheduler says, for as many waits as there are, in one event loop.

A sleeping wait costs no task. The polls in flight are carried out by as many workers as there is
work for, up to the concurrency; a worker goes on to the next poll that is due by itself.
"""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, TypeVar, cast

import anyio
from attrs import define, field

from tilldone._core.actions import Poll
from tilldone._core.host_queue import ScheduledWait
from tilldone._core.job import Job, target_of
from tilldone._core.poller import Poller
from tilldone._core.polling import Polling
from tilldone._core.response import TransportError
from tilldone._core.scheduler import Dispatch, PageDispatch, Scheduler
from tilldone._drivers.clock import Clock, clock
from tilldone._drivers.feeding import Feed
from tilldone._http.settings import host_of
from tilldone._http.transports import Transport, open_transport
from tilldone._log import logger

if TYPE_CHECKING:
    from tilldone._core.response import Response

__all__ = ["Engine", "EngineFailed", "without_cancellation"]

# Clients that may each keep connections open between polls, whatever the concurrency: one for each
# of a thousand is more than a process may have. So many are kept open, too, that no wait needs.
_KEPT = 32

# Of what a wait may choose about its polling, what holds for the pages of a list.
_PAGES = Polling()


R = TypeVar("R")


def without_cancellation(error: BaseException) -> BaseException | None:
    """Give what of an error is somebody's own; None where an event loop ends a task by all of it.

    What is handed to nobody comes out in a group around it, and on trio as trio's own end. There
    Ctrl-C may find a task that anyio has begun, as for an address, and come in a group already.
    """
    if isinstance(error, Exception):
        return error
    ends = (GeneratorExit, anyio.get_cancelled_exc_class())
    if not isinstance(error, BaseExceptionGroup):
        return None if isinstance(error, ends) else error
    own = cast("BaseExceptionGroup[BaseException]", error).split(ends)[1]
    return None if own is None else _ungrouped(own)


def _ungrouped(error: BaseException) -> BaseException:
    """Take off the groups that tasks put around a single error."""
    if not isinstance(error, BaseExceptionGroup):
        return error
    first, *others = cast("BaseExceptionGroup[BaseException]", error).exceptions
    return cast("BaseException", error) if others else _ungrouped(first)


class EngineFailed(RuntimeError):
    """The engine ended by an error, its cause, that is no one wait's; the wait stands as it did."""


@define(eq=False)
class _Client:
    """A client that waits poll by, and its transports: one for each `max_body`."""

    client: object
    host: str
    waits: int = 0
    transports: dict[int, Transport] = field(factory=dict[int, Transport])


class Engine(Generic[R]):
    """Polls for the waits that it is given, from `run` on and for as long as that runs.

    It serves a batch, whose waits are given by `add` and told of by `left`; and a process that
    lives long, whose coroutines each `drive` a poller:

        engine = Engine(concurrency=100)
        async with anyio.create_task_group() as tasks:      # or a task of its own
            tasks.start_soon(engine.run)
            await engine.drive(poller, until=clock.now() + 900)

    All of it belongs to one event loop; the waits of a host share its rate and its Retry-After,
    and clients their connections, whoever gave them.

    Args:
        concurrency: polls in flight at once.
        left: told of each poller that was given by `add` when its wait is over, or when the next
            poll is due after the `until` that was given with it.
        polled: told of each poller after its poll.
        synchronous: whether it is synchronous code that waits.
        time: the clock that the pollers' times are on.
    """

    def __init__(
        self,
        *,
        concurrency: int,
        left: Callable[[Poller[R]], object] = lambda _: None,
        polled: Callable[[Poller[R]], object] = lambda _: None,
        synchronous: bool = False,
        time: Clock | None = None,
    ) -> None:
        self._concurrency = concurrency
        self._left = left
        self._polled = polled
        self._synchronous = synchronous
        self._clock = time or clock()
        self._scheduler: Scheduler[R] = Scheduler()
        self._driven: dict[ScheduledWait[R], anyio.Event] = {}
        self._clients: dict[int, _Client] = {}
        self._idle: dict[int, None] = {}
        self._tasks: anyio.abc.TaskGroup | None = None
        self._asking: set[anyio.CancelScope] = set()
        self._feeding = anyio.CancelScope()
        self._feeding_until = math.inf
        self._workers = 0
        self._stir = anyio.Event()
        self._awake_at = math.inf
        self._asleep_until = math.inf
        self._complete = False
        self._over = False
        self._failure: BaseException | None = None

    def add(
        self, poller: Poller[R], *, until: float = math.inf, rate: float | None = None
    ) -> ScheduledWait[R]:
        """Take a wait in hand; `left` is told when that is over.

        Args:
            poller: new, or restored from a checkpoint; its times are on the engine's clock.
            until: give it back before a poll that is due after this moment.
            rate: polls a second for its host; None is the limit that its provider documents. The
                strictest that was ever given for a host holds.

        Raises:
            ValueError: the job has no client to ask with.
        """
        target = target_of(poller.job)
        client = self._clients.get(id(target.client))
        if client is None:
            client = _Client(target.client, host_of(target.client))
            self._clients[id(target.client)] = client
        client.waits += 1
        self._idle.pop(id(target.client), None)
        documented = target.provider.rate or math.inf
        scheduled = self._scheduler.add(
            poller,
            host=client.host,
            rate=documented if rate is None else rate,
            now=self._clock.now(),
            until=until,
            client=target.client,
        )
        # Its deadline is to be minded even where there is no room for a poll.
        if min(poller.due, poller.deadline) < self._asleep_until:
            self._stir.set()
        return scheduled

    def open_for(self, scheduled: ScheduledWait[R]) -> None:
        """Open what it takes to poll for this wait: a client that cannot be used ends it alone."""
        poller = scheduled.poller
        try:
            self._transport(target_of(poller.job).client, poller.polling)
        except Exception as error:  # noqa: BLE001 # the client is the user's, and so is its error
            if self._scheduler.abandon(scheduled, error):
                self._leave(scheduled)

    async def drive(
        self, poller: Poller[R], *, until: float = math.inf, rate: float | None = None
    ) -> None:
        """Poll for one wait until it is over (`poller.stop`) or its next poll is due after `until`.

        Takes what `add` takes. Cancelled, it drops what a poll on its way brings: the poller stands
        as it did after the poll before, and its checkpoint is a place to go on from.

        Raises:
            ValueError: the job has no client to ask with.
            TypeError: its client is not one that can be used.
            EngineFailed: the engine ended by an error; another one can go on with the wait.
            RuntimeError: the engine has come to its end, or the client belongs to another loop.
            Exception: whatever the provider's own `request` raises.
        """
        if poller.stop is not None or poller.due > until:
            return
        self._check()
        scheduled = self.add(poller, until=until, rate=rate)
        left = self._driven[scheduled] = anyio.Event()
        try:
            # Once here, where what they raise concerns this wait alone.
            target = target_of(poller.job)
            self._transport(target.client, poller.polling)
            target.request()
            await left.wait()
            if not scheduled.gone:
                self._check()
        finally:
            self._driven.pop(scheduled, None)
            if not scheduled.gone:
                self._scheduler.remove(scheduled)
                self._release(poller)

    def complete(self) -> None:
        """Say that no more waits come: `run` ends with the last of those that there are."""
        self._complete = True
        self._stir.set()

    async def run(
        self,
        feed: Feed[R] | None = None,
        take: Callable[[Job[R]], object] = lambda _: None,
        *,
        until: float = math.inf,
    ) -> None:
        """Poll until the waits are complete and over, or until cancelled; close all connections.

        Args:
            feed: gives jobs meanwhile; the waits are complete when it has ended.
            take: takes each of them, to `add` a wait for it.
            until: when the feed is to end, wherever it is.
        """
        try:
            async with anyio.create_task_group() as tasks:
                self._tasks = tasks
                if feed is not None:
                    self._feeding_until = until
                    tasks.start_soon(self.take_from, feed, take)
                try:
                    await self._dispatch(tasks)
                # Handed to the caller, without a group around it.
                except Exception as error:  # noqa: BLE001
                    self._failure = error
                    tasks.cancel_scope.cancel()
        finally:
            self._over = True
            for left in self._driven.values():
                left.set()
            for client in self._clients.values():
                await _close(client)
        if self._failure is not None:
            raise self._failure

    async def _dispatch(self, tasks: anyio.abc.TaskGroup) -> None:
        scheduler = self._scheduler
        while (scheduler.running or not self._complete) and self._failure is None:
            now = self._clock.now()
            for scheduled in scheduler.expire(now):
                self._leave(scheduled)
            if now >= self._feeding_until:
                # What closes the feed may take a while; no moment is left to wake at for it.
                self._feeding_until = math.inf
                self._feeding.cancel()
            while self._workers < self._concurrency:
                dispatch = scheduler.next_dispatch(now)
                if dispatch is None:
                    break
                self._workers += 1
                tasks.start_soon(self.work, dispatch)
            self._stir = anyio.Event()
            full = self._workers >= self._concurrency
            pause = min(scheduler.pause(now, room=not full), self._feeding_until - now)
            # Where all are at work, the first that runs out of work stirs; till then none needs to.
            self._awake_at = -math.inf if full else now + pause
            self._asleep_until = now + pause
            if scheduler.running or not self._complete:
                # A clock that moves by itself has nowhere to move to where nothing waits.
                busy = self._workers > 0 or scheduler.running == 0 or pause == math.inf
                await self._clock.pause(self._stir, pause, busy=busy)
        # What a list says matters to nobody any more.
        for asking in self._asking:
            asking.cancel()
        if self._failure is not None:
            tasks.cancel_scope.cancel()

    async def take_from(self, feed: Feed[R], take: Callable[[Job[R]], object]) -> None:
        """Take jobs from a feed, until it ends or its time is over."""
        try:
            with self._feeding:
                await feed.run(take)
        # Handed to the caller, without a group around it.
        except BaseException as error:
            own = without_cancellation(error)
            if own is None:
                raise
            self._failure = own
        finally:
            self._feeding_until = math.inf
            self.complete()

    async def work(self, dispatch: Dispatch[R] | PageDispatch[R] | None) -> None:
        """Send this poll, and go on to the next ones as long as some are due."""
        try:
            while dispatch is not None:
                if isinstance(dispatch, PageDispatch):
                    await self._ask(dispatch)
                elif not dispatch.scheduled.gone:
                    await self._poll(dispatch.scheduled, dispatch.poll)
                dispatch = self._scheduler.next_dispatch(self._clock.now())
        # Handed to the caller, without a group around it.
        except BaseException as error:
            own = without_cancellation(error)
            if own is None:
                raise
            self._failure = own
        finally:
            self._workers -= 1
            self._stir.set()

    async def _poll(self, scheduled: ScheduledWait[R], poll: Poll) -> None:
        poller = scheduled.poller
        target = target_of(poller.job)
        transport = self._transport(target.client, poller.polling)
        try:
            with poller.observer.sending():
                event = await transport.send(target, poll)
            over = self._scheduler.receive(scheduled, event, self._clock.now())
            self._polled(poller)
        # Such as what its provider's `request` raises: it ends this wait, and no other.
        except Exception as error:  # noqa: BLE001
            over = self._scheduler.abandon(scheduled, error)
        if over:
            self._leave(scheduled)
        elif poller.due < self._awake_at:
            self._stir.set()

    async def _ask(self, dispatch: PageDispatch[R]) -> None:
        """Ask for a page of a list; whatever comes of that, no wait suffers by it."""
        jobs = dispatch.jobs
        event: Response | TransportError | Exception = TransportError("the waits are over")
        with anyio.CancelScope() as scope:
            self._asking.add(scope)
            try:
                transport = self._transport(jobs.client, _PAGES)
                event = await transport.send(dispatch.page, Poll(_PAGES.request_timeout))
            except Exception as error:  # noqa: BLE001 # such as of the listing's own `request`
                event = error
            finally:
                self._asking.discard(scope)
        if scope.cancelled_caught:
            return
        self._scheduler.receive_page(dispatch, event, self._clock.now())
        if jobs.fault is not None:
            name = jobs.provider.name
            logger.info("%s: the list of jobs is not asked for a while: %s", name, jobs.fault)
        self._stir.set()

    def _check(self) -> None:
        if self._over:
            kind = RuntimeError if self._failure is None else EngineFailed
            raise kind("the engine that polls has come to its end") from self._failure

    def _leave(self, scheduled: ScheduledWait[R]) -> None:
        self._release(scheduled.poller)
        left = self._driven.pop(scheduled, None)
        if left is not None:
            left.set()
        else:
            self._left(scheduled.poller)

    def _transport(self, client: object, polling: Polling) -> Transport:
        # Of all that a wait may choose about its polling, transports know of this one.
        transports = self._clients[id(client)].transports
        transport = transports.get(polling.max_body)
        if transport is None:
            transport = transports[polling.max_body] = open_transport(
                client,
                max_body=polling.max_body,
                concurrency=self._concurrency,
                synchronous=self._synchronous,
                keep=len(self._clients) <= max(self._concurrency, _KEPT),
            )
        return transport

    def _release(self, poller: Poller[R]) -> None:
        """Forget the clients that no wait has used for the longest time, beyond a few."""
        key = id(target_of(poller.job).client)
        self._clients[key].waits -= 1
        if self._clients[key].waits:
            return
        self._idle[key] = None
        if len(self._idle) > _KEPT and self._tasks is not None:
            oldest = next(iter(self._idle))
            del self._idle[oldest]
            self._tasks.start_soon(_close, self._clients.pop(oldest))


async def _close(client: _Client) -> None:
    for transport in client.transports.values():
        await transport.aclose()
