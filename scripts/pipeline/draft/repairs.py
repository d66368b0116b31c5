"""What a spec says in a way that OpenAPI or the generator does not take, said otherwise.

Each repair is general, and gives changes with their reason: they become actions of the overlay that
a new provider is laid down with, where a person reads them.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from pipeline.class_names import FORMS, classes_of, name_in_file
from pipeline.openapi import follow, operations, release_of, resolve
from pipeline.validation import fits

from .combined import COMBINATIONS
from .references import deep_references, pointer_to
from .schemas import object_at, schemas_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipeline.documents import Document, Location

    from .schemas import Change

__all__ = ["LAST_REPAIRS", "REPAIRS"]


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
        for code in resolve(object_at(operation, document).get("responses"), document):
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


def _bounds(document: Document) -> Iterator[Change]:
    """Write bounds that are excluded as the document's release of OpenAPI does."""
    newer = release_of(document, place="") != "3.0"
    for place, schema in schemas_of(document):
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
    anchored = [place for place, schema in schemas_of(document) if schema.get(anchor) is True]
    for place, schema in schemas_of(document):
        if schema.get("$recursiveRef") == "#":
            around = [each for each in anchored if place[: len(each)] == each] or [place[:3]]
            reason = "Refers to the schema that it is inside of, in the way that OpenAPI has."
            yield (*place, "$recursiveRef"), reason, None
            yield place, reason, {"$ref": pointer_to(around[-1])}
    for place in anchored:
        yield (*place, anchor), "Has no meaning in OpenAPI, and nothing needs it now.", None


def _enums(document: Document) -> Iterator[Change]:
    """Take out lists of values that no class can have, and name those that would share a name."""
    for place, schema in schemas_of(document):
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


def _stray_defaults(document: Document) -> Iterator[Change]:
    """Take out each default that its own schema does not allow."""
    for place, schema in schemas_of(document):
        if "default" in schema and not fits(schema["default"], place, document):
            reason = "The default is not one of the values that are allowed."
            yield (*place, "default"), reason, None


def _shared_titles(document: Document) -> Iterator[Change]:
    """Take out the title of a schema that several operations share without it being a component."""
    seen: set[tuple[Location, str]] = set()
    for each in classes_of(document):
        twice = (each.location, each.name) in seen
        seen.add((each.location, each.name))
        if twice and each.values is None and "title" in object_at(each.location, document):
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


def _called(value: str) -> str:
    """Name a value of an enum as the generator does."""
    return re.sub(r"[. _-]+", "_", re.sub(r"[^\w. -]", "", value)).strip("_").upper()


REPAIRS: tuple[Callable[[Document], Iterator[Change]], ...] = (
    *(deep_references, _forms, _bounds, _recursion),
    *(*COMBINATIONS, _enums),
)
"""In the order in which they are made, each on what the ones before have made."""

LAST_REPAIRS = (_stray_defaults, _shared_titles, _names_that_clash)
"""Those that rest on how operations and answers are named."""
