"""What a new version of a spec changes for those who use the client, and how badly.

Both versions are laid out flat, a line for each thing that can be relied on (a parameter, a field
of the answer), and the lines are compared. `breaking` is what code written for the old client may
have to follow; a status that is new breaks no wait and always needs a decision.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .class_names import classes_of
from .documents import JSON, Document, json_path
from .field_changes import OF_CLASS, Change, Kind, changed, field_changes
from .layout import lay_out
from .openapi import NAMING
from .schema_facts import words_of
from .statuses import listed_statuses

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .documents import Location
    from .layout import Layout

__all__ = ["Change", "Kind", "Version", "compare"]

# Of an operation that is not the one that polls.
_ANSWER = re.compile(r"[A-Z]+ /.*: answer(?: \d+)?([.\[{].*)?")
_PROSE = frozenset({"description", "summary", "example", "examples", "externalDocs"})
_SHOWN = 3


@dataclass(frozen=True, kw_only=True)
class Version:
    """A spec as its provider wrote it, and with what we know better."""

    job: str
    raw: Document
    effective: Document
    known_as: Mapping[str, str] = field(default_factory=dict)
    """What operations that have moved were called before."""


def compare(before: Version, after: Version, *, status: str) -> list[Change]:
    """List every change between two versions of a spec, the most pressing first.

    `status` is where an answer has its status word.
    """
    found = [*_statuses(before, after, status)]
    if before.job != after.job:
        found.append(changed("operation", f"moved from {before.job} to {after.job}"))
    found += [changed(was, f"moved from {was} to {now}") for now, was in after.known_as.items()]
    effective = [_layout(each, each.effective) for each in (before, after)]
    found += _between(effective[0], effective[1], status)
    raw = [_layout(each, each.raw) for each in (before, after)]
    for change in _between(raw[0], raw[1], status):
        if change not in found:
            what = f"{change.what}; the overlay says otherwise, before and after"
            found.append(Change(kind=Kind.COMPATIBLE, place=change.place, what=what))
    found = _once(found, status)
    if not any(change.kind is Kind.BREAKING for change in found):
        found += _classes_gone(before.effective, after.effective)
    if not found and before.raw != after.raw:
        found.append(changed("text", _of_no_consequence(before.raw, after.raw), breaks=False))
    order = list(Kind)
    return sorted(found, key=lambda change: order.index(change.kind))


def _layout(version: Version, document: Document) -> Layout:
    return lay_out(document, job=version.job, known_as=version.known_as)


def _classes_gone(old: Document, new: Document) -> Iterator[Change]:
    """Tell of classes that code may import, and that lose their name to what breaks nothing else.

    Some are called by what stands around them, such as the title of a list in a union.
    """
    kept = {each.name for each in classes_of(new)}
    for each in classes_of(old):
        if each.name not in kept:
            yield changed("class", f"that of {json_path(each.location)} is called otherwise")


def _of_no_consequence(old: Document, new: Document) -> str:
    """Say what differs that no client is made of."""
    places = [*_differences(old, new, ())]
    if not places:
        return "descriptions or examples differ"
    more = f" and {len(places) - _SHOWN} more" if len(places) > _SHOWN else ""
    told = ", ".join(map(json_path, places[:_SHOWN]))
    return f"what no client is made of differs: {told}{more}"


def _differences(old: JSON, new: JSON, location: Location) -> Iterator[Location]:
    """Give the places where two values differ in more than what they say to people."""
    prose = _PROSE if not location or location[-1] not in NAMING else frozenset()
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(new.keys() - old.keys())]:
            if key not in old or key not in new:
                if key not in prose:
                    yield (*location, key)
            elif key not in prose:
                yield from _differences(old[key], new[key], (*location, key))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, pair in enumerate(zip(old, new, strict=True)):
            yield from _differences(*pair, (*location, number))
    elif old != new and location != ("info", "title") and location != ("info", "version"):
        yield location


def _once(found: list[Change], status: str) -> list[Change]:
    """Leave out what another operation shows of a change to what the poll answers with too."""
    told = {(change.place, change.what) for change in found}
    told |= {
        (f"answer.{status}", f"the value {change.what}".replace("'", '"'))
        for change in found
        if change.place == "status"
    }
    kept = [
        change
        for change in found
        if (match := _ANSWER.fullmatch(change.place)) is None
        or (f"answer{match[1]}", change.what) not in told
    ]
    # And what one class of a union shows of a change to all of them.
    fewest: dict[tuple[str, str], int] = {}
    for change in found:
        whole, classes = OF_CLASS.subn("", change.place)
        fewest[whole, change.what] = min(classes, fewest.get((whole, change.what), classes))
    marked = [(change, *OF_CLASS.subn("", change.place)) for change in kept]
    return [change for change, whole, classes in marked if classes == fewest[whole, change.what]]


def _statuses(before: Version, after: Version, status: str) -> Iterator[Change]:
    old = listed_statuses(before.raw, before.effective, job=before.job, at=status)
    new = listed_statuses(after.raw, after.effective, job=after.job, at=status)
    for word in sorted(new - old):
        yield Change(kind=Kind.NEW_STATUS, place="status", what=f"{word!r} is new")
    for word in sorted(old - new):
        yield changed("status", f"{word!r} is gone")


def _between(old: Layout, new: Layout, status: str) -> Iterator[Change]:
    yield from _facts(old, new)
    yield from field_changes(old, new, status)


def _facts(old: Layout, new: Layout) -> Iterator[Change]:
    for place in sorted(old.facts.keys() | new.facts.keys()):
        was, now = old.facts.get(place, "nothing"), new.facts.get(place, "nothing")
        if was != now and not _same_name(place, was, now):
            # Another key that would do as well, or none, takes nothing from anyone.
            more = place.endswith("key") and {*was.split(", ")} <= {*now.split(", ")}
            breaks = not (more or place.endswith("deprecated"))
            yield changed(place, f"{was} has become {now}", breaks=breaks)


def _same_name(place: str, was: str, now: str) -> bool:
    """Whether the code is called the same: a module in small letters, a class as it is spelt."""
    old, new = words_of(was), words_of(now)
    if place.endswith("operationId"):
        return old == new
    return place.endswith("tag") and [*map(str.lower, old)] == [*map(str.lower, new)]
