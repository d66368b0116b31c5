"""Whether a parsed model is what its annotations promise, and undeclared nulls read as absent.

The generated parsers build objects, dates and enums, and take every other value as it comes: a
list where a string is declared, or a string where one branch of a union is an object, passes
unseen. Who reads a typed field is to find that type in it.

What is not understood here is accepted: no result is lost to an annotation.
"""

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from types import UnionType
from typing import (
    IO,
    Annotated,
    Any,
    BinaryIO,
    Generic,
    Literal,
    NewType,
    TextIO,
    TypeAlias,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

import attrs
from attrs import frozen

from tilldone._core.text import excerpt

__all__ = ["Unfit", "declared_fields", "mismatch", "parsed"]

R = TypeVar("R")

# A body with more kinds of undeclared nulls than this takes to find is left unread.
_MOST_TRIES = 200

_PLAIN = frozenset({str, int, float, bool, type(None)})

_NAME = re.compile(r"[^\W\d]\w*")

_Object: TypeAlias = dict[str, object]
_Path: TypeAlias = tuple[str | None, ...]
"""The keys that lead to a value, None standing for any place in a list."""


class Unfit(Exception):
    """A body that its parser cannot read, or whose fields do not hold what they declare."""


def parsed(parse: Callable[[Mapping[str, Any]], R], body: Mapping[str, Any]) -> R:
    """Parse a body; a null that its model does not allow is read as if the field were absent.

    Where the field is required it stays an error: neither null nor absence is a truth there.

    Raises:
        Unfit: the body does not fit; the text says where.
    """
    tried = _try(parse, body)
    if tried.reason is None:
        return tried.result
    nulls = list(dict.fromkeys(_nulls(body)))
    search = _Search(parse, body, absent=set(nulls))
    if nulls and search.begin():
        search.put_back(nulls)
        return search.best.result
    raise Unfit(search.best.reason if search.required else tried.reason)


@frozen
class _Tried(Generic[R]):
    result: R
    """Of meaning only where there is no reason."""

    reason: str | None
    missing: object = None
    """The key that was looked for in vain, if that was the reason."""


def _try(parse: Callable[[Mapping[str, Any]], R], body: Mapping[str, Any]) -> _Tried[R]:
    nothing: Any = None
    try:
        result = parse(body)
    except Exception as error:  # noqa: BLE001 # a parser raises whatever it meets
        missing = error.args[0] if isinstance(error, KeyError) and error.args else None
        return _Tried(nothing, f"{type(error).__name__}: {excerpt(error)}", missing)
    try:
        return _Tried(result, mismatch(result))
    except Exception:  # noqa: BLE001 # a class of the user's own raises whatever it likes
        return _Tried(result, None)


class _Search(Generic[R]):
    """Finds the nulls that have to be left out, and no more, by trying."""

    def __init__(
        self,
        parse: Callable[[Mapping[str, Any]], R],
        body: Mapping[str, Any],
        *,
        absent: set[_Path],
    ) -> None:
        self._parse = parse
        self._body = body
        self._absent = absent
        self._tries = 0
        self.required = False
        self.best = self._without(absent)

    def begin(self) -> bool:
        """Leave out all but those of required fields; say whether the rest fits."""
        while required := {each for each in self._absent if each[-1] == self.best.missing}:
            self.required = True
            self._absent -= required
            self.best = self._without(self._absent)
        return self.best.reason is None and bool(self._absent)

    def put_back(self, nulls: list[_Path]) -> None:
        """Put back those of these that the model allows."""
        if self._tries >= _MOST_TRIES:
            return
        tried = self._without(self._absent.difference(nulls))
        if tried.reason is None:
            self._absent.difference_update(nulls)
            self.best = tried
        elif len(nulls) > 1:
            middle = len(nulls) // 2
            self.put_back(nulls[:middle])
            self.put_back(nulls[middle:])

    def _without(self, absent: AbstractSet[_Path]) -> _Tried[R]:
        self._tries += 1
        return _try(self._parse, cast("dict[str, Any]", _left_out(self._body, (), absent)))


def _nulls(body: object) -> Iterator[_Path]:
    pending: list[tuple[_Path, object]] = [((), body)]
    while pending:
        path, value = pending.pop()
        if isinstance(value, list):
            pending += [((*path, None), item) for item in cast("list[object]", value)]
        elif isinstance(value, dict):
            pending += [((*path, key), part) for key, part in cast("_Object", value).items()]
        elif value is None and path and path[-1] is not None:
            yield path


def _left_out(value: object, path: _Path, absent: AbstractSet[_Path]) -> object:
    if isinstance(value, list):
        within = (*path, None)
        return [_left_out(item, within, absent) for item in cast("list[object]", value)]
    if isinstance(value, dict):
        return {
            key: _left_out(part, (*path, key), absent)
            for key, part in cast("_Object", value).items()
            if part is not None or (*path, key) not in absent
        }
    return value


def mismatch(model: object) -> str | None:
    """Name a field that does not hold what it declares; None where all do."""
    # No recursion: an answer may be nested more deeply than Python's stack bears.
    pending: list[tuple[str, object]] = [("", model)]
    seen: set[int] = set()
    while pending:
        path, value = pending.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        parts: list[tuple[str, object]] = []
        if isinstance(value, list):
            parts = [(f"{path}{n}", item) for n, item in enumerate(cast("list[object]", value))]
        else:
            for name, kind, default, plain in declared_fields(type(value)):
                held = getattr(value, name, default)
                # Who wrote a default means it, whatever the annotation says.
                if held is not default and type(held) not in plain and not _holds(held, kind):
                    return f"{path}{name}: {_kind(held)} where {_named(kind)} is declared"
                if type(held) not in _PLAIN:
                    parts.append((f"{path}{name}", held))
        # The first of them comes next.
        pending += reversed([(f"{name}.", part) for name, part in parts if _has_parts(part)])
    return None


def _has_parts(value: object) -> bool:
    return isinstance(value, list) or attrs.has(type(value))


_Fields: TypeAlias = tuple[tuple[str, Any, object, AbstractSet[type]], ...]
_known: dict[type, _Fields] = {}


def declared_fields(model: type) -> _Fields:
    """Give the fields of an attrs class: name, type, default if it has one, and plain types in it.

    Most values are of a plain type, and one of these needs no closer look.
    """
    if model not in _known:
        _known[model] = _read_fields(model)
    return _known[model]


def _read_fields(model: type) -> _Fields:
    if not attrs.has(model):
        return ()
    # Models name each other in annotations only; their package has all of them, and imports those
    # that it is asked for.
    package = sys.modules.get(model.__module__.rpartition(".")[0])
    try:
        named = set(_NAME.findall(" ".join(str(each.type) for each in attrs.fields(model))))
        siblings = {name: getattr(package, name) for name in named if hasattr(package, name)}
        hints = get_type_hints(model, localns=siblings)
    except Exception:  # noqa: BLE001 # an annotation raises whatever its names do
        return ()
    fields = [each for each in attrs.fields(model) if each.name in hints]
    return tuple(
        (each.name, hints[each.name], each.default, _plain_of(hints[each.name])) for each in fields
    )


def _plain_of(declared: Any) -> AbstractSet[type]:  # noqa: ANN401 # a type, of whatever form
    union = get_origin(declared) in (Union, UnionType)
    members = get_args(declared) if union else (declared,)
    return frozenset(each for each in members if isinstance(each, type) and each in _PLAIN)


def _holds(value: object, declared: Any) -> bool:  # noqa: ANN401 # a type, of whatever form
    """Say no only where it is certain that the value is of another type."""
    origin = get_origin(declared)
    if origin in (Union, UnionType):
        return any(_holds(value, member) for member in get_args(declared))
    if origin is Annotated:
        return _holds(value, get_args(declared)[0])
    if isinstance(declared, NewType):
        return _holds(value, declared.__supertype__)
    if origin is Literal:
        # To Python, True is 1.
        kind = isinstance(value, bool)
        return any(value == each and kind is isinstance(each, bool) for each in get_args(declared))
    if declared is None:
        return value is None
    if declared in (int, float):
        # JSON has one kind of number, and `1` may stand for `1.0`; a bool is not a number.
        kinds = int if declared is int else (int, float)
        return isinstance(value, kinds) and not isinstance(value, bool)
    if origin is list:
        items = cast("list[object]", value) if isinstance(value, list) else None
        # The bare `List` of `typing` says nothing of its items.
        return items is not None and all(
            _holds(each, item) for item in get_args(declared) for each in items
        )
    if (origin or declared) in (IO, BinaryIO, TextIO):
        # No file of the standard library is one of these to Python.
        return hasattr(value, "read")
    try:
        return isinstance(value, origin or declared)
    except Exception:  # noqa: BLE001 # not a class, or one that answers as it likes
        return True


def _kind(value: object) -> str:
    return "null" if value is None else type(value).__name__


def _named(declared: Any) -> str:  # noqa: ANN401 # a type, of whatever form
    union = get_origin(declared) in (Union, UnionType)
    names: list[str] = []
    for each in get_args(declared) if union else (declared,):
        literals = get_args(each) if get_origin(each) is Literal else ()
        name = str(each) if get_args(each) else getattr(each, "__name__", str(each))
        names += map(repr, literals) if literals else [name]
    return " or ".join(name for name in names if name not in {"Unset", "NoneType"})
