"""The transport under an HTTP exchange, for faults that HTTP itself has no words for."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import sys
from typing import TYPE_CHECKING, cast

from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    from starlette.types import Scope
    from uvicorn.protocols.http.flow_control import FlowControl

# Two of C's integers, which are short ones on Windows.
_NO_LINGER = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)


class Wire:
    """One client connection: raw bytes out, an orderly or a rude end, and when the peer left."""

    def __init__(self, transport: asyncio.Transport, flow: FlowControl) -> None:
        self.lost = asyncio.Event()
        self._transport = transport
        self._flow = flow

    @classmethod
    def of(cls, scope: Scope) -> Wire:
        """Find the connection that an ASGI request came in on."""
        return cast("Wire", scope["state"]["wire"])

    @property
    def open(self) -> bool:
        """Whether bytes can still reach the client."""
        return not self._transport.is_closing()

    async def write(self, data: bytes) -> None:
        """Write as fast as the client reads, and let the other connections have their turn."""
        if self.open:
            self._transport.write(data)
            await self._flow.drain()
            await asyncio.sleep(0)

    async def pause(self, seconds: float) -> None:
        """Sleep, but not beyond the end of the connection."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.lost.wait()

    def close(self) -> None:
        """End the connection in order: what was written arrives, then comes a FIN."""
        self._transport.close()

    def abort(self) -> None:
        """End the connection at once; what was not sent yet is dropped."""
        self._transport.abort()

    def reset(self) -> None:
        """End the connection with an RST, if the client has not ended it already."""
        if self.open:
            raw = cast("socket.socket", self._transport.get_extra_info("socket"))
            # A linger time of zero makes the kernel send RST instead of FIN.
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        self._transport.abort()


class WireProtocol(H11Protocol):
    """uvicorn's HTTP/1.1 protocol, which hands each request the wire that it came in on."""

    wire: Wire

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        super().connection_made(transport)
        # uvicorn writes head and body apart, and asyncio knows this for TCP only by its protocol
        # number, which an accepted socket lacks: a kept connection would wait 40 ms for each body.
        raw = cast("socket.socket", transport.get_extra_info("socket"))
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.wire = Wire(transport, self.flow)
        # uvicorn copies this mapping into the `state` of each request's scope.
        self.app_state = {"wire": self.wire}
        # Polls come by the thousand: none of them is worth a log line.
        self.access_log = False

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.wire.lost.set()
