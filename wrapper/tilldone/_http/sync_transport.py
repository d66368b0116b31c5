"""Polls over httpx's synchronous connections, each held to a deadline for the whole of it.

httpx's timeouts begin anew with every byte that arrives, so a server that drips holds a caller
for ever, and it tries a host's addresses one after another, each with all the time. Here every
step on the network is cut to what is left of one deadline, and a second address is tried a moment
after the first, whatever became of that. Only looking up a name cannot be cut.

    with held(client):                      # its connections keep deadlines in this block
        with Deadline().within(seconds):    # those of this thread, in this block
            client.get(url)
"""

import math
import os
import selectors
import socket
import ssl
import sys
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterable
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from typing import Any, cast

import httpcore
import httpx

from tilldone._core.response import Response, TransportError
from tilldone._http.exchange import ExchangeBroken, Tries, chunks_of, of_transport
from tilldone._http.private import close_idle, network_replaced, socket_stream
from tilldone._http.request import (
    Attempt,
    PreparedRequest,
    RequestBuilder,
    Requested,
    httpx_request,
)
from tilldone._http.settings import ClientSettings

__all__ = ["Deadline", "SyncTransport", "connect", "held"]

# RFC 8305 has a quarter of a second between the beginnings of two attempts.
_STAGGER = 0.25

# Ctrl-C ends a read that waits; but on Windows it is only seen when the read returns.
_STEP = 1.0 if sys.platform == "win32" else 3600.0

_thread = threading.local()


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
        self, target: Requested, attempt: Attempt, deadline: "Deadline | None" = None
    ) -> Response | TransportError:
        """Send a request, given up after its time whatever the server does.

        By `deadline` another thread can abandon it.
        """
        if attempt.answer is not None:
            return attempt.answer
        request = self._requests.prepared(target)
        tries = Tries(attempt, request, max_body=self._max_body)
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
            with of_transport(answered=False):
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


class Deadline:
    """The moment by which all must be done, on the monotonic clock.

    Each thread keeps its own: a client of the user's can serve many waits, at once and one after
    the other, and the user beside them. `at` is on the monotonic clock.
    """

    def __init__(self) -> None:
        self.at = math.inf
        self._abandoned = False
        self._socket: socket.socket | None = None

    @contextmanager
    def within(self, seconds: float) -> Generator[None]:
        """Cut what this thread does in the block to so many seconds."""
        self.at = time.monotonic() + seconds
        before = _current()
        _thread.deadline = self
        try:
            yield
        finally:
            _thread.deadline = before

    def abandon(self) -> None:
        """End what is being done, from another thread: nobody wants it any more."""
        self._abandoned = True
        if self._socket is not None:
            # It may have been closed, or never have been connected.
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def cut(self, timeout: float | None, expired: type[Exception]) -> float | None:
        """Give a step the time that is left, at most what it asked for.

        Raises:
            expired: there is none left.
        """
        left = -math.inf if self._abandoned else self.at - time.monotonic()
        if left <= 0:
            raise expired
        return timeout if left == math.inf else left if timeout is None else min(timeout, left)

    def waits_for(self, sock: socket.socket | None) -> None:
        """Name the socket that a step waits for, if any, so that `abandon` can wake it."""
        self._socket = sock
        if self._abandoned and sock is not None:
            self.abandon()


_NONE = Deadline()


def _current() -> Deadline:
    deadline: Deadline = getattr(_thread, "deadline", _NONE)
    return deadline


def held(client: httpx.Client) -> AbstractContextManager[None]:
    """Make a client keep the deadlines of the threads that use it, and leave it as it was.

    Transports that are not httpx's own have no network to hold; they keep httpx's timeouts.
    """
    return network_replaced(client, _Network)


