"""What all transports share of an exchange: what can break it, and how its response is read.

A request is traced on its way, and sent once more on a fresh connection where one that was open
before broke. The response is read within the limits that a wait sets to it.
"""

import re
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, suppress
from types import TracebackType
from typing import Any, TypeVar

import httpx

from tilldone._core.response import Response, TransportError
from tilldone._core.text import excerpt, words_of
from tilldone._http.mask import Mask
from tilldone._http.private import end_if_more_has_come
from tilldone._http.request import Attempt, PreparedRequest
from tilldone._http.reuse import Reuse

__all__ = [
    "ExchangeBroken",
    "ResponseReader",
    "Trace",
    "Tries",
    "chunks_of",
    "no_answer",
    "of_transport",
    "transport_error",
]

H = TypeVar("H")
U = TypeVar("U")

# What is no HTTP is quoted in h11's complaint of it, and it may echo the key.
_QUOTED = re.compile(r"""[: ]*(bytearray\()?b['"].*""", re.DOTALL)

_BEFORE_SENDING = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)

_GZIP = zlib.MAX_WBITS | 16

_NO_BODY = httpx.ByteStream(b"")

_OPENED = {"connect_tcp.complete", "connect_unix_socket.complete", "start_tls.complete"}


class ExchangeBroken(Exception):
    """A transport raised an error, before or after the head of an answer."""

    def __init__(self, error: Exception, *, answered: bool, reused: bool = False) -> None:
        super().__init__()
        self.error = error
        self.answered = answered
        self.reused = reused
        """Whether that was on a connection that was open before, where the transport tells it."""


class _OfTransport:
    # Entered several times a poll: `contextlib` would take three times as long.
    __slots__ = ("_answered",)

    def __init__(self, *, answered: bool) -> None:
        self._answered = answered

    def __enter__(self) -> None:
        """Nothing is to be prepared."""

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        if isinstance(error, Exception):
            raise ExchangeBroken(error, answered=self._answered) from error


_BEFORE, _AFTER = _OfTransport(answered=False), _OfTransport(answered=True)


def of_transport(*, answered: bool) -> AbstractContextManager[None]:
    """Mark what is raised in the block as the transport's, whatever it is.

    `answered` says whether the head of an answer had come by then. This stands around the calls
    into a transport and nothing else, so that a mistake in our own code is not taken for a poll
    that failed. Cancellation and Ctrl-C pass.

    Raises:
        ExchangeBroken: the transport raised.
    """
    return _AFTER if answered else _BEFORE


def transport_error(
    error: Exception, attempt: Attempt, mask: Mask, trace: "Trace | None" = None
) -> TransportError:
    """Put what a transport raised into words; the error itself holds the request with its key."""
    if isinstance(error, httpx.TimeoutException):
        return no_answer(attempt, trace, error)
    # On trio, only what led to the error tells what a handshake failed of.
    said = excerpt(mask.text(_QUOTED.sub("", words_of(error))))
    reason = f"{type(error).__name__}: {said}" if said else type(error).__name__
    return TransportError(reason, unsent=trace is not None and trace.unsent(error))


def no_answer(
    attempt: Attempt, trace: "Trace | None" = None, error: Exception | None = None
) -> TransportError:
    """Give the error of a request that ran out of its time."""
    reason = f"no complete answer within {attempt.timeout:.1f} s"
    return TransportError(reason, unsent=trace is not None and trace.unsent(error))


class _SentAgain(Exception):
    def __init__(self) -> None:
        super().__init__("the client's transport would have sent the request a second time")


class Trace:
    """Notes which connection a request took, and whether it was written to one.

    Args:
        url: where the request goes.
        reuse: whether the connection is used again afterwards.
        once: stop a transport that sends the request again by itself, before it has.
        tell: called as it goes with whether it is certain that not one byte was written.
    """

    opened: Any
    """The stream of one that was opened for it alone, if any: httpcore leaves it to the collector
    where a TLS handshake is cancelled or a proxy breaks."""

    response: httpx.Response | None
    """The answer, once it can be read."""

    head: tuple[int, Any] | None
    """The status and the headers of the answer, once they are there."""

    def __init__(
        self,
        url: httpx.URL | str,
        reuse: Reuse,
        *,
        once: bool = False,
        tell: Callable[[bool], None] | None = None,
    ) -> None:
        self.opened = None
        self.response = None
        self.head = None
        self._url = url
        self._reuse = reuse
        self._once = once
        self._told = False
        self._connected = False
        self._sent = False
        self._tunnelling = False
        self._challenged = False
        self._tell = tell
        if tell is not None:
            tell(False)  # what tells nothing may have sent it

    @property
    def reused(self) -> bool:
        """Whether the request went out on a connection that was open before."""
        return self._sent and not self._connected

    def unsent(self, error: Exception | None) -> bool:
        """Whether it is certain that not one byte of the request was written.

        Transports that are not httpx's own may tell nothing; then only the error can.
        """
        return not self._sent and (self._told or isinstance(error, _BEFORE_SENDING))

    def note(self, event: str, info: dict[str, Any]) -> None:
        """Take note of a step; httpcore calls it at each."""
        self._told = True
        protocol, _, step = event.partition(".")
        if step == "send_request_headers.started":
            self.head = None
            self._tunnelling = info["request"].method == b"CONNECT"
            if self._tunnelling:
                return  # the tunnel's own request, to a proxy
            if self._once and self._sent and not self._challenged:
                raise _SentAgain
            self._sent, self._challenged = True, False
            if protocol == "http2":
                self.opened = None  # others' requests go over it, too
        elif step == "receive_response_headers.complete":
            # HTTP/1 has its version before the status, and its reason after it.
            told = info["return_value"]
            status, headers = (told[1], told[3]) if protocol == "http11" else told[:2]
            # What authenticates in two steps is refused first, and then sends it for good.
            self._challenged = status == 401
            if not self._tunnelling:
                self.head = (status, headers)
        elif step == "receive_response_body.complete" and self.response is not None:
            if end_if_more_has_come(self.response, always=self._reuse.over):
                self._reuse.end(self._url)
            self.response = None  # it holds on to this as well
        elif step in _OPENED:
            self._connected = True
            self.opened = info["return_value"]
        if self._tell is not None:
            self._tell(not self._sent)

    async def note_async(self, event: str, info: dict[str, Any]) -> None:
        """Do the same for an asynchronous client."""
        self.note(event, info)


