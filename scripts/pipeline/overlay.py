"""OpenAPI Overlay 1.1: an ordered list of changes to a document, each with its reason.

Held to the specification (https://spec.openapis.org/overlay/v1.1.0.html) with three rules more,
since these overlays follow documents that others change: a target that selects nothing is an error,
so is a field that the specification doesn't know, and what an `enum` or a `required` has already is
not added once more.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast
from urllib.parse import unquote, urlsplit

import jsonpath_rfc9535
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from .documents import JSON, Document, Location, json_path, load, name_of
from .errors import PipelineError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Action", "Overlay", "Review", "apply", "read", "review"]


@dataclass(frozen=True, kw_only=True)
class Action:
    """One change: what to do, where, with what, and why."""

    place: str
    target: str
    kind: Literal["update", "copy", "remove"]
    operand: JSON
    description: str | None


@dataclass(frozen=True, kw_only=True)
class Overlay:
    """The changes that one file asks for, in their order."""

    place: str
    actions: tuple[Action, ...]


def read(path: Path, *, spec: Path) -> Overlay:
    """Read the overlay in `path`; where it names the document that it extends, that is `spec`."""
    document, place = load(path), name_of(path)
    error = best_match(_SCHEMA.iter_errors(document))
    if error is not None:
        raise PipelineError(f"{place}, {json_path(tuple(error.absolute_path))}", error.message)
    extends = document.get("extends")
    if extends is not None and not _is_reference_to(spec, cast("str", extends), base=path):
        raise PipelineError(f"{place}, $['extends']", f"{extends!r} is not {spec.name}")
    raw_actions = cast("list[Document]", document["actions"])
    return Overlay(
        place=place,
        actions=tuple(
            _action(raw, place=f"{place}, action {number} ({raw['target']})")
            for number, raw in enumerate(raw_actions, start=1)
        ),
    )


@dataclass(frozen=True, kw_only=True)
class Review:
    """What became of every action: the outcome, the failures, and what there was no need for."""

    document: Document
    failures: tuple[PipelineError, ...]
    superfluous: tuple[Action, ...]


def apply(overlay: Overlay, document: Document) -> Document:
    """Copy `document` and apply every action, each to the outcome of the one before."""
    result = copy.deepcopy(document)
    for action in overlay.actions:
        _act(action, result)
    return result


def review(overlay: Overlay, document: Document) -> Review:
    """Apply what can be applied to a copy of `document`, and tell of all the rest."""
    result, failures, superfluous = document, [], []
    for action in overlay.actions:
        after = copy.deepcopy(result)
        try:
            _act(action, after)
        except PipelineError as error:
            failures.append(error)
            continue
        if after == result:
            superfluous.append(action)
        result = after
    return Review(document=result, failures=tuple(failures), superfluous=tuple(superfluous))


_EXTENSIONS = {"patternProperties": {"^x-": True}, "additionalProperties": False}
_SCHEMA = Draft202012Validator(
    {
        "type": "object",
        "required": ["overlay", "info", "actions"],
        "properties": {
            "overlay": {"type": "string", "pattern": r"^1\.1\.\d+$"},
            "info": {
                "type": "object",
                "required": ["title", "version"],
                "properties": {
                    "title": {"type": "string"},
                    "version": {"type": "string"},
                    "description": {"type": "string"},
                },
                **_EXTENSIONS,
            },
            "extends": {"type": "string"},
            "actions": {
                "type": "array",
                "minItems": 1,
                "items": {
                    "type": "object",
                    "required": ["target"],
                    "properties": {
                        "target": {"type": "string"},
                        "description": {"type": "string"},
                        "update": True,
                        "copy": {"type": "string"},
                        "remove": {"type": "boolean"},
                    },
                    **_EXTENSIONS,
                },
            },
        },
        **_EXTENSIONS,
    }
)


def _is_reference_to(spec: Path, extends: str, *, base: Path) -> bool:
    reference = urlsplit(extends)
    if reference.scheme or reference.netloc:
        return False
    return (base.parent / unquote(reference.path)).resolve() == spec.resolve()


def _action(raw: Document, *, place: str) -> Action:
    kinds: list[Literal["update", "copy", "remove"]] = []
    if "update" in raw:
        kinds.append("update")
    if "copy" in raw:
        kinds.append("copy")
    if raw.get("remove"):
        kinds.append("remove")
    # The specification lets one silently win over another; whoever wrote both meant something else.
    if len(kinds) != 1:
        found = " and ".join(kinds) or "none of them"
        raise PipelineError(place, f"needs one of update, copy and remove: true; has {found}")
    return Action(
        place=place,
        target=cast("str", raw["target"]),
        kind=kinds[0],
        operand=raw[kinds[0]],
        description=cast("str | None", raw.get("description")),
    )


def _act(action: Action, document: Document) -> None:
    targets = _select(action.target, document, place=action.place)
    if not targets:
        raise PipelineError(action.place, "the target selects nothing")
    if action.kind == "remove":
        _remove(targets, document, place=action.place)
        return
    operand = action.operand
    if action.kind == "copy":
        sources = _select(cast("str", operand), document, place=action.place)
        if len(sources) != 1:
            raise PipelineError(
                action.place, f"copy must select one node; {operand} selects {len(sources)}"
            )
        operand = _at(sources[0], document)
    if len({_kind(_at(target, document)) for target in targets}) > 1:
        raise PipelineError(
            action.place, "the target selects nodes of different kinds: choose one kind"
        )
    # Copied before the first change: a copy's source may be among its targets.
    operands = [copy.deepcopy(operand) for _ in targets]
    for target, own in zip(targets, operands, strict=True):
        _update(target, own, document, place=action.place)


def _select(query: str, document: Document, *, place: str) -> list[Location]:
    try:
        nodes = jsonpath_rfc9535.find(query, document)
    except jsonpath_rfc9535.JSONPathError as error:
        raise PipelineError(place, f"{query!r}: {' '.join(str(error).split())}") from error
    return list(dict.fromkeys(node.location for node in nodes))


def _at(location: Location, document: Document) -> JSON:
    value: JSON = document
    for part in location:
        value = _children(value)[part]
    return value


def _children(value: JSON) -> dict[str | int, JSON]:
    # What it is indexed by is part of a location, and so fits: a key or an index.
    return cast("dict[str | int, JSON]", value)


def _kind(value: JSON) -> str:
    if isinstance(value, dict):
        return "an object"
    return "an array" if isinstance(value, list) else "a primitive value"


def _remove(targets: list[Location], document: Document, *, place: str) -> None:
    def last_index_first(target: Location) -> tuple[int, int]:
        return len(target), target[-1] if target and isinstance(target[-1], int) else -1

    # Deepest first, and the end of an array before its start: no location moves before its turn.
    for target in sorted(targets, key=last_index_first, reverse=True):
        if not target:
            raise PipelineError(place, "the document itself can't be removed")
        del _children(_at(target[:-1], document))[target[-1]]


def _update(target: Location, operand: JSON, document: Document, *, place: str) -> None:
    value = _at(target, document)
    if isinstance(value, list):
        _extend(value, operand if isinstance(operand, list) else [operand], target)
    elif isinstance(value, dict) and isinstance(operand, dict):
        _merge(value, operand, target, place=place)
    elif isinstance(value, dict) or isinstance(operand, (dict, list)):
        raise PipelineError(place, _mismatch(value, operand, target))
    else:
        _children(_at(target[:-1], document))[target[-1]] = operand


def _merge(value: Document, operand: Document, location: Location, *, place: str) -> None:
    for name, theirs in operand.items():
        if name not in value:
            value[name] = theirs
            continue
        ours = value[name]
        if isinstance(ours, dict) and isinstance(theirs, dict):
            _merge(ours, theirs, (*location, name), place=place)
        elif isinstance(ours, list) and isinstance(theirs, list):
            _extend(ours, theirs, (*location, name))
        elif isinstance(ours, (dict, list)) or isinstance(theirs, (dict, list)):
            raise PipelineError(place, _mismatch(ours, theirs, (*location, name)))
        else:
            value[name] = theirs


def _extend(ours: list[JSON], theirs: list[JSON], location: Location) -> None:
    is_set = bool(location) and location[-1] in {"enum", "required"}
    ours.extend([item for item in theirs if not (is_set and item in ours)])


def _mismatch(value: JSON, operand: JSON, location: Location) -> str:
    return f"{json_path(location)} is {_kind(value)} and can't take {_kind(operand)}"