class _Network(httpcore.NetworkBackend):
    def __init__(self, inner: httpcore.NetworkBackend) -> None:
        self._inner = inner

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        def left() -> float | None:
            return _current().cut(timeout, httpcore.ConnectTimeout)

        if type(self._inner) is not httpcore.SyncBackend:
            # The user's own way to connect; it may not even be by addresses.
            return _Stream(
                self._inner.connect_tcp(host, port, left(), local_address, socket_options)
            )
        until = math.inf if timeout is None else time.monotonic() + timeout
        found = connect(
            host,
            port,
            left=lambda: min(left() or math.inf, until - time.monotonic()),
            local_address=local_address,
            options=[*(socket_options or ()), (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],
        )
        return _Stream(socket_stream(found))

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        left = _current().cut(timeout, httpcore.ConnectTimeout)
        return _Stream(self._inner.connect_unix_socket(path, left, socket_options))

    def sleep(self, seconds: float) -> None:
        self._inner.sleep(_current().cut(seconds, httpcore.ConnectTimeout) or 0.0)

    def wrap(self, stream: httpcore.NetworkStream) -> httpcore.NetworkStream:
        """Have a connection that was opened before keep the deadlines, too."""
        return stream if isinstance(stream, _Stream) else _Stream(stream)


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner
        self._socket: socket.socket | None = inner.get_extra_info("socket")

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        deadline = _current()
        until = math.inf if timeout is None else time.monotonic() + timeout
        deadline.waits_for(self._socket)
        try:
            while True:
                step = max(min(until - time.monotonic(), _STEP), 0.001)
                try:
                    return self._inner.read(max_bytes, deadline.cut(step, httpcore.ReadTimeout))
                except httpcore.ReadTimeout:
                    if time.monotonic() >= min(until, deadline.at):
                        raise
        finally:
            deadline.waits_for(None)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if not buffer:
            return  # two of three times: a poll has no body, and its end is no bytes
        deadline = _current()
        deadline.waits_for(self._socket)
        try:
            self._inner.write(buffer, deadline.cut(timeout, httpcore.WriteTimeout))
        finally:
            deadline.waits_for(None)

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        deadline = _current()
        left = deadline.cut(timeout, httpcore.ConnectTimeout)
        # The handshake takes the socket over; a copy of it can still wake whoever waits.
        copy = self._socket.dup() if type(self._socket) is socket.socket else None
        deadline.waits_for(copy)
        try:
            return _Stream(self._inner.start_tls(ssl_context, server_hostname, left))
        except BaseException as error:
            _close_half_made(error.__cause__ or error)
            raise
        finally:
            deadline.waits_for(None)
            if copy is not None:
                copy.close()

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 # the base class has it so
        return self._inner.get_extra_info(info)


def _close_half_made(error: BaseException) -> None:
    """Close the socket that TLS was to begin on.

    Python before 3.13 leaves it open where the connection was broken before, or Ctrl-C came, and
    only Python's own frames still know it.
    """
    for frame, _ in traceback.walk_tb(error.__traceback__):
        half_made = frame.f_locals.get("self")
        if isinstance(half_made, ssl.SSLSocket):
            half_made.close()


def connect(
    host: str,
    port: int,
    *,
    left: Callable[[], float],
    local_address: str | None = None,
    options: Iterable[httpcore.SOCKET_OPTION] = (),
) -> socket.socket:
    """Connect to the first of a host's addresses that takes the connection.

    Attempts begin one after another, without waiting for those before (RFC 8305), so that dead
    addresses cost a moment and no more.
    `left` is asked again and again for the seconds that are left; it may raise.

    Raises:
        httpcore.ConnectTimeout: none has answered in that time.
        httpcore.ConnectError: all refused, or the name has no address.
    """
    try:
        addresses = deque(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    # A name that cannot be one is no OSError.
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(str(error)) from None
    stagger = min(_STAGGER, left() / max(len(addresses), 1))
    next_at = -math.inf
    refusal: OSError | None = None
    with selectors.DefaultSelector() as attempts:
        try:
            while addresses or attempts.get_map():
                now = time.monotonic()
                if addresses and (now >= next_at or not attempts.get_map()):
                    next_at = now + stagger
                    try:
                        begun = _begin(addresses.popleft(), local_address, options)
                    except OSError as error:
                        refusal = error
                    else:
                        attempts.register(begun, selectors.EVENT_WRITE)
                    continue
                pause = min(left(), next_at - now if addresses else _STAGGER)
                if pause <= 0:
                    raise httpcore.ConnectTimeout
                for key, _ in attempts.select(pause):
                    sock = cast("socket.socket", attempts.unregister(key.fileobj).fileobj)
                    code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                    if code == 0:
                        sock.setblocking(True)
                        return sock
                    sock.close()
                    refusal = OSError(code, os.strerror(code))
        finally:
            for key in [*attempts.get_map().values()]:
                cast("socket.socket", key.fileobj).close()
    raise httpcore.ConnectError(str(refusal) if refusal else f"{host} has no address")


def _begin(
    found: tuple[Any, ...],
    local_address: str | None,
    options: Iterable[httpcore.SOCKET_OPTION],
) -> socket.socket:
    family, kind, protocol, _, address = found
    sock = socket.socket(family, kind, protocol)
    try:
        for option in options:
            sock.setsockopt(*cast("tuple[int, int, int]", option))
        if local_address is not None:
            sock.bind((local_address, 0))
        sock.setblocking(False)
        with suppress(BlockingIOError):
            sock.connect(address)
    except BaseException:
        sock.close()
        raise
    return sock
