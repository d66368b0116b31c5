"""`as_completed` and `wait_all` for both worlds, over one engine.

The engine runs outside its consumer: in a task of its own on asyncio and trio, in the event loop
of a thread of its own for synchronous code. A task group held open across a `yield` would break
trio's scopes and cancel its asyncio consumer.
"""

import asyncio
import atexit
import os
from collections import deque
from collections.abc import AsyncIterator, Callable, Generator, Iterable
from contextlib import suppress
from contextvars import Context, copy_context
from datetime import timedelta
from queue import SimpleQueue
from threading import Thread, get_ident
from typing import Generic, Self, TypeVar

import anyio

from tilldone._core.job import Job, target_of
from tilldone._core.polling import Polling, checked, seconds_until_deadline
from tilldone._core.snapshot import Outcome
from tilldone._drivers.engine import Batch, BatchOptions, Engine
from tilldone._drivers.interrupt import carrying_refs
from tilldone._http.async_transport import on_trio

__all__ = [
    "AsCompleted",
    "checked_concurrency",
    "checked_options",
    "checked_rate",
    "in_order",
    "sync_as_completed",
]

R = TypeVar("R")


def checked_options(
    jobs: Iterable[Job[R]],
    *,
    timeout: float | timedelta | None,
    polling: Polling,
    concurrency: int,
    rate: float | None,
    progress: bool,
) -> BatchOptions[R]:
    """Check what `as_completed` and `wait_all` are given.

    Raises:
        TypeError, ValueError: an argument is of the wrong kind or out of range; it is named.
    """
    if isinstance(jobs, Job):  # pyright: ignore[reportUnnecessaryIsInstance] # from outside
        raise TypeError("jobs: expected several of them, got a single Job; wait() takes one")
    if not isinstance(jobs, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance] # from outside
        raise TypeError(f"jobs: expected several of them, got {type(jobs).__name__}")
    given = list(jobs)
    for position, job in enumerate(given):
        if not isinstance(job, Job):  # pyright: ignore[reportUnnecessaryIsInstance] # from outside
            raise TypeError(f"jobs: item {position} is no Job but a {type(job).__name__}")
        target_of(job)
    checked_rate(rate)
    return BatchOptions(
        given,
        seconds_until_deadline(timeout),
        checked(polling),
        checked_concurrency(concurrency),
        rate,
        progress,
    )


def checked_concurrency(concurrency: int) -> int:
    """Give it back.

    Raises:
        TypeError, ValueError: it is not a number of requests that may be in flight at once.
    """
    if isinstance(concurrency, bool) or not isinstance(concurrency, int):  # pyright: ignore[reportUnnecessaryIsInstance] # from outside
        raise TypeError(f"concurrency: expected a whole number, got {type(concurrency).__name__}")
    if concurrency < 1:
        raise ValueError(f"concurrency: {concurrency} is below 1; nothing could be sent")
    return concurrency


def checked_rate(rate: float | None, *, of: str = "polls") -> None:
    """Check a rate, of polls or of requests.

    Raises:
        TypeError, ValueError: it is not such a number a second.
    """
    if rate is not None and not _is_number(rate):
        raise TypeError(f"rate: expected a number, got {type(rate).__name__}")
    if rate is not None and not rate > 0:
        raise ValueError(
            f"rate: {rate} {of} a second is not above 0; None is each provider's documented "
            "limit, math.inf lifts it"
        )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


class _Inbox(Generic[R]):
    """What the engine has brought and the consumer has not taken. It knows neither of them."""

    def __init__(self) -> None:
        self.outcomes: deque[Outcome[R]] = deque()
        self.ended: set[Job[R]] = set()
        self.news = anyio.Event()
        self.closed = anyio.Event()
        self.failure: BaseException | None = None
        self.scope = anyio.CancelScope()

    def put(self, outcome: Outcome[R]) -> None:
        self.outcomes.append(outcome)
        self.news.set()

    async def fill(self, options: BatchOptions[R]) -> None:
        """Run an engine to its end, or until the scope is cancelled."""
        try:
            with self.scope:
                await Batch(options, self.put).run()
        # Raised again in the consumer.
        except (Exception, KeyboardInterrupt, SystemExit) as error:  # noqa: BLE001
            self.failure = error
        except asyncio.CancelledError:
            # Not by the consumer, whose cancellation the scope has taken in.
            self.failure = _cancelled_from_outside()
            raise
        finally:
            self.close()

    def after(self, task: asyncio.Task[None]) -> None:
        if not self.closed.is_set() and task.cancelled():
            self.failure = _cancelled_from_outside()
        self.close()

    def close(self) -> None:
        self.closed.set()
        self.news.set()


def _cancelled_from_outside() -> RuntimeError:
    return RuntimeError(
        "the task that polls the jobs was cancelled by other code; their refs resume them"
    )


