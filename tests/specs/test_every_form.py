"""A result is readable whatever the form of its fields, of all forms that the generator knows."""

from __future__ import annotations

import ast
import importlib
import inspect
import sys
import textwrap
from typing import TYPE_CHECKING, Any

import pytest
from tests.updates.specimen import lay_out_project

from pipeline import clients
from tilldone import Origin, Phase, Provider, UnreadableResponse
from tilldone._core.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PART = {"$ref": "#/components/schemas/Part"}
OTHER = {"$ref": "#/components/schemas/Other"}
PARTS: dict[str, Any] = {
    "Part": {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}},
    "Other": {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}},
    "Base": {"type": "object", "properties": {"base": {"type": "string"}}},
    "Tree": {
        "type": "object",
        "properties": {
            "children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
            "parent": {"$ref": "#/components/schemas/Tree"},
        },
    },
    "Kind": {"type": "string", "enum": ["cat", "dog"]},
}

# The schema of a field, and values that it may have.
FORMS: dict[str, tuple[dict[str, Any], list[object]]] = {
    "text": ({"type": "string"}, ["", "a"]),
    "integer": ({"type": "integer"}, [0, -7]),
    "number": ({"type": "number"}, [0.5, 1]),
    "boolean": ({"type": "boolean"}, [True, False]),
    "null": ({"type": "null"}, [None]),
    "const": ({"const": "job"}, ["job"]),
    "const_of_a_type": ({"type": "string", "const": "job"}, ["job"]),
    "const_number": ({"const": 3}, [3]),
    "enum": ({"type": "string", "enum": ["a", "b"]}, ["a", "a word beyond the list"]),
    "enum_of_numbers": ({"type": "integer", "enum": [1, 2]}, [1]),
    "enum_with_null": ({"enum": ["a", None]}, ["a", None]),
    "enum_by_name": ({"$ref": "#/components/schemas/Kind"}, ["cat", "bird"]),
    "one_of": ({"oneOf": [PART, OTHER]}, [{"n": 1}, {"text": "a"}]),
    "any_of": ({"anyOf": [PART, {"type": "string"}]}, [{"n": 1}, "a"]),
    "one_of_consts": (
        {
            "oneOf": [
                {"type": "object", "title": "Up", "properties": {"way": {"const": "up"}}},
                {"type": "object", "title": "Down", "properties": {"way": {"const": "down"}}},
            ]
        },
        [{"way": "up"}, {"way": "down"}],
    ),
    "all_of": (
        {"allOf": [{"$ref": "#/components/schemas/Base"}, PART]},
        [{"base": "a", "n": 1}],
    ),
    "all_of_one": ({"allOf": [PART]}, [{"n": 1}]),
    "nullable": ({"type": ["string", "null"]}, ["a", None]),
    "nullable_object": ({"anyOf": [PART, {"type": "null"}]}, [{"n": 1}, None]),
    "several_types": ({"type": ["string", "integer", "boolean"]}, ["a", 1, True]),
    "map": ({"type": "object", "additionalProperties": {"type": "integer"}}, [{}, {"a": 1}]),
    "map_of_objects": ({"type": "object", "additionalProperties": PART}, [{"a": {"n": 1}}]),
    "free_form": ({"type": "object"}, [{}, {"a": [1, None, {"b": True}]}]),
    "closed": (
        {"type": "object", "properties": {"a": {}}, "additionalProperties": False},
        [{"a": 1}],
    ),
    "anything": ({}, ["a", 1, None, [1], {"a": 1}]),
    "list": ({"type": "array", "items": {"type": "string"}}, [[], ["a"]]),
    "list_of_lists": (
        {"type": "array", "items": {"type": "array", "items": {"type": "number"}}},
        [[], [[]], [[1, 0.5], [2]]],
    ),
    "list_of_objects": ({"type": "array", "items": PART}, [[{"n": 1}, {"n": 2}]]),
    "list_of_unions": ({"type": "array", "items": {"oneOf": [PART, OTHER]}}, [[{"n": 1}]]),
    "list_or_text": ({"anyOf": [{"type": "array", "items": {}}, {"type": "string"}]}, [[1], "a"]),
    "list_of_anything": ({"type": "array", "items": {}}, [[1, "a", None]]),
    "date": ({"type": "string", "format": "date"}, ["2026-11-24"]),
    "date_time": ({"type": "string", "format": "date-time"}, ["2026-11-24T10:00:00+00:00"]),
    "dates": (
        {"type": "array", "items": {"type": "string", "format": "date-time"}},
        [["2026-11-24T10:00:00+00:00"]],
    ),
    "uuid": ({"type": "string", "format": "uuid"}, ["4f7c1a52-5f0e-4b9b-9a43-0d7f0c5e8a11"]),
    "uri": ({"type": "string", "format": "uri"}, ["https://files.example/a"]),
    "byte": ({"type": "string", "format": "byte"}, ["aGk="]),
    "tree": (
        {"$ref": "#/components/schemas/Tree"},
        [{"children": [{"children": []}], "parent": {}}],
    ),
    "job": ({"type": "object", "properties": {"n": {"type": "integer"}}}, [{"n": 1}]),
    "with_a_default": ({"type": "string", "default": "slow"}, ["fast"]),
}


