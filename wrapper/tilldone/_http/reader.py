"""Reading a response's body, within the limits that a wait sets to it."""

import time
import zlib
from collections.abc import Mapping
from typing import Protocol

from tilldone._core.response import Response
from tilldone._http.masking import Mask

__all__ = ["Head", "ResponseReader"]

_GZIP = zlib.MAX_WBITS | 16


class Head(Protocol):
    """What is known of a response before its body is read; httpx's own responses fit."""

    @property
    def status_code(self) -> int: ...

    @property
    def headers(self) -> Mapping[str, str]: ...

    @property
    def is_stream_consumed(self) -> bool: ...


class ResponseReader:
    """Reads one response's body, chunk by chunk, and never more of it than is allowed."""

    def __init__(self, head: Head, *, max_body: int, mask: Mask) -> None:
        self._head = head
        self._max_body = max_body
        self._mask = mask
        self._content = bytearray()
        self._flaw: str | None = None
        encoding = head.headers.get("content-encoding", "").strip().lower()
        # A response that is already consumed came whole and unpacked out of a transport's hands.
        packed = bool(encoding) and encoding != "identity" and not head.is_stream_consumed
        self._unpack = zlib.decompressobj(_GZIP) if packed else None
        if packed and encoding not in {"gzip", "x-gzip"}:
            self._flaw = f"packed as {encoding[:20]!r}, which was not asked for"

    def feed(self, chunk: bytes) -> bool:
        """Take a chunk; say whether more is wanted."""
        if self._flaw is not None:
            return False
        room = self._max_body - len(self._content) + 1
        if self._unpack is None:
            self._content += chunk[:room]
        else:
            try:
                self._content += self._unpack.decompress(chunk, room)
            except zlib.error as error:
                self._flaw = f"broken gzip: {error}"
                return False
        if len(self._content) > self._max_body:
            self._flaw = f"longer than {self._max_body} bytes (max_body)"
        return self._flaw is None

    def response(self) -> Response:
        """Give the response as far as it was read."""
        if self._flaw is None and self._unpack is not None and not self._unpack.eof:
            self._flaw = "broken gzip: it ends too soon"
        return Response(
            status_code=self._head.status_code,
            headers=self._head.headers,
            content=self._mask.content(bytes(self._content)),
            received=time.time(),
            flaw=self._flaw,
        )
