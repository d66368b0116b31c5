"""How an answer is delivered: whole, or in one of the ways in which it never quite arrives.

A raw delivery speaks past HTTP, so that the server's own protocol state knows nothing of it: each
one ends with the connection, never with the next request on it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeAlias

from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from tilldone.simulator._canned_response import CannedResponse
from tilldone.simulator._wire import Wire

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

Delivery: TypeAlias = Callable[[CannedResponse, Scope, Receive, Send], Awaitable[None]]

# Long enough for the bytes to arrive before the reset that follows them.
_SETTLE = 0.05
_FILLER = b" " * 65536


def response(answer: CannedResponse) -> Response:
    """Make an ordinary response: in one piece, with its length, on a connection that stays open."""
    return Response(answer.body, answer.status, dict(answer.headers))


async def whole(answer: CannedResponse, scope: Scope, receive: Receive, send: Send) -> None:
    """Deliver as an ordinary response."""
    await response(answer)(scope, receive, send)


async def chunked(answer: CannedResponse, scope: Scope, receive: Receive, send: Send) -> None:
    """Deliver in chunks, without a length."""
    stream = StreamingResponse(_pieces(answer.body), answer.status, dict(answer.headers))
    await stream(scope, receive, send)


async def _pieces(body: bytes) -> AsyncIterator[bytes]:
    size = max(1, len(body) // 3)
    for start in range(0, len(body), size):
        yield body[start : start + size]


def _raw(speak: Callable[[CannedResponse, Wire], Awaitable[None]]) -> Delivery:
    async def deliver(answer: CannedResponse, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 -- the ASGI signature
        wire = Wire.of(scope)
        await speak(answer, wire)
        # Returning earlier would make the server answer the request itself, with a 500.
        await wire.lost.wait()

    return deliver


@_raw
async def close_delimited(answer: CannedResponse, wire: Wire) -> None:
    """Deliver without a length: the end of the connection is the end of the body."""
    await wire.write(_head(answer) + answer.body)
    wire.close()


@_raw
async def truncated(answer: CannedResponse, wire: Wire) -> None:
    """Promise more bytes than there are, then close in order."""
    promised = answer.with_headers({"content-length": str(len(answer.body) + 100)})
    await wire.write(_head(promised) + answer.body)
    wire.close()


@_raw
async def hang(answer: CannedResponse, wire: Wire) -> None:  # noqa: ARG001 -- nothing is said
    """Accept the request and say nothing at all."""
    await wire.lost.wait()


@_raw
async def reset(answer: CannedResponse, wire: Wire) -> None:  # noqa: ARG001 -- nothing is said
    """Reset the connection before a single byte of the answer."""
    wire.reset()


@_raw
async def reset_in_headers(answer: CannedResponse, wire: Wire) -> None:
    """Reset the connection in the middle of the headers."""
    await wire.write(answer.head()[:-3])
    await wire.pause(_SETTLE)
    wire.reset()


@_raw
async def reset_in_body(answer: CannedResponse, wire: Wire) -> None:
    """Reset the connection in the middle of the body."""
    promised = answer.with_headers({"content-length": str(len(answer.body))})
    await wire.write(_head(promised) + answer.body[: len(answer.body) // 2])
    await wire.pause(_SETTLE)
    wire.reset()


@_raw
async def endless(answer: CannedResponse, wire: Wire) -> None:
    """Follow the body with spaces, which JSON allows, as fast as the client reads them."""
    await wire.write(_head(answer) + answer.body)
    while wire.open:
        await wire.write(_FILLER)


def drip(interval: float) -> Delivery:
    """Deliver all of it byte by byte, `interval` seconds apart, and spaces ever after."""
    return _drip(lambda answer: (b"", _head(answer) + answer.body, b" "), interval)


def drip_headers(interval: float) -> Delivery:
    """Deliver the status line, then one header byte by byte that never ends."""
    return _drip(lambda answer: (answer.head(), b"x-drip: ", b"."), interval)


def drip_body(interval: float) -> Delivery:
    """Deliver the headers whole, then the body byte by byte, and spaces ever after."""
    return _drip(lambda answer: (_head(answer), answer.body, b" "), interval)


def _drip(
    parts: Callable[[CannedResponse], tuple[bytes, bytes, bytes]], interval: float
) -> Delivery:
    @_raw
    async def drip(answer: CannedResponse, wire: Wire) -> None:
        at_once, slowly, ever_after = parts(answer)
        await wire.write(at_once)
        for byte in slowly:
            await wire.write(bytes([byte]))
            await wire.pause(interval)
        while wire.open:
            await wire.write(ever_after)
            await wire.pause(interval)

    return drip


def _head(answer: CannedResponse) -> bytes:
    return answer.with_headers({"connection": "close"}).head() + b"\r\n"
