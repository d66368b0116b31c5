"""Where something stands in JSON: a dotted path, or a function."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, cast

__all__ = ["Body", "found_at"]

Body: TypeAlias = Mapping[str, Any]
"""A JSON object as it came over the wire, before any model has read it."""


def found_at(body: Body, where: str | Callable[[Body], object]) -> object:
    """Give what stands there, None where there is nothing; a number is a place in a list."""
    if callable(where):
        return where(body)
    value: object = body
    for part in where.split("."):
        value = _part(value, part)
    return value


def _part(value: object, name: str) -> object:
    if isinstance(value, dict):
        return cast("dict[str, object]", value).get(name)
    if isinstance(value, list) and name.isdecimal():
        items = cast("list[object]", value)
        return items[int(name)] if int(name) < len(items) else None
    return None
