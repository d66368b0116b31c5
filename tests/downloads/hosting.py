"""A host of files that does what hosts do: serves ranges, breaks off, changes, refuses."""

import random
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.waits.harness import HUNG
from tests.waits.sockets import RawServer, Speak, reset, response, serving

CONTENT = random.Random(4).randbytes(300_000)
CHANGED = random.Random(5).randbytes(280_000)

# What a signed link carries; it must show nowhere.
SIGNATURE = "X-Goog-Signature=5ec4e7"


@dataclass(frozen=True)
class File:
    """One version of a file, and how its host serves it."""

    content: bytes = CONTENT
    headers: str = 'ETag: "v1"\r\n'
    heeds_if_range: bool = True

    def serve(self, connection: socket.socket, request: bytes) -> None:
        connection.sendall(self._head(request) + self._rest(request))

    def cut(self, after: int) -> Speak:
        """Break off in an orderly way after so many bytes of the body."""

        def speak(connection: socket.socket, request: bytes) -> None:
            connection.sendall(self._head(request) + self._rest(request)[:after])
            connection.shutdown(socket.SHUT_RDWR)

        return speak

    def torn(self, after: int) -> Speak:
        """Break off with a reset after so many bytes of the body."""

        def speak(connection: socket.socket, request: bytes) -> None:
            connection.sendall(self._head(request) + self._rest(request)[:after])
            # What has been sent shall arrive: a reset overtakes it.
            time.sleep(0.2)
            until = time.monotonic() + HUNG
            while not read_by_its_peer(connection) and time.monotonic() < until:
                time.sleep(0.01)
            reset(connection)

        return speak

    def stalled(self, after: int) -> Speak:
        """Say no more after so many bytes of the body, until the client has gone."""

        def speak(connection: socket.socket, request: bytes) -> None:
            connection.sendall(self._head(request) + self._rest(request)[:after])
            connection.recv(1)

        return speak

    def _start(self, request: bytes) -> int:
        asked = headers(request).get("range", "")
        fits = headers(request).get("if-range", "") in self.headers or not self.heeds_if_range
        found = re.fullmatch(r"bytes=(\d+)-", asked)
        return int(found[1]) if found and fits else 0

    def _head(self, request: bytes) -> bytes:
        start, size = self._start(request), len(self.content)
        span = f"Content-Range: bytes {start}-{size - 1}/{size}\r\n" if start else ""
        status = "206 Partial Content" if start else "200 OK"
        head = f"HTTP/1.1 {status}\r\nContent-Length: {size - start}\r\n{span}{self.headers}\r\n"
        return head.encode()

    def _rest(self, request: bytes) -> bytes:
        return self.content[self._start(request) :]


def read_by_its_peer(connection: socket.socket) -> bool:
    """Say whether a program on this machine has read all that was sent to it."""
    table = Path("/proc/net/tcp")
    if not table.exists():
        # Only Linux tells; elsewhere, the time that has passed must do.
        return True
    ends = [connection.getpeername()[1], connection.getsockname()[1]]
    for line in table.read_text().splitlines()[1:]:
        _, ours, theirs, _, queued, *_ = line.split()
        if [int(each.rpartition(":")[2], 16) for each in (ours, theirs)] == ends:
            return int(queued.rpartition(":")[2], 16) == 0
    return True


FILE = File()
NEWER = replace(FILE, content=CHANGED, headers='ETag: "v2"\r\n')


def headers(request: bytes) -> dict[str, str]:
    """Read the headers of a request, their names in lower case."""
    lines = request.decode("latin-1").split("\r\n\r\n")[0].split("\r\n")[1:]
    return {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}


def refusing(status: int, *, headers: str = "") -> Speak:
    """Answer with this status, and no file."""

    def speak(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(response(b"<Error/>", status=status, headers=headers))

    return speak


@dataclass
class Host:
    """A running host, and what it was asked for."""

    server: RawServer
    script: list[Speak] = field(default_factory=list)

    @property
    def link(self) -> str:
        return f"{self.server.url}/results/result.mp4?{SIGNATURE}"

    @property
    def ranges(self) -> list[str | None]:
        """List what the requests asked for: the `Range` of each, None for the whole."""
        return [headers(request).get("range") for request in self.server.requests]


@contextmanager
def hosting(*script: Speak) -> Iterator[Host]:
    """Serve by a script: each request takes a step, and the last step repeats for ever."""
    left = list(script)

    def speak(connection: socket.socket, request: bytes) -> None:
        step = left.pop(0) if len(left) > 1 else left[0]
        step(connection, request)

    with serving(speak) as server:
        yield Host(server, left)
