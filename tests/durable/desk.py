"""Eden AI's counter, one that counts: what was bought there, and how far each purchase came."""

import contextlib
import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import unquote

from tilldone import JobRequest, edenai
from tilldone_clients.edenai.models import UniversalAIAsyncBody, UniversalAIAsyncResponse

KEY = "key-of-the-customer"

# What cannot be told by its bytes: this much is never in a socket's buffers all at once.
LARGE = 8 * 1024 * 1024

QUICK = 12

# Ten are on their way at once: some are mute, some are read half, and the others wait for those.
WANTED = [
    *(f"mute {number}" for number in range(3)),
    "large",
    *(f"quick {number}" for number in range(QUICK)),
]


@dataclass
class Desk:
    """A provider on a port of its own; all that it is told holds from the next request on."""

    port: int
    heads: Counter[str] = field(default_factory=Counter)
    """Submissions whose first bytes came, by what they want; of a large one only `large`."""

    bought: Counter[str] = field(default_factory=Counter)
    """Submissions that came whole."""

    polls: Counter[str] = field(default_factory=Counter)
    answered: Counter[str] = field(default_factory=Counter)

    answers: list[tuple[int, object]] = field(default_factory=list)
    """What to say to the next submissions instead of naming a job."""

    at_once: bool = False
    """Whether the answer to a submission ends its job."""

    later: int = 0
    """For how many seconds a refusal for now asks to be left alone."""

    latency: float = 0.0
    held: bool = False
    """Whether the answers to submissions are held back."""

    mute: bool = False
    """Whether submissions that want something mute are read and not answered."""

    deaf: bool = False
    """Whether large ones are not even read to their end."""

    unfinished: bool = False
    """Whether jobs go on for ever."""

    requests: list[bytes] = field(default_factory=list)

    def usual(self) -> None:
        """Go back to what it does as a rule, and forget what was counted."""
        self.at_once = self.held = self.mute = self.deaf = self.unfinished = False
        self.latency, self.later = 0.0, 0
        for told in (self.answers, self.requests):
            told.clear()
        for counted in (self.heads, self.bought, self.polls, self.answered):
            counted.clear()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self) -> Any:  # noqa: ANN401 # the generated client of Eden AI
        return edenai.connect(KEY, base_url=self.url)

    def request(self, wanted: str, *, large: bool = False) -> JobRequest[UniversalAIAsyncResponse]:
        """Prepare a job that echoes what it is wanted for."""
        given = {"text": wanted} | ({"padding": "x" * LARGE} if large else {})
        body = UniversalAIAsyncBody.from_dict({"model": "text/echo/fake", "input": given})
        return edenai.create(self.client(), body)

    def wanted(self, what: str) -> JobRequest[UniversalAIAsyncResponse]:
        """Prepare a job, a large one where a large one is wanted."""
        return self.request(what, large=what.startswith("large"))

    def environment(self) -> dict[str, str]:
        """Give what a worker must be told to find it."""
        root = str(Path(__file__).parents[2])
        return {
            "EDENAI_API_KEY": KEY,
            "TILLDONE_EDENAI_BASE_URL": self.url,
            "PYTHONPATH": root,
        }

    def serve(self, connection: socket.socket) -> None:
        stream = connection.makefile("rb")
        while head := self._head(stream):
            method, target, _ = head.split(b" ", 2)
            if method == b"POST":
                answer = self._submitted(stream, head)
            else:
                answer = self._polled(unquote(target.decode().rpartition("/")[2]))
            if answer is None:
                return
            status, body = answer
            content = json.dumps(body).encode()
            later = f"retry-after: {self.later}\r\n" if status == 429 else ""
            told = f"HTTP/1.1 {status} X\r\n{later}content-length: {len(content)}\r\n\r\n"
            connection.sendall(told.encode() + content)
            if method == b"POST" and isinstance(body, dict) and "public_id" in body:
                self.answered[str(body["public_id"])] += 1

    def _head(self, stream: BinaryIO) -> bytes:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = stream.readline()
            if not line:
                return b""
            head += line
        return head

    def _submitted(self, stream: BinaryIO, head: bytes) -> tuple[int, object] | None:
        length = next(
            int(line.partition(b":")[2])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length")
        )
        if self.deaf and length > LARGE:
            self.heads["large"] += 1
            while self.deaf:
                time.sleep(0.02)
            return None
        content = stream.read(length)
        if len(content) < length:
            return None
        self.requests.append(head + content)
        try:
            wanted = str(json.loads(content)["input"]["text"])
        except (KeyError, ValueError):
            return 422, {}
        self.heads[wanted] += 1
        self.bought[wanted] += 1
        time.sleep(self.latency)
        while self.held:
            time.sleep(0.01)
        if self.mute and wanted.startswith("mute"):
            stream.read(1)
            return None
        if self.answers:
            return self.answers.pop(0)
        status = "success" if self.at_once else "processing"
        return 200, self._job(wanted, status)

    def _polled(self, wanted: str) -> tuple[int, object]:
        self.polls[wanted] += 1
        going_on = self.unfinished or self.polls[wanted] < 2
        return 200, self._job(wanted, "processing" if going_on else "success")

    def _job(self, wanted: str, status: str) -> dict[str, object]:
        return {
            "public_id": wanted,
            "created_at": "2026-01-01T00:00:00Z",
            "status": status,
            "provider": "fake",
            "feature": "text",
            "subfeature": "echo",
            "cost": 0.01,
            "output": {"text": wanted} if status == "success" else None,
        }


@contextmanager
def serving_desk(port: int = 0) -> Iterator[Desk]:
    """Open the counter until the block is left."""
    with socket.create_server(("127.0.0.1", port)) as listener:
        desk = Desk(listener.getsockname()[1])
        opened: list[socket.socket] = []

        def serve(connection: socket.socket) -> None:
            # Whoever is killed, and the end of the test, break the connection.
            with contextlib.suppress(OSError, ValueError), connection:
                desk.serve(connection)

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    opened.append(connection)
                    threading.Thread(target=serve, args=(connection,), daemon=True).start()

        accepting = threading.Thread(target=accept, daemon=True)
        accepting.start()
        try:
            yield desk
        finally:
            desk.deaf = desk.held = False
            listener.shutdown(socket.SHUT_RDWR)
            accepting.join()
            for connection in opened:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
