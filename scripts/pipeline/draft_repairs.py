"""What a spec says in a way that OpenAPI or the generator does not take, said otherwise.

Each repair is general, and gives changes with their reason: they become actions of the overlay that
a new provider is laid down with, where a person reads them.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, TypeAlias, cast

from .class_names import FORMS, classes_of, name_in_file
from .openapi import (
    COMBINED,
    NAMING,
    UNIONS,
    fits,
    follow,
    key_of,
    look_up,
    operations,
    release_of,
    resolve,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .documents import JSON, Document, Location

__all__ = ["LAST_REPAIRS", "REPAIRS", "Change"]

Change: TypeAlias = "tuple[Location, str, JSON]"
"""A place, why it is changed, and what is merged into it; None takes it out."""

# Beside these, a schema says nothing that a class is made of.
_SUBSTANCE = frozenset(
    {
        *("$ref", "additionalProperties", "const", "enum", "items", "prefixItems", "properties"),
        *("required", "type", *COMBINED),
    }
)
_DATA = frozenset({"const", "default", "enum", "example", "examples"})
_OWN_FIELDS = ("properties", "required", "additionalProperties")
_CONDITIONS = frozenset({"required", "not", "title", "description", "type"})


def _forms(document: Document) -> Iterator[Change]:
    """Take out forms of bodies and answers that no client is made for, where there are others."""
    for named in operations(document):
        method, _, path = named.partition(" ")
        operation: Location = ("paths", path, method.lower())
        place, body = follow((*operation, "requestBody"), document)
        kinds = resolve(body.get("content"), document)
        known = [
            each
            for each in kinds
            if _bare(each) in FORMS and "schema" in resolve(kinds[each], document)
        ]
        for kind in kinds if known else ():
            if kind not in known:
                yield (*place, "content", kind), "Not sent: the body has another form.", None
        for code in resolve(_at(operation, document).get("responses"), document):
            place, answer = follow((*operation, "responses", code), document)
            kinds = resolve(answer.get("content"), document)
            if kinds and not any(map(_is_read, map(_bare, kinds))):
                reason = f"Nothing reads {', '.join(kinds)}: taken as it comes."
                yield (*place, "content"), reason, None


def _bare(kind: str) -> str:
    bare = kind.partition(";")[0].strip().lower()
    return "application/json" if bare.endswith("+json") else bare


def _is_read(kind: str) -> bool:
    return kind in {"application/json", "application/octet-stream"} or kind.startswith("text/")


def _deep_references(document: Document) -> Iterator[Change]:
    """Make a component of what is referred to inside of one, in its `$defs` for instance."""
    schemas = resolve(resolve(document.get("components"), document).get("schemas"), document)
    taken = set(map(name_in_file, schemas))
    made: dict[Location, str] = {}
    for place, schema in _schemas(document):
        origin = _referred_to(schema, place, document)
        if origin is None or len(origin) <= 3:
            continue
        reason = "The generator finds only what is a component."
        target = look_up(_pointer(origin), document)[1]
        if isinstance(target, dict) and "$ref" in target:
            yield place, reason, {"$ref": target["$ref"]}
            continue
        if origin not in made:
            own = str(origin[-1])
            longer = f"{origin[2]}{own[:1].upper()}{own[1:]}"
            names = itertools.chain([own], (f"{longer}{n or ''}" for n in itertools.count()))
            made[origin] = next(each for each in names if name_in_file(each) not in taken)
            taken.add(name_in_file(made[origin]))
            moved = {"$ref": f"#/components/schemas/{made[origin]}"}
            if isinstance(origin[-1], str):
                yield origin, reason, None
                yield origin[:-1], reason, {origin[-1]: {**moved}}
            yield (), reason, {"components": {"schemas": {made[origin]: target}}}
        yield place, reason, {"$ref": f"#/components/schemas/{made[origin]}"}


def _referred_to(schema: Document, place: Location, document: Document) -> Location | None:
    """Give the place that a reference names; in its own schema's `$defs` if it means those."""
    reference = schema.get("$ref")
    if not isinstance(reference, str) or not reference.startswith("#/"):
        return None
    parts = tuple(map(key_of, reference.split("/")[1:]))
    if look_up(reference, document)[0]:
        return parts
    around = (place[:length] for length in range(len(place), 0, -1))
    return next(((*each, *parts) for each in around if _at((*each, *parts), document)), None)


