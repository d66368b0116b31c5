"""How the module of a new provider reads an answer that may be of several classes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pipeline.class_names import name_in_file
from pipeline.openapi import UNIONS, resolve
from pipeline.statuses import statuses_of, variants_of, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.documents import JSON, Document

__all__ = ["draft_parse"]

_Words = dict[str, str]


def draft_parse(
    schema: Document, document: Document, models: Mapping[str, str], *, status: str
) -> str:
    """Draft how an answer of `schema` is read: by its status, by another word, or one by one.

    `models` are the classes that it may be of, and what the module calls each of them.
    """
    branches = {
        models[model]: branch
        for name, branch in _branches(schema, document)
        for model in models
        if name_in_file(model) == name_in_file(name)
    }
    names = [*models.values()]
    union = " | ".join(names)
    kinds = " | ".join(f"type[{name}]" for name in names)
    reader = f"def _parse(body: Body) -> {union}:\n"
    whole = len(branches) == len(names)
    table = _told_apart(branches, document, at=status) if whole else {}
    if table:
        return (
            f"\n_MODELS: Mapping[str, {kinds}] = {{\n{_lines(table)}\n}}\n\n\n{reader}"
            f"    model = _MODELS.get(PROVIDER.read_status(body), {names[-1]})\n"
            "    return model.from_dict(body)\n"
        )
    fields = _common_fields(schema, branches, document) if whole else []
    tables = [(field, _told_apart(branches, document, at=field)) for field in fields]
    if fields:
        tables.insert(1, (fields[0], _mapped(schema, branches, document)))
    field, table = next((each for each in tables if each[1]), ("", {}))
    named = f"\n_NAMED: Mapping[str, {kinds}] = {{\n{_lines(table)}\n}}\n" if table else ""
    told = f"_NAMED.get(str(body.get({json.dumps(field)})))"
    by_name = (
        f"    named = {told}\n    if named is not None:\n        return named.from_dict(body)\n"
        if table
        else ""
    )
    tried = "".join(
        "    with suppress(AttributeError, KeyError, TypeError, ValueError):\n"
        f"        return {name}.from_dict(body)\n"
        for name in names[:-1]
    )
    return (
        f"{named}\n\n{reader}{by_name}"
        f"    # Nothing tells which it is: the first that can be read.\n{tried}"
        f"    return {names[-1]}.from_dict(body)\n"
    )


def _lines(table: _Words) -> str:
    return "\n".join(f"    {json.dumps(word)}: {name}," for word, name in table.items())


def _branches(value: JSON, document: Document) -> Iterator[tuple[str, Document]]:
    """Give the branches of a union, and of the unions among them, each with its class's name."""
    schema = resolve(value, document)
    parts: list[JSON] = []
    for union in UNIONS:
        found = schema.get(union)
        parts += found if isinstance(found, list) else []
    for part in parts:
        yield from _branches(part, document)
    if not parts:
        reference = value.get("$ref") if isinstance(value, dict) else None
        title = schema.get("title", str(reference).rpartition("/")[2])
        yield str(title), schema


def _told_apart(branches: Mapping[str, Document], document: Document, *, at: str) -> _Words:
    """Give the words of a field and the only branch that has each; nothing where two share one."""
    told: _Words = {}
    for name, branch in branches.items():
        words = statuses_of(branch, document, at=at)
        if not words or told.keys() & set(words):
            return {}
        told |= dict.fromkeys(words, name)
    return told


def _mapped(schema: Document, branches: Mapping[str, Document], document: Document) -> _Words:
    """Give the words that a discriminator maps, or else a branch's own name, and the branches."""
    discriminator = resolve(schema.get("discriminator"), document)
    if "propertyName" not in discriminator:
        return {}
    mapping = resolve(discriminator.get("mapping"), document)
    schemas = resolve(resolve(document.get("components"), document).get("schemas"), document)
    told: _Words = {}
    # Who has no word of its own is called by its name.
    for word, target in (*mapping.items(), *zip(schemas, schemas, strict=True)):
        named = str(target)
        reference = named if named.startswith("#/") else f"#/components/schemas/{named}"
        meant = resolve({"$ref": reference}, document)
        for name, branch in branches.items():
            if branch is meant and (word in mapping or name not in told.values()):
                told[word] = name
    return told


def _common_fields(
    schema: Document, branches: Mapping[str, Document], document: Document
) -> list[str]:
    """Give the fields that all branches have words in, the discriminator first."""
    said = resolve(schema.get("discriminator"), document).get("propertyName")
    found = [str(said)] if said else []
    first = next(iter(branches.values()), {})
    for each in variants_of(first, document):
        for name, value in resolve(each.get("properties"), document).items():
            found += [name] if words_of(resolve(value, document)) else []
    return found
