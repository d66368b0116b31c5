"""Whether a document is OpenAPI, of a version that can be generated from."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, cast
from urllib.parse import quote, unquote

from jsonschema.exceptions import SchemaError
from openapi_schema_validator import OAS30Validator, OAS31Validator
from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator
from referencing import Registry
from referencing.exceptions import Unresolvable

from .documents import JSON, Document, Location, json_path
from .errors import PipelineError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jsonschema import ValidationError

__all__ = [
    "COMBINED",
    "METHODS",
    "NAMING",
    "UNIONS",
    "fits",
    "follow",
    "hold_to_an_end",
    "key_of",
    "look_up",
    "operation_of",
    "operations",
    "parameters_of",
    "release_of",
    "resolve",
    "security_of",
    "server_of",
    "validate",
    "walk",
]

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

UNIONS = ("anyOf", "oneOf")

COMBINED = ("allOf", *UNIONS)

# What these hold is called as its author likes, `example` for one.
NAMING = frozenset(
    {
        *("properties", "patternProperties", "$defs", "definitions", "schemas", "parameters"),
        *("responses", "headers", "requestBodies", "securitySchemes", "links", "callbacks"),
    }
)

_MAX_REFERENCES = 100
_VALUE_VALIDATORS = {"3.0": OAS30Validator, "3.1": OAS31Validator}
_VALIDATORS = {"3.0": OpenAPIV30SpecValidator, "3.1": OpenAPIV31SpecValidator}


def validate(document: Document, *, place: str) -> None:
    """Hold `document` to the OpenAPI version that it names; `place` names it in errors.

    Examples may be anything: no code rests on them.
    """
    release = release_of(document, place=place)
    document = _without_examples(document)
    # First, since the validator would fetch what a stranger's spec points to.
    for location, value in walk(document, ()):
        if not location or location[-1] != "$ref" or not isinstance(value, str):
            continue
        where = f"{place}, {json_path(location)}"
        if not value.startswith("#/"):
            raise PipelineError(where, f"{value!r} lies outside the document")
        if not look_up(value, document)[0]:
            raise PipelineError(where, f"{value!r} points to nothing")
    hold_to_an_end(document, place=place)
    for error in _errors(document, release, place=place):
        cause = _root_cause(error)
        where = f"{place}, {json_path(_location(error, cause, document))}"
        raise PipelineError(where, cause.message)


def fits(value: JSON, location: Location, document: Document) -> bool:
    """Whether a value is one that the schema at a place of `document` allows."""
    parts = (str(part).replace("~", "~0").replace("/", "~1") for part in location)
    reference = "#" + "".join(f"/{quote(part)}" for part in parts)
    validator = _VALUE_VALIDATORS[release_of(document, place="")]
    try:
        # With a registry of its own, nothing is fetched that a stranger's spec points to.
        applied = validator({**document, "$ref": reference}, registry=Registry())
        return next(applied.iter_errors(value), None) is None
    except Unresolvable:
        return True  # which is told as what it is, when the whole is validated
    except (SchemaError, TypeError, re.error):
        return False


def release_of(document: Document, *, place: str) -> str:
    """Give the release of OpenAPI that a document is written in, if it is one that this reads."""
    version = document.get("openapi", document.get("swagger"))
    release = version.rpartition(".")[0] if isinstance(version, str) else ""
    if release in _VALIDATORS and "openapi" in document:
        return release
    known = " and ".join(f"{each}.x" for each in _VALIDATORS)
    named = f"is {'OpenAPI' if 'openapi' in document else 'Swagger'} {version!r}"
    if version is None:
        named = "does not name its version as `openapi`"
    raise PipelineError(place, f"{named}; this reads OpenAPI {known}")


def operations(document: Document) -> list[str]:
    """Name the operations of a document, such as ``GET /jobs/{id}``."""
    paths = document.get("paths")
    return [
        f"{method.upper()} {path}"
        for path, item in (paths.items() if isinstance(paths, dict) else ())
        for method in resolve(item, document)
        if method in METHODS
    ]


def operation_of(document: Document, named: str) -> tuple[Document, Document]:
    """Give an operation, such as ``GET /jobs/{id}``, and the path item that holds it."""
    method, _, path = named.partition(" ")
    item = resolve(resolve(document.get("paths"), document).get(path), document)
    return resolve(item.get(method.lower()), document), item


def parameters_of(document: Document, named: str) -> list[Document]:
    """Give an operation's parameters, and those of its path that it does not have itself."""
    operation, item = operation_of(document, named)
    found: dict[tuple[str, str], Document] = {}
    for holder in (operation, item):
        listed = holder.get("parameters")
        for each in listed if isinstance(listed, list) else []:
            parameter = resolve(each, document)
            found.setdefault((str(parameter.get("in")), str(parameter.get("name"))), parameter)
    return [*found.values()]


def server_of(document: Document, named: str) -> str | None:
    """Give the address that an operation is first to be sent to: its own, its path's, or all's."""
    for holder in (*operation_of(document, named), document):
        servers = holder.get("servers")
        if isinstance(servers, list) and servers:
            url = resolve(servers[0], document).get("url")
            return url if isinstance(url, str) else None
    return None


