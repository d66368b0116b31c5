"""Durations as people write them."""

import math
import re

import click

__all__ = ["duration"]

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)", re.ASCII)
_WHOLE = re.compile(rf"(?:{_PART.pattern})+", re.ASCII)
_NUMBER = re.compile(r"\d+(\.\d+)?", re.ASCII)


def duration(_context: click.Context, _option: click.Parameter, text: str | None) -> float | None:
    """Read seconds, or numbers with the units ms, s, m, h and d: 90, 10m, 1h30m.

    Raises:
        click.BadParameter: it is neither, or too large a number.
    """
    if text is None:
        return None
    written = text.strip().lower()
    if _NUMBER.fullmatch(written):
        seconds = float(written)
    elif _WHOLE.fullmatch(written):
        seconds = sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(written))
    else:
        raise click.BadParameter(f"invalid duration {text!r}; write 90, 10m or 1h30m")
    if math.isinf(seconds):
        raise click.BadParameter("the number is too large; leave the option out to wait for ever")
    return seconds
