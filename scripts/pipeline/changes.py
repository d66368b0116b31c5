"""What a new version of a spec changes for those who use the client, and how badly.

Both versions are laid out flat, a line for each thing that can be relied on (a parameter, a field
of the answer), and the lines are compared. `breaking` is what code written for the old client may
have to follow; a status that is new breaks no wait and always needs a decision.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from .documents import JSON, Document, json_path
from .layout import BOUNDS, Field, lay_out
from .openapi import NAMING
from .statuses import listed_statuses

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .documents import Location
    from .layout import Layout

__all__ = ["Change", "Kind", "Version", "compare"]

# Of an operation that is not the one that polls.
_ANSWER = re.compile(r"[A-Z]+ /.*: answer(?: \d+)?([.\[{].*)?")


# What is said of one class of a union.
_OF_CLASS = re.compile(r" \([^()/]*\)(?=\.)")
_CLASS_IN = re.compile(r"(.* \([^()/]*\))\.")
_PROSE = frozenset({"description", "summary", "example", "examples", "externalDocs"})
# What of a field breaks no code, whatever becomes of it.
_HARMLESS = frozenset({"deprecation", "discriminator", "readOnly", "writeOnly"})
_SHOWN = 3


class Kind(StrEnum):
    """What a change means for code that uses the client."""

    NEW_STATUS = "new-status"
    BREAKING = "breaking"
    COMPATIBLE = "compatible"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One change: what kind, of what, and what has become of it."""

    kind: Kind
    place: str
    what: str

    def as_dict(self) -> dict[str, str]:
        """Give the change for machines."""
        return asdict(self)


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
        found.append(_change("operation", f"moved from {before.job} to {after.job}"))
    found += [_change(was, f"moved from {was} to {now}") for now, was in after.known_as.items()]
    effective = [_layout(each, each.effective) for each in (before, after)]
    found += _between(effective[0], effective[1], status)
    raw = [_layout(each, each.raw) for each in (before, after)]
    for change in _between(raw[0], raw[1], status):
        if change not in found:
            what = f"{change.what}; the overlay says otherwise, before and after"
            found.append(Change(kind=Kind.COMPATIBLE, place=change.place, what=what))
    found = _once(found, status)
    if not found and before.raw != after.raw:
        found.append(_change("text", _of_no_consequence(before.raw, after.raw), breaks=False))
    order = list(Kind)
    return sorted(found, key=lambda change: order.index(change.kind))


def _layout(version: Version, document: Document) -> Layout:
    return lay_out(document, job=version.job, known_as=version.known_as)


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
    seen = {(change.place, change.what) for change in kept} | told
    return [
        change
        for change in kept
        if (whole := _OF_CLASS.sub("", change.place)) == change.place
        or (whole, change.what) not in seen
    ]


def _change(place: str, what: str, *, breaks: bool = True) -> Change:
    return Change(kind=Kind.BREAKING if breaks else Kind.COMPATIBLE, place=place, what=what)


def _statuses(before: Version, after: Version, status: str) -> Iterator[Change]:
    old = listed_statuses(before.raw, before.effective, job=before.job, at=status)
    new = listed_statuses(after.raw, after.effective, job=after.job, at=status)
    for word in sorted(new - old):
        yield Change(kind=Kind.NEW_STATUS, place="status", what=f"{word!r} is new")
    for word in sorted(old - new):
        yield _change("status", f"{word!r} is gone")


def _between(old: Layout, new: Layout, status: str) -> Iterator[Change]:
    yield from _facts(old, new)
    yield from _fields(old, new, status)


def _facts(old: Layout, new: Layout) -> Iterator[Change]:
    for place in sorted(old.facts.keys() | new.facts.keys()):
        was, now = old.facts.get(place, "nothing"), new.facts.get(place, "nothing")
        if was != now:
            breaks = not place.endswith("deprecated")
            yield _change(place, f"{was} has become {now}", breaks=breaks)


