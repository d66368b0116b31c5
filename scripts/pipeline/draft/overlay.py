"""The first overlay of a new provider: what its spec says otherwise than the generator takes it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, cast

from pipeline import overlay
from pipeline.documents import JSON, Document, Location, json_path
from pipeline.errors import PipelineError
from pipeline.openapi import follow, operation_of, operations, resolve
from pipeline.statuses import statuses_of
from pipeline.validation import hold_to_an_end

from .references import deep_references
from .repairs import LAST_REPAIRS, REPAIRS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from .schemas import Change

__all__ = ["draft_overlay", "title_of", "with_plain_references"]

_MAX_ROUNDS = 8
_SHORT = re.compile(r"[a-z][a-z0-9_]{0,39}")


def with_plain_references(name: str, document: Document) -> Document:
    """Give a document as its overlay will, in that each reference names a component."""
    hold_to_an_end(document, place=f"specs/{name}.yaml")
    return _repaired(name, document, deep_references)[0]


def draft_overlay(
    name: str, document: Document, job: str, *, status: str
) -> tuple[str, Sequence[str]]:
    """Write what the generator needs said otherwise, and give why the vendor's text did not do.

    Both are empty where it did; a name of our own is no such reason.
    """
    hold_to_an_end(document, place=f"specs/{name}.yaml")
    done: list[Change] = []
    reasons: list[str] = []

    def names(found: Document) -> Iterator[Change]:
        return _actions(name, found, job, status=status)

    # Each step sees what the ones before have made, and makes anew what lies in what it made.
    for step in (*REPAIRS, names, *LAST_REPAIRS):
        document, changes = _repaired(name, document, step)
        done += changes
        reasons += [reason for _, reason, _ in changes if step is not names]
    return (_overlay_text(name, done) if done else ""), reasons


def _repaired(
    name: str, document: Document, step: Callable[[Document], Iterator[Change]]
) -> tuple[Document, list[Change]]:
    """Make one step's changes until it has no more, and give them."""
    done: list[Change] = []
    rounds = 0
    while changes := _outermost(step(document)):
        rounds += 1
        if rounds > _MAX_ROUNDS:
            raise PipelineError(name, f"{json_path(changes[0][0])} is combined without an end")
        document = overlay.apply(_overlay_of(name, changes), document)
        done += changes
    return document, done


def _outermost(found: Iterable[Change]) -> list[Change]:
    """Leave out what lies in what is taken out before, and what two operations share."""
    kept: list[Change] = []
    gone: list[Location] = []
    for change in found:
        place = change[0]
        if change not in kept and not any(place[: len(each)] == each for each in gone):
            kept.append(change)
            gone += [place] if change[2] is None else []
    return kept


def _actions(name: str, document: Document, job: str, *, status: str) -> Iterator[Change]:
    """Give what its operations need said otherwise."""
    operation, _ = operation_of(document, job)
    taken: set[str] = set()
    for each in operations(document):
        names = _names_of_operation(document, each, job=job, taken=taken)
        if names:
            yield _place_of(each), "A short import path.", names
    if document.get("security"):
        reason = "The key that the document asks for as a whole, said where the generator reads it."
        for each in operations(document):
            if "security" not in operation_of(document, each)[0]:
                yield _place_of(each), reason, {"security": document["security"]}
    inside = ("responses", "200", "content", "application/json", "schema")
    schema = _inline_answer(operation)
    if schema is not None:
        place = (*_place_of(job), *inside)
        yield from _names_of_answer(schema, place, document, name=name, status=status)
    for each in operations(document):
        yield from _body_actions(document, each)
        yield from _parameter_actions(document, each, relax=each == job)


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
) -> Iterator[Change]:
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


def _body_actions(document: Document, named: str) -> Iterator[Change]:
    """Say whether a body is required in the way that the generator makes sound code of."""
    place, body = follow((*_place_of(named), "requestBody"), document)
    required = body.get("required") is True
    if len(resolve(body.get("content"), document)) > 1:
        if required:
            reason = "A body of several forms is never required to the generator."
            yield place, reason, {"required": False}
    elif body and not required:
        yield place, "Without a body, there is nothing to do.", {"required": True}


def _parameter_actions(document: Document, named: str, *, relax: bool) -> Iterator[Change]:
    """Say what the generator can't send otherwise; `relax` lets ids be any text."""
    done: list[Location] = []
    for holder in (_place_of(named), _place_of(named)[:2]):
        listed = _at(holder, document).get("parameters")
        for number, _ in enumerate(listed if isinstance(listed, list) else []):
            where, parameter = follow((*holder, "parameters", number), document)
            form_at, form = follow((*where, "schema"), document)
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


def _at(location: Location, document: Document) -> Document:
    return follow(location, document)[1]


def _inline_answer(operation: Document) -> Document | None:
    schema: JSON = operation
    for key in ("responses", "200", "content", "application/json", "schema"):
        schema = schema.get(key) if isinstance(schema, dict) else None
    return schema if isinstance(schema, dict) and "$ref" not in schema else None


def _overlay_of(name: str, changes: Sequence[Change]) -> overlay.Overlay:
    """Make of changes what an overlay that says them would be read as."""
    return overlay.Overlay(
        place=name,
        actions=tuple(
            overlay.Action(
                place=f"{name}, {json_path(location)}",
                target=json_path(location),
                kind="remove" if update is None else "update",
                operand=True if update is None else update,
                description=reason,
            )
            for location, reason, update in changes
        ),
    )


def _overlay_text(name: str, actions: Sequence[Change]) -> str:
    lines = ["overlay: 1.1.0", "info:", f"  title: What {name} sends beyond its own spec"]
    lines += ["  version: 1.0.0", f"extends: {name}.yaml", "actions:"]
    for location, reason, update in actions:
        # JSON is YAML, and its strings let nothing out.
        change = "remove: true" if update is None else f"update: {json.dumps(update)}"
        lines += [f"  - target: {json.dumps(json_path(location))}"]
        lines += [f"    description: {json.dumps(reason)}", f"    {change}", ""]
    return "\n".join(lines)
