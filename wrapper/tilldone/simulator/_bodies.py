"""What is wrong with the body of a submission, by the generated class of its operation.

The classes come from the providers' specs, so nothing of these is written here twice.
"""

from __future__ import annotations

import datetime as dt
import json
from enum import Enum
from types import UnionType
from typing import TYPE_CHECKING, Any, Literal, Union, cast, get_args, get_origin
from urllib.parse import urlsplit

import attrs
from attrs import frozen

from tilldone._core.fit import declared_fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_JSON: dict[object, tuple[str, type | tuple[type, ...]]] = {
    str: ("string", str),
    bool: ("boolean", bool),
    int: ("integer", int),
    float: ("number", (int, float)),
    dict: ("object", dict),
    list: ("array", list),
}
_TEXTS = (dt.datetime, dt.date)


@frozen
class Fault:
    """One thing that is wrong: where, in which words, and of which kind."""

    loc: tuple[str | int, ...]
    msg: str
    type: str

    def __str__(self) -> str:
        where = ".".join(map(str, self.loc))
        return f"{where}: {self.msg}" if where else self.msg


def json_or_bytes(raw: bytes) -> object:
    """Read a body as far as it is JSON."""
    try:
        return json.loads(raw)
    except ValueError:
        return raw


def is_url(text: str) -> bool:
    """Whether a text is an absolute URL, which the generated classes take any text for."""
    try:
        return bool(urlsplit(text).scheme)
    except ValueError:
        return False


def faults_of(kind: Any, value: object, loc: Sequence[str | int] = ()) -> Iterator[Fault]:  # noqa: ANN401 # a type, of whatever form
    """Hold a JSON value to a type; what is not understood of the type is let pass."""
    at, origin = tuple(loc), get_origin(kind)
    if origin in (Union, UnionType):
        yield from _of_union(get_args(kind), value, at)
    elif origin is Literal:
        if value not in get_args(kind):
            yield _not_one_of(get_args(kind), at)
    elif isinstance(kind, type) and attrs.has(kind):
        yield from _of_object(kind, value, at)
    elif isinstance(kind, type) and issubclass(kind, Enum):
        members = [each.value for each in kind]
        if value not in members:
            yield _not_one_of(members, at)
    elif kind is None or kind is type(None):
        if value is not None:
            yield Fault(at, "Input should be null", "none_required")
    elif kind in _TEXTS:
        yield from faults_of(str, value, at)
    elif (origin or kind) in _JSON:
        name, held = _JSON[origin or kind]
        # To Python, True is a number.
        if not isinstance(value, held) or (isinstance(value, bool) and held is not bool):
            article = "an" if name[0] in "aio" else "a"
            yield Fault(at, f"Input should be {article} {name}", f"{name}_type")
        elif origin is list:
            for number, item in enumerate(cast("list[object]", value)):
                yield from faults_of(get_args(kind)[0], item, (*at, number))


def _of_object(kind: type, value: object, at: tuple[str | int, ...]) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield Fault(at, "Input should be an object", "object_type")
        return
    told = cast("dict[str, object]", value)
    for name, declared, default, _ in declared_fields(kind):
        if name == "additional_properties":
            continue
        # The generator parts `input_` from Python's own `input`.
        field = name.rstrip("_")
        if field in told:
            yield from faults_of(declared, told[field], (*at, field))
        elif default is attrs.NOTHING:
            yield Fault((*at, field), "Field required", "missing")


def _of_union(kinds: Sequence[Any], value: object, at: tuple[str | int, ...]) -> Iterator[Fault]:
    # An absent field is one that is not there, never a value.
    tried = [list(faults_of(each, value, at)) for each in kinds if _is_said(each)]
    if [] not in tried:
        # That of the kind which got furthest says most.
        yield from max(tried, key=lambda faults: max(len(each.loc) for each in faults))


def _is_said(kind: object) -> bool:
    return getattr(kind, "__name__", "") != "Unset"


def _not_one_of(members: Sequence[object], at: tuple[str | int, ...]) -> Fault:
    named = " or ".join(map(repr, members))
    return Fault(at, f"Input should be {named}", "enum")
