"""One deadline over all that a synchronous httpx client does.

httpx's timeouts begin anew with every byte that arrives, so a server that drips holds a caller
for ever. Here every step on the network is cut to what is left of one deadline. Only looking up a
name cannot be cut.

    with held(client):                      # its connections keep deadlines in this block
        with Deadline().within(seconds):    # those of this thread, in this block
            client.get(url)
"""

import math
import socket
import ssl
import sys
import threading
import time
import traceback
from collections.abc import Generator, Iterable
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any

import httpcore
import httpx

from tilldone._http.happy_eyeballs import connect
from tilldone._http.private import network_replaced, socket_stream

__all__ = ["Deadline", "held"]

# Ctrl-C ends a read that waits; but on Windows it is only seen when the read returns.
_STEP = 1.0 if sys.platform == "win32" else 3600.0

_thread = threading.local()


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
