"""The operations of a provider, by name: from JSON to a request that makes a job.

An operation is a function `(client, body, *, path_parameter=...)` that gives an unsent
`JobRequest`. Those who have only texts, as the command line has, find it here by its name, and
have its body read by the class that it asks for.
"""

import inspect
from collections.abc import Callable
from types import UnionType
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, Union, cast, get_args, get_origin
from typing import get_type_hints as resolved_hints

from tilldone._core.arguments import expect
from tilldone._core.fit import mismatch
from tilldone._core.job_request import JobRequest
from tilldone._core.text import excerpt, json_kind

if TYPE_CHECKING:
    from attrs import Attribute

__all__ = [
    "Operation",
    "are_operations",
    "class_of_body",
    "path_parameters",
    "prepared",
]

R = TypeVar("R")

Operation: TypeAlias = Callable[..., JobRequest[R]]
"""A function `(client, body, *, path_parameter=...)` that prepares a request which makes a job."""

_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def are_operations(
    provider: Any,  # noqa: ANN401 # a Provider, which is declared above this module
    _attribute: "Attribute[Any]",
    value: tuple[object, ...],
) -> None:
    """Check, when the provider is declared, that each can be called by its name and from texts."""
    expect("Provider: operations", value, tuple, "a tuple of functions")
    names: set[str] = set()
    for each in value:
        name = getattr(each, "__name__", "")
        if not callable(each) or not name.isidentifier():
            raise TypeError(
                f"Provider: operations: expected functions with a name, got {type(each).__name__}"
            )
        if name in names:
            raise ValueError(f"Provider: operations: {name!r} is there twice")
        names.add(name)
        parameters = [*inspect.signature(each).parameters.values()]
        first, rest = parameters[:2], parameters[2:]
        if not (
            [one.kind in _POSITIONAL for one in first] == [True, True]
            and first[1].name == "body"
            and all(one.kind is inspect.Parameter.KEYWORD_ONLY for one in rest)
        ):
            raise TypeError(
                f"Provider: operations: {name}{inspect.signature(each)} is not of the form "
                "(client, body, *, path_parameter=...)"
            )
    if value and provider.submitted is None:
        raise TypeError(
            "Provider: operations: no job can be submitted; declare submitted, where the answer "
            "has the job's id"
        )


def path_parameters(operation: Operation[object]) -> dict[str, bool]:
    """Name an operation's path parameters, and whether each has to be given."""
    _client, _body, *rest = inspect.signature(operation).parameters.values()
    return {each.name: each.default is inspect.Parameter.empty for each in rest}


def prepared(
    operation: Operation[R], client: object, body: object, parameters: dict[str, str]
) -> JobRequest[R]:
    """Call an operation with a body as it was in JSON.

    Raises:
        ValueError: a path parameter is missing, unknown or can't be one segment of a path; the body
            is not what the operation asks for; or what it asks for cannot be resolved.
    """
    known = path_parameters(operation)
    for name in parameters:
        if name not in known:
            has = ", ".join(known) or "none"
            raise ValueError(
                f"{name}: {operation.__name__} has no such path parameter; it has {has}"
            )
    missing = [name for name, needed in known.items() if needed and name not in parameters]
    if missing:
        raise ValueError(f"{' and '.join(missing)}: missing; {operation.__name__} needs it")
    return operation(client, _read(class_of_body(operation), body), **parameters)


def class_of_body(operation: Operation[object]) -> object:
    """Give the annotation of an operation's body, None where it has none."""
    try:
        return resolved_hints(operation).get("body")
    except Exception as error:
        raise ValueError(
            f"operations: the annotations of {operation.__name__} cannot be resolved: {error}; "
            "import what they name at run time, too"
        ) from error


def _read(kind: object, body: object) -> object:
    """Read JSON by a class that has a way to do so; anything else takes it as it is."""
    union = get_origin(kind) in (Union, UnionType)
    readers = [
        cast("Callable[[object], object]", reader)
        for each in (get_args(kind) if union else (kind,))
        if (reader := getattr(each, "from_dict", None) or getattr(each, "model_validate", None))
    ]
    if not readers or (union and not isinstance(body, dict)):
        return body
    if not isinstance(body, dict):
        raise ValueError(f"body: expected a JSON object, got {json_kind(body)}")  # noqa: TRY004 # JSON is at fault, not an argument's type
    found = cast("dict[str, object]", body)
    if len(readers) == 1:
        return _model(readers[0], found)
    reasons: list[str] = []
    for reader in readers:
        try:
            return _model(reader, found)
        except ValueError as error:
            reasons.append(str(error).removeprefix("body: "))
    raise ValueError(f"body: it fits none of the classes that it may be of ({'; '.join(reasons)})")


def _model(reader: Callable[[object], object], body: dict[str, object]) -> object:
    try:
        model = reader(body)
    except KeyError as error:
        raise ValueError(f"body: the field {error} is missing") from error
    except Exception as error:
        # Of several kinds of a value, the generated parsers say nothing.
        said = excerpt(error) or "a value is of none of the types that it may have"
        raise ValueError(f"body: {_reader_of(error)}: {said}") from error
    reason = mismatch(model)
    if reason is not None:
        raise ValueError(f"body: {reason}")
    return model


def _reader_of(error: Exception) -> str:
    """Name the class whose reading failed: a body's parts are read by classes of their own."""
    name, step = type(error).__name__, error.__traceback__
    while step is not None:
        reader = step.tb_frame.f_locals.get("cls")
        name = reader.__name__ if isinstance(reader, type) else name
        step = step.tb_next
    return name
