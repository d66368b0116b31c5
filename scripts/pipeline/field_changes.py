"""What changes in the fields of two layouts, and whether code has to follow.

A client breaks when it must send more than it did, or is answered with more than it knows.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from .schema_facts import BOUNDS, NUMBERED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .layout import Field, Layout

__all__ = ["OF_CLASS", "Change", "Kind", "changed", "field_changes"]

OF_CLASS = re.compile(r" \([^()/]*\)(?=[.{])")
"""What is said of one class of a union."""

_CLASS_IN = re.compile(r"(.* \([^()/]*\))[.{]")
# What of a field breaks no code, whatever becomes of it.
_HARMLESS = frozenset({"deprecation", "discriminator", "readOnly", "writeOnly"})


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


def changed(place: str, what: str, *, breaks: bool = True) -> Change:
    """Say that something breaks code, or does not."""
    return Change(kind=Kind.BREAKING if breaks else Kind.COMPATIBLE, place=place, what=what)


def field_changes(old: Layout, new: Layout, status: str) -> Iterator[Change]:
    """Give what changes in the fields; `status` is where an answer has its status word."""
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
            yield changed(place, "is gone")
            continue
        added.remove(match)
        yield changed(place, f"is now called {match.rpartition('.')[2]}")
        yield from _field(place, old.fields[place], new.fields[match], status)
    for place in sorted(added):
        field = new.fields[place]
        asked = field.sent and field.required
        told = "is new, and required" if asked else "is new"
        yield changed(place, f"{told} ({field.types_text})", breaks=asked)
    for place in sorted(old.fields.keys() & new.fields.keys()):
        yield from _field(place, old.fields[place], new.fields[place], status)
    yield from _orders(old.fields, new.fields)


def _orders(old: dict[str, Field], new: dict[str, Field]) -> Iterator[Change]:
    """Tell of objects whose fields have another order: it is that of their class's arguments."""
    was, now = _in_order(old, new), _in_order(new, old)
    what = "its fields have another order, which counts where they are given without names"
    for owner in sorted(owner for owner, places in was.items() if places != now.get(owner, places)):
        yield changed(owner, what, breaks=old[was[owner][0]].sent)


def _in_order(fields: dict[str, Field], others: dict[str, Field]) -> dict[str, list[str]]:
    """Give the fields of each object that it has in both, those that it must have first."""
    found: dict[str, list[str]] = {}
    for needed in (True, False):
        for place, field in fields.items():
            owner, _, name = place.rpartition(".")
            held = fields.get(owner)
            # Each class of a union has an order of its own, and parameters are given by name.
            of_one = len(held.kinds) < 2 if held else _CLASS_IN.fullmatch(f"{owner}.")
            if not of_one or place not in others or name.endswith(("[]", "{}")):
                continue
            # One that must be given only before, or only now, is told as that.
            if needed == field.required == others[place].required:
                found.setdefault(owner, []).append(place)
    return found


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
        yield changed(place, f"is now {now}", breaks=new.required == sent)
    if old.types != new.types:
        grown, shrunk = bool(new.types - old.types), bool(old.types - new.types)
        what = f"{old.types_text} has become {new.types_text}"
        yield changed(place, what, breaks=shrunk if sent else grown)
    if old.classes != new.classes:
        was, now = (" or ".join(sorted(each.classes)) or "nothing" for each in (old, new))
        yield changed(place, f"its class {was} has become {now}")
    elif old.kinds != new.kinds:
        # An answer that fits several is read as the first of them.
        was, now = (", ".join(each.kinds) or "nothing" for each in (old, new))
        same = {*old.kinds} == {*new.kinds}
        what = f"its kinds are tried as {now}" if same else f"its kinds {was} have become {now}"
        yield changed(place, what, breaks=not (same and sent))
    yield from _traits(place, old, new)
    told_apart = place == f"answer.{status}" and None not in (old.values, new.values)
    if not told_apart:  # a status's words are told as statuses
        yield from _values(place, old, new)


def _traits(place: str, old: Field, new: Field) -> Iterator[Change]:
    for name in sorted(old.traits.keys() | new.traits.keys()):
        was, now = old.traits.get(name), new.traits.get(name)
        if was == now:
            continue
        if name == NUMBERED:
            yield from _numbers(place, json.loads(was or "{}"), json.loads(now or "{}"))
            continue
        if name == "deprecation":
            what = "is deprecated now" if now else "is no longer deprecated"
        elif was is None:
            what = f"has the {name} {now} now"
        else:
            what = f"its {name} {was} has become {now or 'none'}"
        breaks = old.sent and name not in _HARMLESS and not _wider(name, was, now)
        yield changed(place, what, breaks=breaks or name == "list of value names")


def _numbers(place: str, old: dict[str, str], new: dict[str, str]) -> Iterator[Change]:
    """Tell of names that stand for other values: code would send those, and nothing would say."""
    for name in sorted(old.keys() & new.keys()):
        if old[name] != new[name]:
            was, now = (json.dumps(each[name], ensure_ascii=False) for each in (old, new))
            yield changed(place, f"{name} is now the name of {now}, and was that of {was}")


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
            # A class that goes is one that code may have imported.
            yield changed(place, what, breaks=old.enum or (new.values is not None) == old.sent)
        return
    if old.enum != new.enum:
        told = (
            "have a class of their own now" if new.enum else "no longer have a class of their own"
        )
        what = f"its values {told}"
        yield changed(place, what)
    for value in sorted(new.values - old.values):
        yield changed(place, f"the value {value} is new", breaks=False)
    for value in sorted(old.values - new.values):
        yield changed(place, f"the value {value} is gone")
