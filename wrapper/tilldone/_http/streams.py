"""Bodies sent and read in async code, with no generator left half run.

httpx and httpcore pass bodies through generators. One that is left in the middle is stranded until
the collector comes, and trio complains of each.
"""

from collections.abc import Callable
from typing import Self

import anyio
import httpx

__all__ = ["OnePiece", "feed_from"]


class OnePiece(httpx.AsyncByteStream):
    """A request's body in one piece; a request that is cut or breaks on its way strands nothing."""

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
        httpx.RequestError: it broke off. Also whatever `feed` raises.
    """
    failure: Exception | None = None
    # Leaving the loop would strand the generators under it; a cancelled read ends them all.
    with anyio.CancelScope() as enough:
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
