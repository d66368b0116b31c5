"""Short forms of long things, for messages."""

from collections.abc import Mapping

__all__ = ["about", "excerpt", "harmless", "json_kind", "text_or_none", "words_of"]

_LONGEST = 300


def about(seconds: float) -> str:
    """Give a time that is only estimated, no more exactly than it is known."""
    if seconds < 1:
        return "moments"
    if seconds < 90:
        return f"about {seconds:.0f} s"
    return f"about {seconds / 60:.0f} min" if seconds < 5400 else f"about {seconds / 3600:.1f} h"


def excerpt(value: object) -> str:
    """Give the value on one line, cut to a length that a log line bears."""
    whole = str(value)
    # What a provider sends may be of any length, and most of it is not looked at.
    text = " ".join(whole[: 10 * _LONGEST].split())
    cut = len(text) > _LONGEST or len(whole) > 10 * _LONGEST
    return f"{text[:_LONGEST]}…" if cut else text


def harmless(text: str) -> str:
    """Give the text without what would steer a terminal: much of it comes from servers."""
    return "".join(each if each.isprintable() or each == "\n" else "\ufffd" for each in text)


def words_of(error: BaseException) -> str:
    """Give an error's own words; where it has none, those of what led to it."""
    told: BaseException | None = error
    while told is not None and not str(told):
        told = told.__cause__ or told.__context__
    return str(told or "")


def json_kind(value: object) -> str:
    """Give JSON's word for what a value is, not Python's."""
    if value is None:
        return "null"
    kinds: tuple[tuple[type | tuple[type, ...], str], ...] = (
        (bool, "a boolean"),
        ((int, float), "a number"),
        (str, "text"),
        ((list, tuple), "an array"),
        (Mapping, "an object"),
    )
    for kind, word in kinds:
        if isinstance(value, kind):
            return word
    return type(value).__name__


def text_or_none(value: object) -> str | None:
    """Give a code or a message as text: providers send numbers and objects for them, too."""
    if value is None or value == "":
        return None
    return value if isinstance(value, str) else str(value)
