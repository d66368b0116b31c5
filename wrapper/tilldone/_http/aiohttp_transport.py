"""Polls over aiohttp's connections, with the extra `fast`; on asyncio only.

What is sent is what httpx would send, to the byte; only who sends it differs. At 1,000 waits a
poll takes less than half of httpx's CPU.
"""

import asyncio
import math
import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from inspect import signature
from types import TracebackType
from typing import Any, Self

import aiohttp
import anyio
import httpx
from aiohttp.connector import Connection
from aiohttp.http import HttpProcessingError
from attrs import frozen
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from tilldone._core.actions import Poll
from tilldone._core.job import Target
from tilldone._core.job_list import PageRequest
from tilldone._core.response import Response, TransportError
from tilldone._http.aiohttp_connector import Connector, break_off, more_has_come
from tilldone._http.async_transport import AsyncTransport
from tilldone._http.exchange import ExchangeBroken, ResponseReader, Tries, no_answer, of_transport
from tilldone._http.origin import origin_of
from tilldone._http.request import PreparedRequest, RequestBuilder
from tilldone._http.reuse import Reuse
from tilldone._http.settings import ClientSettings

__all__ = ["AiohttpTransport", "Headers", "Limit", "url_of"]

# Each poll has its own limit around it: aiohttp's would cost a timer more for every step.
_NO_TIMEOUT = aiohttp.ClientTimeout(total=None, connect=None, sock_connect=None, sock_read=None)

# Room for headers as httpx has it; aiohttp's own 8 KiB are less than some gateways send.
_ROOM: dict[str, Any] = {"max_line_size": 100 * 1024, "max_field_size": 100 * 1024}
if "max_headers" in signature(aiohttp.ClientSession).parameters:
    _ROOM["max_headers"] = 512

# What would end a header before its end.
_BREAKS = re.compile(r"[\r\n\0]")


class Headers:
    """The headers of a request, as a session takes them and as they are written."""

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        self.multi = CIMultiDict(pairs)

    @cached_property
    def written(self) -> bytes:
        """What stands between the first line of a request and its body.

        Raises:
            ValueError: a header cannot be written; the text does not show it.
        """
        lines = [f"{name}: {value}" for name, value in self.multi.items()]
        if any(map(_BREAKS.search, lines)):
            raise ValueError("a header holds a line break or a null character")
        return "\r\n".join([*lines, "", ""]).encode()


def url_of(url: httpx.URL | str) -> str:
    """Give a URL as it is asked for: with a path, and without what is for who reads the answer."""
    return url if isinstance(url, str) else f"{origin_of(url)}{url.raw_path.decode()}"


