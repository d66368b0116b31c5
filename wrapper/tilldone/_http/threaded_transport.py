"""Polls over httpx's synchronous connections from async code, each in a thread."""

import anyio
import anyio.to_thread

from tilldone._core.response import Response, TransportError
from tilldone._http.deadline import Deadline
from tilldone._http.request import Attempt, Requested
from tilldone._http.settings import ClientSettings
from tilldone._http.sync_transport import SyncTransport

__all__ = ["ThreadedTransport"]


class ThreadedTransport:
    """What the user has set for synchronous code, such as hooks or a client, for many waits."""

    def __init__(self, settings: ClientSettings, *, max_body: int, concurrency: int) -> None:
        self._transport = SyncTransport(settings, max_body=max_body)
        self._limiter = anyio.CapacityLimiter(concurrency)

    async def send(self, target: Requested, attempt: Attempt) -> Response | TransportError:
        deadline = Deadline()
        try:
            return await anyio.to_thread.run_sync(
                self._transport.send,
                target,
                attempt,
                deadline,
                limiter=self._limiter,
                abandon_on_cancel=True,
            )
        finally:
            # Where the wait was left: the thread ends at once, and nobody hears of it.
            deadline.abandon()

    async def aclose(self) -> None:
        self._transport.close()
