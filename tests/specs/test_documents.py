"""A document is read as plain JSON, or refused with the place and the reason."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import pytest

from pipeline import documents
from pipeline.errors import PipelineError
from pipeline.validation import validate

if TYPE_CHECKING:
    from pathlib import Path


def load(tmp_path: Path, content: str | bytes) -> documents.Document:
    path = tmp_path / "specs" / "jobs.yaml"
    path.parent.mkdir()
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return documents.load(path)


def test_yaml_becomes_what_json_would_be(tmp_path: Path) -> None:
    content = (
        "200: ok\nday: 2025-09-30\nat: 2025-09-30T08:00:00Z\non: no\nnone:\nn: [1, 2.5, true]\n"
    )
    assert load(tmp_path, content) == {
        "200": "ok",
        "day": "2025-09-30",
        "at": "2025-09-30T08:00:00Z",
        "on": "no",
        "none": None,
        "n": [1, 2.5, True],
    }


def test_json_is_read_as_json(tmp_path: Path) -> None:
    content = '\ufeff{"pair": "\\ud83d\\ude00", "control": "\x9f", "small": 1e-08, "tab":\t[1]}'
    assert load(tmp_path, content) == {
        "pair": "\U0001f600",
        "control": "\x9f",
        "small": 1e-08,
        "tab": [1],
    }


def test_a_yaml_mapping_in_braces_is_no_broken_json(tmp_path: Path) -> None:
    assert load(tmp_path, "{a: 1, 'b': [no]}") == {"a": 1, "b": ["no"]}


def test_aliases_stand_for_what_they_name(tmp_path: Path) -> None:
    assert load(tmp_path, "a: &x {b: 1}\nc: *x\n") == {"a": {"b": 1}, "c": {"b": 1}}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a: [1\nb: 2", "specs/jobs.yaml, line 2, column 2: expected ',' or ']'"),
        ("a: 1\na: 2", "specs/jobs.yaml, line 2, column 1: found duplicate key"),
        ("a:\n\tb: 1", "specs/jobs.yaml, line 2, column 1: found character '\\t'"),
        ("a: !!python/object:os.system {}", "specs/jobs.yaml, line 1, column 4: could not"),
        ("a: \x07", "specs/jobs.yaml: unacceptable character #x0007"),
        (b"a: \xff", "specs/jobs.yaml: not UTF-8 at byte 3"),
        ("", "specs/jobs.yaml: the document is not a mapping"),
        ("- a", "specs/jobs.yaml: the document is not a mapping"),
        ("a: &x [*x]", "specs/jobs.yaml, $['a'][0]: a value that contains itself"),
        ("a: {true: 1}", "specs/jobs.yaml, $['a']: the key True is not a string"),
        ("1: a\n'1': b", "specs/jobs.yaml, $: the key '1' occurs twice"),
        ("a: .nan", "specs/jobs.yaml, $['a']: nan is not a JSON number"),
        ("a: !!binary aGk=", "specs/jobs.yaml, $['a']: a value of type bytes cannot be written"),
        ('{"a": 1, "a": 2}', "specs/jobs.yaml: the key 'a' occurs twice in one object"),
        ('{"a": NaN}', "specs/jobs.yaml: NaN is not a JSON number"),
        ('{"a": 1,\n"b" 2}', "specs/jobs.yaml, line 2, column 5: expected ',' or '}'"),
        ('{"a": ' + "[" * 100_000, "specs/jobs.yaml: nested too deeply to be read"),
        ("a: " + "[" * 1000, "specs/jobs.yaml: nested too deeply to be read"),
    ],
)
def test_what_is_no_json_is_refused(tmp_path: Path, content: str | bytes, message: str) -> None:
    with pytest.raises(PipelineError) as caught:
        load(tmp_path, content)
    assert str(caught.value).startswith(message)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(PipelineError, match=r"^specs/jobs\.yaml: no such file$"):
        documents.load(tmp_path / "specs" / "jobs.yaml")


COMPONENTS: documents.Document = {"responses": {"ok": {"description": "ok"}}}
VALID: documents.Document = {
    "openapi": "3.0.3",
    "info": {"title": "Jobs", "version": "1"},
    "paths": {
        "/jobs": {"get": {"responses": {"200": {"$ref": "#/components/responses/ok"}}}},
        "/runs": {"get": {"responses": {"200": {"$ref": "#/paths/~1jobs/get/responses/200"}}}},
    },
    "components": COMPONENTS,
}


@pytest.mark.parametrize("version", ["3.0.0", "3.0.3", "3.1.0", "3.1.1"])
def test_openapi_3_0_and_3_1_are_read(version: str) -> None:
    validate({**VALID, "openapi": version}, place="jobs")


def with_response(response: documents.JSON) -> documents.Document:
    document = copy.deepcopy(VALID)
    document["components"] = {"responses": {"ok": response}}
    return document


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({}, "jobs: does not name its version as `openapi`; this reads OpenAPI 3.0.x and 3.1.x"),
        ({"swagger": "2.0"}, "jobs: is Swagger '2.0'; this reads OpenAPI 3.0.x and 3.1.x"),
        ({**VALID, "openapi": "3.2.0"}, "jobs: is OpenAPI '3.2.0'; this reads"),
        ({**VALID, "openapi": 3.1}, "jobs: is OpenAPI 3.1; this reads"),
        ({**VALID, "info": {"title": "Jobs"}}, "jobs, $['info']: 'version' is a required property"),
        (
            {**VALID, "components": {}},
            "jobs, $['paths']['/jobs']['get']['responses']['200']['$ref']",
        ),
        (
            with_response({"$ref": "http://127.0.0.1:9/jobs.yaml#/a"}),
            "jobs, $['components']['responses']['ok']['$ref']: "
            "'http://127.0.0.1:9/jobs.yaml#/a' lies outside the document",
        ),
        (
            with_response({"$ref": "other.yaml"}),
            "jobs, $['components']['responses']['ok']['$ref']: 'other.yaml' lies outside",
        ),
        (
            with_response({"description": 1}),
            "jobs, $['components']['responses']['ok']['description']: 1 is not of type 'string'",
        ),
    ],
)
def test_a_broken_document_is_refused_with_its_place(
    document: documents.Document, message: str
) -> None:
    with pytest.raises(PipelineError) as caught:
        validate(document, place="jobs")
    assert str(caught.value).startswith(message)


def with_schemas(**schemas: documents.JSON) -> documents.Document:
    return {**VALID, "openapi": "3.1.0", "components": {**COMPONENTS, "schemas": schemas}}


def reference(name: str) -> documents.Document:
    return {"$ref": f"#/components/schemas/{name}"}


def test_an_object_that_must_have_no_field_may_say_so() -> None:
    validate(with_schemas(A={"type": "object", "required": []}), place="jobs")
    with pytest.raises(PipelineError, match="1 is not of type 'string'"):
        validate(with_schemas(A={"type": "object", "required": [1]}), place="jobs")


def test_responses_may_be_none_and_a_type_be_named_twice() -> None:
    silent: documents.Document = {**VALID, "paths": {"/jobs": {"post": {"responses": {}}}}}
    for version in ("3.0.3", "3.1.0"):
        validate({**silent, "openapi": version}, place="jobs")
    with pytest.raises(PipelineError, match="'responses' is a required property"):
        validate({**silent, "paths": {"/jobs": {"post": {}}}}, place="jobs")
    validate(with_schemas(A={"type": ["null", "null"]}), place="jobs")
    with pytest.raises(PipelineError, match="non-unique"):
        validate(with_schemas(A={"required": ["a", "a"]}), place="jobs")


@pytest.mark.parametrize(
    "schema",
    [
        {"const": "job"},
        {"type": ["string", "null"]},
        {"anyOf": [{"type": "string"}, {"type": "null"}]},
        {"type": "string", "contentEncoding": "base64"},
    ],
)
def test_what_3_1_says_is_read_in_a_document_that_names_3_0(schema: documents.Document) -> None:
    validate({**with_schemas(A=schema), "openapi": "3.0.3"}, place="jobs")
    broken = with_schemas(A=schema, B={"type": "text"})
    with pytest.raises(PipelineError):
        validate({**broken, "openapi": "3.0.3"}, place="jobs")


def test_a_default_is_held_to_what_makes_another_type_of_it() -> None:
    text: documents.Document = {"type": "string", "default": "soon"}
    for harmless in ({"format": "email"}, {"maxLength": 3}, {"pattern": "^a"}):
        validate(with_schemas(A={**text, **harmless}), place="jobs")
    validate(with_schemas(A={"type": "integer", "default": 3, "multipleOf": 2}), place="jobs")
    with pytest.raises(PipelineError, match="'soon' is not of type 'integer'"):
        validate(with_schemas(A={**text, "type": "integer"}), place="jobs")
    with pytest.raises(PipelineError, match=r"\['A'\]\['default'\]: 'soon' is not a 'date-time'"):
        validate(with_schemas(A={**text, "format": "date-time"}), place="jobs")


@pytest.mark.parametrize(
    ("schemas", "message"),
    [
        ({"A": reference("B"), "B": reference("A")}, "['A']: '#/components/schemas/B' consists of"),
        (
            {"A": {"allOf": [reference("A")]}},
            "['A']['allOf'][0]: '#/components/schemas/A' consists",
        ),
        (
            {"A": {"oneOf": [reference("B")]}, "B": {"allOf": [reference("A")]}},
            "['A']['oneOf'][0]: '#/components/schemas/B' consists of itself",
        ),
        (
            {**{f"C{n}": reference(f"C{n + 1}") for n in range(1200)}, "C1200": {}},
            "['C0']: '#/components/schemas/C1' leads through more than 100 references",
        ),
    ],
)
def test_what_is_made_of_itself_is_refused(
    schemas: dict[str, documents.JSON], message: str
) -> None:
    with pytest.raises(PipelineError) as caught:
        validate(with_schemas(**schemas), place="jobs")
    assert str(caught.value).startswith(f"jobs, $['components']['schemas']{message}")


def test_what_is_nested_without_end_is_refused() -> None:
    chain: dict[str, documents.JSON] = {
        f"C{n}": {"type": "object", "properties": {"next": reference(f"C{n + 1}")}}
        for n in range(1200)
    }
    with pytest.raises(PipelineError, match=r"^jobs: its schemas are nested too deeply"):
        validate(with_schemas(**chain, C1200={}), place="jobs")


def test_a_model_may_hold_its_own_kind() -> None:
    fields: documents.JSON = {
        "next": reference("Node"),
        "nodes": {"type": "array", "items": reference("Node")},
        "either": {"anyOf": [reference("Node"), {"type": "null"}]},
        "by_name": {"type": "object", "additionalProperties": reference("Node")},
    }
    node: documents.JSON = {"type": "object", "properties": fields}
    validate(with_schemas(Node=node, Alias=reference("Node")), place="jobs")


def test_a_default_that_meets_a_broken_schema_is_refused_for_the_schema() -> None:
    schemas: dict[str, documents.JSON] = {
        "Size": {"type": "number", "minimum": "1e-08"},
        "Sizes": {"type": "array", "items": reference("Size"), "default": [3]},
    }
    with pytest.raises(PipelineError, match=r"'1e-08' is not of type 'number'"):
        validate(with_schemas(**schemas), place="jobs")


def test_an_error_inside_a_schema_is_placed_in_the_whole_document() -> None:
    schema: documents.JSON = {"type": "string", "enum": ["a", "a"]}
    document = with_response(
        {"description": "ok", "content": {"application/json": {"schema": schema}}}
    )
    with pytest.raises(PipelineError, match=r"\['schema'\]\['enum'\]: .* non-unique") as caught:
        validate(document, place="jobs")
    assert caught.value.place.startswith("jobs, $['components']['responses']['ok']['content']")
