"""What a repair of a spec goes through: its schemas, and what they are combined from."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from pipeline.openapi import COMBINED, NAMING, UNIONS, follow, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.documents import JSON, Document, Location

__all__ = [
    "SUBSTANCE",
    "Change",
    "branches_of",
    "may_be_object",
    "object_at",
    "parts_of",
    "schemas_of",
]

Change: TypeAlias = "tuple[Location, str, JSON]"
"""A place, why it is changed, and what is merged into it; None takes it out."""

# Beside these, a schema says nothing that a class is made of.
SUBSTANCE = frozenset(
    {
        *("$ref", "additionalProperties", "const", "enum", "items", "prefixItems", "properties"),
        *("required", "type", *COMBINED),
    }
)
_DATA = frozenset({"const", "default", "enum", "example", "examples"})


def schemas_of(
    value: JSON, place: Location = (), *, naming: bool = False
) -> Iterator[tuple[Location, Document]]:
    """Give the schemas of a document, and the other objects that are no names and no data."""
    if isinstance(value, dict):
        if not naming:
            yield place, value
        for key, item in value.items():
            if naming or key not in _DATA:
                named = not naming and key in NAMING
                yield from schemas_of(item, (*place, key), naming=named)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from schemas_of(item, (*place, number))


def parts_of(schema: Document, combined: str) -> list[Document]:
    """Give the schemas that one is `combined` from, by allOf, anyOf or oneOf."""
    parts = schema.get(combined)
    return [each for each in parts if isinstance(each, dict)] if isinstance(parts, list) else []


def branches_of(schema: Document, document: Document) -> list[Document]:
    """Give the branches of what is a union and nothing else."""
    found = resolve(schema, document)
    if found.keys() & {"properties", "allOf"}:
        return []
    return [each for union in UNIONS for each in parts_of(found, union)]


def may_be_object(schema: Document, document: Document) -> bool:
    """Whether a value of a schema may be an object."""
    found = resolve(schema, document)
    kinds = found.get("type")
    return (
        bool(found.keys() & {"properties", "allOf"})
        or "object" in (kinds if isinstance(kinds, list) else [kinds])
        or not found.keys() & (SUBSTANCE - {"required", "additionalProperties"})
    )


def object_at(place: Location, document: Document) -> Document:
    """Give the object that a place of a document refers to in the end."""
    return follow(place, document)[1]
