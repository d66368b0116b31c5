"""Requests compared: where they go, what they hold, and what stands at a dotted path of a body."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, cast
from urllib.parse import unquote_to_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import httpx


# A segment may hold a slash, once it is read.
_NUL = b"\0"


def segments_of(path: bytes) -> tuple[bytes, ...]:
    """Take a path apart."""
    # Which characters are escaped is a client's taste, but for the slashes.
    return tuple(unquote_to_bytes(each) for each in path.lstrip(b"/").split(b"/"))


def ends(segments: tuple[bytes, ...]) -> Iterator[tuple[bytes, ...]]:
    """Give a path, and what is left of it without its first segments: a client may add some."""
    return (segments[start:] for start in range(len(segments)))


def parameters_in(
    sent: httpx.Request, places: Mapping[str, str], method: str, segments: tuple[bytes, ...]
) -> dict[str, str] | None:
    """Read the parameters of a request that goes where `sent` does; None where it goes elsewhere.

    Args:
        sent: one with a text of its own in the place of each parameter.
        places: these texts, by the names of the parameters.
        method: that of the request.
        segments: its path.
    """
    pattern = re.escape(_NUL.join(segments_of(sent.url.raw_path.partition(b"?")[0])))
    for name, place in places.items():
        pattern = pattern.replace(place.encode(), b"(?P<%s>[^\0]+)" % name.encode(), 1)
    for path in ends(segments) if method == sent.method else ():
        if found := re.fullmatch(pattern, _NUL.join(path)):
            return {name: value.decode() for name, value in found.groupdict().items()}
    return None


def canonical(content: bytes) -> str:
    """Give a request's content as it compares: JSON by its value, anything else as it is."""
    try:
        return json.dumps(json.loads(content), sort_keys=True)
    except ValueError:
        return content.decode("latin-1")


def with_text(value: object, path: Sequence[str], word: str) -> object:
    """Give what a dotted path leads through with a text at its end, unless one is there."""
    if not path:
        return word if value is None else value
    part, *rest = path
    if isinstance(value, list) or (value is None and part.isdecimal()):
        items = list(cast("list[object]", value or []))
        if not part.isdecimal():
            return items
        items += [{} for _ in range(len(items), int(part) + 1)]
        items[int(part)] = with_text(items[int(part)] or None, rest, word)
        return items
    if value is None or isinstance(value, dict):
        fields = dict(cast("dict[str, object]", value or {}))
        fields[part] = with_text(fields.get(part), rest, word)
        return fields
    return value
