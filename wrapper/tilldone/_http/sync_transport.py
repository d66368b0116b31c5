"""Polls over httpx's synchronous connections, each held to a deadline for the whole of it."""

from contextlib import ExitStack

import httpx

from tilldone._core.response import Response, TransportError
from tilldone._http.deadline import Deadline, held
from tilldone._http.exchange import ExchangeBroken, Tries, chunks_of, of_transport
from tilldone._http.log_lines import Masked
from tilldone._http.private import close_idle, more_has_come
from tilldone._http.request import (
    Attempt,
    PreparedRequest,
    RequestBuilder,
    Requested,
    httpx_request,
)
from tilldone._http.reuse import Reuse
from tilldone._http.settings import ClientSettings

__all__ = ["SyncTransport"]


class SyncTransport:
    """The connections of one client, the user's or one of ours, held to each poll's deadline.

    Threads may share it.
    """

    def __init__(self, settings: ClientSettings, *, max_body: int) -> None:
        users = settings.users(httpx.Client)
        self._client = users or httpx.Client(**settings.arguments)
        self._max_body = max_body
        self._reuse = Reuse()
        self._requests = RequestBuilder(self._client, settings, httpx.Headers, httpx.URL)
        self._closing = ExitStack()
        if users is None:
            self._closing.callback(self._client.close)
        self._closing.enter_context(held(self._client))

    def send(
        self, target: Requested, attempt: Attempt, deadline: Deadline | None = None
    ) -> Response | TransportError:
        """Send a request, given up after its time whatever the server does.

        By `deadline` another thread can abandon it.
        """
        if attempt.answer is not None:
            return attempt.answer
        request = self._requests.prepared(target)
        tries = Tries(attempt, request, self._reuse, max_body=self._max_body)
        with (deadline or Deadline()).within(attempt.timeout):
            while True:
                try:
                    return self._exchange(request, tries)
                except ExchangeBroken as broken:
                    if (end := tries.failed(broken)) is not None:
                        return end

    def _exchange(
        self, prepared: PreparedRequest[httpx.Headers, httpx.URL], tries: Tries
    ) -> Response:
        trace = tries.trace
        request = httpx_request(prepared, tries.attempt, trace.note)
        try:
            with of_transport(answered=False), Masked(prepared.mask):
                if not tries.fresh and more_has_come(self._client):
                    tries.more_has_come()
                if tries.fresh:
                    close_idle(self._client)
                response = self._client.send(request, stream=True, follow_redirects=False)
        except BaseException:
            if trace.opened is not None:
                trace.opened.close()
            raise
        trace.response = response
        try:
            reader = tries.reader(response)
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
