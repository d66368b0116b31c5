"""Making a provider's generated client: the key, the host, and what is refused about them."""

import ipaddress
import os
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import httpx

__all__ = ["base_url_from", "connect_client"]

C = TypeVar("C")

# What the generated clients give their httpx clients themselves, and what they call it.
_FIELDS = {"verify": "verify_ssl", "cookies": "cookies", "follow_redirects": "follow_redirects"}
_ARGUMENTS = {"base_url", "headers", "timeout"}


def connect_client(
    client_class: Callable[..., C],
    *,
    token: str | None,
    variable: str,
    base_url: str,
    timeout: float | None,
    allow_http: bool,
    headers: Mapping[str, str] | None,
    httpx_args: Mapping[str, Any] | None,
    prefix: str = "Bearer",
    auth_header_name: str = "Authorization",
) -> C:
    """Make a generated client; see the provider modules for what the arguments mean.

    Raises:
        ValueError: the key is missing or cannot be sent, the base_url cannot be used, or
            httpx_args holds what has an argument of its own.
    """
    more = dict(httpx_args or {})
    for name in sorted(more.keys() & _ARGUMENTS):
        raise ValueError(f"httpx_args: {name!r} has an argument of its own; pass {name}=")
    fields = {_FIELDS[name]: more.pop(name) for name in _FIELDS.keys() & more}
    return client_class(
        base_url=_checked_url(base_url, allow_http=allow_http),
        token=_checked_token(token, variable),
        prefix=prefix,
        auth_header_name=auth_header_name,
        timeout=httpx.Timeout(timeout),
        headers=dict(headers or {}),
        httpx_args=more,
        **fields,
    )


def base_url_from(base_url: str | None, variable: str | None) -> str:
    """Give the base URL, or the environment's where none was given.

    Raises:
        ValueError: there is none in the environment either.
    """
    found = base_url if base_url is not None else os.environ.get(variable or "", "").strip()
    if not found:
        raise ValueError(f"base_url: this provider has no default; pass it or set {variable}")
    return found


def _checked_token(token: str | None, variable: str) -> str:
    source = "token"
    if token is None:
        source = variable
        token = os.environ.get(variable)
    if token is None or not token.strip():
        raise ValueError(f"{source}: no API key; pass token= or set {variable}")
    stripped = token.strip()
    # Never show it, not even to say what is wrong with it.
    if not (stripped.isascii() and stripped.isprintable()):
        raise ValueError(f"{source}: the key holds characters that no HTTP header can carry")
    return stripped


def _checked_url(base_url: str, *, allow_http: bool) -> str:
    try:
        url = httpx.URL(base_url)
    except (httpx.InvalidURL, TypeError) as error:
        raise ValueError(f"base_url: it is no URL ({error})") from None
    if url.userinfo:
        raise ValueError("base_url: it holds a user name or password; pass the key as token=")
    try:
        # As the system's resolver will want it; httpx reads the host as IDNA 2008 has it.
        url.raw_host.decode("ascii").encode("idna")
        host = url.host
    except UnicodeError as error:
        raise ValueError(f"base_url: {base_url!r} names no possible host ({error})") from None
    if url.scheme not in {"http", "https"} or not host:
        raise ValueError(
            f"base_url: {base_url!r} should begin with https:// and name a host, "
            "such as https://api.example.com"
        )
    if url.query or url.fragment:
        raise ValueError(f"base_url: {base_url!r} has a query or a fragment; give it without")
    if url.scheme == "http" and not allow_http and not _is_loopback(host):
        raise ValueError(
            f"base_url: {base_url!r} would send the key unencrypted; "
            "use https://, or pass allow_http=True if you must"
        )
    return base_url


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
