"""The other end of the benchmarks: a process of its own that answers polls at next to no cost.

It speaks as much HTTP as the clients here do, and Eden AI's answers. A job's id says how it goes:
`<polls>-<anything>` is done at its so-many-th poll, and of one in twenty polls of
`<polls>f-<anything>` nothing comes but a fault. `/start/ID` and `/azure/ID` are the same to
the poller of azure-core, in the words that it knows. Run by `_harness.serving`; prints its port,
then serves until its standard input ends.
"""

import asyncio
import sys
import zlib
from collections import Counter
from typing import cast

_FIELDS = (
    b'"cost":"0.0150","provider":"deepgram","feature":"audio","subfeature":"speech_to_text_async",'
    b'"error":null,"original_response":null,"model":null,"public_id":"%s",'
    b'"created_at":"2026-11-21T08:00:00+00:00","status":"%s","output":%s}'
)
_STARTED = b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\noperation-location: http://127.0.0.1:%d/azure/%s\r\n\r\n"
_POLLS = Counter[bytes]()
_TRIES = Counter[bytes]()
_FAULTS = (
    b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1\r\n\r\n{",
    b"",
)
_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s"


class _Connection(asyncio.Protocol):
    def __init__(self) -> None:
        self._pending = b""
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)

    def data_received(self, data: bytes) -> None:
        self._pending += data
        while (end := self._pending.find(b"\r\n\r\n")) >= 0:
            line, self._pending = self._pending[:end], self._pending[end + 4 :]
            room, _, job = line.split(b" ", 2)[1].rpartition(b"/")
            if self._transport is None:
                return
            if room == b"/start":
                port: int = self._transport.get_extra_info("sockname")[1]
                self._transport.write(_STARTED % (port, job))
            else:
                fault = _fault(job)
                if fault is None:
                    self._transport.write(_answer(room, job))
                elif fault:
                    self._transport.write(fault)
                else:
                    self._transport.abort()


def _fault(job: bytes) -> bytes | None:
    """Give what comes instead of an answer, nothing at all being a connection that breaks."""
    if not job.partition(b"-")[0].endswith(b"f"):
        return None
    _TRIES[job] += 1
    dice = zlib.crc32(b"%s %d" % (job, _TRIES[job]))
    return _FAULTS[dice // 20 % len(_FAULTS)] if dice % 20 == 0 else None


def _answer(room: bytes, job: bytes) -> bytes:
    _POLLS[job] += 1
    done = _POLLS[job] >= int(job.partition(b"-")[0].rstrip(b"f"))
    told = (b"success", b'{"text":"done"}') if done else (b"processing", b"null")
    if done and room == b"/azure":
        told = (b"Succeeded", b"null")
    body = b"{" + _FIELDS % (job, *told)
    return _HEAD % (len(body), body)


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(_Connection, "127.0.0.1", 0, backlog=8192)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_serve())
