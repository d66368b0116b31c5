"""Short forms of long things, for messages."""

__all__ = ["excerpt", "text_or_none"]

_LONGEST = 300


def excerpt(value: object) -> str:
    """Give the value on one line, cut to a length that a log line bears."""
    text = " ".join(str(value).split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def text_or_none(value: object) -> str | None:
    """Give a code or a message as text: providers send numbers and objects for them, too."""
    if value is None or value == "":
        return None
    return value if isinstance(value, str) else str(value)
