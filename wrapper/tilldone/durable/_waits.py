"""Durable waits, by job or by ref: start one, find one, see them all, cancel one."""

import math
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, overload

import anyio
from attrs import frozen

from tilldone._core.job import Job, parse_ref
from tilldone._core.polling import Polling, checked, seconds_until_deadline
from tilldone._core.registry import provider_named
from tilldone.durable._handle import Handle
from tilldone.durable._segment import wall
from tilldone.durable._session import serving, store
from tilldone.durable._store import StoredWait
from tilldone.durable._stored import WaitRequest

__all__ = [
    "Ended",
    "Waiting",
    "attach",
    "cancel",
    "ended",
    "forget",
    "start",
    "start_async",
    "waiting",
]

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
    now = wall()
    request = WaitRequest(
        provider=named.provider,
        ref=named.ref,
        started=now,
        deadline=now + seconds_until_deadline(timeout),
        polling=checked(polling),
    )
    waits = serving(named.provider)
    return Handle(named, waits, waits.begin(request, again=again))


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
def attach(job: Job[object] | str) -> Handle[object]:
    """Find the last durable wait for a job, by the job or by its ref.

    Raises:
        LookupError: there never was one.
        ValueError, ConnectionError: as `start`.
    """
    named = _named(job)
    waits = serving(named.provider)
    return Handle(named, waits, _last(named, waits.latest(named.provider, named.ref)).id)


def cancel(job: Job[object] | str) -> None:
    """End the durable wait for a job, whoever carries it; nothing where it has ended.

    The job goes on at the provider.

    Raises:
        LookupError: there never was one.
        ConnectionError: the database cannot be opened.
    """
    named, waits = _named(job), store()
    waits.cancel(_last(named, waits.latest(named.provider, named.ref)).id)


@frozen(kw_only=True)
class Waiting:
    """A durable wait that goes on."""

    provider: str

    id: str
    """The job's id; empty where this version of tilldone cannot read the wait."""

    ref: str
    started: datetime

    deadline: datetime | None
    """None is for ever."""

    carried: bool
    """Whether a worker has it in hand; it waits in the queue otherwise."""

    problem: str | None
    """Why this version of tilldone cannot read the wait; None as a rule. A newer worker can."""


@frozen(kw_only=True)
class Ended:
    """A durable wait that is over and not forgotten."""

    provider: str

    id: str
    """The job's id; empty where this version of tilldone cannot read the wait."""

    ref: str
    started: datetime

    deadline: datetime | None
    """None is for ever."""

    ended: datetime

    outcome: str
    """`"succeeded"` or `"failed"`, as the job ended; `"cancelled"`; or the name of the error that
    the wait ended with, such as `"JobTimeout"`."""

    error: str | None
    """What that error says."""


def waiting() -> list[Waiting]:
    """List the durable waits that go on, the oldest first.

    Raises:
        ConnectionError: the database cannot be opened.
    """
    return [
        Waiting(**_shown(wait), carried=wait.carried, problem=wait.problem)
        for wait in store().active()
    ]


def ended() -> list[Ended]:
    """List the durable waits that are over and not forgotten, the oldest first.

    Raises:
        ConnectionError: the database cannot be opened.
    """
    return [_shown_ended(wait) for wait in store().ended()]


def forget(*, older_than: timedelta) -> int:
    """Delete the waits that ended at least so long ago, with their results; say how many.

    Nothing is deleted by itself. A job that was forgotten is a new one to `start`.

    Raises:
        TypeError, ValueError: older_than is no timedelta, or negative.
        ConnectionError: the database cannot be opened.
    """
    if not isinstance(older_than, timedelta):  # pyright: ignore[reportUnnecessaryIsInstance] # from outside
        raise TypeError(f"older_than: expected a timedelta, got {type(older_than).__name__}")
    if older_than < timedelta():
        raise ValueError(f"older_than: {older_than} is negative; such waits have not ended yet")
    return store().forget(datetime.fromtimestamp(wall(), UTC) - older_than)


def _shown(wait: StoredWait) -> dict[str, Any]:
    request = wait.request
    if request is None:
        unread = {"id": "", "ref": "", "started": wait.begun, "deadline": None}
        return {"provider": wait.provider} | unread
    deadline = request.deadline
    return {
        "provider": request.provider,
        "id": parse_ref(request.ref).id,
        "ref": request.ref,
        "started": datetime.fromtimestamp(request.started, UTC),
        "deadline": None if deadline == math.inf else datetime.fromtimestamp(deadline, UTC),
    }


def _shown_ended(wait: StoredWait) -> Ended:
    error = wait.problem
    if wait.outcome is not None:
        outcome = wait.outcome.name
        error = None if wait.outcome.error is None else str(wait.outcome.error["text"])
    else:
        outcome = "cancelled" if wait.cancelled else "WaitError"
    shown = _shown(wait)
    # On an old SQLite, DBOS's times are whole seconds.
    ended = max(wait.ended or wait.begun, shown["started"])
    return Ended(**shown, ended=ended, outcome=outcome, error=error)


def _named(job: Job[object] | str) -> Job[object]:
    if isinstance(job, Job):
        return job
    if not isinstance(job, str):  # pyright: ignore[reportUnnecessaryIsInstance] # from outside
        raise TypeError(f"job: expected a job or its ref, got {type(job).__name__}")
    return provider_named(parse_ref(job).provider).resume(None, job)


def _last(job: Job[object], wait: StoredWait | None) -> StoredWait:
    if wait is None:
        raise LookupError(f"there is no durable wait for {job.provider} job {job.id}; start() one")
    return wait
