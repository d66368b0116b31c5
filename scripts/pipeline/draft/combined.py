"""What a spec combines in a way that the generator does not take, combined otherwise.

It reads an allOf of objects alone, whose fields contradict each other in nothing, and of a union
nothing but its branches.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from pipeline.class_names import name_in_file
from pipeline.openapi import COMBINED, UNIONS, resolve

from .schemas import SUBSTANCE, branches_of, may_be_object, parts_of, schemas_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipeline.documents import JSON, Document, Location

    from .schemas import Change

__all__ = ["COMBINATIONS"]

_OWN_FIELDS = ("properties", "required", "additionalProperties")
_CONDITIONS = frozenset({"required", "not", "title", "description", "type"})


def _conditions(document: Document) -> Iterator[Change]:
    """Take out unions that say no more than which fields go together."""
    for place, schema in schemas_of(document):
        for union in UNIONS:
            branches = parts_of(schema, union)
            bare = all(each.keys() <= _CONDITIONS for each in branches)
            if "properties" in schema and branches and bare:
                reason = "Says which fields go together, and would hide them all."
                yield (*place, union), reason, None


def _bare_parts(document: Document) -> Iterator[Change]:
    """Take a schema out of an allOf that adds no more than a word to the others."""
    for place, schema in schemas_of(document):
        parts = parts_of(schema, "allOf")
        bare = [each for each in parts if not each.keys() & SUBSTANCE]
        rest = [each for each in parts if each.keys() & SUBSTANCE]
        if bare and rest:
            said = {key: each[key] for each in reversed(bare) for key in each if key not in schema}
            reason = "What belongs to the whole is said of it."
            yield (*place, "allOf"), reason, None
            yield place, reason, {"allOf": cast("JSON", rest), **said}


def _fields_beside(document: Document) -> Iterator[Change]:
    """Bring the fields beside a combination into it: the generator would not see them."""
    for place, schema in schemas_of(document):
        used = [each for each in COMBINED if parts_of(schema, each)]
        own = {key: schema[key] for key in _OWN_FIELDS if key in schema}
        if "properties" not in own or len(used) != 1:
            continue
        parts = parts_of(schema, used[0])
        lone = used == ["allOf"] and len(parts) == 1 and "$ref" in parts[0]
        if not lone and used == ["allOf"]:
            continue
        reason = "The fields beside it, said where the generator sees them."
        for key in own:
            yield (*place, key), reason, None
        if lone:
            yield place, reason, {"allOf": [own]}
        else:
            yield (*place, used[0]), reason, None
            together: list[JSON] = [{used[0]: cast("JSON", parts)}, own]
            yield place, reason, {"allOf": together}


def _unions_in_parts(document: Document) -> Iterator[Change]:
    """Make of an allOf over a union a union, each branch with all the rest."""
    for place, schema in schemas_of(document):
        parts = parts_of(schema, "allOf")
        unions = [n for n, each in enumerate(parts) if branches_of(each, document)]
        if len(parts) < 2 or not unions:
            continue
        rest = [each for n, each in enumerate(parts) if n != unions[0]]
        branches = [
            each
            for each in branches_of(parts[unions[0]], document)
            if may_be_object(each, document) or branches_of(each, document)
        ]
        if branches and all(may_be_object(each, document) for each in rest):
            whole: list[JSON] = [{"allOf": [each, *rest]} for each in branches]
            yield (*place, "allOf"), "The next action says the same as a union.", None
            yield place, "Each branch, with all that is added to it.", {"anyOf": whole}
        else:
            yield (*place, "allOf"), "Combines what is no object: taken as it comes.", None


def _branches_apart(document: Document) -> Iterator[Change]:
    """Make a component of a branch that rests on others: the generator reads those too late."""
    schemas = resolve(resolve(document.get("components"), document).get("schemas"), document)
    taken = set(map(name_in_file, schemas))
    for name, value in schemas.items():
        for union in UNIONS:
            branches = parts_of(value, union) if isinstance(value, dict) else []
            moved = {n for n, each in enumerate(branches) if parts_of(each, "allOf")}
            whole: list[JSON] = []
            for number, branch in enumerate(branches):
                if number not in moved:
                    whole.append(branch)
                    continue
                bases = (str(each.get("$ref", "")) for each in parts_of(branch, "allOf"))
                base = next((each.rpartition("/")[2] for each in bases if each), f"Type{number}")
                called = str(branch.get("title") or f"{name}{base[:1].upper()}{base[1:]}")
                called = re.sub(r"\W+", "", called)
                called = f"{called}{number}" if name_in_file(called) in taken else called
                taken.add(name_in_file(called))
                reason = f"A branch of {name}, which the generator takes as a schema of its own."
                yield ("components", "schemas"), reason, {called: branch}
                whole.append({"$ref": f"#/components/schemas/{called}"})
            if moved:
                place: Location = ("components", "schemas", name)
                yield (*place, union), "The next action refers to its branches.", None
                yield place, "Its branches, by their names.", {union: whole}


def _parts_of_no_object(document: Document) -> Iterator[Change]:
    """Make one schema of an allOf of texts, numbers or lists, which becomes no class."""
    for place, schema in schemas_of(document):
        parts = parts_of(schema, "allOf")
        if len(parts) < 2 or any(branches_of(each, document) for each in parts):
            continue
        objects = [may_be_object(each, document) for each in parts]
        if all(objects):
            continue
        if any(objects):
            yield (*place, "allOf"), "Combines what is no object: taken as it comes.", None
            continue
        said: Document = {}
        for each in parts:
            said = {**resolve(each, document), **said}
        yield (*place, "allOf"), "The next action says the same of one schema.", None
        yield place, "All that it is combined from, in one.", said


def _redefined_fields(document: Document) -> Iterator[Change]:
    """Leave of a field that several parts of an allOf define the last, which narrows the others."""
    for place, schema in schemas_of(document):
        parts = parts_of(schema, "allOf")
        fields = [_fields(each, document) for each in parts]
        whole: list[JSON] = []
        for number, part in enumerate(parts):
            narrowed = {
                name
                for name, field in fields[number].items()
                for each in fields[number + 1 :]
                if name in each and _essence(each[name]) != _essence(field)
            }
            if not narrowed:
                whole.append(part)
                continue
            kept = {name: each for name, each in fields[number].items() if name not in narrowed}
            needed: list[JSON] = [*_required(part, document)]
            whole.append({"type": "object", "properties": kept, "required": needed})
        if whole != parts:
            yield (*place, "allOf"), "The next action says the same, and each field once.", None
            yield place, "Of a field that is defined again, the last holds.", {"allOf": whole}


def _fields(schema: Document, document: Document) -> dict[str, JSON]:
    found = resolve(schema, document)
    parts = [_fields(each, document) for each in parts_of(found, "allOf")]
    own = {**resolve(found.get("properties"), document)}
    return {name: field for each in (*parts, own) for name, field in each.items()}


def _required(schema: Document, document: Document) -> list[str]:
    found = resolve(schema, document)
    own = found.get("required")
    names = [each for part in parts_of(found, "allOf") for each in _required(part, document)]
    return [*names, *(map(str, own) if isinstance(own, list) else ())]


def _essence(field: JSON) -> JSON:
    """Give what a field's type is made of."""
    if not isinstance(field, dict):
        return field
    return {key: field[key] for key in field if key in SUBSTANCE or key in {"format", "nullable"}}


COMBINATIONS: tuple[Callable[[Document], Iterator[Change]], ...] = (
    *(_conditions, _bare_parts, _fields_beside, _unions_in_parts, _branches_apart),
    *(_parts_of_no_object, _redefined_fields),
)
"""In the order in which they are made."""
