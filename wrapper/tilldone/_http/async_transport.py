"""Polls over httpx from async code, on asyncio and trio: for one wait, or for many at once.

httpx's pool goes through all of its connections and waiting requests whenever one of them is
assigned (encode/httpcore#1035), so that in one pool for many polls each poll costs the more the
more of them there are. Here every poll in flight has a pool of its own with a single connection;
the one that was freed last is taken next, so that few connections are kept warm.
"""

import asyncio
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Self, TypeAlias

import anyio
import anyio.lowlevel
import httpx

from tilldone._core.response import Response, TransportError
from tilldone._http.exchange import ExchangeBroken, Tries, no_answer, of_transport
from tilldone._http.log_lines import Masked
from tilldone._http.private import close_idle_async, home_of, more_has_come, open_connections
from tilldone._http.request import (
    Attempt,
    PreparedRequest,
    RequestBuilder,
    Requested,
    httpx_request,
)
from tilldone._http.reuse import Reuse
from tilldone._http.settings import ClientSettings

__all__ = ["AsyncTransport", "OnePiece", "feed_from", "on_trio"]

_Held: TypeAlias = httpx.AsyncClient | httpx.AsyncHTTPTransport


def on_trio() -> bool:
    """Say whether trio runs this code; asyncio's loop may be running too, as trio's host."""
    trio = sys.modules.get("trio")
    if trio is None:
        return False
    try:
        # `in_trio_task` would say it, and is missing from the trio that old dependencies bring.
        trio.lowlevel.current_task()
    except RuntimeError:
        return False
    return True


class AsyncTransport:
    """The connections of one client, the user's or of our own.

    Where nothing is set that needs httpx's client around the connections, many polls go without
    it: that saves 20 % of CPU a poll, at 1,000 waits.

    Raises:
        RuntimeError: the user's client is bound to another event loop.
    """

    def __init__(self, settings: ClientSettings, *, max_body: int, concurrency: int = 1) -> None:
        self._users = settings.users(httpx.AsyncClient)
        if self._users is not None:
            _check_home(self._users)
        self._settings = settings
        self._max_body = max_body
        self._reuse = Reuse()
        self._bare = concurrency > 1 and settings.plain
        client = self._users or httpx.AsyncClient(**settings.arguments)
        self._requests = RequestBuilder(client, settings, httpx.Headers, httpx.URL)
        self._all: list[_Held] = [client]
        self._free: list[_Held] = [] if self._bare else [client]
        self._before = open_connections(client)

    async def send(self, target: Requested, attempt: Attempt) -> Response | TransportError:
        """Send a request, given up after its time whatever the server does."""
        if self._users is not None:
            # A transport that answers by itself never lets the event loop have its turn.
            await anyio.lowlevel.checkpoint()
        if attempt.answer is not None:
            return attempt.answer
        request = self._requests.prepared(target)
        tries = Tries(attempt, request, self._reuse, max_body=self._max_body)
        with self._one() as held, anyio.move_on_after(attempt.timeout):
            while True:
                try:
                    return await self._exchange(held, request, tries)
                except ExchangeBroken as broken:
                    if (end := tries.failed(broken)) is not None:
                        return end
        return no_answer(attempt, tries.trace)

    async def _exchange(
        self, held: _Held, prepared: PreparedRequest[httpx.Headers, httpx.URL], tries: Tries
    ) -> Response:
        trace = tries.trace
        request = httpx_request(prepared, tries.attempt, trace.note_async)
        request.stream = OnePiece(prepared.content)
        try:
            with of_transport(answered=False), Masked(prepared.mask):
                if not tries.fresh and more_has_come(held):
                    tries.more_has_come()
                if tries.fresh:
                    await close_idle_async(held)
                if isinstance(held, httpx.AsyncClient):
                    response = await held.send(request, stream=True, follow_redirects=False)
                else:
                    response = await held.handle_async_request(request)
        except BaseException:
            if trace.opened is not None:
                with anyio.CancelScope(shield=True):
                    await trace.opened.aclose()
            raise
        trace.response = response
        try:
            reader = tries.reader(response)
            if response.is_stream_consumed:
                # A hook may have read it, or have taken it away.
                with of_transport(answered=True):
                    reader.feed(response.content)
            else:
                await feed_from(response, reader.feed)
        finally:
            with of_transport(answered=True):
                await response.aclose()
        return reader.response()

    @contextmanager
    def _one(self) -> Generator[_Held]:
        """Give what a single poll is sent by."""
        if self._users is not None:
            yield self._users
            return
        if not self._free:
            made = self._settings.arguments
            kept = {name: made[name] for name in ("verify", "limits")}
            one = httpx.AsyncHTTPTransport(**kept) if self._bare else httpx.AsyncClient(**made)
            self._all.append(one)
            self._free.append(one)
        held = self._free.pop()
        try:
            yield held
        finally:
            self._free.append(held)

    async def aclose(self) -> None:
        """Close what is ours, also where a cancellation is the end; leave the user's as it was."""
        with anyio.CancelScope(shield=True):
            if self._users is not None:
                await close_idle_async(self._users, but=self._before)
                return
            for held in self._all:
                await held.aclose()


def _check_home(client: httpx.AsyncClient) -> None:
    home = home_of(client)
    if home is not None and home != ("trio" if on_trio() else asyncio.get_running_loop()):
        raise RuntimeError(
            "client: the httpx.AsyncClient that you set on it has connections of another event "
            "loop; set_async_httpx_client() one for this loop"
        )


class OnePiece(httpx.AsyncByteStream):
    """A request's body in one piece; a request that is cut or breaks on its way strands nothing.

    httpx and httpcore pass bodies through generators. One that is left in the middle is stranded
    until the collector comes, and trio complains of each.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._sent = False

    def __aiter__(self) -> Self:
        # From the beginning each time: what authenticates in two steps sends it twice.
        self._sent = False
        return self

    async def __anext__(self) -> bytes:
        if self._sent:
            raise StopAsyncIteration
        self._sent = True
        return self._content


async def feed_from(response: httpx.Response, feed: Callable[[bytes], bool]) -> None:
    """Feed the chunks of a body as they come, until no more is wanted.

    Raises:
        ExchangeBroken: it broke off. Also whatever `feed` raises.
    """
    failure: Exception | None = None
    # Leaving the loop would strand the generators under it; a cancelled read ends them all.
    with anyio.CancelScope() as enough, of_transport(answered=True):
        async for chunk in response.aiter_raw():
            if enough.cancel_called:
                continue
            try:
                wanted = feed(chunk)
            except Exception as error:  # noqa: BLE001 # raised again below
                failure, wanted = error, False
            if not wanted:
                enough.cancel()
    if failure is not None:
        raise failure
