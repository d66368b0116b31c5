"""A spec's operations laid out flat: all that code which uses their client can rely on."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from .errors import PipelineError
from .openapi import (
    COMBINED,
    UNIONS,
    operation_of,
    operations,
    parameters_of,
    resolve,
    security_of,
    server_of,
)
from .schema_facts import (
    as_text,
    is_object,
    name_of,
    parts_of,
    scheme_text,
    texts_of,
    traits_of,
    types_of,
    values_of,
)
from .statuses import is_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .documents import JSON, Document

__all__ = ["Field", "Layout", "lay_out"]

_MAX_FIELDS = 50_000
_STYLES = ("style", "explode", "allowReserved")


@dataclass(frozen=True, kw_only=True)
class Field:
    """One value that is sent or answered: whether it must be there, and what it may be."""

    sent: bool
    required: bool
    types: frozenset[str]
    values: frozenset[str] | None = None
    enum: bool = False
    """Whether its values are those of a class of their own."""
    classes: frozenset[str] = frozenset()
    """The names that its schemas have, which their classes are called by."""
    kinds: tuple[str, ...] = ()
    """The branches of a union that are objects, in the order in which they are tried."""
    traits: Mapping[str, str] = field(default_factory=dict)
    """What else is said of it, such as its default."""

    @property
    def types_text(self) -> str:
        """The types for people, null last."""
        return " or ".join(sorted(self.types, key=lambda name: (name == "null", name)))

    @property
    def values_text(self) -> str:
        """The values for people."""
        return " or ".join(sorted(self.values or ()))


@dataclass(frozen=True)
class Layout:
    """The fields by their place, such as ``answer.output[].text``, and what else is a fact."""

    fields: dict[str, Field] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)


def lay_out(document: Document, *, job: str, known_as: Mapping[str, str]) -> Layout:
    """Lay out the operations of a valid spec; those that are not `job` begin with their name.

    An operation that has moved is `known_as` what it was called before.
    """
    layout = Layout()
    for named in operations(document):
        prefix = "" if named == job else f"{known_as.get(named, named)}: "
        _Walk(document, layout, prefix).operation(named)
    return layout


class _Walk:
    """Goes through the schemas of one operation, each of them once on the way down."""

    def __init__(self, document: Document, layout: Layout, prefix: str) -> None:
        self._document = document
        self._layout = layout
        self._prefix = prefix
        self._known: set[tuple[str, bool]] = set()

    def operation(self, named: str) -> None:
        """Lay out all that is sent and answered, and where and with which key."""
        operation, _ = operation_of(self._document, named)
        facts = {
            "server": server_of(self._document, named) or "nothing",
            "key": ", ".join(
                " and ".join(map(scheme_text, choice)) or "no key"
                for choice in security_of(self._document, named)
            ),
            # The first is the one that the generator takes.
            "tag": [*texts_of(operation.get("tags")), "default"][0],
            "operationId": str(operation.get("operationId", "")),
            "deprecated": "yes" if operation.get("deprecated") is True else "",
        }
        for parameter in parameters_of(self._document, named):
            place = f"{parameter.get('in')} parameter.{parameter.get('name')}"
            needed = parameter.get("required") is True
            self._schema(place, [parameter.get("schema")], sent=True, required=needed)
            own = self._layout.fields[f"{self._prefix}{place}"]
            styles = _STYLES if own.types & {"array", "object"} else ("style", "allowReserved")
            more = {name: as_text(parameter[name]) for name in styles if name in parameter}
            more |= {"deprecation": "true"} if parameter.get("deprecated") is True else {}
            self._layout.fields[f"{self._prefix}{place}"] = replace(
                own, traits={**own.traits, **more}
            )
        body = resolve(operation.get("requestBody"), self._document)
        self._content("request", body, sent=True, required=body.get("required") is True)
        for code, item in resolve(operation.get("responses"), self._document).items():
            place = "answer" if code == "200" else f"answer {code}"
            facts[place] = "described"
            answer = resolve(item, self._document)
            self._content(place, answer, sent=False, required=True)
        for place, fact in facts.items():
            if fact:
                self._layout.facts[f"{self._prefix}{place}"] = fact

    def _content(self, place: str, holder: Document, *, sent: bool, required: bool) -> None:
        """Lay out a body, in each of the forms that it may have."""
        content = resolve(holder.get("content"), self._document)
        # Any kind of JSON is read as the same; what is sent says which one it is.
        plain = "application/json" if sent else next(filter(is_json, content), "")
        for kind, item in content.items():
            own = place if kind == plain else f"{place} ({kind})"
            schema = resolve(item, self._document).get("schema")
            self._schema(own, [schema], sent=sent, required=required)

    def _schema(
        self,
        place: str,
        schemas: list[JSON],
        *,
        sent: bool,
        required: bool,
        inside: tuple[int, ...] = (),
    ) -> None:
        """Lay out what may stand in one place, and what is in it, but for what it lies in itself.

        There is more than one schema where several branches have a field of that name.
        """
        fields = self._layout.fields
        each = [self._variants(schema) for schema in schemas]
        variants = [variant for found in each for variant in found]
        types = {name for _, variant in variants for name in types_of(variant)}
        listed = [{value for _, one in found for value in values_of(one)} for found in each]
        fields[f"{self._prefix}{place}"] = Field(
            sent=sent,
            required=required,
            types=frozenset(types or {"anything"}),
            values=frozenset().union(*listed) if all(listed) else None,
            enum=all(any("enum" in one for _, one in found) for found in each),
            classes=frozenset(name for name, _ in variants if name),
            kinds=tuple(kind for schema in schemas for kind, _ in self._branches(schema)),
            traits=self._traits(schemas, [schema for _, schema in variants]),
        )
        if len(fields) > _MAX_FIELDS:
            raise PipelineError(place.partition(".")[0], f"has more than {_MAX_FIELDS:,} fields")
        # What leads back to where it lies is of its type all the same, and ends there.
        entered = [variant for _, variant in variants if id(variant) not in inside]
        inside = (*inside, *map(id, entered))
        needed = set.intersection(*(self._required(schema, inside=()) for schema in schemas))
        named: dict[str, list[JSON]] = {}
        for variant in entered:
            for name, item in resolve(variant.get("properties"), self._document).items():
                named.setdefault(f".{name}", []).append(item)
            items = parts_of(variant, "prefixItems")
            if items := [*items, *([variant["items"]] if "items" in variant else [])]:
                named.setdefault("[]", []).extend(items)
            if is_object(variant):
                named.setdefault("{}", []).append(variant.get("additionalProperties", True))
        for name, items in named.items():
            must = name == "[]" or name[1:] in needed
            self._schema(f"{place}{name}", items, sent=sent, required=must, inside=inside)
        branches = [branch for schema in schemas for branch in self._branches(schema)]
        for called, branch in branches if len(branches) > 1 else ():
            # Of each class by itself as well, once: together, one would hide another's.
            if (called, sent) in self._known:
                continue
            self._known.add((called, sent))
            own = {id(variant) for _, variant in self._variants(branch)}
            others = tuple(each for each in inside if each not in own)
            self._schema(
                f"{place} ({called})", [branch], sent=sent, required=required, inside=others
            )
            del fields[f"{self._prefix}{place} ({called})"]

    def _traits(self, schemas: list[JSON], variants: list[Document]) -> dict[str, str]:
        """Give what else is said of a value, without the defaults that branches of unions have."""
        found = traits_of(variants)
        own = [one for each in schemas for _, one in self._variants(each, through=("allOf",))]
        if not any("default" in each for each in own):
            found.pop("default", None)
        return found

    def _variants(
        self, value: JSON, *, through: tuple[str, ...] = COMBINED
    ) -> list[tuple[str, Document]]:
        """Give the schemas that one is combined from, itself first, each with its name."""
        if isinstance(value, bool):
            return [("", {} if value else {"type": "nothing else"})]
        found: list[tuple[str, Document]] = []
        to_do: list[JSON] = [value]
        while to_do:
            next_one = to_do.pop(0)
            schema = resolve(next_one, self._document)
            # Without a passing object: its identity is worth nothing once it has gone.
            passing = not schema and (not isinstance(next_one, dict) or "$ref" in next_one)
            if passing or any(schema is known for _, known in found):
                continue
            found.append((name_of(next_one, schema), schema))
            for combined in through:
                to_do += parts_of(schema, combined)
        return found

    def _branches(self, value: JSON) -> list[tuple[str, Document]]:
        """Give the objects that a schema is a union of, by the names that they have if need be."""
        found: list[tuple[str, Document]] = []
        seen: list[Document] = []
        to_do = [("", value)]
        while to_do:
            called, next_one = to_do.pop(0)
            schema = resolve(next_one, self._document)
            if any(schema is known for known in seen):
                continue
            seen.append(schema)
            together = parts_of(schema, "allOf")
            if len(together) == 1 and not is_object(schema):
                to_do.insert(0, (called, together[0]))  # which says it in other words
                continue
            if called and is_object(schema):
                found.append((name_of(next_one, schema) or called, schema))
                continue
            parts = [part for union in UNIONS for part in parts_of(schema, union)]
            to_do += [(f"{called}Type{number}", part) for number, part in enumerate(parts)]
        return found

    def _required(self, value: JSON, *, inside: tuple[int, ...]) -> set[str]:
        """Give the fields that an object must have, whichever branch it is of."""
        schema = resolve(value, self._document)
        if id(schema) in inside:
            return set()
        inside = (*inside, id(schema))
        found = {*texts_of(schema.get("required"))}
        for part in parts_of(schema, "allOf"):
            found |= self._required(part, inside=inside)
        for union in UNIONS:
            sets = [
                self._required(branch, inside=inside)
                for branch in parts_of(schema, union)
                if resolve(branch, self._document).get("type") != "null"
            ]
            found |= set.intersection(*sets) if sets else set()
        return found
