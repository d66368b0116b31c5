"""Building the request of a poll or a submission, once for all the times that it is sent."""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, TypeAlias, TypeVar
from weakref import WeakKeyDictionary

import httpx
from attrs import field, frozen

from tilldone._core.actions import Poll, Send
from tilldone._core.arguments import HTTP_TOKEN
from tilldone._core.job import Target
from tilldone._core.job_list import PageRequest
from tilldone._core.job_request import Submission
from tilldone._http.mask import Mask
from tilldone._http.origin import check_own, encoded, keys_of_request, origin_of
from tilldone._http.settings import ClientSettings

__all__ = ["Attempt", "PreparedRequest", "RequestBuilder", "Requested", "httpx_request"]

H = TypeVar("H")
U = TypeVar("U")

Requested: TypeAlias = Target[object] | Submission[object] | PageRequest
"""What a request is for: a job that is polled, one that is to be made, or a list of jobs."""

Attempt: TypeAlias = Poll | Send
"""How a request is sent: as a poll, or to make a job."""

# What a request is made of that has neither body nor headers of its own; and a path that is in a
# URL as it is, with nothing to be escaped and no step to be resolved.
_BARE = {"method", "url"}
_PLAIN_PATH = re.compile(r"(?:/[\w~-][\w.~-]*)+", re.ASCII)


@frozen(eq=False)
class PreparedRequest(Generic[H, U]):
    """A job's request, ready to be sent."""

    method: str
    url: U
    headers: H = field(repr=False)
    content: bytes = field(repr=False)

    mask: Mask
    """Masks the keys that it carries."""


class RequestBuilder(Generic[H, U]):
    """Builds requests as an httpx client would, each job's once.

    httpx takes as long to build a request as aiohttp takes to send it: building anew for each poll
    costs 22 % of CPU over aiohttp and 10 % over httpx, at 1,000 waits. What many share, such as
    the headers, is kept once for all of them; and where nobody but us has set anything on the
    client, jobs whose requests differ by a plain path alone have one built that all are like: 11 µs
    of CPU for each of them instead of 73.

    Args:
        client: the one that builds them.
        settings: what it was made from; they say where a key may be sent.
        headers: makes what the transport takes for headers.
        url: makes what it takes for a URL.
    """

    def __init__(
        self,
        client: httpx.Client | httpx.AsyncClient,
        settings: ClientSettings,
        headers: Callable[[list[tuple[str, str]]], H],
        url: Callable[[httpx.URL | str], U],
    ) -> None:
        self._client = client
        self._settings = settings
        self._make_headers = headers
        self._make_url = url
        self._headers: dict[tuple[tuple[str, str], ...], H] = {}
        self._masks: dict[tuple[str, ...], Mask] = {}
        self._alike: dict[tuple[str, bool], PreparedRequest[H, U]] = {}
        self._plain = settings.plain
        self._base = str(client.base_url)
        # Durable waits share one transport for as long as their process lives.
        self._prepared: WeakKeyDictionary[Requested, PreparedRequest[H, U]] = WeakKeyDictionary()

    def prepared(self, target: Requested) -> PreparedRequest[H, U]:
        """Give the request that is sent for this."""
        request = self._prepared.get(target)
        if request is None:
            request = self._prepared[target] = self._prepare(target)
        return request

    def _prepare(self, target: Requested) -> PreparedRequest[H, U]:
        arguments = target.request()
        if not self._alone_in_path(arguments):
            return self._build(arguments, target)
        kind = arguments["method"], target.provider.allow_http
        like = self._alike.get(kind)
        if like is None:
            like = self._alike[kind] = self._build(arguments, target)
        url = self._make_url(self._base.removesuffix("/") + arguments["url"])
        return PreparedRequest(like.method, url, like.headers, like.content, like.mask)

    def _alone_in_path(self, arguments: Mapping[str, Any]) -> bool:
        """Whether such requests differ in nothing but their paths."""
        if not (self._plain and self._base and set(arguments) == _BARE):
            return False
        path = arguments["url"]
        # Which cookies a request gets, depends on its path.
        plain = isinstance(path, str) and _PLAIN_PATH.fullmatch(path) is not None
        return plain and not self._client.cookies

    def _build(self, arguments: Mapping[str, Any], target: Requested) -> PreparedRequest[H, U]:
        request = encoded(lambda: self._client.build_request(**arguments), "Provider: request: it")
        if self._base:
            check_own(request.url, self._client.base_url)
        self._settings.check(self._base or origin_of(request.url), target.provider)
        # The one packing that is read here.
        request.headers["Accept-Encoding"] = "gzip"
        content = _framed(request)
        pairs = request.headers.multi_items()
        headers = self._headers.get(key := tuple(pairs))
        if headers is None:
            headers = self._headers[key] = self._make_headers(pairs)
        return PreparedRequest(
            request.method,
            self._make_url(request.url),
            headers,
            content,
            self._mask(keys_of_request(request, but={*_told(target)})),
        )

    def _mask(self, keys: tuple[str, ...]) -> Mask:
        if keys not in self._masks:
            self._masks[keys] = self._settings.mask.and_also(keys)
        return self._masks[keys]


def _framed(request: httpx.Request) -> bytes:
    """Give a request's body, and have the headers say of it what is so.

    Not every transport looks: what a server takes for the end of one request would be the middle
    of it, and its rest the beginning of the next, another job's.

    Raises:
        ValueError: what stands before the body is no head of a request, or not that body's.
    """
    for word in (request.method, *request.headers):
        if not HTTP_TOKEN.fullmatch(word):
            raise ValueError(f"Provider: request: {word!r} is neither a method nor a header's name")
    content = request.read()
    if request.headers.pop("Transfer-Encoding", None) is not None:
        # It goes out in one piece.
        request.headers["Content-Length"] = str(len(content))
    length = request.headers.get("Content-Length", "0" if not content else None)
    if length != str(len(content)):
        raise ValueError(
            f"Provider: request: its Content-Length is {length}, and its body has {len(content)} "
            "bytes; leave the header out"
        )
    return content


def _told(target: Requested) -> Iterator[str]:
    """Give what names a job, and so is no key wherever it stands."""
    if not isinstance(target, PageRequest):
        yield from target.extras.values()
    if isinstance(target, Target):
        yield target.id
    elif target.provider.idempotency_header is not None:
        yield target.provider.idempotency_header.lower()


def httpx_request(
    prepared: PreparedRequest[httpx.Headers, httpx.URL],
    attempt: Attempt,
    note: Callable[..., object],
) -> httpx.Request:
    """Make a request of httpx's for one attempt: whatever is done to it is done to it alone.

    Args:
        prepared: what is sent.
        attempt: no step of it may take longer than the whole.
        note: called at each step.
    """
    # No socket takes infinity.
    seconds = attempt.timeout if attempt.timeout < math.inf else None
    request = httpx.Request(
        prepared.method,
        prepared.url,
        headers=prepared.headers,
        # As content, it would be prepared anew, which takes most of the time.
        stream=httpx.ByteStream(prepared.content),
        extensions={
            "timeout": {"connect": seconds, "read": seconds, "write": seconds, "pool": seconds},
            "trace": note,
        },
    )
    # What signs requests wants to see the body.
    request.read()
    return request
