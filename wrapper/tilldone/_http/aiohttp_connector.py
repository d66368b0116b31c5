"""aiohttp's connections, but none on which something has come that nobody asked for."""

import asyncio
from functools import cached_property
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

import aiohttp
from aiohttp.connector import Connection

from tilldone._http.reuse import Reuse, is_more, is_readable, unread_at

if TYPE_CHECKING:
    from aiohttp.client_proto import ResponseHandler
    from aiohttp.tracing import Trace

__all__ = ["Connector", "break_off", "more_has_come"]


class Connector(aiohttp.TCPConnector):
    """Opens connections and keeps them, as aiohttp's does, for polls that follow one another.

    What a server says beyond its answer, or after it, would be taken for the answer to the request
    that is sent next over that connection: another job's.

    Args:
        reuse: whether any connection is used again.
        settings: as aiohttp's.
    """

    def __init__(self, reuse: Reuse, **settings: Any) -> None:  # noqa: ANN401 # aiohttp's
        super().__init__(**settings)  # pyright: ignore[reportUnknownMemberType] # aiohttp's own
        self._reuse = reuse

    @cached_property
    def _used(self) -> "WeakSet[ResponseHandler]":
        return WeakSet()

    @cached_property
    def _opened(self) -> list[asyncio.Transport]:
        """All that may be open, also those that aiohttp has forgotten while they take leave."""
        return []

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list["Trace"],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 # aiohttp calls it by this name
    ) -> Connection:
        """Give a connection for a request."""
        return (await self.take(req, traces, timeout))[0]

    async def take(
        self, req: aiohttp.ClientRequest, traces: list["Trace"], limits: aiohttp.ClientTimeout
    ) -> tuple[Connection, bool]:
        """Give a connection for a request, and whether it was open before."""
        while True:
            connection = await super().connect(req, traces, limits)
            protocol = connection.protocol
            if protocol is None or protocol.transport is None:
                raise aiohttp.ClientConnectionError("the connection is closed")
            if protocol not in self._used:
                self._used.add(protocol)
                if len(self._opened) > 2 * self.limit:
                    self._opened[:] = filter(_is_open, self._opened)
                self._opened.append(protocol.transport)
                return connection, False
            unread = _unread(protocol.transport)
            tls = protocol.transport.get_extra_info("sslcontext") is not None
            if protocol.should_close or (unread is not None and is_more(unread, tls=tls)):
                self._reuse.end(str(req.url))
            if not self._reuse.over and unread is None:
                return connection, True
            connection.close()

    def abort(self) -> None:
        """Break all connections off, without a farewell."""
        for transport in self._opened:
            transport.abort()


def break_off(held: Connection | aiohttp.ClientResponse) -> None:
    """Close a connection at once: what was to be written, and farewells of TLS, can take long."""
    connection = held if isinstance(held, Connection) else held.connection
    if connection is not None and connection.transport is not None:
        connection.transport.abort()
    held.close()


def more_has_come(connection: Connection) -> bool:
    """Whether one whose answer was read to its end, and which is kept, has more to read."""
    protocol = connection.protocol
    return protocol is not None and protocol.is_connected() and protocol.should_close


def _is_open(transport: asyncio.Transport) -> bool:
    sock = transport.get_extra_info("socket")
    return sock is not None and sock.fileno() >= 0


def _unread(transport: asyncio.Transport) -> int | None:
    """Count what is to be read on a connection, 0 where that is its end; None where nothing is.

    The event loop may not know it yet.
    """
    sock = transport.get_extra_info("socket")
    return unread_at(sock) if sock is not None and is_readable(sock) else None