def _bounds(document: Document) -> Iterator[Change]:
    """Write bounds that are excluded as the document's release of OpenAPI does."""
    newer = release_of(document, place="") != "3.0"
    for place, schema in _schemas(document):
        for name, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
            said = schema.get(name)
            if name not in schema or isinstance(said, bool) != newer:
                continue
            reason = f"{name} as this release of OpenAPI has it; the spec has another's."
            yield (*place, name), reason, None
            if not newer:
                yield place, reason, {bound: said, name: True}
            elif said is True and bound in schema:
                yield (*place, bound), reason, None
                yield place, reason, {name: schema[bound]}


def _recursion(document: Document) -> Iterator[Change]:
    """Refer by its name to the schema that one is inside of."""
    anchor = "$recursiveAnchor"
    anchored = [place for place, schema in _schemas(document) if schema.get(anchor) is True]
    for place, schema in _schemas(document):
        if schema.get("$recursiveRef") == "#":
            around = [each for each in anchored if place[: len(each)] == each] or [place[:3]]
            reason = "Refers to the schema that it is inside of, in the way that OpenAPI has."
            yield (*place, "$recursiveRef"), reason, None
            yield place, reason, {"$ref": _pointer(around[-1])}
    for place in anchored:
        yield (*place, anchor), "Has no meaning in OpenAPI, and nothing needs it now.", None


def _conditions(document: Document) -> Iterator[Change]:
    """Take out unions that say no more than which fields go together."""
    for place, schema in _schemas(document):
        for union in UNIONS:
            branches = _parts(schema, union)
            bare = all(each.keys() <= _CONDITIONS for each in branches)
            if "properties" in schema and branches and bare:
                reason = "Says which fields go together, and would hide them all."
                yield (*place, union), reason, None


def _bare_parts(document: Document) -> Iterator[Change]:
    """Take a schema out of an allOf that adds no more than a word to the others."""
    for place, schema in _schemas(document):
        parts = _parts(schema, "allOf")
        bare = [each for each in parts if not each.keys() & _SUBSTANCE]
        rest = [each for each in parts if each.keys() & _SUBSTANCE]
        if bare and rest:
            said = {key: each[key] for each in reversed(bare) for key in each if key not in schema}
            reason = "What belongs to the whole is said of it."
            yield (*place, "allOf"), reason, None
            yield place, reason, {"allOf": cast("JSON", rest), **said}


def _fields_beside(document: Document) -> Iterator[Change]:
    """Bring the fields beside a combination into it: the generator would not see them."""
    for place, schema in _schemas(document):
        used = [each for each in COMBINED if _parts(schema, each)]
        own = {key: schema[key] for key in _OWN_FIELDS if key in schema}
        if "properties" not in own or len(used) != 1:
            continue
        parts = _parts(schema, used[0])
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
    for place, schema in _schemas(document):
        parts = _parts(schema, "allOf")
        unions = [n for n, each in enumerate(parts) if _branches(each, document)]
        if len(parts) < 2 or not unions:
            continue
        rest = [each for n, each in enumerate(parts) if n != unions[0]]
        branches = [
            each
            for each in _branches(parts[unions[0]], document)
            if _is_object(each, document) or _branches(each, document)
        ]
        if branches and all(_is_object(each, document) for each in rest):
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
            branches = _parts(value, union) if isinstance(value, dict) else []
            moved = {n for n, each in enumerate(branches) if _parts(each, "allOf")}
            whole: list[JSON] = []
            for number, branch in enumerate(branches):
                if number not in moved:
                    whole.append(branch)
                    continue
                bases = (str(each.get("$ref", "")) for each in _parts(branch, "allOf"))
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
    for place, schema in _schemas(document):
        parts = _parts(schema, "allOf")
        if len(parts) < 2 or any(_branches(each, document) for each in parts):
            continue
        objects = [_is_object(each, document) for each in parts]
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
    for place, schema in _schemas(document):
        parts = _parts(schema, "allOf")
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
    parts = [_fields(each, document) for each in _parts(found, "allOf")]
    own = {**resolve(found.get("properties"), document)}
    return {name: field for each in (*parts, own) for name, field in each.items()}


def _required(schema: Document, document: Document) -> list[str]:
    found = resolve(schema, document)
    own = found.get("required")
    names = [each for part in _parts(found, "allOf") for each in _required(part, document)]
    return [*names, *(map(str, own) if isinstance(own, list) else ())]


def _essence(field: JSON) -> JSON:
    """Give what a field's type is made of."""
    if not isinstance(field, dict):
        return field
    return {key: field[key] for key in field if key in _SUBSTANCE or key in {"format", "nullable"}}