def security_of(document: Document, named: str) -> list[list[Document]]:
    """Give the choices of keys that an operation leaves: each is the schemes that it takes."""
    operation, _ = operation_of(document, named)
    asked = operation.get("security", document.get("security"))
    schemes = resolve(resolve(document.get("components"), document).get("securitySchemes"), {})
    return [
        [resolve(schemes.get(name), document) for name in resolve(choice, document)]
        for choice in (asked if isinstance(asked, list) else [])
    ]


def follow(location: Location, document: Document) -> tuple[Location, Document]:
    """Give the place that a place of a document refers to in the end, and the object there."""
    value: JSON = document
    for part in location:
        value = (
            cast("dict[str | int, JSON]", value).get(part)
            if isinstance(value, dict)
            else (value[part] if isinstance(value, list) and isinstance(part, int) else None)
        )
    reference = value.get("$ref") if isinstance(value, dict) else None
    if isinstance(reference, str):
        return follow(tuple(map(key_of, reference.split("/")[1:])), document)
    return location, value if isinstance(value, dict) else {}


def resolve(value: JSON, document: Document) -> Document:
    """Follow a valid document's references from `value` to the object that is meant."""
    seen: list[str] = []
    while isinstance(value, dict) and isinstance(reference := value.get("$ref"), str):
        if reference in seen:
            return {}
        seen.append(reference)
        _, value = look_up(reference, document)
    return value if isinstance(value, dict) else {}


def _errors(document: Document, release: str, *, place: str) -> Iterator[ValidationError]:
    validator = _VALIDATORS[release]
    try:
        yield from validator(document).iter_errors()
    except (TypeError, re.error):
        # A default was held against a schema that is itself not valid, and which one is not said.
        yield from validator(_without_defaults(document)).iter_errors()
    except RecursionError as error:
        raise PipelineError(place, "its schemas are nested too deeply to be read") from error


def _without_examples(value: Document) -> Document:
    plain = copy.deepcopy(value)
    for location, held in [*walk(plain, ())]:
        if isinstance(held, dict) and (not location or location[-1] not in NAMING):
            for key in ("example", "examples"):
                held.pop(key, None)
    return plain


def _without_defaults(value: JSON) -> Document:
    plain = copy.deepcopy(value)
    for _, held in [*walk(plain, ())]:
        if isinstance(held, dict):
            held.pop("default", None)
    return cast("Document", plain)


def hold_to_an_end(document: Document, *, place: str) -> None:
    """Refuse what consists of itself, or of what is referred to without end.

    A model whose field or item is of its own kind is no such thing: it ends where a value does.
    """
    ended: set[int] = set()
    for location, value in walk(document, ()):
        if not isinstance(value, dict) or "$ref" not in value or id(value) in ended:
            continue
        inside: dict[int, Document] = {}
        ways = [iter([value])]
        while ways:
            part = next(ways[-1], None)
            if part is None:
                ways.pop()
                if inside:
                    ended.add(inside.popitem()[0])
            elif id(part) in inside:
                where = f"{place}, {json_path(location)}"
                raise PipelineError(where, f"{value['$ref']!r} consists of itself")
            elif id(part) not in ended:
                inside[id(part)] = part
                ways.append(iter(_parts(part, document)))
                if len(inside) > _MAX_REFERENCES:
                    where = f"{place}, {json_path(location)}"
                    told = f"leads through more than {_MAX_REFERENCES} references"
                    raise PipelineError(where, f"{value['$ref']!r} {told}")


def _parts(value: Document, document: Document) -> list[Document]:
    """Give what an object consists of: what it refers to, and what it is combined from."""
    parts: list[JSON] = []
    if isinstance(reference := value.get("$ref"), str):
        parts.append(look_up(reference, document)[1])
    for combined in COMBINED:
        members = value.get(combined)
        parts += members if isinstance(members, list) else []
    return [part for part in parts if isinstance(part, dict)]


def walk(value: JSON, location: Location = ()) -> Iterator[tuple[Location, JSON]]:
    """Give every value of a document, and where it stands."""
    yield location, value
    if isinstance(value, dict):
        for key, item in value.items():
            yield from walk(item, (*location, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from walk(item, (*location, index))


def key_of(part: str) -> str:
    """Read a part of a JSON pointer that stands in a reference."""
    return unquote(part).replace("~1", "/").replace("~0", "~")


def look_up(reference: str, document: Document) -> tuple[bool, JSON]:
    """Whether there is something at the place that a reference names, and what."""
    value: JSON = document
    for part in reference.removeprefix("#/").split("/"):
        key = key_of(part)
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


def _location(whole: ValidationError, error: ValidationError, document: Document) -> Location:
    # An error inside a schema has a path from there, so its place is found by what stands in it.
    for location, value in walk(document, ()):
        if value is error.instance and isinstance(value, (dict, list)):
            return location
        # A default was held against its schema, and did not fit.
        if isinstance(value, dict) and value == whole.schema and "default" in value:
            return (*location, "default")
    return tuple(error.absolute_path)
