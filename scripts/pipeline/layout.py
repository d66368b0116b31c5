"""A spec's one operation laid out flat: all that code which uses its client can rely on."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .errors import PipelineError
from .openapi import COMBINED, resolve
from .statuses import described_operation

if TYPE_CHECKING:
    from .documents import JSON, Document

__all__ = ["Field", "Layout", "lay_out"]

_MAX_FIELDS = 5000


@dataclass(frozen=True, kw_only=True)
class Field:
    """One value that is sent or answered: whether it must be there, and what it may be."""

    sent: bool
    required: bool
    types: frozenset[str]
    values: frozenset[str] | None = None

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


def lay_out(document: Document) -> Layout:
    """Lay out the one operation that a valid spec describes."""
    operation = described_operation(document)
    layout = Layout(facts=_facts(document, operation))
    walk = _Walk(document, layout)
    for item in _parameters(document):
        parameter = resolve(item, document)
        place = f"{parameter.get('in')} parameter.{parameter.get('name')}"
        needed = parameter.get("required") is True
        walk.schema(place, parameter.get("schema"), sent=True, required=needed)
    body = resolve(operation.get("requestBody"), document)
    walk.content("request", body, sent=True, required=body.get("required") is True)
    responses = resolve(operation.get("responses"), document)
    for code, item in responses.items():
        place = "answer" if code == "200" else f"answer {code}"
        walk.content(place, resolve(item, document), sent=False, required=True)
    return layout


def _parameters(document: Document) -> list[JSON]:
    """Give the operation's parameters, and those of its path."""
    paths = resolve(document.get("paths"), document)
    holders = [*(resolve(item, document) for item in paths.values()), described_operation(document)]
    found: list[JSON] = []
    for holder in holders:
        listed = holder.get("parameters")
        found += listed if isinstance(listed, list) else []
    return found


class _Walk:
    """Goes through the schemas of one document, each of them once on the way down."""

    def __init__(self, document: Document, layout: Layout) -> None:
        self._document = document
        self._fields = layout.fields

    def content(self, place: str, holder: Document, *, sent: bool, required: bool) -> None:
        """Lay out a body, in each of the forms that it may have."""
        for kind, item in resolve(holder.get("content"), self._document).items():
            own = place if kind == "application/json" else f"{place} ({kind})"
            schema = resolve(item, self._document).get("schema")
            self.schema(own, schema, sent=sent, required=required)

    def schema(
        self, place: str, value: JSON, *, sent: bool, required: bool, inside: tuple[int, ...] = ()
    ) -> None:
        """Lay out a schema and what is in it, but for what it lies in itself."""
        variants = self._variants(value, inside)
        types = {name for variant in variants for name in _types(variant)}
        values = {name for variant in variants for name in _values(variant)}
        known = self._fields.get(place)
        self._fields[place] = Field(
            sent=sent,
            required=required,
            types=frozenset(types or {"anything"}) | (known.types if known else frozenset()),
            values=frozenset(values) or None,
        )
        if len(self._fields) > _MAX_FIELDS:
            raise PipelineError(place.partition(".")[0], f"has more than {_MAX_FIELDS} fields")
        inside = (*inside, *map(id, variants))
        for variant in variants:
            needed = variant.get("required")
            for name, item in resolve(variant.get("properties"), self._document).items():
                must = isinstance(needed, list) and name in needed
                self.schema(f"{place}.{name}", item, sent=sent, required=must, inside=inside)
            if "items" in variant:
                item = variant["items"]
                self.schema(f"{place}[]", item, sent=sent, required=True, inside=inside)

    def _variants(self, value: JSON, inside: tuple[int, ...]) -> list[Document]:
        found: list[Document] = []
        to_do: list[JSON] = [value]
        while to_do:
            schema = resolve(to_do.pop(0), self._document)
            if id(schema) in inside or any(schema is known for known in found):
                continue
            found.append(schema)
            for combined in COMBINED:
                parts = schema.get(combined)
                to_do += parts if isinstance(parts, list) else []
        # Without what may be a passing object: its identity is worth nothing once it has gone.
        return [schema for schema in found if schema]


def _facts(document: Document, operation: Document) -> dict[str, str]:
    servers = document.get("servers")
    server = resolve(servers[0], document) if isinstance(servers, list) and servers else {}
    asked = operation.get("security", document.get("security"))
    components = resolve(document.get("components"), document)
    schemes = resolve(components.get("securitySchemes"), document)
    keys = [
        " ".join(str(scheme[key]) for key in ("type", "scheme", "in", "name") if key in scheme)
        for choice in (asked if isinstance(asked, list) else [])
        for scheme in (resolve(schemes.get(name), document) for name in resolve(choice, document))
    ]
    return {"server": str(server.get("url", "nothing")), "key": ", ".join(keys) or "nothing"}


def _types(schema: Document) -> list[str]:
    named = schema.get("type")
    names = [str(name) for name in (named if isinstance(named, list) else [named]) if name]
    if not names and not any(key in schema for key in (*COMBINED, "enum", "const", "properties")):
        names = ["anything"]
    form = schema.get("format")
    if isinstance(form, str):
        names = [name if name == "null" else f"{name} ({form})" for name in names]
    return [*names, "null"] if schema.get("nullable") is True else names


def _values(schema: Document) -> list[str]:
    listed = schema.get("enum")
    if not isinstance(listed, list):
        listed = [schema["const"]] if "const" in schema else []
    return [json.dumps(value, ensure_ascii=False) for value in listed]
