"""The words that an answer may have as its status: what the wrapper's PHASES must classify.

They stand in an enum, or in the prose of a page that has none: there, in backticks.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .openapi import METHODS, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .documents import JSON, Document

__all__ = ["answer_schema", "described_operation", "listed_statuses"]

_QUOTED = re.compile(r"`([^`\n]+)`")


def listed_statuses(*documents: Document) -> set[str]:
    """Every status of the one operation in each of `documents`."""
    return {word for document in documents for word in _statuses(document)}


def described_operation(document: Document) -> Document:
    """Give the object of the one operation that a spec describes."""
    paths = resolve(document.get("paths"), document)
    for item in paths.values():
        for method, operation in resolve(item, document).items():
            if method in METHODS:
                return resolve(operation, document)
    return {}


def answer_schema(document: Document) -> Document:
    """Give the schema of the answer that is judged, the JSON of a 200."""
    place: JSON = described_operation(document)
    for key in ("responses", "200", "content", "application/json", "schema"):
        place = resolve(resolve(place, document).get(key), document)
    return resolve(place, document)


def _statuses(document: Document) -> Iterator[str]:
    properties = resolve(answer_schema(document).get("properties"), document)
    schemas = [resolve(properties.get("status"), document)]
    for schema in schemas:
        for combined in ("allOf", "anyOf", "oneOf"):
            parts = schema.get(combined)
            for part in parts if isinstance(parts, list) else ():
                # Found by identity: a schema may hold itself.
                if not any(resolve(part, document) is known for known in schemas):
                    schemas.append(resolve(part, document))
    words = [word for schema in schemas for word in _words(schema)]
    if not words:
        texts = [text for schema in schemas if isinstance(text := schema.get("description"), str)]
        words = [word for text in texts for word in _QUOTED.findall(text)]
    yield from words


def _words(schema: Document) -> list[str]:
    listed = schema.get("enum")
    values = listed if isinstance(listed, list) else [schema.get("const")]
    return [value for value in values if isinstance(value, str)]
