"""Asking over HTTP from async code: one connection for a wait, and one poll over it."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeAlias

import anyio
import httpx

from tilldone._core.job import Target
from tilldone._core.poller import Poll
from tilldone._core.polling import Polling
from tilldone._core.response import Response, TransportError
from tilldone._http.enquiry import Enquiry, fault, no_answer, timeouts
from tilldone._http.streams import OnePiece, feed_from

if TYPE_CHECKING:
    import httpcore

__all__ = ["Line", "Send", "ask", "line"]

Send: TypeAlias = Callable[[httpx.Request], Awaitable[httpx.Response]]
"""Sends a request, and returns as soon as the headers of the answer are there."""


async def ask(
    send: Send, request: httpx.Request, poll: Poll, enquiry: Enquiry
) -> Response | TransportError:
    """Send one poll, given up after its time whatever the server does."""
    request.extensions = {**timeouts(poll), "trace": _Handshake()}
    request.stream = OnePiece(request.content)
    with anyio.move_on_after(poll.timeout):
        try:
            return await _read(await send(request), enquiry)
        except httpx.RequestError as error:
            return fault(error, poll)
    return no_answer(poll)


async def _read(response: httpx.Response, enquiry: Enquiry) -> Response:
    try:
        reader = enquiry.reader(response)
        if response.is_stream_consumed:
            reader.feed(response.content)
        else:
            await feed_from(response, reader.feed)
    finally:
        await response.aclose()
    return reader.answer()


class _Handshake:
    """Closes a connection whose TLS handshake was cancelled: httpcore leaves it to the collector.

    Called by httpcore at each step of a request, as its `trace`.
    """

    def __init__(self) -> None:
        self._opened: httpcore.AsyncNetworkStream | None = None

    async def __call__(self, event: str, info: dict[str, Any]) -> None:
        if event.endswith("connect_tcp.complete"):
            self._opened = info["return_value"]
        elif event.endswith("start_tls.failed") and self._opened is not None:
            with anyio.CancelScope(shield=True):
                await self._opened.aclose()


def sender(client: httpx.AsyncClient) -> Send:
    """Send by an httpx client, with all that its user has set on it."""

    async def send(request: httpx.Request) -> httpx.Response:
        return await client.send(request, stream=True, follow_redirects=False)

    return send


class Line:
    """A connection to one job's provider, kept for the length of a wait."""

    def __init__(self, client: httpx.AsyncClient, target: Target[object], enquiry: Enquiry) -> None:
        self._enquiry = enquiry
        self._request = client.build_request(**target.request())
        self._send = sender(client)

    async def poll(self, poll: Poll) -> Response | TransportError:
        """Send one poll of the job."""
        return await ask(self._send, self._request, poll, self._enquiry)


@asynccontextmanager
async def line(target: Target[object], polling: Polling) -> AsyncGenerator[Line]:
    """Open a line, and close it at the end, also when that end is a cancellation."""
    enquiry = Enquiry(target.client, polling)
    users = enquiry.users_client("_async_client", httpx.AsyncClient, httpx.AsyncHTTPTransport)
    if users is not None:
        yield Line(users, target, enquiry)
        return
    client = httpx.AsyncClient(**enquiry.settings())
    try:
        yield Line(client, target, enquiry)
    finally:
        with anyio.CancelScope(shield=True):
            await client.aclose()
