"""An API's origin: where its key may be sent, and what of a request is a key."""

import ipaddress
import re
from base64 import b64decode, b64encode
from binascii import Error as NoBase64
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any, NoReturn, TypeVar

import httpx
from attrs import field, frozen

from tilldone._core.arguments import HTTP_TOKEN, expect

__all__ = [
    "HttpAllowed",
    "Origin",
    "basic",
    "checked_url",
    "encoded",
    "is_loopback",
    "keys_in",
    "keys_of_proxy",
    "keys_of_request",
    "origin_of",
]

T = TypeVar("T")

# Headers, cookies and parameters that hold a key, whoever names them; others are named by the
# caller. What a request is known again by is none, and may come back as a job's id.
_NAMES = re.compile(
    r"auth(?!ors?\b)|token|secret|passw|cookie|credential|\bsess|\bsid\b|jwt|api-?key"
    r"|(?<!idempotency-)\bkey\b",
    re.IGNORECASE,
)

# A cookie of whatever name that is this long is no setting.
_LONG = 16


class HttpAllowed(dict[str, Any]):
    """The `httpx_args` of a client that may send its key over plain http.

    The one mark that a generated client hands on to those that are made from it.
    """


def checked_url(
    base_url: str,
    *,
    allow_http: bool,
    name: str = "base_url",
    way: str = "pass allow_http=True",
) -> str:
    """Give a base URL back, if a key may be sent to it.

    Args:
        base_url: the URL.
        allow_http: whether plain http may leave this machine.
        name: what the caller calls it, for messages.
        way: what to do where plain http is wanted all the same.

    Raises:
        ValueError: it cannot be used; the text says why, and what to do.
    """
    try:
        url = httpx.URL(base_url)
    except (httpx.InvalidURL, TypeError) as error:
        raise ValueError(f"{name}: invalid URL ({error})") from None
    if url.userinfo:
        raise ValueError(f"{name}: holds a user name or a password; pass the key by itself")
    try:
        # As the system's resolver will want it; httpx reads the host as IDNA 2008 has it.
        url.raw_host.decode("ascii").encode("idna")
        host = url.host
    except UnicodeError as error:
        raise ValueError(f"{name}: {base_url!r} names an impossible host ({error})") from None
    if url.scheme not in {"http", "https"} or not host:
        raise ValueError(
            f"{name}: {base_url!r} should begin with https:// and name a host, "
            "such as https://api.example.com"
        )
    if url.port is not None and not 0 < url.port < 65536:
        # A resolver takes the rest of it, and another port is asked.
        raise ValueError(f"{name}: {base_url!r} has a port that is not between 1 and 65535")
    if url.query or url.fragment:
        raise ValueError(f"{name}: {base_url!r} has a query or a fragment; pass it without")
    if url.scheme == "http" and not allow_http and not is_loopback(host):
        raise ValueError(
            f"{name}: {base_url!r} would send the key unencrypted; "
            f"use https://, or {way} if you must"
        )
    return base_url


def origin_of(url: httpx.URL) -> str:
    """Give a URL's scheme, host and port."""
    return f"{url.scheme}://{url.netloc.decode()}"


def check_own(url: httpx.URL, base: httpx.URL) -> None:
    """Let a request go to its client's own origin only.

    Raises:
        ValueError: it goes elsewhere.
    """
    if origin_of(url) != origin_of(base):
        raise ValueError(
            f"Provider: request: goes to {origin_of(url)}, and the client's base_url "
            f"is {origin_of(base)}; a key goes to its own origin alone"
        )


