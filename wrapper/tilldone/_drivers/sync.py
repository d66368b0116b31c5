"""The synchronous driver: it polls, sleeps and hands on; it decides nothing."""

from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from tilldone._core.actions import Poll, Sleep, Stop
from tilldone._core.job import Job, Target, target_of
from tilldone._core.poller import Poller, single_poll
from tilldone._core.polling import Polling, checked, checked_callback, seconds_until_deadline
from tilldone._core.snapshot import Outcome, Snapshot
from tilldone._drivers.clock import clock
from tilldone._drivers.instrumentation import Instrumentation
from tilldone._drivers.interruption import carrying_ref
from tilldone._drivers.loop_warning import warn_of_loop
from tilldone._http.settings import settings_of

if TYPE_CHECKING:
    from tilldone._http.sync_transport import SyncTransport

__all__ = ["as_completed", "check", "wait", "wait_all", "watch", "watch_with"]

R = TypeVar("R")

_DEFAULT = Polling()


def wait(
    job: Job[R],
    *,
    timeout: float | timedelta | None,
    polling: Polling = _DEFAULT,
    on_snapshot: Callable[[Snapshot[R]], object] | None = None,
) -> R:
    """Wait until the job is done, and return its result: the generated model of a 200.

    Args:
        job: from a provider module's `job()` or `resume()`.
        timeout: seconds or a timedelta; 0 is a single poll, None is for ever. The wait is over
            `polling.last_poll` seconds after it, whatever the server does.
        polling: how often to poll, and what to bear.
        on_snapshot: called with each readable answer, the last one included.

    Raises:
        JobFailed: the provider says that the job failed.
        JobTimeout: the job had not finished when the time was over.
        JobNotFound: the provider does not know the job.
        PollRejected: the provider refuses to answer, such as for a wrong key.
        PollUnavailable: no readable answer for `polling.tolerate` seconds.
        UnreadableResponse: the job is done and its result does not fit the model; the error
            carries it. Also an unknown status, with `Polling(unknown="raise")`.
        ValueError, TypeError: an argument is wrong; it is named.
    """
    target, seconds = target_of(job), seconds_until_deadline(timeout)
    checked_callback(on_snapshot)
    warn_of_loop("wait", "await aio.wait(...)")
    observer = Instrumentation(job)
    poller = Poller(
        job, timeout=seconds, polling=checked(polling), now=clock().now(), observer=observer
    )
    with carrying_ref(job, callbacks=True), observer, closing(_polled(poller, target)) as snapshots:
        for snapshot in snapshots:
            if on_snapshot is not None:
                on_snapshot(snapshot)
        return poller.result()


def watch(
    job: Job[R], *, timeout: float | timedelta | None, polling: Polling = _DEFAULT
) -> Generator[Snapshot[R], None, None]:
    """Yield what each poll shows, until the job is finished; a failed job is a snapshot, too.

    Takes and raises what `wait` does, save `JobFailed` and, for a result, `UnreadableResponse`.
    """
    target, seconds = target_of(job), seconds_until_deadline(timeout)
    warn_of_loop("watch", "async for snapshot in aio.watch(...)")
    return watch_with(Instrumentation, job, target, timeout=seconds, polling=checked(polling))


def watch_with(
    observe: Callable[[Job[R]], Instrumentation],
    job: Job[R],
    target: Target[R],
    *,
    timeout: float,
    polling: Polling,
) -> Generator[Snapshot[R], None, None]:
    """Yield what `watch` does, and tell an observer of the faults between, too."""
    with observe(job) as observer:
        now = clock().now()
        poller = Poller(job, timeout=timeout, polling=polling, now=now, observer=observer)
        yield from _polled(poller, target)


def _polled(poller: Poller[R], target: Target[R]) -> Generator[Snapshot[R], None, None]:
    """Do what the poller says, and yield what it sees."""
    time = clock()
    with carrying_ref(poller.job), _transport(target, poller.polling) as transport:
        while True:
            action = poller.next_action(time.now())
            match action:
                case Poll():
                    with poller.observer.sending():
                        event = transport.send(target, action)
                    snapshot = poller.receive(event, time.now())
                    if snapshot is not None:
                        yield snapshot
                case Sleep():
                    time.sleep(action.seconds)
                case Stop():
                    if action.error is not None:
                        raise action.error
                    return


