"""Submitting from synchronous code: it sends and sleeps, and decides nothing."""

from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import timedelta
from typing import TypeVar

from tilldone._core.actions import Send, Sleep
from tilldone._core.job import Job
from tilldone._core.job_request import JobRequest
from tilldone._core.polling import Polling, checked_callback, seconds_until_deadline
from tilldone._core.snapshot import Snapshot
from tilldone._core.submission import Submitted, Submitter
from tilldone._drivers.clock import WAKE, clock
from tilldone._drivers.interruption import noting
from tilldone._drivers.loop_warning import warn_of_loop
from tilldone._drivers.submitting import MAX_BODY, Run, Sendings
from tilldone._drivers.sync import wait
from tilldone._http.settings import submission_settings

__all__ = ["run", "submit", "submit_all", "submitted"]

R = TypeVar("R")

_DEFAULT = Polling()


def submit(request: JobRequest[R], *, timeout: float | timedelta | None = 60.0) -> Job[R]:
    """Send a request that makes a job, and return the job: `wait` waits for it, `.ref` keeps it.

    A job is never bought twice. The request is sent again only where it is certain that the
    provider has not taken it: no connection came about, or it was refused for now (429).

    Args:
        request: from one of the operations of a provider's module, or `Provider.submission`.
        timeout: seconds or a timedelta for all of it; None is for ever.

    Raises:
        SubmitRejected: the provider refuses the request, and no job exists.
        SubmitUncertain: it was sent, and nobody can say whether the job exists.
        SubmitError: the time was over before it could be sent, or taken; no job exists.
        ValueError, TypeError: an argument is wrong; it is named. Nothing was sent.
    """
    return submitted(Submitter(request, timeout=seconds_until_deadline(timeout))).unwrap()


def run(
    request: JobRequest[R],
    *,
    timeout: float | timedelta | None,
    polling: Polling = _DEFAULT,
    on_snapshot: Callable[[Snapshot[R]], object] | None = None,
) -> R:
    """Submit a job and wait until it is done; return its result: the generated model of a 200.

    Args:
        request: as for `submit`.
        timeout: seconds or a timedelta for both together; None is for ever.
        polling: how often to poll, and what to bear.
        on_snapshot: called with each readable answer, the last one included.

    Raises:
        SubmitError: what `submit` raises.
        WaitError: what `wait` raises; it names the job.
        ValueError, TypeError: an argument is wrong; it is named. Nothing was sent.
    """
    warn_of_loop("run", "await aio.run(...)")
    checked_callback(on_snapshot)
    both = Run(request, timeout, polling)
    job = submitted(both.submitter).unwrap()
    return wait(job, timeout=both.left(), polling=polling, on_snapshot=on_snapshot)


def submitted(submitter: Submitter[R]) -> Submitted[R]:
    """Do what the submitter says, until it has ended."""
    # Imported with the first request, as for polls.
    from tilldone._http.sync_transport import SyncTransport

    time = clock()
    settings = submission_settings(submitter.submission)
    opened = closing(SyncTransport(settings, max_body=MAX_BODY))
    with Sendings(submitter) as sendings, opened as transport:
        while True:
            action = submitter.next_action(time.now())
            match action:
                case Send():
                    with sendings.one():
                        event = transport.send(submitter.submission, action)
                    sendings.received(event)
                case Sleep():
                    time.sleep(action.seconds)
                case Submitted():
                    return action


def submit_all(
    requests: Iterable[JobRequest[R]],
    *,
    timeout: float | timedelta | None = 60.0,
    concurrency: int = 10,
    rate: float | None = None,
) -> list[Submitted[R]]:
    """Submit many jobs, several at once, and return what became of each, in their order.

    Args:
        requests: of one provider or of several, mixed.
        timeout: seconds or a timedelta for each of them, from its own turn on; None is for ever.
        concurrency: requests in flight at once.
        rate: requests a second for each host; None is the limit that each provider documents
            (none where it documents none), `math.inf` lifts it. A 429 or 503 with Retry-After
            holds up its whole host.

    Raises:
        TypeError, ValueError: an argument is wrong; it is named. Never for a single job's sake.
    """
    # Costs as much as all the rest of a start; nobody needs it who submits one job.
    from concurrent import futures

    from anyio.from_thread import start_blocking_portal

    from tilldone._drivers.submit_async import SubmitBatch

    batch = SubmitBatch(
        requests, timeout=timeout, concurrency=concurrency, rate=rate, synchronous=True
    )
    with noting(batch.refs), start_blocking_portal() as portal:
        future = portal.start_task_soon(batch.run)
        try:
            while not futures.wait([future], timeout=WAKE).done:
                pass
            return future.result()
        except BaseException:
            # Leaving the portal waits until the sendings have ended.
            future.cancel()
            raise
