"""Many waits with one deadline: what `as_completed` and `wait_all` take, and what runs them."""

from collections.abc import AsyncIterable, Callable, Collection, Iterable, Sequence
from datetime import timedelta
from typing import Generic, TypeVar

from attrs import field, frozen

from tilldone._core.arguments import expect
from tilldone._core.host_queue import ScheduledWait
from tilldone._core.job import Job
from tilldone._core.poller import Poller
from tilldone._core.polling import Polling, checked, seconds_until_deadline
from tilldone._core.snapshot import Outcome
from tilldone._drivers.clock import clock
from tilldone._drivers.engine import Engine
from tilldone._drivers.feeding import Feed, checked_job
from tilldone._drivers.instrumentation import Instrumentation
from tilldone._drivers.progress import Progress

__all__ = ["Batch", "BatchOptions", "checked_concurrency", "checked_options", "checked_rate"]

R = TypeVar("R")

# Jobs of an iterable that are in hand at once, for each poll that may be in flight.
_IN_HAND = 1000


@frozen(eq=False)
class BatchOptions(Generic[R]):
    """The arguments of `as_completed` and `wait_all`, checked."""

    jobs: Sequence[Job[R]]
    """Those that are there from the beginning."""

    feed: Iterable[Job[R]] | AsyncIterable[Job[R]] | None
    """What gives others while the waits run."""

    timeout: float
    polling: Polling
    concurrency: int
    rate: float | None
    progress: bool

    taken: list[Job[R]] = field(factory=list[Job[R]])
    """What the iterable gave, in its order; kept where that is asked for."""

    ordered: bool = False
    """Whether it is."""


def checked_options(
    jobs: Iterable[Job[R]] | AsyncIterable[Job[R]],
    *,
    timeout: float | timedelta | None,
    polling: Polling,
    concurrency: int,
    rate: float | None,
    progress: bool,
    ordered: bool = False,
    synchronous: bool = False,
) -> BatchOptions[R]:
    """Check what `as_completed` and `wait_all` are given.

    Raises:
        TypeError, ValueError: an argument is of the wrong kind or out of range; it is named.
    """
    if isinstance(jobs, Job):  # pyright: ignore[reportUnnecessaryIsInstance] # from outside
        raise TypeError("jobs: expected several of them, got a single Job; wait() takes one")
    if synchronous and isinstance(jobs, AsyncIterable):
        raise TypeError(
            f"jobs: expected an ordinary iterable, got {type(jobs).__name__}, an asynchronous one; "
            "tilldone.aio takes those"
        )
    expect("jobs", jobs, (Iterable, AsyncIterable), "several of them")
    # What has a length is all there; anything else gives its jobs when it is asked for them.
    given = list(jobs) if isinstance(jobs, Collection) else []
    for position, job in enumerate(given):
        checked_job(job, position=position)
    checked_rate(rate)
    return BatchOptions(
        given,
        None if isinstance(jobs, Collection) else jobs,
        seconds_until_deadline(timeout),
        checked(polling),
        checked_concurrency(concurrency),
        rate,
        progress,
        ordered=ordered,
    )


def checked_concurrency(concurrency: int) -> int:
    """Give it back.

    Raises:
        TypeError, ValueError: it is not a number of requests that may be in flight at once.
    """
    expect("concurrency", concurrency, int, "a whole number")
    if concurrency < 1:
        raise ValueError(f"concurrency: {concurrency} is below 1; nothing could be sent")
    return concurrency


def checked_rate(rate: float | None, *, of: str = "polls") -> None:
    """Check a rate, of polls or of requests.

    Raises:
        TypeError, ValueError: it is not such a number a second.
    """
    if rate is None:
        return
    expect("rate", rate, (int, float), "a number")
    if not rate > 0:
        raise ValueError(
            f"rate: {rate} {of} a second is not above 0; None is each provider's documented "
            "limit, math.inf lifts it"
        )


class Batch(Generic[R]):
    """Waits for many jobs with one deadline.

    Args:
        options: which jobs, and how.
        emit: takes each outcome, in order of completion; a job that was given twice has two.
        synchronous: whether it is synchronous code that waits.
    """

    def __init__(
        self,
        options: BatchOptions[R],
        emit: Callable[[Outcome[R]], object],
        *,
        synchronous: bool = False,
    ) -> None:
        self._options = options
        self._emit = emit
        self._synchronous = synchronous
        self._begun = False
        self._waits: dict[Job[R], Instrumentation] = {}
        self._repeats: dict[Job[R], int] = {}
        self._engine: Engine[R]
        self._progress: Progress
        self._deadline: float
        self._feed: Feed[R] | None = None

    @property
    def remaining(self) -> Sequence[Job[R]]:
        """The jobs that have no outcome yet."""
        return [*self._waits] if self._begun else self._options.jobs

    async def run(self) -> None:
        """Poll until every job has come to its end, and close all that was opened.

        Raises:
            TimeoutError: the time was over before the iterable that gives the jobs had ended.
            BaseException: whatever that iterable raises.
        """
        options = self._options
        total = len(options.jobs) if options.feed is None else None
        self._progress = Progress(total, shown=options.progress)
        self._engine = Engine(
            concurrency=options.concurrency,
            left=self._left,
            polled=self._polled,
            synchronous=self._synchronous,
        )
        now = clock().now()
        self._deadline = now + options.timeout
        self._begun = True
        for job in options.jobs:
            self._take(job, now)
        try:
            with self._progress:
                await self._poll()
        finally:
            for wait in self._waits.values():
                wait.abandon()

    async def _poll(self) -> None:
        options = self._options
        if options.feed is None:
            self._engine.complete()
            await self._engine.run()
            return
        feed = self._feed = Feed(
            options.feed, most=_IN_HAND * options.concurrency, threaded=self._synchronous
        )
        until = self._deadline + options.polling.last_poll
        await self._engine.run(feed, self._take_fed, until=until)
        if not feed.exhausted:
            raise TimeoutError(
                f"jobs: the timeout of {options.timeout:.1f} s was over before their iterable came "
                f"to its end; {feed.given} jobs came of it, and had their outcomes"
            )

    def _take_fed(self, job: Job[R]) -> None:
        if self._options.ordered:
            self._options.taken.append(job)
        scheduled = self._take(job, clock().now())
        if scheduled is not None:
            # Those that have their outcomes already are not to be thrown away for this one's sake.
            self._engine.open_for(scheduled)

    def consumed(self) -> None:
        """Say that an outcome was taken, so that there is room for another job."""
        if self._feed is not None:
            self._feed.consumed()

    def _polled(self, poller: Poller[R]) -> None:
        self._progress.polled(poller.remaining if poller.stop is None else None)

    def _take(self, job: Job[R], now: float) -> ScheduledWait[R] | None:
        """Take a job in hand; give its wait, None where there is one already."""
        self._progress.begun()
        if job in self._waits:
            self._repeats[job] = self._repeats.get(job, 0) + 1
            return None
        observer = self._waits[job] = Instrumentation(job)
        poller = Poller(
            job,
            timeout=self._deadline - now,
            polling=self._options.polling,
            now=now,
            observer=observer,
        )
        return self._engine.add(poller, rate=self._options.rate)

    def _left(self, poller: Poller[R]) -> None:
        outcome = poller.outcome()
        # Only now: one whose result cannot be read to its end is still to be resumed.
        del self._waits[poller.job]
        for _ in range(1 + self._repeats.pop(poller.job, 0)):
            self._progress.ended(failed=outcome.error is not None)
            self._emit(outcome)
