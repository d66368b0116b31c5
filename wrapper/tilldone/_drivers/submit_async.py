"""Submitting from async code, on asyncio and trio: it sends and sleeps, and decides nothing.

Many at once go this way for synchronous code, too.
"""

import math
from collections.abc import Callable, Iterable
from contextlib import aclosing
from datetime import timedelta
from typing import TYPE_CHECKING, Generic, TypeVar

import anyio

from tilldone._core.actions import Send, Sleep
from tilldone._core.arguments import expect
from tilldone._core.job import Job
from tilldone._core.job_request import JobRequest
from tilldone._core.polling import Polling, checked_callback, seconds_until_deadline
from tilldone._core.snapshot import Snapshot
from tilldone._core.submission import Submitted, Submitter
from tilldone._drivers.asynchronous import wait
from tilldone._drivers.batch import checked_concurrency, checked_rate
from tilldone._drivers.clock import clock
from tilldone._drivers.engine import without_cancellation
from tilldone._drivers.interruption import noting, refs_of
from tilldone._drivers.submitting import MAX_BODY, Run, Sendings
from tilldone._http.settings import host_of, submission_settings
from tilldone._http.transports import open_httpx_transport

if TYPE_CHECKING:
    from tilldone._core.rate_limit import RateLimit

__all__ = ["SubmitBatch", "run", "submit", "submit_all"]

R = TypeVar("R")

_DEFAULT = Polling()


async def submit(
    request: JobRequest[R],
    *,
    timeout: float | timedelta | None = 60.0,  # noqa: ASYNC109 # the contract's own word
) -> Job[R]:
    """Send a request that makes a job, and return the job; see `tilldone.submit`."""
    submitter = Submitter(request, timeout=seconds_until_deadline(timeout))
    return (await _submitted(submitter)).unwrap()


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
    checked_callback(on_snapshot)
    both = Run(request, timeout, polling)
    job = (await _submitted(both.submitter)).unwrap()
    return await wait(job, timeout=both.left(), polling=polling, on_snapshot=on_snapshot)


async def _submitted(submitter: Submitter[R], *, synchronous: bool = False) -> Submitted[R]:
    """Drive a submission to its end; `synchronous` says that it is synchronous code's."""
    time = clock()
    settings = submission_settings(submitter.submission)
    opened = open_httpx_transport(settings, max_body=MAX_BODY, synchronous=synchronous)
    with Sendings(submitter) as sendings:
        async with aclosing(opened) as transport:
            while True:
                action = submitter.next_action(time.now())
                match action:
                    case Send():
                        with sendings.one():
                            event = await transport.send(submitter.submission, action)
                        sendings.received(event)
                    case Sleep():
                        await time.sleep_async(action.seconds)
                    case Submitted():
                        return action


async def submit_all(
    requests: Iterable[JobRequest[R]],
    *,
    timeout: float | timedelta | None = 60.0,  # noqa: ASYNC109 # the contract's own word
    concurrency: int = 10,
    rate: float | None = None,
) -> list[Submitted[R]]:
    """Submit many jobs, and return what became of each; see `tilldone.submit_all`."""
    batch = SubmitBatch(requests, timeout=timeout, concurrency=concurrency, rate=rate)
    with noting(batch.refs):
        return await batch.run()


class SubmitBatch(Generic[R]):
    """Many submissions, several at once.

    Raises:
        TypeError, ValueError: an argument is of the wrong kind or out of range; it is named.
    """

    def __init__(
        self,
        requests: Iterable[JobRequest[R]],
        *,
        timeout: float | timedelta | None,
        concurrency: int,
        rate: float | None,
        synchronous: bool = False,
    ) -> None:
        seconds = seconds_until_deadline(timeout)
        self._concurrency = checked_concurrency(concurrency)
        checked_rate(rate, of="requests")
        self._synchronous = synchronous
        if isinstance(requests, JobRequest):  # pyright: ignore[reportUnnecessaryIsInstance] # from outside
            raise TypeError(
                "requests: expected several of them, got a single JobRequest; submit() takes one"
            )
        expect("requests", requests, Iterable, "several of them", but=str)
        limits: dict[str, RateLimit] = {}
        self._submitters: list[Submitter[R]] = []
        for request in requests:
            submitter = Submitter(request, timeout=seconds)
            submission = submitter.submission
            submission_settings(submission)
            submitter.limit = limits.setdefault(host_of(submission.client), submitter.limit)
            documented = submission.provider.rate or math.inf
            submitter.limit.tighten(documented if rate is None else rate)
            self._submitters.append(submitter)
        self._waiting = iter(self._submitters)
        self._failure: BaseException | None = None

    async def run(self) -> list[Submitted[R]]:
        """Send them all; give what became of each, in their order."""
        async with anyio.create_task_group() as tasks:
            for _ in range(min(self._concurrency, len(self._submitters))):
                tasks.start_soon(self._work, tasks.cancel_scope)
        if self._failure is not None:
            self._failure.add_note(self.refs())
            raise self._failure
        return [each.end for each in self._submitters if each.end is not None]

    async def _work(self, group: anyio.CancelScope) -> None:
        try:
            for submitter in self._waiting:
                await _submitted(submitter, synchronous=self._synchronous)
        # Handed to the caller, without a group around it.
        except BaseException as error:
            own = without_cancellation(error)
            if own is None:
                raise
            self._failure = self._failure or own
            group.cancel()

    def refs(self) -> str:
        """Say what there is so far: nobody else knows these jobs."""
        ended = [each.end for each in self._submitters if each.end is not None]
        jobs = [end.job for end in ended if end.job is not None]
        doubts = [each.interrupted() for each in self._submitters if each.in_doubt]
        if not jobs:
            return "\n".join([*doubts, "no job is known to be made"])
        return "\n".join([*doubts, refs_of(jobs, "was made", "were made", most=len(jobs))])
