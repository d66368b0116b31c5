"""An answer of several classes is read as the right one, by whatever tells them apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, TypeAlias

import pytest

from pipeline.draft.union import draft_parse

Body: TypeAlias = dict[str, Any]
Schema: TypeAlias = dict[str, Any]
STATUS = ("queued", "done")


def branch(*required: str, **fields: list[str] | None) -> Schema:
    """A model with these fields, and the words that some of them have."""
    properties = {
        name: {"type": "string"} | ({"enum": words} if words else {})
        for name, words in fields.items()
    }
    return {"type": "object", "properties": properties, "required": [*required]}


class Model:
    """Stands for a generated class."""

    needs: tuple[str, ...] = ()

    def __init__(self, body: Body) -> None:
        self.body = [body[name] for name in self.needs]

    @classmethod
    def from_dict(cls, body: Body) -> Model:
        return cls(body)


class Film(Model):
    needs = ("frames",)


class Song(Model):
    needs = ("bars",)


class Text(Model):
    pass


def reader(schema: Schema, **components: Schema) -> Callable[[Body], Model]:
    """Draft the function for an answer of Film, Song or Text, and give it."""

    class Provider:
        def read_status(self, body: Body) -> str:
            return str(body["status"])

    text = draft_parse(
        schema,
        {"openapi": "3.1.0", "components": {"schemas": {**components}}},
        {name: name for name in components if name != "Sound"},
        status="status",
    )
    scope: dict[str, Any] = {
        "Mapping": Mapping,
        "Body": Body,
        "PROVIDER": Provider(),
        "suppress": suppress,
    }
    scope |= {each.__name__: each for each in (Film, Song, Text)}
    exec(text, scope)  # what was just drafted
    found: Callable[[Body], Model] = scope["_parse"]
    return found


def union(*names: str, **more: Schema) -> Schema:
    return {"oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in names], **more}


def test_statuses_tell_where_each_has_its_own() -> None:
    parse = reader(
        union("Film", "Song"), Film=branch(status=["filmed"]), Song=branch(status=["sung"])
    )
    assert type(parse({"status": "filmed", "frames": 1})) is Film
    assert type(parse({"status": "sung", "bars": 1})) is Song


@pytest.mark.parametrize("more", [{"discriminator": {"propertyName": "kind"}}, {}])
def test_another_word_tells_where_the_statuses_are_shared(more: Schema) -> None:
    parse = reader(
        union("Film", "Song", **more),
        Film=branch(status=[*STATUS], note=["n"], kind=["film", "movie"]),
        Song=branch(status=[*STATUS], note=["n"], kind=["song"]),
    )
    assert type(parse({"status": "done", "kind": "movie", "frames": 1})) is Film
    assert type(parse({"status": "done", "kind": "song", "bars": 1})) is Song
    # Where the word is left out, what can be read is.
    assert type(parse({"status": "done", "bars": 1})) is Song
    with pytest.raises(KeyError):
        parse({"status": "done", "kind": "film", "bars": 1})


def test_a_discriminator_tells_by_its_mapping_or_by_a_branchs_own_name() -> None:
    mapping: Schema = {"film": "#/components/schemas/Film", "movie": "Film"}
    parse = reader(
        union("Text", "Film", "Song", discriminator={"propertyName": "kind", "mapping": mapping}),
        Text=branch(status=[*STATUS], kind=None, note=["text"]),
        Film=branch(status=[*STATUS], kind=None, note=["film"]),
        Song=branch(status=[*STATUS], kind=None, note=["song"]),
    )
    for kind, model in (("film", Film), ("movie", Film), ("Song", Song), ("Text", Text)):
        assert type(parse({"kind": kind, "frames": 1, "bars": 1})) is model
    # A branch that is mapped to has no other word, and what can be read is.
    assert type(parse({"kind": "Film", "frames": 1})) is Text


def test_a_branch_that_is_a_union_itself_is_read_as_its_own_branches() -> None:
    parse = reader(
        union("Film", "Sound"),
        Film=branch(status=["filmed"]),
        Song=branch(status=["sung"]),
        Text=branch(status=["said"]),
        Sound=union("Song", "Text"),
    )
    assert type(parse({"status": "sung", "bars": 1})) is Song
    assert type(parse({"status": "said"})) is Text


def test_where_nothing_tells_the_first_that_can_be_read_is_taken() -> None:
    parse = reader(
        union("Film", "Song", "Text"),
        Film=branch("frames", status=[*STATUS], frames=None),
        Song=branch("bars", status=[*STATUS], bars=None),
        Text=branch(status=[*STATUS]),
    )
    assert type(parse({"status": "done", "frames": 1})) is Film
    assert type(parse({"status": "done", "bars": 1})) is Song
    assert type(parse({"status": "done"})) is Text
