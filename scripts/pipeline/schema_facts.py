"""What one schema says by itself: its name, its types, its values, and what else limits it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from .openapi import COMBINED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .documents import JSON, Document

__all__ = [
    "BOUNDS",
    "NUMBERED",
    "TYPED_FORMATS",
    "as_text",
    "is_object",
    "name_of",
    "parts_of",
    "scheme_text",
    "texts_of",
    "traits_of",
    "types_of",
    "values_of",
    "words_of",
]

BOUNDS = {
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"), 1),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"), -1),
}
"""What bounds a value, and the way that it goes when it gets narrower."""

NUMBERED = "numbered names"
"""The trait of a list whose values have no names but by where they stand in it."""

TYPED_FORMATS = frozenset({"binary", "date", "date-time", "uuid"})
"""Those that the generator has a type for; with any other, a value is what it would be without."""

_TYPES = {str: "string", bool: "boolean", int: "integer", float: "number"}
_NAMES = "x-enum-varnames"
_TRAITS = {
    "default": "default",
    _NAMES: "list of value names",
    "deprecated": "deprecation",
    "discriminator": "discriminator",
    **{each: each for each in (*BOUNDS, "multipleOf", "pattern", "uniqueItems", "format")},
    **{each: each for each in ("contentEncoding", "contentMediaType", "readOnly", "writeOnly")},
}


def scheme_text(scheme: Document) -> str:
    """Say where a key goes."""
    return " ".join(str(scheme[key]) for key in ("type", "scheme", "in", "name") if key in scheme)


def name_of(value: JSON, schema: Document) -> str:
    """Give the name that a class of this schema is called by, if it has one."""
    if not (is_object(schema) or "enum" in schema):
        return ""
    title = schema.get("title")
    reference = value.get("$ref") if isinstance(value, dict) else None
    if not isinstance(title, str):
        return reference.rpartition("/")[2] if isinstance(reference, str) else ""
    # To the title of a list of values, the generator adds what the list stands in.
    return title if is_object(schema) or reference else f"{title} (inline)"


def words_of(text: str) -> list[str]:
    """Split a name into the words that the generator makes another of, in any spelling."""
    # Other signs are no bounds of words: they fall away.
    text = re.sub(r"[^\w. -]+", "", text)
    if text != text.lower():
        text = " ".join(re.split("([A-Z]?[a-z]+)", text))
    # A word in capitals keeps them in the name of a class.
    words = re.findall(r"[^. _-]+", text)
    return [word if word.isupper() else word.lower() for word in words]


def parts_of(schema: Document, combined: str) -> list[JSON]:
    """Give what a schema is `combined` from, by allOf, anyOf or oneOf."""
    parts = schema.get(combined)
    return parts if isinstance(parts, list) else []


def as_text(value: JSON) -> str:
    """Give a value as it is told to people."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def is_object(schema: Document) -> bool:
    """Whether a schema says that its value is an object, or is joined from several that do."""
    joined = len(parts_of(schema, "allOf")) > 1
    return schema.get("type") == "object" or "properties" in schema or joined


def types_of(schema: Document) -> list[str]:
    """Give the types that a schema allows, each with the format that makes it another in Python."""
    named = schema.get("type")
    names = [str(name) for name in (named if isinstance(named, list) else [named]) if name]
    listed = schema.get("enum", [schema["const"]] if "const" in schema else [])
    listed = listed if isinstance(listed, list) else []
    if not names and "properties" in schema:
        names = ["object"]
    # Values that are listed are of the type that they have.
    names = names or [_TYPES[type(value)] for value in listed if type(value) in _TYPES]
    if not names and not any(key in schema for key in (*COMBINED, "enum", "const")):
        names = ["anything"]
    form = schema.get("format")
    if form in TYPED_FORMATS:
        names = [name if name == "null" else f"{name} ({form})" for name in names]
    # In a list of values, null is no value of the class but another type.
    return [*names, "null"] if None in listed or schema.get("nullable") is True else names


def values_of(schema: Document) -> list[str]:
    """Give the values that a schema lists."""
    listed = schema.get("enum")
    if not isinstance(listed, list):
        listed = [schema["const"]] if "const" in schema else []
    return [as_text(value) for value in listed if value is not None or len(listed) == 1]


def texts_of(value: JSON) -> Iterable[str]:
    """Give the texts in what should be a list of them."""
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def traits_of(schemas: Sequence[Document]) -> dict[str, str]:
    """Give what else schemas say of one value, the first of them that says so."""
    found = {
        _TRAITS[key]: as_text(schema[key])
        for schema in reversed(schemas)
        for key in _TRAITS
        if key in schema
        and schema[key] is not False
        and not (key == "format" and schema[key] in TYPED_FORMATS)
        and not (key == _NAMES and not _has_names(schema))
    }
    numbered = {name: text for each in schemas for name, text in _numbered(each).items()}
    return {**found, NUMBERED: as_text(numbered)} if numbered else found


def _has_names(schema: Document) -> bool:
    """Whether each of its values is named: of names that are too few, none is taken."""
    names, listed = schema.get(_NAMES), schema.get("enum")
    if not isinstance(names, list) or not isinstance(listed, list):
        return False
    return len(names) == sum(value is not None for value in listed)


def _numbered(schema: Document) -> dict[str, JSON]:
    """Give the values that the generator names by where they stand, by those names."""
    listed = schema.get("enum")
    if not isinstance(listed, list) or _has_names(schema):
        return {}
    return {
        f"VALUE_{number}": value
        for number, value in enumerate(listed)
        if isinstance(value, str) and not value[:1].isalpha()
    }
