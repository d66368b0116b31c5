"""Whether a document is OpenAPI that can be generated from."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, cast
from urllib.parse import quote

from jsonschema.exceptions import SchemaError
from openapi_schema_validator import OAS30Validator, OAS31Validator
from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator
from referencing import Registry
from referencing.exceptions import Unresolvable

from .documents import JSON, Document, Location, json_path
from .errors import PipelineError
from .openapi import COMBINED, NAMING, look_up, release_of, walk
from .schema_facts import BOUNDS, TYPED_FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jsonschema import ValidationError

__all__ = ["fits", "hold_to_an_end", "validate"]

_MAX_REFERENCES = 100
_TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")
# What 3.0 has against the words of 3.1, such as `const`, a list of types, and the type null.
_LATER = {"additionalProperties", "enum", "type"}
_VALUE_VALIDATORS = {"3.0": OAS30Validator, "3.1": OAS31Validator}
_VALIDATORS = {"3.0": OpenAPIV30SpecValidator, "3.1": OpenAPIV31SpecValidator}


def validate(document: Document, *, place: str) -> None:
    """Hold `document` to the OpenAPI that it names, or is of; `place` names it in errors.

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
    found = ((error, _root_cause(error)) for error in _errors(document, release, place=place))
    errors = [(error, cause) for error, cause in found if not _is_harmless(error, cause)]
    if errors and release == "3.0" and _is_later(document, place=place):
        errors = [(error, cause) for error, cause in errors if cause.validator not in _LATER]
    for error, cause in errors:
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


def _errors(document: Document, release: str, *, place: str) -> Iterator[ValidationError]:
    validator = _VALIDATORS[release]
    try:
        yield from validator(document).iter_errors()
    except (TypeError, re.error):
        # A default was held against a schema that is itself not valid, and which one is not said.
        yield from validator(_without_defaults(document)).iter_errors()
    except RecursionError as error:
        raise PipelineError(place, "its schemas are nested too deeply to be read") from error


def _is_later(document: Document, *, place: str) -> bool:
    """Whether a document is of 3.1 in all but the release that it names, as many are.

    The generator reads both alike, so what it makes of them is the same.
    """
    renamed: Document = {**document, "openapi": "3.1.0"}
    errors = _errors(renamed, "3.1", place=place)
    return all(_is_harmless(error, _root_cause(error)) for error in errors)


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


def _parts(value: Document, document: Document) -> list[Document]:
    """Give what an object consists of: what it refers to, and what it is combined from."""
    parts: list[JSON] = []
    if isinstance(reference := value.get("$ref"), str):
        parts.append(look_up(reference, document)[1])
    for combined in COMBINED:
        members = value.get(combined)
        parts += members if isinstance(members, list) else []
    return [part for part in parts if isinstance(part, dict)]


def _is_harmless(error: ValidationError, cause: ValidationError) -> bool:
    """Whether it is of no consequence: the generator takes what it is an error in.

    Such are a list of required fields that is empty, responses of which there are none, a type
    that is named twice, and a default that is too long, or no email.
    """
    schema = error.schema
    held = cause.instance
    match [*cause.absolute_path][-1:]:
        case ["required"] if held == []:
            return True
        case ["responses"] if held == {}:
            return True
        case ["type"] if isinstance(held, list) and held and all(each in _TYPES for each in held):
            return True
        case _:
            pass
    if not isinstance(schema, dict) or schema.get("default", error) != error.instance:
        return False
    if cause.validator == "format":
        return cause.validator_value not in TYPED_FORMATS
    return cause.validator in {*BOUNDS, "multipleOf", "pattern", "uniqueItems"}


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
