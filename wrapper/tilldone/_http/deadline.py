"""A deadline for the whole of a synchronous poll.

httpx's timeouts begin anew with every byte that arrives, so a server that drips holds a caller
for ever. Here every step on the network (connecting to each of a host's addresses, TLS, each
read and each write) is cut to what is left of one deadline. Only looking up a name cannot be cut.
"""

import math
import socket
import ssl
import threading
import time
from collections.abc import Iterable
from typing import Any, cast

import httpcore
import httpx

__all__ = ["Deadline", "bind"]


class Deadline:
    """The moment by which all must be done, on the monotonic clock; set anew for each poll.

    Each thread has a moment of its own: a transport of the user's making can serve many waits,
    at once and one after the other, and the user beside them.
    """

    _thread = threading.local()

    def set(self, seconds: float) -> None:
        """Let it be this many seconds from now."""
        self._thread.at = time.monotonic() + seconds

    def lift(self) -> None:
        """Let all take as long as it asks for, until it is set again."""
        self._thread.at = math.inf

    def cut(self, timeout: float | None, expired: type[Exception]) -> float | None:
        """Give a step the time that is left, at most what it asked for.

        Raises:
            expired: there is none left.
        """
        at: float = getattr(self._thread, "at", math.inf)
        if at == math.inf:
            return timeout
        left = at - time.monotonic()
        if left <= 0:
            raise expired
        return left if timeout is None else min(timeout, left)


def bind(client: httpx.Client, deadline: Deadline) -> None:
    """Make every connection that the client opens from now on keep the deadline.

    Transports that are not httpx's own have no pool to bind; they keep httpx's timeouts.

    Raises:
        RuntimeError: this httpx is built differently from the ones that tilldone knows.
    """
    held = cast("Any", client)  # httpx has no public way to its transports' pools
    for transport in (held._transport, *held._mounts.values()):
        if not isinstance(transport, httpx.HTTPTransport):
            continue
        pool = getattr(transport, "_pool", None)
        inner = getattr(pool, "_network_backend", None)
        if not isinstance(inner, httpcore.NetworkBackend):
            raise RuntimeError(  # noqa: TRY004 # the type is httpx's doing, not the caller's
                f"httpx {httpx.__version__} keeps its network backend where tilldone does not "
                "poll; install the httpx that tilldone's metadata asks for"
            )
        if not isinstance(inner, _Backend):
            cast("Any", pool)._network_backend = _Backend(inner, deadline)


class _Backend(httpcore.NetworkBackend):
    def __init__(self, inner: httpcore.NetworkBackend, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        # One after another here: the inner backend would give each address the whole time.
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        # A name that cannot be one is no OSError.
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(str(error)) from None
        refused: httpcore.ConnectError | None = None
        for *_, address in found:
            try:
                stream = self._inner.connect_tcp(
                    str(address[0]),
                    port,
                    timeout=self._deadline.cut(timeout, httpcore.ConnectTimeout),
                    local_address=local_address,
                    socket_options=socket_options,
                )
            except httpcore.ConnectError as error:
                refused = error
            else:
                return _Stream(stream, self._deadline)
        raise refused or httpcore.ConnectError(f"{host} has no address")

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        left = self._deadline.cut(timeout, httpcore.ConnectTimeout)
        stream = self._inner.connect_unix_socket(path, left, socket_options)
        return _Stream(stream, self._deadline)

    def sleep(self, seconds: float) -> None:
        self._inner.sleep(self._deadline.cut(seconds, httpcore.ConnectTimeout) or 0.0)


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.cut(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.cut(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = self._deadline.cut(timeout, httpcore.ConnectTimeout)
        stream = self._inner.start_tls(ssl_context, server_hostname, left)
        return _Stream(stream, self._deadline)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 # the base class has it so
        return self._inner.get_extra_info(info)
