"""Polls over aiohttp's connections, with the extra `fast`; on asyncio only.

What is sent is what httpx would send, to the byte; only who sends it differs. At 1,000 waits a
poll takes less than half of httpx's CPU.
"""

import asyncio
import math
from contextvars import ContextVar
from inspect import signature
from types import TracebackType
from typing import Any, Self
from weakref import WeakSet

import aiohttp
import anyio
import httpx
from aiohttp.connector import Connection
from aiohttp.tracing import Trace
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

__all__ = ["AiohttpTransport", "Limit"]

# Each poll has its own limit around it: aiohttp's would cost a timer more for every step.
_NO_TIMEOUT = aiohttp.ClientTimeout(total=None, connect=None, sock_connect=None, sock_read=None)

# Room for headers as httpx has it; aiohttp's own 8 KiB are less than some gateways send.
_ROOM: dict[str, Any] = {"max_line_size": 100 * 1024, "max_field_size": 100 * 1024}
if "max_headers" in signature(aiohttp.ClientSession).parameters:
    _ROOM["max_headers"] = 512


_reused: ContextVar[bool] = ContextVar("_reused", default=False)
"""Whether the connection that this task's request took had been used before."""


class _Connector(aiohttp.TCPConnector):
    """Tells each request whether its connection is used anew.

    aiohttp's traces would tell it as well, and take a tenth of a poll's CPU.
    """

    def __init__(self, **arguments: Any) -> None:  # noqa: ANN401 # aiohttp's
        super().__init__(**arguments)  # pyright: ignore[reportUnknownMemberType] # aiohttp's
        self._used: WeakSet[asyncio.BaseProtocol] = WeakSet()

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 # aiohttp's
    ) -> Connection:
        """Give the connection for a request, as a session asks for it."""
        connection = await super().connect(req, traces, timeout)
        protocol = connection.protocol
        if protocol is not None:
            _reused.set(protocol in self._used)
            self._used.add(protocol)
        return connection


class Limit:
    """The time of one poll after another, each a `with` block: cancels the one that outlives it.

    Few do. So no timer is set for each, which takes 4 % of a poll's CPU: a single one looks, when
    the time of some poll would be over, at that of the poll of the moment.

    Args:
        idle: where it goes when it has no poll to mind.
    """

    __slots__ = ("_cancels", "_end", "_idle", "_loop", "_owed", "_rings", "_task", "_timer")

    def __init__(self, idle: "list[Limit]") -> None:
        self._idle = idle
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[object] | None = None
        self._rings = self._end = math.inf
        self._owed = self._cancels = 0

    def of(self, seconds: float) -> Self:
        """Give the current task so much time."""
        self._end = self._loop.time() + seconds
        return self

    def __enter__(self) -> None:
        self._task = task = asyncio.current_task()
        self._owed = 0 if task is None else task.cancelling()
        if self._end < self._rings:
            self._set()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> bool:
        task, cancels = self._task, self._cancels
        self._task, self._end, self._cancels = None, math.inf, 0
        self._idle.append(self)
        if task is None or not cancels:
            return False
        left = [task.uncancel() for _ in range(cancels)][-1]
        # Else it is somebody else's as well.
        return kind is asyncio.CancelledError and left <= self._owed

    def close(self) -> None:
        """Let the timer go."""
        if self._timer is not None:
            self._timer.cancel()

    def _set(self) -> None:
        self.close()
        self._rings = self._end
        self._timer = None if self._end == math.inf else self._loop.call_at(self._end, self._ring)

    def _ring(self) -> None:
        if self._task is not None and self._loop.time() >= self._end:
            self._cancels += 1
            self._task.cancel()
            # Once more then, should something on the way to the poll have swallowed it.
            self._end = self._loop.time() + 1
        self._set()


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
        self._idle: list[Limit] = []

    def _session(self, *, kept: bool) -> aiohttp.ClientSession:
        # aiohttp opens a fresh connection for every request only where it keeps none at all.
        return aiohttp.ClientSession(
            connector=_Connector(
                limit=self._concurrency,
                ssl=self._verify,
                force_close=not kept,
                keepalive_timeout=self._limits.keepalive_expiry if kept else None,
            ),
            # The prepared headers hold the cookies that were set on the client.
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=_NO_TIMEOUT,
            auto_decompress=False,
            **_ROOM,
        )

    async def send(
        self, target: Target[object] | PageRequest, attempt: Poll
    ) -> Response | TransportError:
        """Send a poll, given up after its time whatever the server does."""
        if attempt.answer is not None:
            return attempt.answer
        request = self._requests.prepared(target)
        limit = self._idle.pop() if self._idle else Limit(self._idle)
        with limit.of(attempt.timeout):
            return await self._send(request, Tries(attempt, request, max_body=self._max_body))
        return no_answer(attempt)

    async def _send(
        self, request: PreparedRequest[CIMultiDict[str], str], tries: Tries
    ) -> Response | TransportError:
        while True:
            try:
                return await self._exchange(request, tries)
            except ExchangeBroken as broken:
                tries.trace.took(reused=_reused.get())
                error = tries.failed(broken)
                if error is not None and isinstance(broken.error, aiohttp.ClientResponseError):
                    # Its text quotes what came instead of HTTP, and that may echo the key.
                    name = type(broken.error).__name__
                    return TransportError(f"{name}: the answer is not HTTP")
                if error is not None:
                    return error

    async def _exchange(
        self, request: PreparedRequest[CIMultiDict[str], str], tries: Tries
    ) -> Response:
        session = self._fresh if tries.fresh else self._reusing
        _reused.set(False)
        with of_transport(answered=False):
            response = await session.request(
                request.method,
                URL(request.url, encoded=True),
                headers=request.headers,
                data=request.content or None,
                allow_redirects=False,
            )
        try:
            head = AnswerHead(response.status, response.headers)
            reader = ResponseReader(head, max_body=self._max_body, mask=request.mask)
            wanted = True
            while wanted and not response.content.at_eof():
                with of_transport(answered=True):
                    chunk = await response.content.readany()
                wanted = reader.feed(chunk)
            with of_transport(answered=True):
                response.release()
                await response.wait_for_close()
        except BaseException:
            # Without a wait: it may be that the time is over.
            response.close()
            raise
        return reader.response()

    async def aclose(self) -> None:
        """Close them all."""
        for limit in self._idle:
            limit.close()
        with anyio.CancelScope(shield=True):
            await self._reusing.close()
            await self._fresh.close()
