"""Whether a document is OpenAPI, of a version that can be generated from."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator

from .documents import JSON, Document, Location, json_path
from .errors import PipelineError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jsonschema import ValidationError

__all__ = ["METHODS", "operations", "resolve", "validate"]

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

_VALIDATORS = {"3.0": OpenAPIV30SpecValidator, "3.1": OpenAPIV31SpecValidator}


def validate(document: Document, *, place: str) -> None:
    """Hold `document` to the OpenAPI version that it names; `place` names it in errors."""
    version = document.get("openapi")
    if not isinstance(version, str) or version.rpartition(".")[0] not in _VALIDATORS:
        known = " and ".join(f"{release}.x" for release in _VALIDATORS)
        raise PipelineError(f"{place}, $['openapi']", f"is {version!r}; this reads {known}")
    # First, since the validator would fetch what a stranger's spec points to.
    for location, value in _walk(document, ()):
        if not location or location[-1] != "$ref" or not isinstance(value, str):
            continue
        where = f"{place}, {json_path(location)}"
        if not value.startswith("#/"):
            raise PipelineError(where, f"{value!r} lies outside the document")
        if not _look_up(value, document)[0]:
            raise PipelineError(where, f"{value!r} points to nothing")
    for error in _VALIDATORS[version.rpartition(".")[0]](document).iter_errors():
        cause = _root_cause(error)
        where = f"{place}, {json_path(_location(cause, document))}"
        raise PipelineError(where, cause.message)


def operations(document: Document) -> list[str]:
    """Name the operations of a valid document, such as ``GET /jobs/{id}``."""
    paths = document.get("paths")
    return [
        f"{method.upper()} {path}"
        for path, item in (paths.items() if isinstance(paths, dict) else ())
        for method in (item if isinstance(item, dict) else ())
        if method in METHODS
    ]


def resolve(value: JSON, document: Document) -> Document:
    """Follow a valid document's references from `value` to the object that is meant."""
    seen: list[str] = []
    while isinstance(value, dict) and isinstance(reference := value.get("$ref"), str):
        if reference in seen:
            return {}
        seen.append(reference)
        _, value = _look_up(reference, document)
    return value if isinstance(value, dict) else {}


def _walk(value: JSON, location: Location) -> Iterator[tuple[Location, JSON]]:
    yield location, value
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _walk(item, (*location, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _walk(item, (*location, index))


def _look_up(reference: str, document: Document) -> tuple[bool, JSON]:
    """Whether there is something at the place that a reference names, and what."""
    value: JSON = document
    for part in reference.removeprefix("#/").split("/"):
        key = unquote(part).replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and key in value:
            value = value[key]
        elif isinstance(value, list) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        else:
            return False, None
    return True, value


def _root_cause(error: ValidationError) -> ValidationError:
    # Of several alternatives that all fail, the one that fits furthest was meant.
    while error.context:
        error = max(error.context, key=lambda cause: len(cause.absolute_path))
    return error


def _location(error: ValidationError, document: Document) -> Location:
    # An error inside a schema has a path from there, so its place is found by what stands in it.
    for location, value in _walk(document, ()):
        if value is error.instance and isinstance(value, (dict, list)):
            return location
    return tuple(error.absolute_path)