def _transport(target: Target[object], polling: Polling) -> "closing[SyncTransport]":
    # Imported with the first poll: httpcore takes a third of the time that tilldone does.
    from tilldone._http.sync_transport import SyncTransport

    return closing(SyncTransport(settings_of(target.client), max_body=polling.max_body))


def check(job: Job[R], *, polling: Polling = _DEFAULT) -> Snapshot[R]:
    """Poll once, and give what was seen; a failed job is a snapshot, not an exception.

    Raises:
        JobNotFound: the provider does not know the job.
        PollRejected: the provider refuses to answer.
        PollUnavailable: there was no readable answer.
        ValueError: the job has no client to ask with.
    """
    target = target_of(job)
    warn_of_loop("check", "await aio.check(...)")
    poller = single_poll(
        job, polling=polling, now=clock().now(), observer=Instrumentation(job, traced=False)
    )
    for _ in _polled(poller, target):
        pass
    return poller.snapshot()


def as_completed(
    jobs: Iterable[Job[R]],
    *,
    timeout: float | timedelta | None,
    polling: Polling = _DEFAULT,
    concurrency: int = 100,
    rate: float | None = None,
    progress: bool = False,
) -> Generator[Outcome[R], None, None]:
    """Wait for many jobs at once, and yield each one's outcome as it comes to its end.

    Args:
        jobs: of one provider or of several, mixed. The same job given twice is polled once,
            and reported as often as it was given. What has a length, such as a list, is checked
            at once. Any other iterable, such as a generator, is asked for its jobs while the
            waits for those before already run, in a thread of its own (what is bound to one
            thread, such as a sqlite3 connection, is to be opened in the generator): each is waited
            for as soon as it is there, and no more than `1000 * concurrency` are in hand at once,
            counted until their outcome is taken. What it raises, or what is no job in it, ends
            all waits, with the refs in a note; a client in it that cannot be used ends its own job
            alone, where in a list it ends all. Leaving early closes a generator, once its next
            job has come where it is at work on one.
        timeout: seconds or a timedelta for all of them, from the first step on; None is for ever.
            An iterable is asked for jobs until `polling.last_poll` seconds after it, and one that
            comes after the deadline has its last poll alone.
        polling: how often to poll each, and what to bear.
        concurrency: polls in flight at once.
        rate: polls a second for each host, shared by its jobs; None is the limit that each
            provider documents (none where it documents none), `math.inf` lifts it. A 429 or 503
            with Retry-After holds up its whole host. So many jobs that their last polls do not
            fit into `polling.last_poll` at this rate end as `JobTimeout`, some of them unseen;
            give them time accordingly.
        progress: show a bar on stderr where that is a terminal; needs the extra `cli`.

    Raises:
        TypeError, ValueError: an argument is wrong; it is named. Never for a single job's sake.
        TimeoutError: the time was over before the iterable had come to its end. It comes after the
            outcomes of all jobs that it gave.
    """
    from tilldone._drivers.batch import checked_options
    from tilldone._drivers.many import sync_as_completed

    options = checked_options(
        jobs,
        timeout=timeout,
        polling=polling,
        concurrency=concurrency,
        rate=rate,
        progress=progress,
        synchronous=True,
    )
    warn_of_loop("as_completed", "async for outcome in aio.as_completed(...)")
    return sync_as_completed(options)


def wait_all(
    jobs: Iterable[Job[R]],
    *,
    timeout: float | timedelta | None,
    polling: Polling = _DEFAULT,
    concurrency: int = 100,
    rate: float | None = None,
    progress: bool = False,
) -> list[Outcome[R]]:
    """Wait for many jobs at once, and return their outcomes in the order of the jobs.

    Takes and raises what `as_completed` does. Where an iterable of jobs raises, or is not at its
    end when the time is over, the refs of those that have ended are in a note as well.
    """
    from tilldone._drivers.batch import checked_options
    from tilldone._drivers.many import in_order, noting_outcomes, sync_as_completed

    options = checked_options(
        jobs,
        timeout=timeout,
        polling=polling,
        concurrency=concurrency,
        rate=rate,
        progress=progress,
        ordered=True,
        synchronous=True,
    )
    warn_of_loop("wait_all", "await aio.wait_all(...)")
    outcomes: list[Outcome[R]] = []
    with noting_outcomes(outcomes):
        for outcome in sync_as_completed(options):
            outcomes.append(outcome)  # noqa: PERF402 # what was there before an error is to be seen
    return in_order(options, outcomes)
