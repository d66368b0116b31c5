"""Durable waits, by job or by ref: start one, find one, cancel one."""

from datetime import timedelta
from typing import TypeVar, overload

import anyio

from tilldone._core.arguments import expect
from tilldone._core.job import Job, making_of, parse_ref
from tilldone._core.job_request import JobRequest
from tilldone._core.polling import Polling, checked, seconds_until_deadline
from tilldone._core.registry import provider_named
from tilldone._core.text import excerpt
from tilldone._drivers.clock import clock
from tilldone.durable._handle import Handle, OfJob, OfSubmission
from tilldone.durable._segment import wall
from tilldone.durable._session import serving, store
from tilldone.durable._store import WaitStore
from tilldone.durable._stored import WaitRequest, making_to
from tilldone.durable._submissions import StoredSubmission, SubmissionStore

__all__ = ["attach", "cancel", "start", "start_async"]

R = TypeVar("R")

_DEFAULT = Polling()


@overload
def start(
    job: Job[R], *, timeout: float | timedelta | None, polling: Polling = ..., again: bool = ...
) -> Handle[R]: ...
@overload
def start(
    job: str, *, timeout: float | timedelta | None, polling: Polling = ..., again: bool = ...
) -> Handle[object]: ...
def start(
    job: Job[object] | str,
    *,
    timeout: float | timedelta | None,
    polling: Polling = _DEFAULT,
    again: bool = False,
) -> Handle[object]:
    """Start a durable wait for a job, or join the one that there is.

    The first deadline holds, however often and wherever this is called: a wait that ended by it is
    given back as it ended. So is one whose job is finished. One that was cancelled, or that ended
    with another error (`PollRejected`, `PollUnavailable`, `JobNotFound` ...), is begun anew.

    Args:
        job: from a provider module's `job()` or `resume()`, or the ref of one.
        timeout: seconds or a timedelta; None is for ever. It is counted from now, whatever happens
            to processes and machines. Who joins a wait gets the deadline of who began it.
        polling: how often to poll, and what to bear; with the usual schedule.
        again: begin anew, with this timeout, where the wait ended by its deadline.

    Raises:
        ValueError, TypeError: an argument is wrong, or this process should poll the job itself
            and has no key for it.
        ConnectionError: the database cannot be opened.
    """
    return _start(job, timeout=timeout, polling=polling, again=again)


def _start(
    job: Job[object] | str, *, timeout: float | timedelta | None, polling: Polling, again: bool
) -> Handle[object]:
    named = _named(job)
    now, making = wall(), making_of(named)
    request = WaitRequest(
        provider=named.provider,
        ref=named.ref,
        started=now,
        deadline=now + seconds_until_deadline(timeout),
        polling=checked(polling),
        making=None if making is None else making_to(making, later=now - clock().now()),
    )
    waits = serving(named.provider)
    return Handle(OfJob(named, waits.begin(request, again=again)), waits)


@overload
async def start_async(
    job: Job[R],
    *,
    timeout: float | timedelta | None,  # noqa: ASYNC109 # the contract's own word
    polling: Polling = ...,
    again: bool = ...,
) -> Handle[R]: ...
@overload
async def start_async(
    job: str,
    *,
    timeout: float | timedelta | None,  # noqa: ASYNC109 # the contract's own word
    polling: Polling = ...,
    again: bool = ...,
) -> Handle[object]: ...
async def start_async(
    job: Job[object] | str,
    *,
    timeout: float | timedelta | None,  # noqa: ASYNC109 # the contract's own word
    polling: Polling = _DEFAULT,
    again: bool = False,
) -> Handle[object]:
    """Start a durable wait from async code, on asyncio or on trio; see `start`."""
    return await anyio.to_thread.run_sync(
        lambda: _start(job, timeout=timeout, polling=polling, again=again)
    )


@overload
def attach(job: Job[R]) -> Handle[R]: ...
@overload
def attach(job: str) -> Handle[object]: ...
@overload
def attach(*, key: str) -> Handle[object]: ...
def attach(job: Job[object] | str | None = None, *, key: str | None = None) -> Handle[object]:
    """Find the last durable wait for a job, by the job or its ref; or a submission, by its key.

    Raises:
        LookupError: there never was one.
        TypeError: neither of them is given, or both are.
        ValueError, ConnectionError: as `start`.
    """
    if key is not None:
        _only(job)
        kept, subject = _submitted(key)
        return Handle(subject, serving(kept.provider))
    named = _named(job)
    waits = serving(named.provider)
    return Handle(_waited(named, waits), waits)


@overload
def cancel(job: Job[object] | str) -> None: ...
@overload
def cancel(*, key: str) -> None: ...
def cancel(job: Job[object] | str | None = None, *, key: str | None = None) -> None:
    """End the durable wait for a job, or a submission, whoever carries it; nothing if it has ended.

    The job goes on at the provider. A submission that is not on its way is never sent; one that is
    goes to its end, and what it makes is not waited for.

    Raises:
        LookupError: there never was one.
        TypeError: neither of them is given, or both are.
        ConnectionError: the database cannot be opened.
    """
    if key is not None:
        _only(job)
        Handle(_submitted(key)[1], store()).cancel()
        return
    Handle(_waited(_named(job), store()), store()).cancel()


def _only(job: object) -> None:
    if job is not None:
        raise TypeError("a job and a key: give one of them")


def _submitted(key: str) -> tuple[StoredSubmission, OfSubmission[object]]:
    expect("key", key, str, "text")
    rows = SubmissionStore(store())
    kept = rows.latest(key)
    if kept is None:
        raise LookupError(f"there is no durable submission {key!r}; submit() one")
    return kept, OfSubmission.of_stored(kept, rows)


def _named(job: Job[object] | str | None) -> Job[object]:
    if isinstance(job, Job):
        return job
    if not isinstance(job, str):
        raise TypeError(f"job: expected a job or its ref, got {type(job).__name__}")
    if not job.lstrip().startswith("{"):
        raise ValueError(
            f"job: expected a job or its ref, got {excerpt(job)!r}; a provider's job(client, id) "
            "makes a job of an id"
        )
    return provider_named(parse_ref(job).provider).resume(None, job)


def _waited(job: Job[R], waits: WaitStore) -> OfJob[R] | OfSubmission[R]:
    """Find the last wait for a job, or the submission that has made it and is about to begin one.

    Raises:
        LookupError: there never was one.
    """
    rows = SubmissionStore(waits)
    made_now = [kept for kept, _ in rows.unwaited() if kept.job and kept.job["ref"] == job.ref]
    wait = waits.latest(job.provider, job.ref)
    if wait is not None:
        return OfJob(job, wait.id)
    for kept in made_now:
        request: JobRequest[R] = JobRequest(kept.provider, kept.operation, None)
        return OfSubmission(kept.id, kept.key, request, lambda _ref: job, rows)
    raise LookupError(f"there is no durable wait for {job.provider} job {job.id}; start() one")
