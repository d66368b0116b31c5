"""Durable waits, by job or by ref: start one, find one, see them all, cancel one."""

import math
from datetime import UTC, datetime, timedelta
from typing import TypeVar, overload

import anyio
from attrs import frozen

from tilldone._core.job import Job, parse_ref
from tilldone._core.polling import Polling, checked, seconds_until_deadline
from tilldone._core.registry import provider_named
from tilldone.durable import _wall as wall
from tilldone.durable._handle import Handle
from tilldone.durable._kept import Kept
from tilldone.durable._order import Order
from tilldone.durable._session import serving, store

__all__ = ["Waiting", "attach", "cancel", "forget", "start", "start_async", "waiting"]

R = TypeVar("R")

_DEFAULT = Polling()


@overload
def start(
    job: Job[R], *, timeout: float | timedelta | None, polling: Polling = ...
) -> Handle[R]: ...
@overload
def start(
    job: str, *, timeout: float | timedelta | None, polling: Polling = ...
) -> Handle[object]: ...
def start(
    job: Job[object] | str, *, timeout: float | timedelta | None, polling: Polling = _DEFAULT
) -> Handle[object]:
    """Start a durable wait for a job, or join the one that there is.

    A job that is known to be finished is not polled again. A wait that ended otherwise, such as
    by its deadline, is begun anew.

    Args:
        job: from a provider module's `job()` or `resume()`, or the ref of one.
        timeout: seconds or a timedelta; None is for ever. It is counted from now, whatever happens
            to processes and machines. Who joins a wait gets the deadline of who began it.
        polling: how often to poll, and what to bear; with the usual schedule.

    Raises:
        ValueError, TypeError: an argument is wrong, or this process should poll the job itself
            and has no key for it.
        ConnectionError: the database cannot be opened.
    """
    return _start(job, timeout=timeout, polling=polling)


def _start(
    job: Job[object] | str, *, timeout: float | timedelta | None, polling: Polling
) -> Handle[object]:
    named = _named(job)
    now = wall.now()
    order = Order(
        provider=named.provider,
        ref=named.ref,
        started=now,
        deadline=now + seconds_until_deadline(timeout),
        polling=checked(polling),
    )
    waits = serving(named.provider)
    return Handle(named, waits, waits.begin(order))


@overload
async def start_async(
    job: Job[R],
    *,
    timeout: float | timedelta | None,  # noqa: ASYNC109 # the contract's own word
    polling: Polling = ...,
) -> Handle[R]: ...
@overload
async def start_async(
    job: str,
    *,
    timeout: float | timedelta | None,  # noqa: ASYNC109 # the contract's own word
    polling: Polling = ...,
) -> Handle[object]: ...
async def start_async(
    job: Job[object] | str,
    *,
    timeout: float | timedelta | None,  # noqa: ASYNC109 # the contract's own word
    polling: Polling = _DEFAULT,
) -> Handle[object]:
    """Start a durable wait from async code, on asyncio or on trio; see `start`."""
    return await anyio.to_thread.run_sync(lambda: _start(job, timeout=timeout, polling=polling))


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
    ref: str
    started: datetime

    deadline: datetime | None
    """None is for ever."""

    carried: bool
    """Whether a worker has it in hand; it waits in the queue otherwise."""


def waiting() -> list[Waiting]:
    """List the durable waits that go on, the oldest first.

    Raises:
        ConnectionError: the database cannot be opened.
    """
    return [_shown(kept) for kept in store().active()]


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
    return store().forget(datetime.fromtimestamp(wall.now(), UTC) - older_than)


def _shown(kept: Kept) -> Waiting:
    order = kept.order
    for_ever = order.deadline == math.inf
    return Waiting(
        provider=order.provider,
        id=_named(order.ref).id,
        ref=order.ref,
        started=datetime.fromtimestamp(order.started, UTC),
        deadline=None if for_ever else datetime.fromtimestamp(order.deadline, UTC),
        carried=kept.carried,
    )


def _named(job: Job[object] | str) -> Job[object]:
    if isinstance(job, Job):
        return job
    if not isinstance(job, str):  # pyright: ignore[reportUnnecessaryIsInstance] # from outside
        raise TypeError(f"job: expected a job or its ref, got {type(job).__name__}")
    return provider_named(parse_ref(job).provider).resume(None, job)


def _last(job: Job[object], kept: Kept | None) -> Kept:
    if kept is None:
        raise LookupError(f"there is no durable wait for {job.provider} job {job.id}; start() one")
    return kept
