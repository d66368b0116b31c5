"""What all transports share: one exchange of a request for a response, and what can break it."""

import math
import re
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import Any, Generic, TypeAlias, TypeVar
from weakref import WeakKeyDictionary

import httpx
from attrs import field, frozen

from tilldone._core.job import Target
from tilldone._core.job_request import Submission
from tilldone._core.poller import Poll
from tilldone._core.response import TransportError
from tilldone._core.submission import Send
from tilldone._core.text import excerpt, words_of
from tilldone._http.masking import Mask
from tilldone._http.origin import checked_url

__all__ = [
    "Attempt",
    "ExchangeBroken",
    "PreparedRequest",
    "RequestBuilder",
    "Requested",
    "Trace",
    "chunks_of",
    "extensions",
    "no_answer",
    "of_transport",
    "transport_error",
]

H = TypeVar("H")

Requested: TypeAlias = Target[object] | Submission[object]
"""What a request is for: a job that is polled, or one that is to be made."""

Attempt: TypeAlias = Poll | Send
"""How a request is sent: as a poll, or to make a job."""

# What is no HTTP is quoted in h11's complaint of it, and it may echo the key.
_QUOTED = re.compile(r"""[: ]*(bytearray\()?b['"].*""", re.DOTALL)

_BEFORE_SENDING = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)

_OPENED = (".connect_tcp.complete", ".connect_unix_socket.complete", ".start_tls.complete")


class ExchangeBroken(Exception):
    """A transport raised an error, before or after the head of an answer."""

    def __init__(self, error: Exception, *, answered: bool) -> None:
        super().__init__()
        self.error = error
        self.answered = answered


@contextmanager
def of_transport(*, answered: bool) -> Generator[None]:
    """Mark what is raised in the block as the transport's, whatever it is; `answered` of a head.

    Stands around the calls into a transport and nothing else, so that a mistake in our own code
    is not taken for a poll that failed. Cancellation and Ctrl-C pass.

    Raises:
        ExchangeBroken: the transport raised.
    """
    try:
        yield
    except Exception as error:
        raise ExchangeBroken(error, answered=answered) from error


def chunks_of(response: httpx.Response) -> Iterator[bytes]:
    """Give the chunks of a body as they come.

    Raises:
        ExchangeBroken: it broke off.
    """
    whole = response.is_stream_consumed
    chunks = iter((response.content,) if whole else response.iter_raw())
    while True:
        with of_transport(answered=True):
            chunk = next(chunks, None)
        if chunk is None:
            return
        yield chunk


def transport_error(
    error: Exception, poll: Attempt, mask: Mask, trace: "Trace | None" = None
) -> TransportError:
    """Put what a transport raised into words; the error itself holds the request with its key."""
    if isinstance(error, httpx.TimeoutException):
        return no_answer(poll, trace, error)
    # On trio, only what led to the error tells what a handshake failed of.
    said = excerpt(mask.text(_QUOTED.sub("", words_of(error))))
    reason = f"{type(error).__name__}: {said}" if said else type(error).__name__
    return TransportError(reason, unsent=trace is not None and trace.unsent(error))


def no_answer(
    poll: Attempt, trace: "Trace | None" = None, error: Exception | None = None
) -> TransportError:
    """Give the error of a request that ran out of its time."""
    reason = f"no complete answer within {poll.timeout:.1f} s"
    return TransportError(reason, unsent=trace is not None and trace.unsent(error))


def extensions(poll: Attempt, trace: Callable[..., object]) -> dict[str, Any]:
    """Give a request's extensions for a poll: no step of it may take longer than the whole."""
    # No socket takes infinity.
    seconds = poll.timeout if poll.timeout < math.inf else None
    steps = dict.fromkeys(("connect", "read", "write", "pool"), seconds)
    return {"timeout": steps, "trace": trace}


class _SentAgain(Exception):
    def __init__(self) -> None:
        super().__init__("the client's transport would have sent the request a second time")


class Trace:
    """Notes which connection a request took, and whether it was written to one.

    Args:
        once: stop a transport that sends the request again by itself, before it has.
    """

    opened: Any
    """The stream of one that was opened for it alone, if any: httpcore leaves it to the collector
    where a TLS handshake is cancelled or a proxy breaks."""

    def __init__(self, *, once: bool = False) -> None:
        self.opened = None
        self._once = once
        self._told = False
        self._connected = False
        self._sent = False
        self._challenged = False

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
        if event.endswith("send_request_headers.started"):
            if info["request"].method == b"CONNECT":
                return  # the tunnel's own request, to a proxy
            if self._once and self._sent and not self._challenged:
                raise _SentAgain
            self._sent, self._challenged = True, False
            if event.startswith("http2"):
                self.opened = None  # others' requests go over it, too
        elif event.endswith("receive_response_headers.complete"):
            # What authenticates in two steps is refused first, and then sends it for good.
            self._challenged = 401 in info["return_value"][:2]
        elif event.endswith(_OPENED):
            self._connected = True
            self.opened = info["return_value"]


@frozen(eq=False)
class PreparedRequest(Generic[H]):
    """A job's request, ready to be sent."""

    method: str
    url: httpx.URL
    headers: H = field(repr=False)
    content: bytes = field(repr=False)


class RequestBuilder(Generic[H]):
    """Builds requests as an httpx client would, each job's once.

    httpx takes as long to build a request as aiohttp takes to send it: building anew for each poll
    costs 22 % of CPU over aiohttp and 10 % over httpx, at 1,000 waits. What many share, such as
    the headers, is kept once for all of them.

    Args:
        headers: makes what the transport takes for headers.
    """

    def __init__(
        self,
        client: httpx.Client | httpx.AsyncClient,
        headers: Callable[[list[tuple[str, str]]], H],
    ) -> None:
        self._client = client
        self._make = headers
        self._headers: dict[tuple[tuple[str, str], ...], H] = {}
        # Durable waits share one transport for as long as their process lives.
        self._prepared: WeakKeyDictionary[Requested, PreparedRequest[H]] = WeakKeyDictionary()

    def prepared(self, target: Requested) -> PreparedRequest[H]:
        """Give the request that polls a job, or makes one."""
        request = self._prepared.get(target)
        if request is None:
            request = self._prepared[target] = self._prepare(target)
        return request

    def _prepare(self, target: Requested) -> PreparedRequest[H]:
        request = self._client.build_request(**target.request())
        base = self._client.base_url
        if str(base) and _origin(request.url) != _origin(base):
            raise ValueError(
                f"Provider: request: goes to {_origin(request.url)}, and the client's base_url is "
                f"{_origin(base)}; a key goes to its own origin alone"
            )
        if not str(base):
            checked_url(_origin(request.url), allow_http=False, name="Provider: request: url")
        # The one packing that is read here.
        request.headers["Accept-Encoding"] = "gzip"
        pairs = request.headers.multi_items()
        headers = self._headers.get(key := tuple(pairs))
        if headers is None:
            headers = self._headers[key] = self._make(pairs)
        return PreparedRequest(request.method, request.url, headers, request.read())


def _origin(url: httpx.URL) -> str:
    return f"{url.scheme}://{url.netloc.decode()}"
