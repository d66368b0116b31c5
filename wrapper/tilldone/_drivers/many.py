"""`as_completed` and `wait_all` for both worlds, over one engine.

The engine runs outside its consumer: in a task of its own on asyncio and trio, in the event loop
of a thread of its own for synchronous code. A task group held open across a `yield` would break
trio's scopes and cancel its asyncio consumer.
"""

import asyncio
import atexit
import os
from collections import deque
from collections.abc import AsyncIterator, Callable, Generator, Iterable, Sequence
from contextlib import contextmanager, suppress
from contextvars import copy_context
from queue import Empty, SimpleQueue
from threading import Thread, get_ident
from typing import Generic, Self, TypeVar

import anyio

from tilldone._core.errors import note
from tilldone._core.job import Job
from tilldone._core.snapshot import Outcome
from tilldone._drivers.batch import Batch, BatchOptions
from tilldone._drivers.clock import WAKE
from tilldone._drivers.engine import Engine, without_cancellation
from tilldone._drivers.feeding import context_without_loop
from tilldone._drivers.interruption import GO_ON, carrying_refs, refs_of
from tilldone._http.async_transport import on_trio

__all__ = ["AsCompleted", "in_order", "noting_outcomes", "sync_as_completed"]

R = TypeVar("R")


class _Inbox(Generic[R]):
    """What the engine has brought and the consumer has not taken. It knows neither of them."""

    def __init__(self, options: BatchOptions[R]) -> None:
        self.batch = Batch(options, self.put)
        self.outcomes: deque[Outcome[R]] = deque()
        self.news = anyio.Event()
        self.closed = anyio.Event()
        self.failure: BaseException | None = None
        self.scope = anyio.CancelScope()

    def put(self, outcome: Outcome[R]) -> None:
        self.outcomes.append(outcome)
        self.news.set()

    @property
    def remaining(self) -> Sequence[Job[R]]:
        """The jobs whose outcomes the consumer has not taken."""
        return [*self.batch.remaining, *(outcome.job for outcome in self.outcomes)]

    async def fill(self) -> None:
        """Run an engine to its end, or until the scope is cancelled."""
        try:
            with self.scope:
                await self.batch.run()
        except asyncio.CancelledError:
            # Not by the consumer, whose cancellation the scope has taken in.
            self.failure = _cancelled_from_outside()
            raise
        # Raised again in the consumer.
        except BaseException as error:
            own = without_cancellation(error)
            if own is None:
                raise
            self.failure = own
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
            with carrying_refs(lambda: inbox.remaining):
                while not inbox.outcomes and not inbox.closed.is_set():
                    if inbox.news.is_set():
                        inbox.news = anyio.Event()
                    await inbox.news.wait()
        except BaseException:
            await self.aclose()
            raise
        if inbox.outcomes:
            inbox.batch.consumed()
            return inbox.outcomes.popleft()
        failure, inbox.failure = inbox.failure, None
        if failure is None:
            raise StopAsyncIteration
        note(failure, refs_of(inbox.remaining, *GO_ON))
        raise failure

    def _begin(self) -> _Inbox[R]:
        self._inbox = _Inbox(self._options)
        self._engine = _spawn(self._inbox)
        return self._inbox

    async def aclose(self) -> None:
        """Stop all polls, and return when none is left."""
        if self._inbox is None:
            self._inbox = _Inbox(self._options)
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


def _spawn(inbox: _Inbox[R]) -> tuple[object, Callable[[], object]]:
    """Start the engine outside the caller's scopes.

    Give what keeps it from being collected, and what stops it from any thread: a dropped iterator
    may be collected wherever the collector happens to run.
    """
    if on_trio():
        import trio

        # Ctrl-C is the consumer's to meet; trio shields a system task from it, not its children.
        trio.lowlevel.enable_ki_protection(Engine[object].work)
        trio.lowlevel.enable_ki_protection(Engine[object].take_from)
        token = trio.lowlevel.current_trio_token()
        spawned = trio.lowlevel.spawn_system_task(inbox.fill, context=copy_context())
        return spawned, lambda: token.run_sync_soon(inbox.scope.cancel)
    loop = asyncio.get_running_loop()
    task = loop.create_task(inbox.fill())
    # asyncio can cancel a task before its first step.
    task.add_done_callback(inbox.after)
    return task, lambda: loop.call_soon_threadsafe(inbox.scope.cancel)


def sync_as_completed(options: BatchOptions[R]) -> Generator[Outcome[R], None, None]:
    """Run the engine in the event loop of one thread, and yield what it brings."""
    polls = _Polls(options)
    with carrying_refs(polls.remaining):
        try:
            polls.start()
            while (outcome := polls.next()) is not None:
                yield outcome
            failure, polls.failure = polls.failure, None
            if failure is not None:
                note(failure, refs_of(polls.remaining(), *GO_ON))
                raise failure
        finally:
            polls.close()


class _Polls(Generic[R]):
    """An engine in the event loop of a thread of its own."""

    def __init__(self, options: BatchOptions[R]) -> None:
        self.failure: BaseException | None = None
        self._arrived: SimpleQueue[Outcome[R] | None] = SimpleQueue()
        self._batch = Batch(options, self._arrived.put, synchronous=True)
        self._fed = options.feed is not None
        self._loop: asyncio.AbstractEventLoop
        self._process = os.getpid()
        self._stop: Callable[[], object] | None = None
        self._unwanted = False
        # Python waits at its end for every thread that is no daemon, before all else.
        self._thread = Thread(
            target=context_without_loop().run,
            args=(self._work,),
            name="tilldone-polls",
            daemon=True,
        )

    def next(self) -> Outcome[R] | None:
        """Wait for the next outcome; None is the end of them."""
        while True:
            try:
                outcome = self._arrived.get(timeout=WAKE)
            except Empty:
                continue
            if self._fed and outcome is not None:
                # An event loop that is closed has come to its end.
                with suppress(RuntimeError):
                    self._loop.call_soon_threadsafe(self._batch.consumed)
            return outcome

    def remaining(self) -> Sequence[Job[R]]:
        """Give the jobs whose outcomes nobody has taken, when the polls have ended."""
        untaken: list[Job[R]] = []
        with suppress(Empty):
            while True:
                outcome = self._arrived.get_nowait()
                untaken += [outcome.job] if outcome is not None else []
        return [*self._batch.remaining, *untaken]

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
            self._arrived.put(None)

    async def _run(self) -> None:
        loop = self._loop = asyncio.get_running_loop()
        with anyio.CancelScope() as scope:
            self._stop = lambda: loop.call_soon_threadsafe(scope.cancel)
            # Whoever stopped it before could not call that yet.
            if not self._unwanted:
                await self._batch.run()
        if scope.cancelled_caught:
            # Read by none but a thread that still waits when the program ends.
            raise RuntimeError("the program ends, and so do its waits")


@contextmanager
def noting_outcomes(outcomes: list[Outcome[R]]) -> Generator[None]:
    """Note on what ends `wait_all` which outcomes are lost with it: a wait brings each again."""
    try:
        yield
    except Exception as error:
        if outcomes:
            jobs = [outcome.job for outcome in outcomes]
            note(error, refs_of(jobs, "has ended", "have ended"))
        raise


def in_order(options: BatchOptions[R], outcomes: Iterable[Outcome[R]]) -> list[Outcome[R]]:
    """Put the outcomes of `wait_all` into the order in which their jobs were given."""
    by_job = {outcome.job: outcome for outcome in outcomes}
    return [by_job[job] for job in [*options.jobs, *options.taken]]
