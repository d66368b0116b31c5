"""The same helpers for async code, on asyncio and on trio.

`aio.wait`, `aio.watch` and `aio.check` take, return and raise what their synchronous namesakes
do; both are driven by the same core and cannot decide differently.
"""

import inspect
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, asynccontextmanager
from datetime import timedelta
from typing import TypeVar

import anyio
import httpx

from tilldone._answer import Answer, Fault
from tilldone._clock import clock
from tilldone._core import Course, Look, Sleep, Stop, conclude, outcome_of_check, single_look
from tilldone._http import Enquiry, fault, no_answer, timeouts
from tilldone._interrupt import carrying_ref
from tilldone._job import Job, Target, target_of
from tilldone._polling import Polling, seconds_until_deadline
from tilldone._snapshot import Snapshot

__all__ = ["check", "wait", "watch"]

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

    `on_snapshot` may be an async function; it is awaited before the next look.
    """
    snapshots = watch(job, timeout=timeout, polling=polling)
    with carrying_ref(job):
        async with aclosing(snapshots):
            async for snapshot in snapshots:
                if on_snapshot is not None:
                    returned = on_snapshot(snapshot)
                    if inspect.isawaitable(returned):
                        await returned
                if snapshot.phase.finished:
                    return conclude(snapshot)
    raise AssertionError("a watch ends with a finished job or with an error")


def watch(
    job: Job[R], *, timeout: float | timedelta | None, polling: Polling = _DEFAULT
) -> AsyncGenerator[Snapshot[R], None]:
    """Yield what each look shows, until the job is finished; see `tilldone.watch`.

    Leaving the loop early closes the connection when the generator is collected; wrap it in
    `contextlib.aclosing` to close it at once.
    """
    return _watch(job, target_of(job), seconds_until_deadline(timeout), polling)


async def _watch(
    job: Job[R],
    target: Target[R],
    seconds: float,
    polling: Polling,
) -> AsyncGenerator[Snapshot[R], None]:
    time = clock()
    course = Course(job, timeout=seconds, polling=polling, now=time.now())
    with carrying_ref(job):
        async with _line(target, polling) as line:
            while True:
                action = course.next(time.now())
                match action:
                    case Look():
                        snapshot = course.saw(await line.look(action), time.now())
                        if snapshot is not None:
                            yield snapshot
                    case Sleep():
                        await time.sleep_async(action.seconds)
                    case Stop():
                        if action.error is not None:
                            raise action.error
                        return


async def check(job: Job[R], *, polling: Polling = _DEFAULT) -> Snapshot[R]:
    """Look once, and give what was seen; see `tilldone.check`."""
    course, look = single_look(job, polling=polling, now=clock().now())
    with carrying_ref(job):
        async with _line(target_of(job), polling) as line:
            return outcome_of_check(course, await line.look(look), clock().now())


class _Line:
    """A connection to one job's provider, kept for the length of a wait."""

    def __init__(self, client: httpx.AsyncClient, target: Target[object], enquiry: Enquiry) -> None:
        self._client = client
        self._enquiry = enquiry
        self._request = client.build_request(**target.request())

    async def look(self, look: Look) -> Answer | Fault:
        self._request.extensions = timeouts(look)
        with anyio.move_on_after(look.timeout):
            try:
                return await self._ask()
            except httpx.RequestError as error:
                return fault(error, look)
        return no_answer(look)

    async def _ask(self) -> Answer:
        response = await self._client.send(self._request, stream=True, follow_redirects=False)
        try:
            reader = self._enquiry.reader(response)
            if response.is_stream_consumed:
                reader.feed(response.content)
            else:
                async for chunk in response.aiter_raw():
                    if not reader.feed(chunk):
                        break
        finally:
            await response.aclose()
        return reader.answer()


@asynccontextmanager
async def _line(target: Target[object], polling: Polling) -> AsyncGenerator[_Line]:
    enquiry = Enquiry(target, polling)
    users = enquiry.users_client("_async_client", httpx.AsyncClient, httpx.AsyncHTTPTransport)
    if users is not None:
        yield _Line(users, target, enquiry)
        return
    client = httpx.AsyncClient(**enquiry.settings())
    try:
        yield _Line(client, target, enquiry)
    finally:
        # A cancelled wait closes its connection all the same.
        with anyio.CancelScope(shield=True):
            await client.aclose()
