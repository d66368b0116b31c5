"""Servers that speak raw bytes, for what no HTTP server would do."""

import contextlib
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import psutil
import pytest

Speak: TypeAlias = Callable[[socket.socket, bytes], None]
"""Answers one request, given its head and body, on its connection."""


@dataclass
class RawServer:
    """One port of this machine, and all the requests that came to it, byte for byte."""

    url: str
    port: int
    requests: list[bytes] = field(default_factory=list)
    _accepted: int = 0
    _counting: dict[object, threading.Event] = field(default_factory=dict)

    @property
    def connections(self) -> int:
        """Count the connections that were made up to now, whether they were accepted yet or not."""
        self.settle()
        return self._accepted

    def settle(self) -> None:
        """Wait until all connections that were made up to now are accepted."""
        counted = threading.Event()
        with socket.socket() as last:
            last.bind(("127.0.0.1", 0))
            self._counting[last.getsockname()] = counted
            last.connect(("127.0.0.1", self.port))
            assert counted.wait(30), "the server accepts no connection"

    def accepts(self, address: object) -> bool:
        """Take note of a connection; False for one that is there to be counted up to."""
        if (counted := self._counting.pop(address, None)) is not None:
            counted.set()
            return False
        self._accepted += 1
        return True

    @property
    def targets(self) -> list[str]:
        """List the request targets, as they were written on the wire."""
        return [request.split(b" ", 2)[1].decode("latin-1") for request in self.requests]


def response(body: bytes, *, status: int = 200, headers: str = "") -> bytes:
    """Write a whole HTTP answer."""
    head = f"HTTP/1.1 {status} X\r\ncontent-length: {len(body)}\r\n{headers}\r\n"
    return head.encode("latin-1") + body


def answering(answer: bytes) -> Speak:
    """Give the same answer to every request."""

    def speak(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(answer)

    return speak


def dripping(start: bytes = b"HTTP/1.1 200 OK\r\nx-drip: ", byte: bytes = b".") -> Speak:
    """Begin an answer, then send one byte at a time for ever."""

    def speak(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(start)
        while True:
            connection.sendall(byte)
            time.sleep(0.02)

    return speak


def reset(connection: socket.socket, _request: bytes = b"") -> None:
    """Break the connection."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


@contextmanager
def serving(
    speak: Speak, *, tls: ssl.SSLContext | None = None, handshakes: bool = True
) -> Iterator[RawServer]:
    """Serve until the block is left; each connection has a thread.

    Without `handshakes`, `speak` has the bare connection before a byte of it was read.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        scheme = "https" if tls or not handshakes else "http"
        # By address where no certificate needs a name: looking one up takes a thread.
        host = "localhost" if tls else "127.0.0.1"
        server = RawServer(f"{scheme}://{host}:{port}", port)
        open_connections: list[socket.socket] = []

        def serve(bare: socket.socket) -> None:
            # A client that gives up, and the end of the test, both break the connection.
            with contextlib.suppress(OSError):
                connection = tls.wrap_socket(bare, server_side=True) if tls else bare
                with connection:
                    if not handshakes:
                        speak(connection, b"")
                        return
                    while request := _request(connection):
                        server.requests.append(request)
                        speak(connection, request)

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, address = listener.accept()
                    if not server.accepts(address):
                        connection.close()
                        continue
                    open_connections.append(connection)
                    threads.append(threading.Thread(target=serve, args=(connection,), daemon=True))
                    threads[-1].start()

        threads = [threading.Thread(target=accept, daemon=True)]
        threads[0].start()
        try:
            yield server
        finally:
            # What was sent until now has come.
            server.settle()
            # Closing alone does not wake a thread that blocks in accept() or recv().
            listener.shutdown(socket.SHUT_RDWR)
            threads[0].join()
            for connection in open_connections:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
                connection.close()
            for thread in threads:
                thread.join()


def _request(connection: socket.socket) -> bytes:
    """Read one request; empty at the end of the connection."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            return b""
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


@contextmanager
def refusing() -> Iterator[str]:
    """Hold a port without listening at it; give its URL."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}"


@contextmanager
def never_accepting(host: str = "127.0.0.1", port: int = 0) -> Iterator[int]:
    """Listen with a queue that is full, so that connecting takes for ever; give the port."""
    with contextlib.ExitStack() as held, socket.create_server((host, port), backlog=0) as full:
        address: tuple[str, int] = full.getsockname()
        for _ in range(8):
            filler = held.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(address)
        yield address[1]


def resolve(monkeypatch: pytest.MonkeyPatch, name: str, *addresses: str) -> None:
    """Have a name resolve to these IPv4 addresses, in their order."""
    real = socket.getaddrinfo

    def getaddrinfo(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 # socket's
        if host not in {name, name.encode()}:
            return real(host, port, *args, **kwargs)
        return [
            (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, int(port)))
            for address in addresses
        ]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


def connections_to(port: int, process: int | None = None) -> int:
    """Count the connections of a process, or of this one, to a port of this machine.

    They are being made or made.
    """
    alive = {psutil.CONN_ESTABLISHED, psutil.CONN_SYN_SENT, psutil.CONN_CLOSE_WAIT}
    return sum(
        bool(c.raddr) and c.raddr.port == port and c.status in alive
        for c in psutil.Process(process).net_connections("tcp")
    )