@pytest.fixture(scope="module")
def jobs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider[Any]]:
    """A provider whose client was generated from a spec with a field of every form."""
    fields = {name: schema for name, (schema, _) in FORMS.items()}
    fields["binary"] = {"type": "string", "format": "binary"}
    status = {"type": "string", "enum": ["done"]}
    job = {"type": "object", "required": ["status"], "properties": {"status": status, **fields}}
    answer = {"application/json": {"schema": {"$ref": "#/components/schemas/Job"}}}
    poll = {
        "tags": ["jobs"],
        "operationId": "get_job",
        "responses": {"200": {"description": "ok", "content": answer}},
    }
    spec = {
        "openapi": "3.1.0",
        "info": {"title": "Jobs", "version": "1"},
        "paths": {"/job": {"get": poll}},
        "components": {"schemas": {"Job": job, **PARTS}},
    }
    root: Path = tmp_path_factory.mktemp("forms")
    scratch = tmp_path_factory.mktemp("scratch")
    project = lay_out_project(root, jobs=spec)
    package = root / "forms_of_jobs"
    clients.build_package(package)
    failures = clients.build_clients(project, ["jobs"], package, scratch=scratch, done=print)
    assert not failures
    with pytest.MonkeyPatch.context() as patched:
        patched.syspath_prepend(root)
        model = importlib.import_module("forms_of_jobs.jobs.models").Job
        yield Provider(
            name="jobs_of_every_form",
            request=request,
            parse=model.from_dict,
            phases={"done": Phase.SUCCEEDED},
        )
        for name in [each for each in sys.modules if each.startswith("forms_of_jobs")]:
            del sys.modules[name]


def request(id: str) -> dict[str, Any]:
    return {"method": "GET", "url": f"/{id}"}


def read(jobs: Provider[Any], body: dict[str, Any]) -> Any:  # noqa: ANN401 # a generated class
    job = jobs.job(Origin("https://api.jobs.example"), "j1")
    phase, status = Phase.SUCCEEDED, "done"
    snapshot = Snapshot(
        job=job, phase=phase, status=status, body=body, polls=1, elapsed=0.0, next_poll=None
    )
    return snapshot.response


@pytest.mark.parametrize(
    ("form", "value"),
    [(form, value) for form, (_, values) in FORMS.items() for value in values],
)
def test_a_value_of_every_form_is_read(jobs: Provider[Any], form: str, value: object) -> None:
    result = read(jobs, {"status": "done", form: value})
    assert result.to_dict()[form] == value


def test_a_field_that_is_called_like_its_class_is_a_variable_of_its_own(
    jobs: Provider[Any],
) -> None:
    tree = ast.parse(textwrap.dedent(inspect.getsource(jobs.parse)))
    made = [
        (ast.unparse(each.targets[0]), ast.unparse(each.value).partition("(")[0])
        for each in ast.walk(tree)
        if isinstance(each, ast.Assign)
    ]
    (variable,) = [name for name, value in made if value == "cls"]
    assert [value for name, value in made if name == variable] == ["cls"]
    assert "job" in [name for name, _ in made]


def test_bytes_in_json_are_text(jobs: Provider[Any]) -> None:
    result = read(jobs, {"status": "done", "binary": "any text"})
    assert result.binary.payload.read() == b"any text"


def test_a_result_without_any_of_them_is_read(jobs: Provider[Any]) -> None:
    result = read(jobs, {"status": "done"})
    assert result.to_dict() in ({"status": "done"}, {"status": "done", "with_a_default": "slow"})


@pytest.mark.parametrize(
    ("form", "value"), [("integer", "a"), ("list_of_objects", [1]), ("date_time", "soon")]
)
def test_what_does_not_fit_its_form_is_told(jobs: Provider[Any], form: str, value: object) -> None:
    with pytest.raises(UnreadableResponse):
        read(jobs, {"status": "done", form: value})
