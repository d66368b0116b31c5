"""The first overlay of a new provider: what its spec says otherwise than the generator takes it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, TypeAlias, cast

from .documents import JSON, Document, Location, json_path
from .openapi import NAMING, fits, key_of, operation_of, operations, resolve, walk
from .statuses import statuses_of

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["draft_overlay", "title_of"]

_Action: TypeAlias = "tuple[Location, str, JSON]"
_SHORT = re.compile(r"[a-z][a-z0-9_]{0,39}")


def draft_overlay(name: str, document: Document, job: str, *, status: str) -> str | None:
    """Write what the generator needs said otherwise; None where there is nothing."""
    place = _place_of(job)
    operation, _ = operation_of(document, job)
    actions: list[_Action] = []
    taken: set[str] = set()
    for each in operations(document):
        names = _names_of_operation(document, each, job=job, taken=taken)
        actions += [(_place_of(each), "A short import path.", names)] if names else []
    if document.get("security"):
        reason = "The key that the document asks for as a whole, said where the generator reads it."
        actions += [
            (_place_of(each), reason, {"security": document["security"]})
            for each in operations(document)
            if "security" not in operation_of(document, each)[0]
        ]
    inside = ("responses", "200", "content", "application/json", "schema")
    schema = _inline_answer(operation)
    if schema is not None:
        actions += _names_of_answer(schema, (*place, *inside), document, name=name, status=status)
    for each in operations(document):
        actions += _body_actions(document, each)
        actions += _parameter_actions(document, each, relax=each == job)
    actions += [*_stray_defaults(document), *_names_that_clash(document)]
    # What two operations share is said once.
    actions = [each for n, each in enumerate(actions) if each not in actions[:n]]
    return _overlay_text(name, actions) if actions else None


def title_of(name: str) -> str:
    """Give the name that a provider's classes begin with."""
    return name.replace("_", " ").title().replace(" ", "")


def _place_of(operation: str) -> Location:
    method, _, path = operation.partition(" ")
    return "paths", path, method.lower()


def _names_of_operation(document: Document, named: str, *, job: str, taken: set[str]) -> Document:
    """Give an operation short names, where its own are none that anyone wants to type."""
    operation, _ = operation_of(document, named)
    names: Document = {}
    if named == job and not _SHORT.fullmatch(str(operation.get("operationId"))):
        names["operationId"] = "get_job"
    elif named != job:
        own = _name_in_python(str(operation.get("operationId", "")))
        method, _, path = named.partition(" ")
        # What a framework calls it that has no better name: the function, its path, its method.
        short = own.removesuffix(f"_{_name_in_python(path)}_{method.lower()}")
        if not _SHORT.fullmatch(short):
            parts = [part for part in path.split("/") if part and "{" not in part]
            short = f"create_{_name_in_python(parts[-1])}"[:36].strip("_") if parts else "create"
        if short in taken:
            short = f"{short}_{len(taken)}"
        taken.add(short)
        if short != own:
            names["operationId"] = short
    if not operation.get("tags"):
        names["tags"] = ["Jobs"]
    return names


def _name_in_python(text: str) -> str:
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text)
    return re.sub(r"[\W_]+", "_", apart).strip("_").lower()


def _names_of_answer(
    schema: Document, place: Location, document: Document, *, name: str, status: str
) -> Iterator[_Action]:
    """Name the class of an answer; of a union, that of each branch, by the status that it has."""
    title = f"{title_of(name)}Job"
    unions = [key for key in ("oneOf", "anyOf") if isinstance(schema.get(key), list)]
    if not unions and "title" not in schema:
        yield place, "The name of the result's class.", {"title": title}
    for union in unions:
        for number, branch in enumerate(cast("list[JSON]", schema[union])):
            if not isinstance(branch, dict) or branch.keys() & {"$ref", "title"}:
                continue
            words = statuses_of(branch, document, at=status)
            label = title_of(words[0].lower()) if len(words) == 1 else f"Type{number}"
            reason = "The name of the class of an answer with this status."
            yield (*place, union, number), reason, {"title": f"{title}{label}"}


