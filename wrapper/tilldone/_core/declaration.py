"""What the fields of a provider may be, checked when it is declared: the error names the field."""

import math
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from tilldone._core.phase import Phase

if TYPE_CHECKING:
    from attrs import Attribute

__all__ = [
    "are_extras",
    "are_paths",
    "are_phases",
    "extra_names",
    "is_bool",
    "is_callable",
    "is_header",
    "is_name",
    "is_path",
    "is_rate",
]

_NOT_EXTRAS = frozenset({"id", "provider", "tilldone"})
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def is_name(_provider: object, attribute: "Attribute[Any]", value: object) -> None:
    if not isinstance(value, str):
        raise TypeError(f"Provider: {attribute.name}: expected text, got {type(value).__name__}")
    if not value.isidentifier():
        raise ValueError(
            f"Provider: {attribute.name}: {value!r} is not a name; use letters, digits and _"
        )


def is_callable(declared: object, attribute: "Attribute[Any]", value: object) -> None:
    if not callable(value):
        raise TypeError(
            f"{type(declared).__name__}: {attribute.name}: expected a function, "
            f"got {type(value).__name__}"
        )


def are_phases(_provider: object, _attribute: object, value: object) -> None:
    if not isinstance(value, Mapping):
        raise TypeError(
            f"Provider: phases: expected a mapping of statuses to Phase, got {type(value).__name__}"
        )
    for status, phase in cast("Mapping[object, object]", value).items():
        if not isinstance(status, str) or not status.strip():
            raise ValueError(f"Provider: phases: {status!r} is not a status; a status is text")
        if not isinstance(phase, Phase):
            raise TypeError(f"Provider: phases: {status!r} leads to {phase!r}, not a Phase")


def is_path(declared: object, attribute: "Attribute[Any]", value: object) -> None:
    if callable(value):
        return
    if not isinstance(value, str):
        raise TypeError(
            f"{type(declared).__name__}: {attribute.name}: expected a dotted path or a function of "
            f"the body, got {type(value).__name__}"
        )
    if not all(part.strip() for part in value.split(".")):
        raise ValueError(
            f"{type(declared).__name__}: {attribute.name}: {value!r} is not a dotted path, such as "
            "'status' or 'jobs.0.state'"
        )


def are_paths(_provider: object, attribute: "Attribute[Any]", value: object) -> None:
    for each in cast("tuple[object, ...]", value) if isinstance(value, tuple) else (value,):
        is_path(_provider, attribute, each)


def is_header(_provider: object, attribute: "Attribute[Any]", value: object) -> None:
    if not isinstance(value, str):
        raise TypeError(f"Provider: {attribute.name}: expected text, got {type(value).__name__}")
    if not _HEADER.fullmatch(value):
        raise ValueError(f"Provider: {attribute.name}: {value!r} is not the name of a header")


def is_bool(_provider: object, attribute: "Attribute[Any]", value: object) -> None:
    if not isinstance(value, bool):
        raise TypeError(
            f"Provider: {attribute.name}: expected True or False, got {type(value).__name__}"
        )


def is_rate(_provider: object, _attribute: object, value: float | None) -> None:
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int | float):  # pyright: ignore[reportUnnecessaryIsInstance] # from outside
        raise TypeError(f"Provider: rate: expected polls a second, got {type(value).__name__}")
    if not 0 < value < math.inf:
        raise ValueError(f"Provider: rate: {value} polls a second is not above 0 and finite")


def are_extras(_provider: object, attribute: "Attribute[Any]", value: tuple[object, ...]) -> None:
    for name in value:
        is_name(_provider, attribute, name)
        if name in _NOT_EXTRAS:
            raise ValueError(f"Provider: extras: {name!r} has a meaning of its own in a ref")


def extra_names(names: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    if isinstance(names, str):
        raise TypeError(f"Provider: extras: expected several names, got the text {names!r}")
    return tuple(names)
