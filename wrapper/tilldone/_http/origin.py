"""Where an API is: a base URL that may be spoken to, and an `Origin` for those without a client."""

import ipaddress
from collections.abc import Iterable, Mapping
from typing import Any

import httpx
from attrs import field, frozen

from tilldone._http.keys import keys_in

__all__ = ["HttpAllowed", "Origin", "checked_url", "is_loopback", "origin_of"]


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


def is_loopback(host: str) -> bool:
    """Say whether a host is this machine, by its name or its address."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _headers(given: Mapping[str, str] | None) -> Mapping[str, str]:
    return dict(given or {})


def _secrets(given: Iterable[str]) -> tuple[str, ...]:
    if isinstance(given, str):
        raise TypeError("Origin: secrets: expected several texts, got a single one")
    return tuple(given)


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
        ValueError: the base_url cannot be used, or a header cannot be sent.
    """

    base_url: str
    headers: Mapping[str, str] = field(default=None, converter=_headers, repr=False, kw_only=True)
    secrets: tuple[str, ...] = field(default=(), converter=_secrets, repr=False, kw_only=True)
    allow_http: bool = field(default=False, repr=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        checked_url(self.base_url, allow_http=self.allow_http)
        for name, value in self.headers.items():
            # Never show the value, not even to say what is wrong with it.
            if not (value.isascii() and value.isprintable()):
                raise ValueError(f"headers: {name} holds characters that no HTTP header can carry")

    @property
    def keys(self) -> tuple[str, ...]:
        """All that is secret about it: no text that anyone sees may hold one of these."""
        return keys_in(self.headers, self.secrets)
