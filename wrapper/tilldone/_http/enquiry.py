"""What both drivers need to know of HTTP: how to ask, and how to read what comes back.

Waits open connections of their own and close them at their end, whatever the generated client's
cached httpx clients do: those may belong to an event loop that is gone, and they answer to no
deadline. Every setting of the generated client is kept, but redirects are never followed: httpx
would carry keys in headers such as `X-API-Key` along to the new host.
"""

import json
import math
import re
import ssl
import time
import zlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Protocol, TypeVar, cast
from urllib.parse import quote

import attrs
import httpx

from tilldone._core.poller import Poll
from tilldone._core.polling import Polling
from tilldone._core.response import Response, TransportError
from tilldone._core.text import excerpt, words_of
from tilldone._version import __version__

__all__ = ["Enquiry", "Reader", "fault", "host_of", "no_answer", "timeouts"]

C = TypeVar("C", httpx.Client, httpx.AsyncClient)

# Longer than the longest default pause, so that a wait keeps its one connection.
_LIMITS = httpx.Limits(keepalive_expiry=35.0)
_NONE_KEPT = httpx.Limits(max_keepalive_connections=0)

# Arguments of httpx's clients that hold objects or functions of one world, or of both.
_OF_ONE_WORLD = frozenset({"transport", "mounts", "event_hooks"})

# A shorter key than this could be part of any answer by chance.
_SHORTEST_KEY = 8

_GZIP = zlib.MAX_WBITS | 16

# What is no HTTP is quoted in h11's complaint of it, and it may echo the key.
_QUOTED = re.compile(r"""[: ]*(bytearray\()?b['"].*""", re.DOTALL)


def host_of(client: object) -> str:
    """Give the scheme, host and port that a generated client speaks to."""
    url = httpx.URL(_held(client)["_base_url"])
    return f"{url.scheme}://{url.netloc.decode()}"


def _held(client: object) -> dict[str, Any]:
    # The generated clients keep their settings in attributes without public readers.
    return attrs.asdict(cast("attrs.AttrsInstance", client), recurse=False)


class Enquiry:
    """How to ask one provider: the generated client's settings and the limits of an answer.

    Args:
        keep: whether connections are kept open between polls.
    """

    def __init__(self, client: object, polling: Polling, *, keep: bool = True) -> None:
        self._held = _held(client)
        self._limits = _LIMITS if keep else _NONE_KEPT
        self._max_body = polling.max_body
        token = str(self._held["token"])
        self._keys = _spellings(token) if len(token) >= _SHORTEST_KEY else ()

    @property
    def plain(self) -> bool:
        """Whether the client leaves it to us how its requests are sent."""
        return not self._held["_httpx_args"]

    @property
    def synchronous(self) -> bool:
        """Whether the client holds objects that may be of use to synchronous code only."""
        return not _OF_ONE_WORLD.isdisjoint(self._held["_httpx_args"])

    def settings(self) -> dict[str, Any]:
        """Give the arguments for an httpx client that asks as the generated client would."""
        held = self._held
        token, prefix = held["token"], held["prefix"]
        headers = {
            "User-Agent": f"tilldone/{__version__}",
            **held["_headers"],
            held["auth_header_name"]: f"{prefix} {token}" if prefix else token,
            "Accept-Encoding": "gzip",
        }
        return {
            "base_url": held["_base_url"],
            "cookies": held["_cookies"],
            "headers": headers,
            "verify": _ssl_context(held["_verify_ssl"]),
            "limits": self._limits,
            **held["_httpx_args"],
        }

    def users_client(self, name: str, kind: type[C], plain: type) -> C | None:
        """Give the httpx client that the user set on the generated one, if it is no plain one.

        One with a transport of the user's making (a mock, a recorder) is theirs to answer for; a
        plain one is passed over, since its pool may be bound to an event loop that is gone.
        """
        found = self._held[name]
        if not isinstance(found, kind) or found.is_closed:
            return None
        transport: object = getattr(found, "_transport", None)  # httpx has no reader for it
        return None if isinstance(transport, plain) else found

    def reader(self, response: "Head") -> "Reader":
        """Give a reader for an answer to this enquiry."""
        return Reader(response, max_body=self._max_body, keys=self._keys)


def _spellings(token: str) -> tuple[bytes, ...]:
    """Give the ways in which servers write a key into an answer: bare, in JSON, in a URL."""
    quoted = json.dumps(token)[1:-1]
    # Some, PHP's among them, escape the slash as well.
    forms = {token, quoted, quoted.replace("/", r"\/"), quote(token, safe="")}
    # The longer first: an escaped key may hold a bare one.
    return tuple(sorted((form.encode() for form in forms), key=len, reverse=True))


@lru_cache(maxsize=8)
def _ssl_context(verify: ssl.SSLContext | str | bool) -> ssl.SSLContext:
    # Reading the certificates takes four times as long as all the rest of a client.
    if isinstance(verify, str):
        return ssl.create_default_context(cafile=verify)
    return httpx.create_ssl_context(verify)


def timeouts(poll: Poll) -> dict[str, Any]:
    """Give a request's extensions for a poll: no step of it may take longer than the whole."""
    # No socket takes infinity.
    seconds = poll.timeout if poll.timeout < math.inf else None
    return {"timeout": dict.fromkeys(("connect", "read", "write", "pool"), seconds)}


def fault(error: httpx.RequestError, poll: Poll) -> TransportError:
    """Put a failed request into words; the error itself holds the request with its key."""
    if isinstance(error, httpx.TimeoutException):
        return no_answer(poll)
    # On trio, only what led to the error tells what a handshake failed of.
    said = excerpt(_QUOTED.sub("", words_of(error)))
    return TransportError(f"{type(error).__name__}: {said}" if said else type(error).__name__)


def no_answer(poll: Poll) -> TransportError:
    """Give the fault of a poll that ran out of its time."""
    return TransportError(f"no complete answer within {poll.timeout:.1f} s")


class Head(Protocol):
    """What is known of an answer before its body is read; httpx's own responses fit."""

    @property
    def status_code(self) -> int: ...

    @property
    def headers(self) -> Mapping[str, str]: ...

    @property
    def is_stream_consumed(self) -> bool: ...


class Reader:
    """Reads one answer's body, chunk by chunk, and never more of it than is allowed."""

    def __init__(self, response: Head, *, max_body: int, keys: Iterable[bytes]) -> None:
        self._response = response
        self._max_body = max_body
        self._keys = keys
        self._content = bytearray()
        self._flaw: str | None = None
        encoding = response.headers.get("content-encoding", "").strip().lower()
        # A response that is already consumed came whole and unpacked out of a transport's hands.
        packed = bool(encoding) and encoding != "identity" and not response.is_stream_consumed
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

    def answer(self) -> Response:
        """Give the answer as far as it was read."""
        if self._flaw is None and self._unpack is not None and not self._unpack.eof:
            self._flaw = "broken gzip: it ends too soon"
        content = bytes(self._content)
        for key in self._keys:
            content = content.replace(key, b"***")
        return Response(
            status_code=self._response.status_code,
            headers=self._response.headers,
            content=content,
            received=time.time(),
            flaw=self._flaw,
        )