class AsCompleted(AsyncIterator[Outcome[R]]):
    """The outcomes of many jobs, in order of completion.

    Dropping it, as `break` does, stops all polls; `aclose` does so and waits until they have.
    """

    def __init__(self, options: BatchOptions[R]) -> None:
        self._options = options
        self._inbox: _Inbox[R] | None = None
        self._engine: tuple[object, Callable[[], object]] | None = None

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Outcome[R]:
        inbox = self._inbox or self._begin()
        try:
            with carrying_refs(self._options.jobs, inbox.ended):
                while not inbox.outcomes and not inbox.closed.is_set():
                    if inbox.news.is_set():
                        inbox.news = anyio.Event()
                    await inbox.news.wait()
        except BaseException:
            await self.aclose()
            raise
        if inbox.outcomes:
            outcome = inbox.outcomes.popleft()
            inbox.ended.add(outcome.job)
            return outcome
        failure, inbox.failure = inbox.failure, None
        raise failure or StopAsyncIteration

    def _begin(self) -> _Inbox[R]:
        self._inbox = _Inbox()
        self._engine = _spawn(self._inbox, self._options)
        return self._inbox

    async def aclose(self) -> None:
        """Stop all polls, and return when none is left."""
        if self._inbox is None:
            self._inbox = _Inbox()
            self._inbox.closed.set()
            return
        self._inbox.scope.cancel()
        with anyio.CancelScope(shield=True):
            await self._inbox.closed.wait()

    def __del__(self) -> None:
        if self._engine is not None and self._inbox is not None and not self._inbox.closed.is_set():
            _task, stop = self._engine
            # An event loop that is gone has stopped its polls already.
            with suppress(RuntimeError):
                stop()


def _spawn(inbox: _Inbox[R], options: BatchOptions[R]) -> tuple[object, Callable[[], object]]:
    """Start the engine outside the caller's scopes.

    Give what keeps it from being collected, and what stops it from any thread: a dropped iterator
    may be collected wherever the collector happens to run.
    """
    if on_trio():
        import trio

        # Ctrl-C is the consumer's to meet; trio shields a system task from it, not its children.
        trio.lowlevel.enable_ki_protection(Engine[object].work)
        token = trio.lowlevel.current_trio_token()
        spawned = trio.lowlevel.spawn_system_task(inbox.fill, options, context=copy_context())
        return spawned, lambda: token.run_sync_soon(inbox.scope.cancel)
    loop = asyncio.get_running_loop()
    task = loop.create_task(inbox.fill(options))
    # asyncio can cancel a task before its first step.
    task.add_done_callback(inbox.after)
    return task, lambda: loop.call_soon_threadsafe(inbox.scope.cancel)


def sync_as_completed(options: BatchOptions[R]) -> Generator[Outcome[R], None, None]:
    """Run the engine in the event loop of one thread, and yield what it brings."""
    ended: set[Job[R]] = set()
    polls = _Polls(options)
    with carrying_refs(options.jobs, ended):
        try:
            polls.start()
            while (outcome := polls.arrived.get()) is not None:
                ended.add(outcome.job)
                yield outcome
            failure, polls.failure = polls.failure, None
            if failure is not None:
                raise failure
        finally:
            polls.close()


class _Polls(Generic[R]):
    """An engine in the event loop of a thread of its own."""

    def __init__(self, options: BatchOptions[R]) -> None:
        self.arrived: SimpleQueue[Outcome[R] | None] = SimpleQueue()
        self.failure: BaseException | None = None
        self._options = options
        self._process = os.getpid()
        self._stop: Callable[[], object] | None = None
        self._unwanted = False
        # Python waits at its end for every thread that is no daemon, before all else.
        self._thread = Thread(
            target=_context().run, args=(self._work,), name="tilldone-polls", daemon=True
        )

    def start(self) -> None:
        # What is still referred to at the program's end, as by its last traceback, is closed by
        # Python when threads run no more: it would wait for this one for ever.
        atexit.register(self.close)
        self._thread.start()

    def close(self) -> None:
        """Stop all polls, and return when none is left."""
        atexit.unregister(self.close)
        # A forked process has the iterator, and not the thread.
        if os.getpid() != self._process:
            return
        self._unwanted = True
        if self._stop is not None:
            # An event loop that is closed has come to its end.
            with suppress(RuntimeError):
                self._stop()
        # A dropped iterator may be collected in the thread itself.
        if self._thread.ident not in (None, get_ident()):
            self._thread.join()

    def _work(self) -> None:
        try:
            anyio.run(self._run)
        except BaseException as error:  # noqa: BLE001 # raised again in the consumer
            self.failure = error
        finally:
            self.arrived.put(None)

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        with anyio.CancelScope() as scope:
            self._stop = lambda: loop.call_soon_threadsafe(scope.cancel)
            # Whoever stopped it before could not call that yet.
            if not self._unwanted:
                await Batch(self._options, self.arrived.put, synchronous=True).run()
        if scope.cancelled_caught:
            # Read by none but a thread that still waits when the program ends.
            raise RuntimeError("the program ends, and so do its waits")


def _context() -> Context:
    """Copy the caller's context, without what says which event loop the caller is in."""
    context = copy_context()
    with suppress(ImportError):
        from sniffio import current_async_library_cvar

        context.run(current_async_library_cvar.set, None)
    return context


def in_order(jobs: Iterable[Job[R]], outcomes: Iterable[Outcome[R]]) -> list[Outcome[R]]:
    """Put the outcomes of `wait_all` into the order in which their jobs were given."""
    by_job = {outcome.job: outcome for outcome in outcomes}
    return [by_job[job] for job in jobs]
