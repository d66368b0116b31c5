"""Jobs out of an iterable, taken as it yields them, while the waits for those before already run.

Each is waited for as soon as it is there. The iterable is asked for one job at a time and never
for more than there is room for, so that one of a million refs does not become a list of them.
Synchronous code's iterables run in a thread of their own: what blocks in there holds up neither
the polls nor their consumer.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, Callable, Generator, Iterable, Iterator
from contextlib import suppress
from contextvars import Context, copy_context
from threading import Semaphore, Thread
from typing import Generic, Protocol, TypeVar, cast

import anyio
import anyio.lowlevel

from tilldone._core.job import Job, target_of
from tilldone._core.text import excerpt
from tilldone._log import logger

__all__ = ["Feed", "checked_job", "context_without_loop"]

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)
T = TypeVar("T")


# How long (s) the end of the waits is held up by an iterable that does not close.
_GRACE = 1.0


def checked_job(job: Job[R], *, position: int) -> Job[R]:
    """Give a job of many back, if it is one that can be polled.

    Raises:
        TypeError: it is no job.
        ValueError: it has no client to ask with.
    """
    if not isinstance(job, Job):  # pyright: ignore[reportUnnecessaryIsInstance] # from outside
        raise TypeError(f"jobs: item {position} is no Job but a {type(job).__name__}")
    target_of(job)
    return job


def context_without_loop() -> Context:
    """Copy the context, without what says which event loop it is in: for a thread of its own."""
    context = copy_context()
    with suppress(ImportError):
        from sniffio import current_async_library_cvar

        context.run(current_async_library_cvar.set, None)
    return context


class _Source(Protocol[R_co]):
    async def take(self) -> Job[R_co]:
        """Give the next job; `StopAsyncIteration` says that there is none."""
        ...

    async def aclose(self) -> None: ...


class Feed(Generic[R]):
    """What hands jobs on from an iterable, one by one. It belongs to the engine's event loop.

    Args:
        jobs: the iterable.
        most: of the jobs that it gave, so many at most have an outcome to come, or one that
            nobody has taken.
        threaded: whether its code is synchronous code's.
    """

    def __init__(
        self, jobs: Iterable[Job[R]] | AsyncIterable[Job[R]], *, most: int, threaded: bool
    ) -> None:
        self.given = 0
        """How many jobs it has handed on."""
        self.exhausted = False
        """Whether the iterable has come to its end."""
        self._jobs = jobs
        self._most = most
        self._threaded = threaded
        self._open = 0
        self._room = anyio.Event()

    async def run(self, take: Callable[[Job[R]], object]) -> None:
        """Hand on each job, until there are no more of them or until cancelled.

        Raises:
            TypeError, ValueError: an item is no job, or none that can be polled.
            BaseException: whatever the iterable raises.
        """
        source = _source(self._jobs, threaded=self._threaded)
        try:
            while True:
                while self._open >= self._most:
                    self._room = anyio.Event()
                    await self._room.wait()
                try:
                    job = checked_job(await source.take(), position=self.given)
                except StopAsyncIteration:
                    self.exhausted = True
                    return
                self.given += 1
                self._open += 1
                take(job)
        except anyio.get_cancelled_exc_class() as cancelled:
            # Such as of a submission that is in doubt now: nobody else hears of it.
            for said in getattr(cancelled, "__notes__", ()):
                logger.warning("the iterable of jobs was interrupted: %s", said)
            raise
        finally:
            with anyio.move_on_after(_GRACE, shield=True):
                await source.aclose()

    def consumed(self) -> None:
        """Say that an outcome was taken."""
        self._open -= 1
        self._room.set()


def _source(jobs: Iterable[Job[R]] | AsyncIterable[Job[R]], *, threaded: bool) -> _Source[R]:
    if isinstance(jobs, AsyncIterable):
        return _Awaited(jobs)
    return _Threaded(jobs) if threaded else _InTurn(jobs)


class _Awaited(Generic[R]):
    def __init__(self, jobs: AsyncIterable[Job[R]]) -> None:
        self._jobs = aiter(jobs)

    async def take(self) -> Job[R]:
        return await anext(self._jobs)

    async def aclose(self) -> None:
        iterator: object = self._jobs
        if isinstance(iterator, AsyncGenerator):
            await cast("AsyncGenerator[object]", iterator).aclose()


class _InTurn(Generic[R]):
    """Those of an ordinary iterable, between which all else in the event loop has its turn."""

    def __init__(self, jobs: Iterable[Job[R]]) -> None:
        self._jobs = iter(jobs)

    async def take(self) -> Job[R]:
        await anyio.lowlevel.checkpoint()
        try:
            return next(self._jobs)
        except StopIteration:
            raise StopAsyncIteration from None

    async def aclose(self) -> None:
        _close(self._jobs)


class _Threaded(Generic[R]):
    """Those of an iterable that runs, from its first step to its closing, in a thread of its own.

    What blocks in it cannot be interrupted. It is left to itself then: the thread, a daemon, ends
    when it gives its next job; that is logged, since nobody waits for it any more.
    """

    def __init__(self, jobs: Iterable[Job[R]]) -> None:
        self._jobs = jobs
        self._asked = Semaphore(0)
        self._unwanted = False
        self._loop = asyncio.get_running_loop()
        self._answer: asyncio.Future[Job[R]] = self._loop.create_future()
        self._ended = anyio.Event()
        run = context_without_loop().run
        Thread(target=run, args=(self._work,), name="tilldone-jobs", daemon=True).start()

    async def take(self) -> Job[R]:
        self._answer = self._loop.create_future()
        self._asked.release()
        return await self._answer

    async def aclose(self) -> None:
        self._unwanted = True
        self._asked.release()
        await self._ended.wait()

    def _work(self) -> None:
        iterator: Iterator[Job[R]] | None = None
        while self._asked.acquire() and not self._unwanted:
            try:
                iterator = iter(self._jobs) if iterator is None else iterator
                self._tell(self._give, next(iterator))
            except StopIteration:
                self._tell(self._fail, StopAsyncIteration())
            except BaseException as error:  # noqa: BLE001 # raised again in the consumer
                self._tell(self._fail, error)
        try:
            _close(iterator)
        except BaseException as error:  # noqa: BLE001 # nobody is left to raise it to
            _left_over(error)
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._ended.set)

    def _tell(self, how: Callable[[T], None], what: T) -> None:
        try:
            self._loop.call_soon_threadsafe(how, what)
        except RuntimeError:  # The event loop has come to its end.
            _left_over(what)

    def _give(self, job: Job[R]) -> None:
        if self._answer.done():
            _left_over(job)
        else:
            self._answer.set_result(job)

    def _fail(self, error: BaseException) -> None:
        if self._answer.done():
            _left_over(error)
        else:
            self._answer.set_exception(error)


def _close(iterator: object) -> None:
    if isinstance(iterator, Generator):
        cast("Generator[object]", iterator).close()


def _left_over(what: object) -> None:
    """Log what came of an iterable when nobody waited any more: it may have cost money."""
    if isinstance(what, Job):
        job = cast("Job[object]", what)
        logger.warning("a job was given after the waits had ended; resume with %s", job.ref)
    elif not isinstance(what, StopAsyncIteration):
        logger.warning(
            "after the waits had ended, the iterable of jobs gave %s", excerpt(repr(what))
        )
