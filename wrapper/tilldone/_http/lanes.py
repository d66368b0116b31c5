"""Connections for many polls at once.

httpx's pool goes through all of its connections and waiting requests whenever one of them is
assigned (encode/httpcore#1035), so that in one pool for many polls each poll costs the more the
more of them there are. Here every poll in flight has a pool of its own, a lane with a single
connection; the lane that was freed last is taken next, so that few connections are kept warm.

With the extra `fast`, on asyncio, the connections are aiohttp's instead.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Generic, Protocol, TypeVar
from urllib.request import getproxies

import anyio
import anyio.lowlevel
import anyio.to_thread
import httpx

from tilldone._core.job import Target
from tilldone._core.poller import Poll
from tilldone._core.polling import Polling
from tilldone._core.response import Response, TransportError
from tilldone._http.async_line import ask, sender
from tilldone._http.enquiry import Enquiry
from tilldone._http.loops import on_trio
from tilldone._http.parcels import Packer
from tilldone._http.sync_line import BoundClient, users_client

__all__ = ["Lanes", "open_lanes"]

C = TypeVar("C", bound="_Closable")

_PROXIED = {"http", "https", "all"}


class Lanes(Protocol):
    """The connections to one provider, as one generated client has it."""

    async def poll(self, target: Target[object], poll: Poll) -> Response | TransportError:
        """Send one poll of a job."""
        ...

    async def aclose(self) -> None:
        """Close them all."""
        ...


def open_lanes(
    client: object,
    polling: Polling,
    concurrency: int,
    *,
    synchronous: bool = False,
    keep: bool = True,
) -> Lanes:
    """Make the lanes that suit the client, the event loop and what is installed.

    `synchronous` says that the polls are synchronous code's, though an event loop carries them out;
    `keep`, whether connections are kept open between polls.
    """
    enquiry = Enquiry(client, polling, keep=keep)
    if synchronous and (users_client(enquiry) is not None or enquiry.synchronous):
        return _ThreadLanes(enquiry, concurrency)
    users = enquiry.users_client("_async_client", httpx.AsyncClient, httpx.AsyncHTTPTransport)
    if users is not None:
        return _OneLane(enquiry, users)
    if not enquiry.plain or _PROXIED & getproxies().keys():
        return _ClientLanes(enquiry)
    if _has_aiohttp():
        from tilldone._http.fast import AiohttpLanes

        return AiohttpLanes(enquiry, concurrency)
    return _HttpxLanes(enquiry)


def _has_aiohttp() -> bool:
    return not on_trio() and find_spec("aiohttp") is not None


class _OneLane:
    """A client of the user's own: its transport is theirs to answer for."""

    def __init__(self, enquiry: Enquiry, client: httpx.AsyncClient) -> None:
        self._enquiry = enquiry
        self._client = client

    async def poll(self, target: Target[object], poll: Poll) -> Response | TransportError:
        # A transport that answers by itself never lets the event loop have its turn.
        await anyio.lowlevel.checkpoint()
        request = self._client.build_request(**target.request())
        return await ask(sender(self._client), request, poll, self._enquiry)

    async def aclose(self) -> None:
        """Leave it open: it is not ours."""


class _ThreadLanes:
    """A client for synchronous code with what the user has made for it, each poll in a thread."""

    def __init__(self, enquiry: Enquiry, concurrency: int) -> None:
        self._client = BoundClient(enquiry)
        self._limiter = anyio.CapacityLimiter(concurrency)

    async def poll(self, target: Target[object], poll: Poll) -> Response | TransportError:
        return await anyio.to_thread.run_sync(
            self._client.ask,
            self._client.request(target),
            poll,
            limiter=self._limiter,
            # A wait that is left leaves at once; the poll ends in its time, and nobody hears of it.
            abandon_on_cancel=True,
        )

    async def aclose(self) -> None:
        self._client.close()


class _HttpxLanes:
    """httpx's connections, without the client around them: it costs as much as they do."""

    def __init__(self, enquiry: Enquiry) -> None:
        settings = enquiry.settings()
        self._enquiry = enquiry
        self._packer = Packer(settings, httpx.Headers)
        self._transports = _Stack(
            lambda: httpx.AsyncHTTPTransport(verify=settings["verify"], limits=settings["limits"])
        )

    async def poll(self, target: Target[object], poll: Poll) -> Response | TransportError:
        parcel = self._packer.parcel(target)
        request = httpx.Request(
            parcel.method, parcel.url, headers=parcel.headers, content=parcel.content
        )
        with self._transports.one() as transport:
            return await ask(transport.handle_async_request, request, poll, self._enquiry)

    async def aclose(self) -> None:
        await self._transports.aclose()


class _ClientLanes:
    """httpx's clients, with all that the user or the environment has set on them."""

    def __init__(self, enquiry: Enquiry) -> None:
        settings = enquiry.settings()
        self._enquiry = enquiry
        self._clients = _Stack(lambda: httpx.AsyncClient(**settings))

    async def poll(self, target: Target[object], poll: Poll) -> Response | TransportError:
        with self._clients.one() as client:
            request = client.build_request(**target.request())
            return await ask(sender(client), request, poll, self._enquiry)

    async def aclose(self) -> None:
        await self._clients.aclose()


class _Closable(Protocol):
    async def aclose(self) -> None: ...


class _Stack(Generic[C]):
    """As many of them as are in use at once; the one that was freed last is taken first."""

    def __init__(self, make: Callable[[], C]) -> None:
        self._make = make
        self._all: list[C] = []
        self._free: list[C] = []

    @contextmanager
    def one(self) -> Generator[C]:
        lane = self._free.pop() if self._free else self._add()
        try:
            yield lane
        finally:
            self._free.append(lane)

    def _add(self) -> C:
        self._all.append(self._make())
        return self._all[-1]

    async def aclose(self) -> None:
        with anyio.CancelScope(shield=True):
            for lane in self._all:
                await lane.aclose()
