"""Whether a parsed model is what its annotations promise.

The generated parsers build objects, dates and enums, and take every other value as it comes: a
list where a string is declared, or a string where one branch of a union is an object, passes
unseen. Who reads a typed field is to find that type in it.
"""

import sys
from types import NoneType, UnionType
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

import attrs

__all__ = ["misfit"]


def misfit(model: object) -> str | None:
    """Name a field that does not hold what it declares; None where all do."""
    # No recursion: an answer may be nested more deeply than Python's stack bears.
    pending: list[tuple[str, object]] = [("", model)]
    while pending:
        path, value = pending.pop()
        if isinstance(value, list):
            parts = [(f"{path}{n}.", item) for n, item in enumerate(cast("list[object]", value))]
        else:
            declared = _declared(type(value))
            parts = [(f"{path}{name}.", getattr(value, name)) for name in declared]
            for (field, held), kind in zip(parts, declared.values(), strict=True):
                if not _holds(held, kind):
                    return f"{field[:-1]}: {_kind(held)} where {_named(kind)} is declared"
        # The first of them comes next.
        pending += reversed([part for part in parts if _has_parts(part[1])])
    return None


def _has_parts(value: object) -> bool:
    return isinstance(value, list) or attrs.has(type(value))


_known: dict[type, dict[str, Any]] = {}


def _declared(model: type) -> dict[str, Any]:
    if model not in _known:
        # Models name each other in annotations only; their package has all of them.
        package = sys.modules[model.__module__.rpartition(".")[0]]
        _known[model] = get_type_hints(model, localns=vars(package))
    return _known[model]


def _holds(value: object, declared: Any) -> bool:  # noqa: ANN401 # a type, of whatever form
    origin = get_origin(declared)
    if declared is Any:
        return True
    if origin in (Union, UnionType):
        return any(_holds(value, member) for member in get_args(declared))
    if origin is list:
        item = get_args(declared)[0]
        items = cast("list[object]", value) if isinstance(value, list) else None
        return items is not None and all(_holds(each, item) for each in items)
    if declared is None:
        return value is None
    if declared in (int, float):
        # JSON has one kind of number, and `1` may stand for `1.0`; a bool is none.
        kinds = int if declared is int else (int, float)
        return isinstance(value, kinds) and not isinstance(value, bool)
    return isinstance(value, origin or declared)


def _kind(value: object) -> str:
    return "null" if value is None else type(value).__name__


def _named(declared: Any) -> str:  # noqa: ANN401 # a type, of whatever form
    members = [each for each in get_args(declared) or (declared,) if each is not NoneType]
    names = [getattr(each, "__name__", str(each)) for each in members]
    return " or ".join(name for name in names if name != "Unset")
