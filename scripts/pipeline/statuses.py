"""The words that an answer may have as its status: what the wrapper's PHASES must classify.

They stand in an enum, or in the prose of a page that has none: there, in backticks.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .openapi import COMBINED, operation_of, resolve

if TYPE_CHECKING:
    from .documents import JSON, Document

__all__ = [
    "answer_examples",
    "answer_schema",
    "is_json",
    "listed_statuses",
    "places_of_words",
    "status_place",
    "statuses_of",
    "submitted_schema",
    "variants_of",
    "why_unreadable",
    "words_of",
]

_QUOTED = re.compile(r"`([^`\n]+)`")
# What a status that is an object calls its word.
_INSIDE = ("type", "state", "status", "name", "value", "code", "phase")
_DEPTH = 3


def listed_statuses(*documents: Document, job: str, at: str) -> set[str]:
    """Every status that the poll, the operation `job`, may answer with in each of `documents`.

    `at` is where an answer has its status: a field, or fields with a dot between them.
    """
    return {
        word for each in documents for word in statuses_of(answer_schema(each, job), each, at=at)
    }


def answer_schema(document: Document, job: str) -> Document:
    """Give the schema of the answer that is judged, the JSON of a 200."""
    return resolve(_answer_content(document, job).get("schema"), document)


def submitted_schema(document: Document, operation: str) -> Document:
    """Give the schema of the answer to a submission: the JSON of its first 2xx that has some."""
    answers = resolve(operation_of(document, operation)[0].get("responses"), document)
    contents = [_json_of(answers[code], document) for code in sorted(answers) if code[:1] == "2"]
    found = (resolve(each.get("schema"), document) for each in contents)
    return next((schema for schema in found if schema), {})


def answer_examples(document: Document, job: str) -> dict[str, Document]:
    """Give the examples of the answer that is judged, by what they are called."""
    content = _answer_content(document, job)
    schema = answer_schema(document, job)
    listed = schema.get("examples")
    found: dict[str, JSON] = {"example": content.get("example")}
    for name, each in resolve(content.get("examples"), document).items():
        found[name] = resolve(each, document).get("value")
    found["the schema's example"] = schema.get("example")
    for number, each in enumerate(listed if isinstance(listed, list) else [], start=1):
        found[f"the schema's example {number}"] = each
    return {name: value for name, value in found.items() if isinstance(value, dict)}


def why_unreadable(document: Document, job: str) -> str | None:
    """Say why the answer to a poll can't become a class; None where it can."""
    answers = resolve(operation_of(document, job)[0].get("responses"), document)
    if "200" not in answers:
        return f"a poll answers with {', '.join(answers) or 'nothing'}, and not with a 200"
    kinds = resolve(resolve(answers["200"], document).get("content"), document)
    if not any(map(is_json, kinds)):
        return f"a poll answers with {', '.join(kinds) or 'no content'}, and not with JSON"
    schema = answer_schema(document, job)
    variants = variants_of(schema, document)
    types = sorted({str(each["type"]) for each in variants if "type" in each})
    if not schema:
        return "the answer to a poll has no schema"
    if "object" not in types and not any("properties" in each for each in variants):
        told = f"has the type {' or '.join(types)}" if types else "has no fields"
        return f"the answer to a poll must be an object; its schema {told}"
    return None


def _answer_content(document: Document, job: str) -> Document:
    answers = resolve(operation_of(document, job)[0].get("responses"), document)
    return _json_of(answers.get("200"), document)


def _json_of(answer: JSON, document: Document) -> Document:
    kinds = resolve(resolve(answer, document).get("content"), document)
    return resolve(next((kinds[each] for each in kinds if is_json(each)), None), document)


def is_json(kind: str) -> bool:
    """Whether content of a kind is JSON."""
    bare = kind.partition(";")[0].strip().lower()
    return bare == "application/json" or bare.endswith("+json")


def status_place(document: Document, job: str, *, at: str) -> str:
    """Give where an answer has its status: `at`, or what holds the word in it if that is an object.

    Such an object is a union of one for each status, as a rule, with a field that tells them apart.
    """
    answer = answer_schema(document, job)
    schemas = _schemas_at(answer, document, at=at)
    if any(map(words_of, schemas)) or not any("properties" in each for each in schemas):
        return at
    tellers = [resolve(each.get("discriminator"), document) for each in schemas]
    told = [str(each["propertyName"]) for each in tellers if "propertyName" in each]
    places = [f"{at}.{name}" for name in (*told, *_INSIDE)]
    found = (each for each in places if _listed_at(answer, document, at=each))
    return next(found, at)


def places_of_words(document: Document, job: str) -> list[str]:
    """Give where an answer has one of several words: what may be its status."""
    answer = answer_schema(document, job)
    places = [name for each in variants_of(answer, document) for name in _fields(each, document)]
    for place in places:
        inner = _schemas_at(answer, document, at=place) if place.count(".") < _DEPTH - 1 else []
        places += [f"{place}.{name}" for each in inner for name in _fields(each, document)]
    several = [each for each in places if len(_listed_at(answer, document, at=each)) > 1]
    return [*dict.fromkeys(several)]


def statuses_of(schema: Document, document: Document, *, at: str) -> list[str]:
    """Every status that an answer of one schema may have."""
    schemas = _schemas_at(schema, document, at=at)
    words = [word for schema in schemas for word in words_of(schema)]
    if not words:
        texts = [text for schema in schemas if isinstance(text := schema.get("description"), str)]
        words = [word for text in texts for word in _QUOTED.findall(text)]
    return words


def _listed_at(schema: Document, document: Document, *, at: str) -> set[str]:
    """Give the words that stand in enums and consts of one place, and not in prose."""
    return {word for each in _schemas_at(schema, document, at=at) for word in words_of(each)}


def _schemas_at(schema: Document, document: Document, *, at: str) -> list[Document]:
    """Give the schemas of what stands in one place of an answer, and all that they consist of."""
    schemas = variants_of(schema, document)
    for name in at.split("."):
        holders = [resolve(schema.get("properties"), document) for schema in schemas]
        inner = [resolve(holder.get(name), document) for holder in holders if name in holder]
        schemas = [variant for each in inner for variant in variants_of(each, document)]
    return schemas


def _fields(schema: Document, document: Document) -> Document:
    return resolve(schema.get("properties"), document)


def variants_of(schema: Document, document: Document) -> list[Document]:
    """Give a schema, and all that it is put together from."""
    found = [schema]
    for part_of in found:
        for combined in COMBINED:
            parts = part_of.get(combined)
            for part in parts if isinstance(parts, list) else ():
                # Found by identity: a schema may hold itself.
                if not any(resolve(part, document) is known for known in found):
                    found.append(resolve(part, document))
    return found


def words_of(schema: Document) -> list[str]:
    """Give the words that a schema lists."""
    listed = schema.get("enum")
    values = listed if isinstance(listed, list) else [schema.get("const")]
    return [value for value in values if isinstance(value, str)]
