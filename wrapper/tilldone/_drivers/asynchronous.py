"""The asynchronous driver, on asyncio and trio: it polls and sleeps, and decides nothing."""

import inspect
from collections.abc import AsyncGenerator, AsyncIterable, Callable, Iterable
from contextlib import aclosing
from datetime import timedelta
from typing import TypeVar

from tilldone._core.actions import Poll, Sleep, Stop
from tilldone._core.job import Job, Target, target_of
from tilldone._core.poller import Poller, single_poll
from tilldone._core.polling import Polling, checked, checked_callback, seconds_until_deadline
from tilldone._core.snapshot import Outcome, Snapshot
from tilldone._drivers.batch import checked_options
from tilldone._drivers.clock import clock
from tilldone._drivers.instrumentation import Instrumentation
from tilldone._drivers.interruption import carrying_ref
from tilldone._drivers.many import AsCompleted, in_order, noting_outcomes
from tilldone._http.transports import Transport, open_transport

__all__ = ["as_completed", "check", "wait", "wait_all", "watch"]

R = TypeVar("R")

_DEFAULT = Polling()


async def wait(
    job: Job[R],
    *,
    timeout: float | timedelta | None,  # noqa: ASYNC109 # the contract's own word
    polling: Polling = _DEFAULT,
    on_snapshot: Callable[[Snapshot[R]], object] | None = None,
) -> R:
    """Wait until the job is done, and return its result; see `tilldone.wait`.

    `on_snapshot` may be an async function; it is awaited before the next poll.
    """
    target, seconds = target_of(job), seconds_until_deadline(timeout)
    checked_callback(on_snapshot)
    observer = Instrumentation(job)
    poller = Poller(
        job, timeout=seconds, polling=checked(polling), now=clock().now(), observer=observer
    )
    with carrying_ref(job, callbacks=True), observer:
        async with aclosing(_polled(poller, target)) as snapshots:
            async for snapshot in snapshots:
                if on_snapshot is not None:
                    returned = on_snapshot(snapshot)
                    if inspect.isawaitable(returned):
                        await returned
        return poller.result()


def watch(
    job: Job[R], *, timeout: float | timedelta | None, polling: Polling = _DEFAULT
) -> AsyncGenerator[Snapshot[R], None]:
    """Yield what each poll shows, until the job is finished; see `tilldone.watch`.

    Leaving the loop early closes the connection when the generator is collected; wrap it in
    `contextlib.aclosing` to close it at once.
    """
    return _watch(job, target_of(job), seconds_until_deadline(timeout), checked(polling))


async def _watch(
    job: Job[R], target: Target[R], seconds: float, polling: Polling
) -> AsyncGenerator[Snapshot[R], None]:
    with Instrumentation(job) as observer:
        now = clock().now()
        poller = Poller(job, timeout=seconds, polling=polling, now=now, observer=observer)
        async with aclosing(_polled(poller, target)) as snapshots:
            async for snapshot in snapshots:
                yield snapshot


async def _polled(poller: Poller[R], target: Target[R]) -> AsyncGenerator[Snapshot[R], None]:
    """Do what the poller says, and yield what it sees."""
    time = clock()
    with carrying_ref(poller.job):
        async with _transport(target, poller.polling) as transport:
            while True:
                action = poller.next_action(time.now())
                match action:
                    case Poll():
                        with poller.observer.sending():
                            event = await transport.send(target, action)
                        snapshot = poller.receive(event, time.now())
                        if snapshot is not None:
                            yield snapshot
                    case Sleep():
                        await time.sleep_async(action.seconds)
                    case Stop():
                        if action.error is not None:
                            raise action.error
                        return


def _transport(target: Target[object], polling: Polling) -> aclosing[Transport]:
    return aclosing(open_transport(target.client, max_body=polling.max_body))


async def check(job: Job[R], *, polling: Polling = _DEFAULT) -> Snapshot[R]:
    """Poll once, and give what was seen; see `tilldone.check`."""
    target = target_of(job)
    poller = single_poll(
        job, polling=polling, now=clock().now(), observer=Instrumentation(job, traced=False)
    )
    async with aclosing(_polled(poller, target)) as snapshots:
        async for _ in snapshots:
            pass
    return poller.snapshot()


def as_completed(
    jobs: Iterable[Job[R]] | AsyncIterable[Job[R]],
    *,
    timeout: float | timedelta | None,
    polling: Polling = _DEFAULT,
    concurrency: int = 100,
    rate: float | None = None,
    progress: bool = False,
) -> AsCompleted[R]:
    """Wait for many jobs at once, and yield each one's outcome; see `tilldone.as_completed`.

    The iterable of jobs may be an asynchronous one. Either kind runs in the event loop, beside the
    polls: what blocks in it holds up all of them. Cancelled while it is at work on a job, as by
    leaving early, it is interrupted there.

    Leaving the loop early stops all polls once nothing refers to the iterator any more; `aclose`,
    as by `contextlib.aclosing`, stops them at once and waits until they have stopped.
    """
    return AsCompleted(
        checked_options(
            jobs,
            timeout=timeout,
            polling=polling,
            concurrency=concurrency,
            rate=rate,
            progress=progress,
        )
    )


async def wait_all(
    jobs: Iterable[Job[R]] | AsyncIterable[Job[R]],
    *,
    timeout: float | timedelta | None,  # noqa: ASYNC109 # the contract's own word
    polling: Polling = _DEFAULT,
    concurrency: int = 100,
    rate: float | None = None,
    progress: bool = False,
) -> list[Outcome[R]]:
    """Wait for many jobs at once, and return their outcomes; see `tilldone.wait_all`."""
    options = checked_options(
        jobs,
        timeout=timeout,
        polling=polling,
        concurrency=concurrency,
        rate=rate,
        progress=progress,
        ordered=True,
    )
    outcomes: list[Outcome[R]] = []
    async with aclosing(AsCompleted(options)) as arriving:
        with noting_outcomes(outcomes):
            async for outcome in arriving:
                outcomes.append(outcome)  # noqa: PERF401 # as in the synchronous one
    return in_order(options, outcomes)
