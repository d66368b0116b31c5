"""References to what is inside of a component, which the generator does not find."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, cast

from pipeline.class_names import name_in_file
from pipeline.openapi import key_of, look_up, resolve

from .schemas import object_at, schemas_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pipeline.documents import JSON, Document, Location

    from .schemas import Change

__all__ = ["deep_references", "pointer_to"]

_REASON = "The generator finds only what is a component."
_COMPONENT = 3


def deep_references(document: Document) -> Iterator[Change]:
    """Make a component of what is referred to inside of one, in its `$defs` for instance.

    All at once: what moves may hold more that does, and references that only its place explains.
    """
    meant = {
        place: _end_of(origin, document)
        for place, schema in schemas_of(document)
        if (origin := _referred_to(schema, place, document)) and len(origin) > _COMPONENT
    }
    names = _names((each for each in meant.values() if len(each) > _COMPONENT), document)
    instead: dict[Location, Document] = {
        origin: {"$ref": f"#/components/schemas/{name}"} for origin, name in names.items()
    }
    for place, origin in meant.items():
        instead[place] = instead.get(origin, {"$ref": pointer_to(origin)})
    # What stands in a list stays where it is as well: the others are told by their number.
    leaving = [origin for origin in names if isinstance(origin[-1], str)]
    for place in (*meant, *leaving):
        if any(place[: len(each)] == each for each in leaving if each != place):
            continue
        if place in names:
            yield place, _REASON, None
            yield place[:-1], _REASON, {str(place[-1]): {**instead[place]}}
        else:
            yield place, _REASON, instead[place]
    for origin, name in names.items():
        moved = _moved(_value_at(origin, document), origin, instead, top=True)
        yield (), _REASON, {"components": {"schemas": {name: moved}}}


def pointer_to(place: Location) -> str:
    """Write a place as a reference names it."""
    return "#" + "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in place)


def _referred_to(value: JSON, place: Location, document: Document) -> Location | None:
    """Give the place that a reference names; in its own schema's `$defs` if it means those."""
    reference = value.get("$ref") if isinstance(value, dict) else None
    if not isinstance(reference, str) or not reference.startswith("#/"):
        return None
    if look_up(reference, document)[0]:
        return _place_in(document, reference)
    keys = tuple(map(key_of, reference.split("/")[1:]))
    around = (place[:length] for length in range(len(place), 0, -1))
    return next(((*each, *keys) for each in around if object_at((*each, *keys), document)), None)


def _end_of(place: Location, document: Document) -> Location:
    """Follow references from a place to what is none, or to a component."""
    seen = {place}
    while len(place) > _COMPONENT:
        further = _referred_to(_value_at(place, document), place, document)
        if further is None or further in seen:
            break
        place = further
        seen.add(place)
    return place


def _names(origins: Iterable[Location], document: Document) -> dict[Location, str]:
    """Name the components to be: by the last key, or with that of the component before it."""
    schemas = resolve(resolve(document.get("components"), document).get("schemas"), document)
    taken = set(map(name_in_file, schemas))
    made: dict[Location, str] = {}
    for origin in dict.fromkeys(origins):
        own = str(origin[-1])
        longer = f"{origin[2]}{own[:1].upper()}{own[1:]}"
        numbered = (f"{longer}{n or ''}" for n in itertools.count())
        names = itertools.chain([own] if isinstance(origin[-1], str) else [], numbered)
        made[origin] = next(each for each in names if name_in_file(each) not in taken)
        taken.add(name_in_file(made[origin]))
    return made


def _moved(
    value: JSON, place: Location, instead: Mapping[Location, Document], *, top: bool = False
) -> JSON:
    """Copy what stands in a place, with what is to be said `instead` in places inside of it."""
    if isinstance(value, dict):
        inner: Document = {key: _moved(item, (*place, key), instead) for key, item in value.items()}
        if top or place not in instead:
            return inner
        return {**(inner if "$ref" in value else {}), **instead[place]}
    if isinstance(value, list):
        return [_moved(item, (*place, number), instead) for number, item in enumerate(value)]
    return value


def _place_in(document: Document, reference: str) -> Location:
    """Give the place of something that is there, in lists by its number."""
    place: Location = ()
    for key in map(key_of, reference.split("/")[1:]):
        place = (*place, int(key) if isinstance(_value_at(place, document), list) else key)
    return place


def _value_at(place: Location, document: Document) -> JSON:
    value: JSON = document
    for part in place:
        value = cast("dict[str | int, JSON]", value)[part]
    return value
