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
    """Name the first field that does not hold what it declares; None where all do."""
    for name, declared in _declared(type(model)).items():
        value = getattr(model, name)
        if not _holds(value, declared):
            return f"{name}: {_kind(value)} where {_named(declared)} is declared"
        inner = _inner(value)
        if inner is not None:
            return f"{name}.{inner}"
    return None


def _inner(value: object) -> str | None:
    if isinstance(value, list):
        found = ((place, _inner(item)) for place, item in enumerate(cast("list[object]", value)))
        return next((f"{place}.{inner}" for place, inner in found if inner is not None), None)
    return misfit(value) if attrs.has(type(value)) else None


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
