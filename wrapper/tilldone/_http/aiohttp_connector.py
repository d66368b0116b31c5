"""aiohttp's connections, but none on which something has come that nobody asked for."""

import asyncio
import select
from functools import cached_property
from typing import TYPE_CHECKING
from weakref import WeakSet

import aiohttp
from aiohttp.connector import Connection

if TYPE_CHECKING:
    from aiohttp.client_proto import ResponseHandler
    from aiohttp.tracing import Trace

__all__ = ["Connector", "break_off"]


class Connector(aiohttp.TCPConnector):
    """Opens connections and keeps them, as aiohttp's does, for polls that follow one another.

    What a server says beyond its answer, or after it, would be taken for the answer to the request
    that is sent next over that connection: another job's.
    """

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
            if not (protocol.should_close or _more_has_come(protocol)):
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


def _is_open(transport: asyncio.Transport) -> bool:
    sock = transport.get_extra_info("socket")
    return sock is not None and sock.fileno() >= 0


def _more_has_come(protocol: "ResponseHandler") -> bool:
    """Whether there is something to be read, be it the end; the event loop may not know it yet."""
    transport = protocol.transport
    sock = None if transport is None else transport.get_extra_info("socket")
    if sock is None:
        return False
    if not hasattr(select, "poll"):  # on Windows
        return bool(select.select([sock], [], [], 0)[0])
    asked = select.poll()
    asked.register(sock, select.POLLIN)
    return bool(asked.poll(0))
