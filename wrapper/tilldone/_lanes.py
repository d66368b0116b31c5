"""Connections for many looks at once.

httpx's pool goes through all of its connections and waiting requests whenever one of them is
assigned (encode/httpcore#1035), so that in one pool for many looks each look costs the more the
more of them there are. Here every look in flight has a pool of its own, a lane with a single
connection; the lane that was freed last is taken next, so that few connections are kept warm.

With the extra `fast`, on asyncio, the connections are aiohttp's instead.
"""

import asyncio
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol
from urllib.request import getproxies

import anyio
import httpx

from tilldone._answer import Answer, Fault
from tilldone._async_http import Send, ask, sender
from tilldone._core import Look
from tilldone._http import Enquiry
from tilldone._job import Target
from tilldone._polling import Polling

if TYPE_CHECKING:
    from httpx_aiohttp import AiohttpTransport

__all__ = ["Lanes", "open_lanes"]


class Lanes(Protocol):
    """The connections to one provider, as one generated client has it."""

    async def look(self, target: Target[object], look: Look) -> Answer | Fault:
        """Take one look at a job."""
        ...

    async def aclose(self) -> None:
        """Close them all."""
        ...


def open_lanes(client: object, polling: Polling, concurrency: int) -> Lanes:
    """Make the lanes that suit the client, the event loop and what is installed."""
    enquiry = Enquiry(client, polling)
    users = enquiry.users_client("_async_client", httpx.AsyncClient, httpx.AsyncHTTPTransport)
    if users is not None:
        return _OneLane(enquiry, users)
    if _has_aiohttp() and enquiry.plain and not getproxies():
        return _AiohttpLanes(enquiry, concurrency)
    return _HttpxLanes(enquiry)


def _has_aiohttp() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return find_spec("httpx_aiohttp") is not None


class _OneLane:
    """A client of the user's own: its transport is theirs to answer for."""

    def __init__(self, enquiry: Enquiry, client: httpx.AsyncClient) -> None:
        self._enquiry = enquiry
        self._client = client

    async def look(self, target: Target[object], look: Look) -> Answer | Fault:
        request = self._client.build_request(**target.request())
        return await ask(sender(self._client), request, look, self._enquiry)

    async def aclose(self) -> None:
        """Leave it open: it is not ours."""


class _HttpxLanes:
    def __init__(self, enquiry: Enquiry) -> None:
        self._enquiry = enquiry
        self._settings = enquiry.settings()
        self._all: list[httpx.AsyncClient] = []
        self._free: list[httpx.AsyncClient] = []

    async def look(self, target: Target[object], look: Look) -> Answer | Fault:
        client = self._free.pop() if self._free else self._open()
        try:
            request = client.build_request(**target.request())
            return await ask(sender(client), request, look, self._enquiry)
        finally:
            self._free.append(client)

    def _open(self) -> httpx.AsyncClient:
        client = httpx.AsyncClient(**self._settings)
        self._all.append(client)
        return client

    async def aclose(self) -> None:
        with anyio.CancelScope(shield=True):
            for client in self._all:
                await client.aclose()


class _AiohttpLanes:
    def __init__(self, enquiry: Enquiry, concurrency: int) -> None:
        from httpx_aiohttp import AiohttpTransport

        self._enquiry = enquiry
        settings = enquiry.settings()
        limits = httpx.Limits(
            max_connections=concurrency, keepalive_expiry=settings["limits"].keepalive_expiry
        )
        self._transport = AiohttpTransport(verify=settings["verify"], limits=limits)
        # It only builds the requests: sending by it would cost as much again as the look itself.
        self._builder = httpx.AsyncClient(**settings, transport=self._transport)
        self._send = _direct(self._transport)

    async def look(self, target: Target[object], look: Look) -> Answer | Fault:
        from aiohttp import ClientError

        request = self._builder.build_request(**target.request())
        try:
            return await ask(self._send, request, look, self._enquiry)
        except ClientError as error:
            # Such as an answer that is no HTTP: the transport does not translate it.
            return Fault(type(error).__name__)

    async def aclose(self) -> None:
        with anyio.CancelScope(shield=True):
            await self._transport.aclose()


def _direct(transport: "AiohttpTransport") -> Send:
    async def send(request: httpx.Request) -> httpx.Response:
        return await transport.handle_async_request(request)

    return send
