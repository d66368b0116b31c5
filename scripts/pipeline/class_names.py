"""The names that the generator gives the classes of a document, before it runs.

A schema's class is called by its title, or else by what it stands in and as what it stands there.
Two schemas of one name stop the generator, or write one file over the other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .openapi import COMBINED, UNIONS, follow, operation_of, operations, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .documents import JSON, Document, Location

__all__ = ["FORMS", "NamedClass", "classes_of", "name_in_file"]

FORMS = {
    "application/json": "json",
    "application/octet-stream": "content",
    "application/x-www-form-urlencoded": "data",
    "multipart/form-data": "files",
}
"""The forms of a body that a client can send, and what its class is called by in each."""


@dataclass(frozen=True, kw_only=True)
class NamedClass:
    """A schema that becomes a class, by its place and what the class is called."""

    location: Location
    name: str
    own: str
    """Its title, or what stands for it: of an enum, without what it stands in."""
    values: tuple[str, ...] | None
    """Those of an enum, which may be another's too; None for a model."""
    component: str | None
    """The component that it is, if it is one."""


def name_in_file(text: str) -> str:
    """Reduce a class's name to what is told apart in the name of its file."""
    return re.sub(r"[\W_]+", "", text).lower()


def classes_of(document: Document) -> Iterator[NamedClass]:
    """Give the classes of a document in the order in which the generator makes them."""
    walk = _Walk(document)
    schemas = resolve(resolve(document.get("components"), document).get("schemas"), document)
    places: list[tuple[JSON, Location, str]] = [
        (schema, ("components", "schemas", name), name) for name, schema in schemas.items()
    ]
    # All that are components have their names before anything in them gets one.
    first = [
        each
        for schema, place, name in places
        for each in walk.schema(schema, place, name, "", component=name, inside=False)
    ]
    yield from first
    for schema, place, name in places:
        for each in walk.schema(schema, place, name, "", component=name):
            if each not in first:
                yield each
    for named in operations(document):
        yield from walk.operation(named)


class _Walk:
    def __init__(self, document: Document) -> None:
        self._document = document

    def operation(self, named: str) -> Iterator[NamedClass]:
        method, _, path = named.partition(" ")
        operation, _ = operation_of(self._document, named)
        own = str(operation.get("operationId") or f"{method}_{path}")
        place: Location = ("paths", path, method.lower())
        for holder in (place, place[:2]):
            at, held = follow(holder, self._document)
            listed = held.get("parameters")
            for number, _ in enumerate(listed if isinstance(listed, list) else []):
                at, parameter = follow((*holder, "parameters", number), self._document)
                name = str(parameter.get("name"))
                yield from self.schema(parameter.get("schema"), (*at, "schema"), name, own)
        at, body = follow((*place, "requestBody"), self._document)
        kinds = resolve(body.get("content"), self._document)
        for kind in kinds:
            form = FORMS.get(kind.partition(";")[0].strip(), "json")
            parent = f"{own}_{form}" if len(kinds) > 1 else own
            yield from self._content((*at, "content", kind), "body", parent)
        for code in resolve(operation.get("responses"), self._document):
            at, answer = follow((*place, "responses", code), self._document)
            for kind in [*resolve(answer.get("content"), self._document)][:1]:
                yield from self._content((*at, "content", kind), f"response_{code}", own)

    def _content(self, place: Location, name: str, parent: str) -> Iterator[NamedClass]:
        at, held = follow(place, self._document)
        yield from self.schema(held.get("schema"), (*at, "schema"), name, parent)

    def schema(
        self,
        schema: JSON,
        place: Location,
        name: str,
        parent: str,
        *,
        component: str | None = None,
        inside: bool = True,
    ) -> Iterator[NamedClass]:
        """Give the class of a schema, called `name` in `parent`, and those `inside` of it."""
        if not isinstance(schema, dict) or "$ref" in schema or schema.get("type") == "boolean":
            return
        parts = [(key, n) for key in COMBINED for n, _ in enumerate(_list(schema.get(key)))]
        alone = _list(schema.get(parts[0][0]))[parts[0][1]] if len(parts) == 1 else None
        if isinstance(alone, dict) and "$ref" in alone:
            return
        title = schema.get("title")
        title = title if isinstance(title, str) and title else None
        branches = [(key, n) for key, n in parts if key in UNIONS]
        values = _list(schema.get("enum"))
        kinds = _kinds(schema)
        if values:
            if None in values:
                name = f"{name}_type_1"
            yield NamedClass(
                location=place,
                name=_class(parent + (title or name)),
                own=title or name,
                values=tuple(str(each) for each in values if each is not None),
                component=component,
            )
        elif branches:
            for order, (key, n) in enumerate(branches):
                branch = _list(schema[key])[n]
                said = branch.get("title") if isinstance(branch, dict) else None
                label = said if isinstance(said, str) and said != title else f"type_{order}"
                yield from self.schema(
                    branch, (*place, key, n), f"{name}_{label}", parent, inside=inside
                )
        elif len(kinds) > 1:
            for order, kind in enumerate(kinds):
                copy: Document = {**schema, "type": kind, "nullable": False}
                yield from self.schema(copy, place, f"{name}_type_{order}", parent, inside=inside)
        elif kinds == ["array"]:
            if inside:
                items, item = schema.get("items"), f"{name}_item"
                yield from self.schema(items, (*place, "items"), item, parent)
        elif kinds == ["object"] or parts or (not kinds and "properties" in schema):
            own = title or f"{parent}_{name}".strip("_")
            yield NamedClass(
                location=place, name=_class(own), own=own, values=None, component=component
            )
            if inside:
                yield from self._fields(schema, place, own)

    def _fields(self, schema: Document, place: Location, own: str) -> Iterator[NamedClass]:
        holders = [(schema, place)]
        for number, part in enumerate(_list(schema.get("allOf"))):
            if isinstance(part, dict):
                holders.append((part, (*place, "allOf", number)))
        for holder, at in holders:
            for name, field in resolve(holder.get("properties"), self._document).items():
                yield from self.schema(field, (*at, "properties", name), name, own)
        more = schema.get("additionalProperties")
        yield from self.schema(more, (*place, "additionalProperties"), "AdditionalProperty", own)


def _class(text: str) -> str:
    return name_in_file(text.rpartition("/")[2])


def _kinds(schema: Document) -> list[str]:
    named = schema.get("type")
    kinds = [str(each) for each in (named if isinstance(named, list) else [named]) if each]
    nullable = schema.get("nullable") is True and kinds and "null" not in kinds
    return [*kinds, "null"] if nullable else kinds


def _list(value: JSON) -> list[JSON]:
    return value if isinstance(value, list) else []