class Tries:
    """The tries of one request: a first one, and at most one more on a fresh connection.

    Servers and balancers drop idle connections without a word. What breaks on one that was open
    before, and brings no answer, is tried again at once.
    """

    def __init__(
        self, attempt: Attempt, prepared: PreparedRequest[Any, Any], reuse: Reuse, *, max_body: int
    ) -> None:
        self.attempt = attempt
        self.fresh = attempt.fresh or reuse.over
        """Whether this one opens a connection for itself."""
        self._reuse = reuse
        self._prepared = prepared
        self.trace = self._begin()
        self._max_body = max_body

    def more_has_come(self) -> None:
        """Take in that the host has said more than its answer, on a connection that is idle now."""
        self._reuse.end(self._prepared.url)
        self.fresh = True

    def reader(self, response: httpx.Response) -> "ResponseReader":
        """Give what reads this response, within the limits of the request."""
        return ResponseReader(
            response.status_code,
            response.headers,
            max_body=self._max_body,
            mask=self._prepared.mask,
            # Then it came in one piece, and unpacked, out of a transport's hands.
            whole=response.is_stream_consumed,
        )

    def failed(self, broken: ExchangeBroken) -> Response | TransportError | None:
        """Take in that this one broke; None where there is to be another."""
        if (answer := self._refusal(broken)) is not None:
            return answer
        if self.fresh or broken.answered or not (broken.reused or self.trace.reused):
            return transport_error(broken.error, self.attempt, self._prepared.mask, self.trace)
        self.fresh = True
        self.trace = self._begin()
        return None

    def _begin(self) -> Trace:
        attempt = self.attempt
        return Trace(self._prepared.url, self._reuse, once=attempt.once, tell=attempt.note)

    def _refusal(self, broken: ExchangeBroken) -> Response | None:
        """Give the answer that had come when what stands around a transport raised, if it is a no.

        Hooks raise by `raise_for_status`, and httpx over a redirect that it cannot read, though it
        shall not follow it. What they think of a 2xx counts.
        """
        answer, content = None, b""
        if self.trace.head is not None and not broken.answered:
            status, headers = self.trace.head
            answer = httpx.Response(status, headers=headers, stream=_NO_BODY)
        error = broken.error
        if isinstance(error, httpx.HTTPStatusError) and error.request.url == self._prepared.url:
            answer = error.response
            with suppress(httpx.ResponseNotRead):
                content = answer.content
        if answer is None or answer.status_code < 300:
            return None
        reader = self.reader(answer)
        reader.feed(content)
        return reader.response()


def chunks_of(response: httpx.Response) -> Iterator[bytes]:
    """Give the chunks of a body as they come; `ExchangeBroken` where it broke off."""
    chunks = response.iter_raw()
    if response.is_stream_consumed:
        # A hook may have read it, or have taken it away.
        with of_transport(answered=True):
            chunks = iter((response.content,))
    while True:
        with of_transport(answered=True):
            chunk = next(chunks, None)
        if chunk is None:
            return
        yield chunk


class ResponseReader:
    """Reads one response's body, chunk by chunk, and never more of it than is allowed.

    `whole` says that it is unpacked already.
    """

    def __init__(
        self,
        status_code: int,
        headers: Mapping[str, str],
        *,
        max_body: int,
        mask: Mask,
        whole: bool = False,
    ) -> None:
        self._status_code = status_code
        self._headers = headers
        self._max_body = max_body
        self._mask = mask
        self._content = bytearray()
        self._flaw: str | None = None
        encoding = headers.get("content-encoding", "").strip().lower()
        packed = encoding not in {"", "identity"} and not whole
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
        # What follows the end of a gzip belongs to nobody, and need not have an end itself.
        over = self._unpack is not None and self._unpack.unused_data
        return self._flaw is None and not over

    def response(self) -> Response:
        """Give the response as far as it was read."""
        if self._flaw is None and self._unpack is not None and not self._unpack.eof:
            self._flaw = "broken gzip: it ends too soon"
        return Response(
            status_code=self._status_code,
            headers=self._headers,
            content=self._mask.content(bytes(self._content)),
            received=time.time(),
            flaw=self._flaw,
        )
