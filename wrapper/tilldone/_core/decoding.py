"""The JSON of answers, read as deep as all that keeps and shows it can bear."""

import json
import re
from collections.abc import Iterable
from typing import cast

__all__ = ["DEEPEST", "decoded", "decoded_as_deep_as_can_be"]

# Reading JSON, pickling, copying and writing it each give up at another depth, all of them below
# Python's thousand frames, and some of those are the caller's.
DEEPEST = 200

# To look through more than this, bracket by bracket, could outlast the time of a poll (bytes).
_LONGEST = 4 * 1024 * 1024

# The text that nobody ends goes to the end, not to be begun again at each quotation mark in it.
_TEXT_OR_BRACKET = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[\]{}]', re.DOTALL)


def decoded(content: bytes | str) -> object:
    """Decode JSON; a whole number of more digits than Python makes an int of stays text.

    Text keeps all of its digits, and can be written, shown and kept as JSON again: no float could,
    and neither could an int.

    Raises:
        ValueError, RecursionError: it is no JSON, or nested too deeply to be read.
    """
    try:
        return json.loads(content)
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise
    except ValueError:
        return json.loads(content, parse_int=_whole)


def decoded_as_deep_as_can_be(content: bytes) -> tuple[object, bool]:
    """Decode JSON, and say whether it is nested more deeply than `DEEPEST`.

    Of what Python cannot read for its depth, null is in the place of what is too deep.

    Raises:
        ValueError: it is no JSON.
        RecursionError: it is nested too deeply, and too long to be looked through.
    """
    try:
        told = decoded(content)
    except RecursionError:
        if len(content) > _LONGEST:
            raise
        text = content.decode(json.detect_encoding(content), "surrogatepass")
        return decoded(_shallow(text)), True
    # Where there are so few brackets, nothing can be nested too deeply.
    brackets = content.count(b"{") + content.count(b"[")
    return told, brackets > DEEPEST and _depth(told) > DEEPEST


def _whole(digits: str) -> int | str:
    try:
        return int(digits)
    except ValueError:
        return digits


def _shallow(text: str) -> str:
    """Put null in the place of what is too deep; text that is no JSON is none after it, either."""
    kept: list[str] = []
    depth = start = 0
    for found in _TEXT_OR_BRACKET.finditer(text):
        if found[0] in {"[", "{"}:
            depth += 1
            if depth == DEEPEST + 1:
                kept += [text[start : found.start()], "null"]
        elif found[0] in {"]", "}"}:
            if depth == DEEPEST + 1:
                start = found.end()
            depth -= 1
    if depth <= DEEPEST:
        kept.append(text[start:])
    return "".join(kept)


def _depth(told: object) -> int:
    level, depth = [told], 0
    while parts := [part for each in level for part in _parts(each)]:
        level, depth = parts, depth + 1
    return depth


def _parts(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return cast("dict[str, object]", value).values()
    return cast("list[object]", value) if isinstance(value, list) else ()
