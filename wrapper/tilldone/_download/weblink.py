"""Links in results: what they may be, and how they may be shown."""

from typing import Literal, Protocol, TypeAlias
from urllib.parse import urljoin, urlsplit

__all__ = ["Link", "checked_link", "redirected", "shown"]


class _Absent(Protocol):
    def __bool__(self) -> Literal[False]: ...


Link: TypeAlias = str | _Absent | None
"""A field of a result that holds a link, or nothing."""


def checked_link(link: Link) -> str:
    """Give a field's link.

    Raises:
        TypeError: it is not text.
        ValueError: the field is empty, or does not hold a URL.
    """
    if not link:
        raise ValueError("link: the result has none there")
    if not isinstance(link, str):
        raise TypeError(f"link: expected text, got {type(link).__name__}")
    try:
        parts = urlsplit(link)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or not link.isprintable():
        # Not shown: a link that is signed is as good as a key, and what is wrong may be anywhere.
        raise ValueError("link: not a URL that begins with https:// or http:// and names a host")
    return link


def redirected(url: str, location: str) -> str | None:
    """Give the link that a redirect leads to, None where it leads nowhere."""
    try:
        return checked_link(urljoin(url, location)) if location else None
    except ValueError:
        return None


def shown(url: str) -> str:
    """Give a link without what is as good as a key: a signed query, a name and password."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
