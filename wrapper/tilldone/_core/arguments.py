"""What comes from outside, where no type checker may have seen it; fields are checked when made."""

import math
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from attrs import Attribute

__all__ = [
    "HTTP_TOKEN",
    "are_extras",
    "are_paths",
    "expect",
    "extra_names",
    "field_check",
    "is_bool",
    "is_callable",
    "is_header",
    "is_name",
    "is_path",
    "is_rate",
    "is_text",
]

_NOT_EXTRAS = frozenset({"id", "provider", "tilldone"})

HTTP_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""The names of headers, and methods (RFC 9110, 5.6.2)."""


def expect(
    argument: str,
    value: object,
    kind: type | tuple[type, ...],
    words: str,
    *,
    but: type | tuple[type, ...] = bool,
) -> None:
    """Check an argument's kind; what is of it and not meant is `but`, as True is no number.

    Raises:
        TypeError: it is of another; the text names the argument, what it should be and what it is.
    """
    if not isinstance(value, kind) or isinstance(value, but):
        raise TypeError(f"{argument}: expected {words}, got {type(value).__name__}")


def field_check(
    kind: type | tuple[type, ...],
    words: str,
    holds: Callable[[Any], object] | None = None,
    broken: str = "",
    *,
    but: type | tuple[type, ...] = bool,
    by_class: bool = True,
) -> Callable[[object, "Attribute[Any]", Any], None]:
    """Make a validator for attrs.

    Args:
        kind: what a field is to be.
        words: the same for messages.
        holds: says whether a value can be used.
        broken: what is wrong with one that cannot.
        but: what is of that kind and not meant.
        by_class: whether messages name the class before the field.
    """

    def check(owner: object, attribute: "Attribute[Any]", value: object) -> None:
        place = f"{type(owner).__name__}: {attribute.name}" if by_class else attribute.name
        expect(place, value, kind, words, but=but)
        if holds is not None and not holds(value):
            raise ValueError(f"{place}: {value!r} {broken}")

    return check


def _is_path(value: str) -> bool:
    return all(part.strip() for part in value.split("."))


is_text = field_check(str, "text")
is_bool = field_check(bool, "True or False", but=())
is_name = field_check(str, "text", str.isidentifier, "is not a name; use letters, digits and _")
is_header = field_check(str, "text", HTTP_TOKEN.fullmatch, "is not the name of a header")
is_rate = field_check(
    (int, float),
    "polls a second",
    lambda rate: 0 < rate < math.inf,
    "polls a second is not above 0 and finite",
)
_is_dotted_path = field_check(
    str,
    "a dotted path or a function of the body",
    _is_path,
    "is not a dotted path, such as 'status' or 'jobs.0.state'",
)


def is_callable(declared: object, attribute: "Attribute[Any]", value: object) -> None:
    if not callable(value):
        expect(f"{type(declared).__name__}: {attribute.name}", value, (), "a function")


def is_path(declared: object, attribute: "Attribute[Any]", value: object) -> None:
    if not callable(value):
        _is_dotted_path(declared, attribute, value)


def are_paths(declared: object, attribute: "Attribute[Any]", value: object) -> None:
    for each in cast("tuple[object, ...]", value) if isinstance(value, tuple) else (value,):
        is_path(declared, attribute, each)


def are_extras(declared: object, attribute: "Attribute[Any]", value: tuple[object, ...]) -> None:
    for name in value:
        is_name(declared, attribute, name)
        if name in _NOT_EXTRAS:
            raise ValueError(
                f"Provider: extras: {name!r} has a meaning of its own in a ref; choose another"
            )


def extra_names(names: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    if isinstance(names, str):
        raise TypeError(f"Provider: extras: expected several names, got the text {names!r}")
    expect("Provider: extras", names, Iterable, "several names")
    return tuple(names)