def is_loopback(host: str) -> bool:
    """Say whether a host is this machine, by its name or its address."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _headers(given: Mapping[str, str] | None) -> Mapping[str, str]:
    expect("Origin: headers", given or {}, Mapping, "a mapping or None")
    headers: dict[Any, Any] = dict(given or {})
    for name, value in headers.items():
        # Never show the value, not even to say what is wrong with it.
        if not (isinstance(name, str) and isinstance(value, str)):
            raise TypeError(f"Origin: headers: {name!r} and its value should be text")
        if not HTTP_TOKEN.fullmatch(name):
            raise ValueError(f"Origin: headers: {name!r} is not the name of a header")
        if not (value.isascii() and value.isprintable()):
            raise ValueError(f"headers: {name} holds characters that no HTTP header can carry")
    return headers


def _secrets(given: Iterable[str]) -> tuple[str, ...]:
    expect("Origin: secrets", given, Iterable, "several texts", but=str)
    secrets = tuple(given)
    if not all(isinstance(each, str) for each in secrets):  # pyright: ignore[reportUnnecessaryIsInstance] # from outside
        raise TypeError("Origin: secrets: expected texts, the names of headers or keys themselves")
    return secrets


@frozen(eq=False)
class Origin:
    """An API, for a provider of one's own that has no generated client and needs no httpx client.

    Args:
        base_url: where the API is; https, unless it is this machine.
        headers: sent with every request.
        secrets: what is a key: a header's name makes its value one, any other text is one itself.
            The values of `Authorization`, `X-API-Key` and their like are keys without being named.
        allow_http: send the headers over plain http to a host that is not this machine.

    Raises:
        TypeError: the headers or secrets are not text.
        ValueError: the base_url cannot be used, or a header cannot be sent.
    """

    base_url: str
    headers: Mapping[str, str] = field(default=None, converter=_headers, repr=False, kw_only=True)
    secrets: tuple[str, ...] = field(default=(), converter=_secrets, repr=False, kw_only=True)
    allow_http: bool = field(default=False, repr=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        checked_url(self.base_url, allow_http=self.allow_http)

    def __copy__(self) -> "Origin":
        return self

    def __deepcopy__(self, _memo: object) -> "Origin":
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "Origin: holds keys, and a pickle can end up anywhere; make it anew where it is needed"
        )

    @property
    def keys(self) -> tuple[str, ...]:
        """All that is secret about it: no text that anyone sees may hold one of these."""
        return keys_in(self.headers, self.secrets)


def keys_in(headers: Mapping[str, str], secrets: Iterable[str] = ()) -> tuple[str, ...]:
    """Give the keys that headers carry, and those that are named or given in `secrets`."""
    found: list[str] = []
    for name, value in headers.items():
        if _holds_a_key(name):
            found += _forms(name, value)
    by_name = {name.lower(): value for name, value in headers.items()}
    for name in secrets:
        found += _forms(name, by_name.get(name.lower(), name))
    return tuple(dict.fromkeys(found))


def keys_of_request(request: httpx.Request, *, but: Collection[str] = ()) -> tuple[str, ...]:
    """Give the keys that a request carries in its headers, its cookies and its URL.

    Args:
        request: as it will be sent.
        but: values, and headers in lower case, that are none whatever they are called.
    """
    found = keys_in({name: value for name, value in request.headers.items() if name not in but})
    asked = request.url.params.multi_items()
    found += tuple(value for name, value in asked if _holds_a_key(name))
    return tuple(each for each in dict.fromkeys(found) if each not in but)


def keys_of_proxy(headers: Any, auth: tuple[str | bytes, str | bytes] | None) -> tuple[str, ...]:  # noqa: ANN401 # httpx's many forms
    """Give the keys that are sent to a proxy."""
    sent = dict(httpx.Headers(headers))
    return keys_in(sent | {"proxy-authorization": basic(*auth)} if auth else sent)


def encoded(make: Callable[[], T], what: str) -> T:
    """Give what this function encodes; some of it may be a key, or what nobody else may read.

    Raises:
        ValueError: it cannot be encoded; Python's own error would hold the whole text.
    """
    with suppress(UnicodeEncodeError):
        return make()
    raise ValueError(
        f"{what} holds characters that no HTTP request can carry, such as lone surrogates"
    )


def basic(user: str | bytes, password: str | bytes) -> str:
    """Give the header's value by which a user and a password are sent."""
    pair = b":".join(each.encode() if isinstance(each, str) else each for each in (user, password))
    return f"Basic {b64encode(pair).decode()}"


def _holds_a_key(name: str) -> bool:
    return _NAMES.search(name.replace("_", "-")) is not None


def _forms(name: str, value: str) -> Iterator[str]:
    """Give a header's value, and what of it is a key by itself."""
    yield value
    if name.lower() == "cookie":
        for cookie in value.split(";"):
            called, _, held = cookie.strip().partition("=")
            if _holds_a_key(called) or len(held) >= _LONG:
                yield held
        return
    # What follows `Bearer` is the key itself.
    scheme, _, key = value.rpartition(" ")
    yield key
    if scheme.strip().lower() == "basic":
        try:
            pair = b64decode(key, validate=True).decode()
        except (NoBase64, UnicodeError):
            return
        yield pair
        yield pair.partition(":")[2]
