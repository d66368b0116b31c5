"""Submitting from async code, on asyncio and trio: it sends and sleeps, and decides nothing."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import TypeVar

from tilldone._core.job import Job
from tilldone._core.job_request import JobRequest
from tilldone._core.polling import Polling, seconds_until_deadline
from tilldone._core.snapshot import Snapshot
from tilldone._core.submission import Submitted, Submitter
from tilldone._drivers.asynchronous import wait
from tilldone._drivers.instrumentation import noting
from tilldone._drivers.submit_many import Batch, submitted
from tilldone._drivers.submitting import Whole

__all__ = ["run", "submit", "submit_all"]

R = TypeVar("R")

_DEFAULT = Polling()


async def submit(
    request: JobRequest[R],
    *,
    timeout: float | timedelta | None = 60.0,  # noqa: ASYNC109 # the contract's own word
) -> Job[R]:
    """Send a request that makes a job, and return the job; see `tilldone.submit`."""
    submitter = Submitter(request, timeout=seconds_until_deadline(timeout))
    return (await submitted(submitter)).unwrap()


async def run(
    request: JobRequest[R],
    *,
    timeout: float | timedelta | None,  # noqa: ASYNC109 # the contract's own word
    polling: Polling = _DEFAULT,
    on_snapshot: Callable[[Snapshot[R]], object] | None = None,
) -> R:
    """Submit a job and wait until it is done; see `tilldone.run`.

    `on_snapshot` may be an async function; it is awaited before the next poll.
    """
    whole = Whole(request, timeout, polling)
    job = (await submitted(whole.submitter)).unwrap()
    return await wait(job, timeout=whole.left(), polling=polling, on_snapshot=on_snapshot)


async def submit_all(
    requests: Iterable[JobRequest[R]],
    *,
    timeout: float | timedelta | None = 60.0,  # noqa: ASYNC109 # the contract's own word
    concurrency: int = 10,
    rate: float | None = None,
) -> list[Submitted[R]]:
    """Submit many jobs, and return what became of each; see `tilldone.submit_all`."""
    batch = Batch(requests, timeout=timeout, concurrency=concurrency, rate=rate)
    with noting(batch.refs):
        return await batch.run()
