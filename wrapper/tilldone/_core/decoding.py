"""JSON as providers send it, read so that nothing of it costs a result."""

import json

__all__ = ["decoded"]


def decoded(content: bytes) -> object:
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


def _whole(digits: str) -> int | str:
    try:
        return int(digits)
    except ValueError:
        return digits
