"""Get a page, from a file or over HTTP: what was named, nothing else, and never too much of it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx

from .documents import MAX_BYTES
from .errors import PipelineError

__all__ = ["Page", "fetch"]

_MAX_REDIRECTS = 5
_TIME_LIMIT = 30.0  # for the whole page, redirects included
_READ_LIMIT = 10.0  # for the next bytes of it


@dataclass(frozen=True, kw_only=True)
class Page:
    """What was found at a place, and the public address that it stands for, if it has one."""

    place: str
    content: bytes
    address: str | None = None
    redirects: tuple[str, ...] = ()


def fetch(place: str) -> Page:
    """Read the file or the URL `place`; https alone, but for this machine's own servers."""
    scheme, separator, _ = place.partition("://")
    if not separator:
        return _read_file(Path(place))
    if scheme.lower() not in {"http", "https"}:
        raise PipelineError(place, "can't be fetched; give an https address, or a file")
    return _download(place)


def _read_file(path: Path) -> Page:
    place = str(path)
    try:
        if not path.is_file():
            raise PipelineError(place, "no such file")
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise PipelineError(place, f"can't be read: {error}") from error
    _hold_to_limit(content, place)
    return Page(place=place, content=content)


def _download(url: str) -> Page:
    local = _is_this_machine(_host(url))
    deadline = time.monotonic() + _TIME_LIMIT
    redirects: list[str] = []
    # A proxy of the environment must not be asked for what this machine serves.
    with httpx.Client(timeout=_READ_LIMIT, trust_env=not local) as client:
        for _ in range(_MAX_REDIRECTS + 1):
            here = redirects[-1] if redirects else url
            found = _ask(client, here, deadline)
            if isinstance(found, bytes):
                address = None if local else url
                return Page(place=url, content=found, address=address, redirects=tuple(redirects))
            redirects.append(found)
    raise PipelineError(url, f"redirects more than {_MAX_REDIRECTS} times")


def _ask(client: httpx.Client, here: str, deadline: float) -> bytes | str:
    """Give the page, or the address that it has moved to."""
    try:
        with client.stream("GET", here, headers={"Accept": "text/*, */*;q=0.5"}) as answer:
            return _redirect(answer, here) or _receive(answer, here, deadline)
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        reason = str(error) or type(error).__name__
        raise PipelineError(here, f"can't be fetched: {reason}") from error


def _host(place: str) -> str:
    """Give the host of a URL that may be fetched."""
    try:
        parts = urlsplit(place)
        host, user = parts.hostname or "", parts.username
    except ValueError as error:
        raise PipelineError(place, f"invalid URL: {error}") from error
    if not host:
        raise PipelineError(place, "invalid URL: no host")
    if user is not None:
        raise PipelineError(place, "holds a user name: an address is kept, a secret must not be")
    if parts.scheme.lower() == "http" and not _is_this_machine(host):
        raise PipelineError(place, "is plain http, which anyone on the way can change; use https")
    return host


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _redirect(answer: httpx.Response, here: str) -> str | None:
    """Give where a redirect leads, which must be the same host; None for any other answer."""
    if not answer.is_redirect:
        return None
    target: str = urljoin(here, answer.headers.get("location", ""))
    try:
        origins = {(part.scheme, part.netloc) for part in (urlsplit(here), urlsplit(target))}
    except ValueError as error:
        raise PipelineError(here, f"redirects to {target!r}, an invalid URL") from error
    if len(origins) > 1:
        raise PipelineError(here, f"redirects to {target}, another host: name that, if it is right")
    return target


def _receive(answer: httpx.Response, here: str, deadline: float) -> bytes:
    if answer.status_code != httpx.codes.OK:
        raise PipelineError(here, f"answers with HTTP {answer.status_code}, not with the page")
    content = bytearray()
    for part in answer.iter_bytes():
        content += part
        _hold_to_limit(content, here)
        if time.monotonic() > deadline:
            raise PipelineError(here, f"took longer than {_TIME_LIMIT:.0f} s")
    return bytes(content)


def _hold_to_limit(content: bytes | bytearray, place: str) -> None:
    if len(content) > MAX_BYTES:
        raise PipelineError(
            place, f"has more than {MAX_BYTES:,} bytes, which is more than any API takes"
        )