def _enums(document: Document) -> Iterator[Change]:
    """Take out lists of values that no class can have, and name those that would share a name."""
    for place, schema in _schemas(document):
        listed = schema.get("enum")
        values = [each for each in listed if each is not None] if isinstance(listed, list) else []
        if not values or schema.get("type") == "boolean":
            continue
        kinds = {type(each) for each in values}
        if len(kinds) > 1 or not kinds <= {str, int}:
            told = "Lists values of several kinds, or of one that no enum can have."
            yield (*place, "enum"), told, None
        elif kinds == {str} and "x-enum-varnames" not in schema:
            called = [
                _called(value) if value[:1].isalpha() else f"VALUE_{number}"
                for number, value in enumerate(map(str, values))
            ]
            if len(set(called)) < len(called):
                own = [
                    f"{each}_{n}" if each in called[:n] else each for n, each in enumerate(called)
                ]
                reason = "Two of its values would be called by one name."
                yield place, reason, {"x-enum-varnames": [*own]}


def _at(place: Location, document: Document) -> Document:
    return follow(place, document)[1]


def _stray_defaults(document: Document) -> Iterator[Change]:
    """Take out each default that its own schema does not allow."""
    for place, schema in _schemas(document):
        if "default" in schema and not fits(schema["default"], place, document):
            reason = "The default is not one of the values that are allowed."
            yield (*place, "default"), reason, None


def _shared_titles(document: Document) -> Iterator[Change]:
    """Take out the title of a schema that several operations share without it being a component."""
    seen: set[tuple[Location, str]] = set()
    for each in classes_of(document):
        twice = (each.location, each.name) in seen
        seen.add((each.location, each.name))
        if twice and each.values is None and "title" in _at(each.location, document):
            reason = "Used by several operations, each of which makes a class of it."
            yield (*each.location, "title"), reason, None


def _names_that_clash(document: Document) -> Iterator[Change]:
    """Give schemas whose classes would share a name one of their own each."""
    known = {each.name for each in classes_of(document)}
    taken: dict[str, tuple[str, ...] | None] = {}
    for each in classes_of(document):
        if each.name not in taken:
            taken[each.name] = each.values
            continue
        if each.values is not None and taken[each.name] == each.values:
            continue  # two enums of the same values are one class
        before = each.name.removesuffix(name_in_file(each.own))
        numbered = (f"{each.own}{number}" for number in itertools.count(2))
        titles = itertools.chain([each.component] if each.component else [], numbered)
        title = next(
            title for title in titles if f"{before}{name_in_file(title)}" not in known | {*taken}
        )
        taken[f"{before}{name_in_file(title)}"] = each.values
        yield each.location, "A name of its own; another schema has this one.", {"title": title}


def _schemas(
    value: JSON, place: Location = (), *, naming: bool = False
) -> Iterator[tuple[Location, Document]]:
    """Give the schemas of a document, and the other objects that are no names and no data."""
    if isinstance(value, dict):
        if not naming:
            yield place, value
        for key, item in value.items():
            if naming or key not in _DATA:
                named = not naming and key in NAMING
                yield from _schemas(item, (*place, key), naming=named)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _schemas(item, (*place, number))


def _parts(schema: Document, combined: str) -> list[Document]:
    parts = schema.get(combined)
    return [each for each in parts if isinstance(each, dict)] if isinstance(parts, list) else []


def _branches(schema: Document, document: Document) -> list[Document]:
    """Give the branches of what is a union and nothing else."""
    found = resolve(schema, document)
    if found.keys() & {"properties", "allOf"}:
        return []
    return [each for union in UNIONS for each in _parts(found, union)]


def _is_object(schema: Document, document: Document) -> bool:
    found = resolve(schema, document)
    kinds = found.get("type")
    return (
        bool(found.keys() & {"properties", "allOf"})
        or "object" in (kinds if isinstance(kinds, list) else [kinds])
        or not found.keys() & (_SUBSTANCE - {"required", "additionalProperties"})
    )


def _pointer(place: Location) -> str:
    return "#" + "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in place)


def _called(value: str) -> str:
    """Name a value of an enum as the generator does."""
    return re.sub(r"[. _-]+", "_", re.sub(r"[^\w. -]", "", value)).strip("_").upper()


REPAIRS: tuple[Callable[[Document], Iterator[Change]], ...] = (
    *(
        _deep_references,
        _forms,
        _bounds,
        _recursion,
        _conditions,
        _bare_parts,
        _fields_beside,
        _unions_in_parts,
    ),
    *(_branches_apart, _parts_of_no_object, _redefined_fields, _enums),
)
"""In the order in which they are made, each on what the ones before have made."""

LAST_REPAIRS = (_stray_defaults, _shared_titles, _names_that_clash)
"""Those that rest on how operations and answers are named."""