@frozen(eq=False)
class _Answer:
    """An answer that has begun to come."""

    status_code: int
    headers: CIMultiDictProxy[str]
    content: aiohttp.StreamReader
    connection: Connection | aiohttp.ClientResponse
    kept: Connection | None = None
    """The same, where the server says that it keeps it, and no session has it back already."""


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
    """The connections to one provider; never more of them than `concurrency`.

    A session of aiohttp's does for every request what no poll has a use for, as for cookies and
    redirects: without it, all that there is to a poll takes 38 % fewer instructions. Where someone
    traces sessions, as instrumentations do, polls go through one all the same.

    aiohttp reads more strictly than httpx. From the first answer on that is no HTTP to it, polls go
    over httpx's connections: of one job among many it is said what is said of a single one.
    """

    def __init__(self, settings: ClientSettings, *, max_body: int, concurrency: int) -> None:
        arguments = settings.arguments
        self._settings = settings
        self._max_body = max_body
        self._concurrency = concurrency
        self._verify = arguments["verify"]
        # As httpcore does: others, whose context it is too, may have it speak HTTP/2.
        self._verify.set_alpn_protocols(["http/1.1"])
        self._limits = arguments["limits"]
        self._requests = RequestBuilder(httpx.AsyncClient(**arguments), settings, Headers, url_of)
        self._reuse = Reuse()
        kept = self._limits.max_keepalive_connections != 0
        self._reusing = self._session(kept=kept)
        self._fresh = self._session(kept=False) if kept else self._reusing
        self._ask = self._ask_by_session if self._reusing.trace_configs else self._ask_directly
        self._loop = asyncio.get_running_loop()
        self._origins: dict[str, aiohttp.ClientRequest] = {}
        self._idle: list[Limit] = []
        self._lenient: AsyncTransport | None = None

    def _session(self, *, kept: bool) -> aiohttp.ClientSession:
        # aiohttp opens a fresh connection for every request only where it keeps none at all.
        return aiohttp.ClientSession(
            connector=Connector(
                self._reuse,
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
        if self._lenient is not None:
            return await self._lenient.send(target, attempt)
        request = self._requests.prepared(target)
        limit = self._idle.pop() if self._idle else Limit(self._idle)
        with limit.of(attempt.timeout):
            try:
                return await self._exchange(request, fresh=attempt.fresh)
            except ExchangeBroken as broken:
                # Few do: what it takes to try again is made for those alone.
                return await self._go_on(target, request, attempt, broken)
        return no_answer(attempt)

    async def _go_on(
        self,
        target: Target[object] | PageRequest,
        request: PreparedRequest[Headers, str],
        attempt: Poll,
        broken: ExchangeBroken,
    ) -> Response | TransportError:
        tries = Tries(attempt, request, self._reuse, max_body=self._max_body)
        while (end := tries.failed(broken)) is None:
            try:
                return await self._exchange(request, fresh=tries.fresh)
            except ExchangeBroken as again:
                broken = again
        if isinstance(broken.error, HttpProcessingError | aiohttp.ClientResponseError):
            if self._lenient is None:
                self._lenient = AsyncTransport(
                    self._settings, max_body=self._max_body, concurrency=self._concurrency
                )
            return await self._lenient.send(target, attempt)
        if isinstance(broken.error, aiohttp.ServerDisconnectedError):
            # Its text may be all that had come of a head.
            return TransportError("ServerDisconnectedError: Server disconnected")
        return end

    async def _exchange(self, request: PreparedRequest[Headers, str], *, fresh: bool) -> Response:
        answer = await self._ask(self._fresh if fresh else self._reusing, request)
        try:
            headers: Mapping[str, str] = answer.headers
            if len(answer.headers.getall("retry-after", ())) > 1:
                # A gateway may add its own; httpx gives both as one, and the longer pause counts.
                headers = httpx.Headers([*answer.headers.items()])
            reader = ResponseReader(
                answer.status_code, headers, max_body=self._max_body, mask=request.mask
            )
            wanted = True
            while wanted and not answer.content.at_eof():
                with of_transport(answered=True):
                    chunk = await answer.content.readany()
                wanted = reader.feed(chunk)
        except BaseException:
            # Without a wait: it may be that the time is over.
            break_off(answer.connection)
            raise
        if answer.kept is not None and answer.content.at_eof() and more_has_come(answer.kept):
            self._reuse.end(request.url)
        answer.connection.release()
        return reader.response()

    async def _ask_directly(
        self, session: aiohttp.ClientSession, request: PreparedRequest[Headers, str]
    ) -> _Answer:
        scheme, _, host, path = request.url.split("/", 3)
        reused = False
        connection = None
        try:
            origin = self._origin(f"{scheme}//{host}")
            connection, reused = await self._connect(self._reusing, origin)
            if reused and session is self._fresh:
                # In the place of one that was kept: there are never more than the limit.
                break_off(connection)
                connection, reused = await self._connect(self._fresh, origin)
            protocol = connection.protocol
            if protocol is None or protocol.transport is None:
                raise aiohttp.ClientConnectionError("the connection is closed")
            protocol.set_response_params(
                skip_payload=request.method == "HEAD",
                read_until_eof=True,
                auto_decompress=False,
                **_ROOM,
            )
            first = f"{request.method} /{path} HTTP/1.1\r\n"
            protocol.transport.write(first.encode() + request.headers.written + request.content)
            message, content = await protocol.read()
            while message.code < 200 and message.code != 101:
                message, content = await protocol.read()
        except BaseException as error:
            if connection is not None:
                break_off(connection)
            if isinstance(error, Exception):
                raise ExchangeBroken(error, answered=False, reused=reused) from error
            raise
        kept = None if message.should_close else connection
        return _Answer(message.code, message.headers, content, connection, kept)

    async def _connect(
        self, session: aiohttp.ClientSession, origin: aiohttp.ClientRequest
    ) -> tuple[Connection, bool]:
        connector = session.connector
        if not isinstance(connector, Connector):
            raise aiohttp.ClientConnectionError("the session is closed")
        return await connector.take(origin, [], _NO_TIMEOUT)

    def _origin(self, origin: str) -> aiohttp.ClientRequest:
        """Give what a connection to there is asked for with."""
        request = self._origins.get(origin)
        if request is None:
            url = URL(origin, encoded=True)
            request = self._origins[origin] = aiohttp.ClientRequest("GET", url, loop=self._loop)
        return request

    async def _ask_by_session(
        self, session: aiohttp.ClientSession, request: PreparedRequest[Headers, str]
    ) -> _Answer:
        with of_transport(answered=False):
            response = await session.request(
                request.method,
                URL(request.url, encoded=True),
                headers=request.headers.multi,
                data=request.content or None,
                skip_auto_headers=("Content-Type",),
                allow_redirects=False,
            )
        return _Answer(response.status, response.headers, response.content, response)

    async def aclose(self) -> None:
        """Close them all."""
        if self._lenient is not None:
            await self._lenient.aclose()
        for limit in self._idle:
            limit.close()
        # Nobody waits for the farewells of TLS: the event loop may end before.
        for session in (self._reusing, self._fresh):
            if isinstance(session.connector, Connector):
                session.connector.abort()
        with anyio.CancelScope(shield=True):
            await self._reusing.close()
            await self._fresh.close()