def _fields(old: Layout, new: Layout, status: str) -> Iterator[Change]:
    shared = {found[1] for place in old.fields if (found := _CLASS_IN.match(place))}
    shared &= {found[1] for place in new.fields if (found := _CLASS_IN.match(place))}
    # A class that comes or goes is told as such, without its fields.
    old, new = (
        replace(
            each,
            fields={
                place: field
                for place, field in each.fields.items()
                if (found := _CLASS_IN.match(place)) is None or found[1] in shared
            },
        )
        for each in (old, new)
    )
    gone, added = _tops(old.fields, new.fields), _tops(new.fields, old.fields)
    for place in sorted(gone):
        match = _new_name(place, gone, added, old, new)
        if match is None:
            yield _change(place, "is gone")
            continue
        added.remove(match)
        yield _change(place, f"is now called {match.rpartition('.')[2]}")
        yield from _field(place, old.fields[place], new.fields[match], status)
    for place in sorted(added):
        field = new.fields[place]
        asked = field.sent and field.required
        told = "is new, and required" if asked else "is new"
        yield _change(place, f"{told} ({field.types_text})", breaks=asked)
    for place in sorted(old.fields.keys() & new.fields.keys()):
        yield from _field(place, old.fields[place], new.fields[place], status)


def _tops(fields: dict[str, Field], others: dict[str, Field]) -> set[str]:
    """Give the places of `fields` that `others` lacks, without what lies inside of them."""
    missing = fields.keys() - others.keys()
    return {
        place
        for place in missing
        if not any(
            place.startswith((f"{outer}.", f"{outer}[", f"{outer}{{"))
            for outer in missing - {place}
        )
    }


def _new_name(place: str, gone: set[str], added: set[str], old: Layout, new: Layout) -> str | None:
    """Give the only new field that looks like the one that is gone from the same object."""

    def alike(places: set[str], layout: Layout) -> list[str]:
        return [
            other
            for other in places
            if other.rpartition(".")[0] == place.rpartition(".")[0]
            and _shape(layout.fields[other]) == shape
        ]

    shape = _shape(old.fields[place])
    candidates = alike(added, new)
    return candidates[0] if len(candidates) == 1 == len(alike(gone, old)) else None


def _shape(field: Field) -> tuple[object, ...]:
    return field.types, field.values, field.classes


def _field(place: str, old: Field, new: Field, status: str) -> Iterator[Change]:
    # A client breaks when it must send more than it did, or is answered with more than it knows.
    sent = old.sent
    if old.required != new.required:
        now = "required" if new.required else "optional"
        yield _change(place, f"is now {now}", breaks=new.required == sent)
    if old.types != new.types:
        grown, shrunk = bool(new.types - old.types), bool(old.types - new.types)
        what = f"{old.types_text} has become {new.types_text}"
        yield _change(place, what, breaks=shrunk if sent else grown)
    if old.classes != new.classes:
        was, now = (" or ".join(sorted(each.classes)) or "nothing" for each in (old, new))
        yield _change(place, f"its class {was} has become {now}")
    elif old.kinds != new.kinds:
        # An answer that fits several is read as the first of them.
        was, now = (", ".join(each.kinds) or "nothing" for each in (old, new))
        same = {*old.kinds} == {*new.kinds}
        what = f"its kinds are tried as {now}" if same else f"its kinds {was} have become {now}"
        yield _change(place, what, breaks=not (same and sent))
    yield from _traits(place, old, new)
    if place != f"answer.{status}":  # its words are told apart, as statuses
        yield from _values(place, old, new)


def _traits(place: str, old: Field, new: Field) -> Iterator[Change]:
    for name in sorted(old.traits.keys() | new.traits.keys()):
        was, now = old.traits.get(name), new.traits.get(name)
        if was == now:
            continue
        if name == "deprecation":
            what = "is deprecated now" if now else "is no longer deprecated"
        elif was is None:
            what = f"has the {name} {now} now"
        else:
            what = f"its {name} {was} has become {now or 'none'}"
        breaks = old.sent and name not in _HARMLESS and not _wider(name, was, now)
        yield _change(place, what, breaks=breaks or name == "names of its values")


def _wider(name: str, was: str | None, now: str | None) -> bool:
    """Whether a bound leaves at least the values that it left before."""
    if now is None:
        return name != "default"
    way, old, new = BOUNDS.get(name), json.loads(was or "null"), json.loads(now)
    numbers = all(isinstance(each, (int, float)) for each in (old, new))
    return way is not None and numbers and (new - old) * way < 0


def _values(place: str, old: Field, new: Field) -> Iterator[Change]:
    if old.values is None or new.values is None:
        if old.values != new.values:
            what = "takes any value now" if new.values is None else f"is now {new.values_text}"
            yield _change(place, what, breaks=(new.values is not None) == old.sent)
        return
    for value in sorted(new.values - old.values):
        yield _change(place, f"the value {value} is new", breaks=False)
    for value in sorted(old.values - new.values):
        yield _change(place, f"the value {value} is gone")
