"""What of a request is a key: no text that anyone sees may hold one of these."""

import re
from base64 import b64decode, b64encode
from binascii import Error as NoBase64
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

import httpx

__all__ = ["basic", "keys_in", "keys_of_proxy", "keys_of_request"]

# Headers, cookies and parameters that hold a key, whoever names them; others are named by the
# caller. What a request is known again by is none, and may come back as a job's id.
_NAMES = re.compile(
    r"auth(?!ors?\b)|token|secret|passw|cookie|credential|\bsess|\bsid\b|jwt|api-?key"
    r"|(?<!idempotency-)\bkey\b",
    re.IGNORECASE,
)

# A cookie of whatever name that is this long is no setting.
_LONG = 16


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
