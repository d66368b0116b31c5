"""Polls over aiohttp's connections, with the extra `fast`; on asyncio only.

What is sent is what httpx would send, to the byte; only who sends it differs. At 1,000 waits a
poll takes less than half of httpx's CPU.
"""

from inspect import signature
from typing import Any

import aiohttp
import anyio
import httpx
from multidict import CIMultiDict
from yarl import URL

from tilldone._core.actions import Poll
from tilldone._core.job import Target
from tilldone._core.job_list import PageRequest
from tilldone._core.response import Response, TransportError
from tilldone._http.exchange import (
    AnswerHead,
    ExchangeBroken,
    ResponseReader,
    Tries,
    no_answer,
    of_transport,
)
from tilldone._http.request import PreparedRequest, RequestBuilder
from tilldone._http.settings import ClientSettings

__all__ = ["AiohttpTransport"]

# Each poll has its own limit around it: aiohttp's would cost a timer more for every step.
_NO_TIMEOUT = aiohttp.ClientTimeout(total=None, connect=None, sock_connect=None, sock_read=None)

# Room for headers as httpx has it; aiohttp's own 8 KiB are less than some gateways send.
_ROOM: dict[str, Any] = {"max_line_size": 100 * 1024, "max_field_size": 100 * 1024}
if "max_headers" in signature(aiohttp.ClientSession).parameters:
    _ROOM["max_headers"] = 512


async def _note_reused(_session: object, context: Any, _event: object) -> None:  # noqa: ANN401 # aiohttp's
    context.trace_request_ctx.took(reused=True)


async def _note_new(_session: object, context: Any, _event: object) -> None:  # noqa: ANN401 # aiohttp's
    context.trace_request_ctx.took(reused=False)


class AiohttpTransport:
    """The connections to one provider; never more of them than `concurrency`."""

    def __init__(self, settings: ClientSettings, *, max_body: int, concurrency: int) -> None:
        arguments = settings.arguments
        self._max_body = max_body
        self._concurrency = concurrency
        self._verify = arguments["verify"]
        self._limits = arguments["limits"]
        self._requests = RequestBuilder(
            httpx.AsyncClient(**arguments), settings, CIMultiDict[str], str
        )
        kept = self._limits.max_keepalive_connections != 0
        self._reusing = self._session(kept=kept)
        self._fresh = self._session(kept=False) if kept else self._reusing

    def _session(self, *, kept: bool) -> aiohttp.ClientSession:
        # aiohttp opens a fresh connection for every request only where it keeps none at all.
        # It tells in no other way which connection a request took; 6 % of CPU a poll.
        noting = aiohttp.TraceConfig()
        noting.on_connection_reuseconn.append(_note_reused)
        noting.on_connection_create_start.append(_note_new)
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=self._concurrency,
                ssl=self._verify,
                force_close=not kept,
                keepalive_timeout=self._limits.keepalive_expiry if kept else None,
            ),
            # The prepared headers hold the cookies that were set on the client.
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=_NO_TIMEOUT,
            auto_decompress=False,
            trace_configs=[noting] if kept else None,
            **_ROOM,
        )

    async def send(
        self, target: Target[object] | PageRequest, attempt: Poll
    ) -> Response | TransportError:
        """Send a poll, given up after its time whatever the server does."""
        if attempt.answer is not None:
            return attempt.answer
        request = self._requests.prepared(target)
        tries = Tries(attempt, request, max_body=self._max_body)
        with anyio.move_on_after(attempt.timeout):
            while True:
                try:
                    return await self._exchange(request, tries)
                except ExchangeBroken as broken:
                    error = tries.failed(broken)
                    if error is not None and isinstance(broken.error, aiohttp.ClientResponseError):
                        # Its text quotes what came instead of HTTP, and that may echo the key.
                        name = type(broken.error).__name__
                        return TransportError(f"{name}: the answer is not HTTP")
                    if error is not None:
                        return error
        return no_answer(attempt)

    async def _exchange(
        self, request: PreparedRequest[CIMultiDict[str], str], tries: Tries
    ) -> Response:
        session = self._fresh if tries.fresh else self._reusing
        with of_transport(answered=False):
            response = await session.request(
                request.method,
                URL(request.url, encoded=True),
                headers=request.headers,
                data=request.content or None,
                allow_redirects=False,
                trace_request_ctx=tries.trace,
            )
        try:
            head = AnswerHead(response.status, response.headers)
            reader = ResponseReader(head, max_body=self._max_body, mask=request.mask)
            while True:
                with of_transport(answered=True):
                    chunk = await response.content.readany()
                if not chunk or not reader.feed(chunk):
                    return reader.response()
        finally:
            with of_transport(answered=True):
                response.release()
                await response.wait_for_close()

    async def aclose(self) -> None:
        """Close them all."""
        with anyio.CancelScope(shield=True):
            await self._reusing.close()
            await self._fresh.close()
