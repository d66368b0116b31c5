"""What stands where in a document: its operations, their parameters, keys and addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from urllib.parse import unquote

from .errors import PipelineError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .documents import JSON, Document, Location

__all__ = [
    "COMBINED",
    "METHODS",
    "NAMING",
    "UNIONS",
    "follow",
    "key_of",
    "look_up",
    "operation_of",
    "operations",
    "parameters_of",
    "release_of",
    "resolve",
    "security_of",
    "server_of",
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

_RELEASES = ("3.0", "3.1")


def release_of(document: Document, *, place: str) -> str:
    """Give the release of OpenAPI that a document is written in, if it is one that this reads."""
    version = document.get("openapi", document.get("swagger"))
    release = version.rpartition(".")[0] if isinstance(version, str) else ""
    if release in _RELEASES and "openapi" in document:
        return release
    known = " and ".join(f"{each}.x" for each in _RELEASES)
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