def _body_actions(document: Document, named: str) -> Iterator[_Action]:
    """Say whether a body is required in the way that the generator makes sound code of."""
    place, body = _follow((*_place_of(named), "requestBody"), document)
    required = body.get("required") is True
    if len(resolve(body.get("content"), document)) > 1:
        if required:
            reason = "A body of several forms is never required to the generator."
            yield place, reason, {"required": False}
    elif body and not required:
        yield place, "Without a body, there is nothing to do.", {"required": True}


def _parameter_actions(document: Document, named: str, *, relax: bool) -> Iterator[_Action]:
    """Say what the generator can't send otherwise; `relax` lets ids be any text."""
    done: list[Location] = []
    for holder in (_place_of(named), _place_of(named)[:2]):
        listed = _at(holder, document).get("parameters")
        for number, _ in enumerate(listed if isinstance(listed, list) else []):
            where, parameter = _follow((*holder, "parameters", number), document)
            form_at, form = _follow((*where, "schema"), document)
            required = parameter.get("required") is True
            if form_at in done:
                continue
            done.append(form_at)
            an_id = relax or parameter.get("in") == "path"
            if an_id and "format" in form and required:
                yield (*form_at, "format"), "An id goes back as it came.", None
            if parameter.get("in") == "header" and "const" in form:
                reason = "A header of one value, which is sent by its default."
                yield (*form_at, "const"), "Makes room for the next action.", None
                yield form_at, reason, {"default": form["const"]}
                yield where, reason, {"required": False}


def _stray_defaults(document: Document) -> Iterator[_Action]:
    """Take out each default that its own schema does not allow."""
    for location, value in walk(document):
        if not isinstance(value, dict) or "default" not in value:
            continue
        if location and location[-1] in NAMING:
            continue
        if not fits(value["default"], location, document):
            reason = "The default is not one of the values that are allowed."
            yield (*location, "default"), reason, None


def _names_that_clash(document: Document) -> Iterator[_Action]:
    """Give schemas that share a title, which is a class's name, one of their own each."""
    known: dict[str, int] = {}
    for location, value in walk(document):
        title = value.get("title") if isinstance(value, dict) else None
        if isinstance(value, dict) and isinstance(title, str) and _has_class(value):
            name = _class_name(title)
            known[name] = known.get(name, 0) + 1
            if known[name] > 1:
                reason = "A name of its own; another schema has this one."
                yield location, reason, {"title": f"{title}{known[name]}"}


def _has_class(schema: Document) -> bool:
    return schema.get("type") == "object" or "properties" in schema


def _class_name(title: str) -> str:
    return re.sub(r"[\W_]+", "", title).lower()


def _follow(location: Location, document: Document) -> tuple[Location, Document]:
    """Give the place that a place refers to in the end, and the object there."""
    value: JSON = document
    for part in location:
        value = (
            cast("dict[str | int, JSON]", value).get(part)
            if isinstance(value, dict)
            else (value[part] if isinstance(value, list) and isinstance(part, int) else None)
        )
    reference = value.get("$ref") if isinstance(value, dict) else None
    if isinstance(reference, str):
        return _follow(tuple(map(key_of, reference.split("/")[1:])), document)
    return location, value if isinstance(value, dict) else {}


def _at(location: Location, document: Document) -> Document:
    return _follow(location, document)[1]


def _inline_answer(operation: Document) -> Document | None:
    schema: JSON = operation
    for key in ("responses", "200", "content", "application/json", "schema"):
        schema = schema.get(key) if isinstance(schema, dict) else None
    return schema if isinstance(schema, dict) and "$ref" not in schema else None


def _overlay_text(name: str, actions: list[_Action]) -> str:
    lines = ["overlay: 1.1.0", "info:", f"  title: What {name} sends beyond its own spec"]
    lines += ["  version: 1.0.0", f"extends: {name}.yaml", "actions:"]
    for location, reason, update in actions:
        # JSON is YAML, and its strings let nothing out.
        change = "remove: true" if update is None else f"update: {json.dumps(update)}"
        lines += [f"  - target: {json.dumps(json_path(location))}"]
        lines += [f"    description: {json.dumps(reason)}", f"    {change}", ""]
    return "\n".join(lines)
