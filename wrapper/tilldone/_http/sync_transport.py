"""Polls over httpx's synchronous connections: from synchronous code, or each in a thread."""

from contextlib import ExitStack

import anyio
import anyio.to_thread
import httpx

from tilldone._core.response import Response, TransportError
from tilldone._http.deadline import Deadline, held
from tilldone._http.exchange import (
    Attempt,
    ExchangeBroken,
    PreparedRequest,
    RequestBuilder,
    Requested,
    Trace,
    chunks_of,
    httpx_request,
    of_transport,
    transport_error,
)
from tilldone._http.private import close_idle
from tilldone._http.reader import ResponseReader
from tilldone._http.settings import ClientSettings

__all__ = ["SyncTransport", "ThreadedTransport"]


class SyncTransport:
    """The connections of one client, the user's or one of ours, held to each poll's deadline.

    Threads may share it.
    """

    def __init__(self, settings: ClientSettings, *, max_body: int) -> None:
        users = settings.users(httpx.Client)
        self._client = users or httpx.Client(**settings.arguments)
        self._max_body = max_body
        self._requests = RequestBuilder(self._client, settings, httpx.Headers, httpx.URL)
        self._closing = ExitStack()
        if users is None:
            self._closing.callback(self._client.close)
        self._closing.enter_context(held(self._client))

    def send(
        self, target: Requested, poll: Attempt, deadline: Deadline | None = None
    ) -> Response | TransportError:
        """Send a poll, given up after its time whatever the server does.

        One whose reused connection breaks before an answer is sent again on a fresh one: servers
        and balancers drop idle connections without a word. By `deadline` another thread can abandon
        the poll.
        """
        if poll.answer is not None:
            return poll.answer
        request = self._requests.prepared(target)
        with (deadline or Deadline()).within(poll.timeout):
            fresh = poll.fresh
            while True:
                trace = Trace(once=poll.once)
                try:
                    return self._exchange(request, poll, trace, fresh=fresh)
                except ExchangeBroken as broken:
                    if fresh or broken.answered or not trace.reused:
                        return transport_error(broken.error, poll, request.mask, trace)
                fresh = True

    def _exchange(
        self,
        prepared: PreparedRequest[httpx.Headers, httpx.URL],
        poll: Attempt,
        trace: Trace,
        *,
        fresh: bool,
    ) -> Response:
        request = httpx_request(prepared, poll, trace.note)
        try:
            with of_transport(answered=False):
                if fresh:
                    close_idle(self._client)
                response = self._client.send(request, stream=True, follow_redirects=False)
        except BaseException:
            if trace.opened is not None:
                trace.opened.close()
            raise
        try:
            reader = ResponseReader(response, max_body=self._max_body, mask=prepared.mask)
            for chunk in chunks_of(response):
                if not reader.feed(chunk):
                    break
            return reader.response()
        finally:
            with of_transport(answered=True):
                response.close()

    def close(self) -> None:
        """Close what is ours, and leave the user's client as it was."""
        self._closing.close()


class ThreadedTransport:
    """The same for many waits at once, each poll in a thread.

    For what the user has set for synchronous code, such as hooks or a client of their own.
    """

    def __init__(self, settings: ClientSettings, *, max_body: int, concurrency: int) -> None:
        self._transport = SyncTransport(settings, max_body=max_body)
        self._limiter = anyio.CapacityLimiter(concurrency)

    async def send(self, target: Requested, poll: Attempt) -> Response | TransportError:
        deadline = Deadline()
        try:
            return await anyio.to_thread.run_sync(
                self._transport.send,
                target,
                poll,
                deadline,
                limiter=self._limiter,
                abandon_on_cancel=True,
            )
        finally:
            # Where the wait was left: the thread ends at once, and nobody hears of it.
            deadline.abandon()

    async def aclose(self) -> None:
        self._transport.close()
