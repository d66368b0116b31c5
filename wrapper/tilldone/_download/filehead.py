"""What an answer's head says of the file in it: which bytes, how many in all, which version."""

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from attrs import frozen

__all__ = ["FileHead", "file_head", "usable_mark"]

# As many digits as a file can have bytes; int() refuses to read thousands of them.
_LENGTH = re.compile(r"\d{1,18}", re.ASCII)
_SPAN = re.compile(r"bytes (\d{1,18})-\d{1,18}/(\d{1,18}|\*)", re.ASCII)


@frozen
class FileHead:
    """The bytes that an answer brings."""

    start: int
    """The position of the first."""

    total: int | None
    """How many there are of the whole file, None where the server does not say."""

    mark: str
    """What to name the version by, to go on from its bytes later; empty where that is not safe."""

    packed: bool
    """Whether they are not the file's own, but packed in some way."""


def file_head(status_code: int, headers: Mapping[str, str]) -> FileHead | None:
    """Read the head of a 200 or a 206; None where a 206 does not say which part it is."""
    length = headers.get("content-length", "")
    start, total = 0, int(length) if _LENGTH.fullmatch(length) else None
    if status_code == 206:
        span = _SPAN.fullmatch(headers.get("content-range", ""))
        if span is None:
            return None
        start, total = int(span[1]), None if span[2] == "*" else int(span[2])
    packed = headers.get("content-encoding", "identity").lower() != "identity"
    return FileHead(start, total, _mark(headers), packed)


def usable_mark(text: str) -> str:
    """Give a mark that can be sent back in a header, and nothing for any other."""
    return text if text.isascii() and text.isprintable() else ""


def _mark(headers: Mapping[str, str]) -> str:
    if headers.get("accept-ranges", "").lower() == "none":
        return ""
    etag = headers.get("etag", "")
    if etag:
        # A weak one does not promise the same bytes, and the same bytes are what matters here.
        return "" if etag.startswith("W/") else usable_mark(etag)
    modified = headers.get("last-modified", "")
    return usable_mark(modified) if _is_settled(modified, headers.get("date", "")) else ""


def _is_settled(modified: str, answered: str) -> bool:
    """Whether the date tells versions apart: not if the file may change again in that second."""
    try:
        age = parsedate_to_datetime(answered) - parsedate_to_datetime(modified)
    except (ValueError, TypeError, OverflowError):
        return False
    return age.total_seconds() >= 1
