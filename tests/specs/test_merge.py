"""A provider's documents become one, of what was chosen and of what that needs."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

from pipeline import openapi
from pipeline.errors import PipelineError
from pipeline.merge import Part, merge
from pipeline.validation import validate

if TYPE_CHECKING:
    from pipeline.documents import Document

Spec: TypeAlias = "dict[str, Any]"


def answer(name: str, file: str = "") -> Spec:
    schema = {"$ref": f"{file}#/components/schemas/{name}"}
    content = {"application/json": {"schema": schema}}
    return {"responses": {"200": {"description": "ok", "content": content}}}


def spec(paths: Spec, schemas: Spec, **more: object) -> Spec:
    return {
        "openapi": "3.1.0",
        "info": {"title": "Jobs", "version": "1"},
        "paths": paths,
        "components": {"schemas": schemas},
        **more,
    }


POLL = spec(
    {
        "/jobs/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {}}],
            "get": answer("Job"),
            "delete": answer("Gone"),
        }
    },
    {"Job": {"type": "object"}, "Gone": {"type": "object"}},
)
CREATE = spec({"/jobs": {"post": answer("Job", "jobs.yaml")}}, {})


def merged(*parts: tuple[str, Spec, list[str]]) -> Spec:
    made: Document = merge([Part(file=f, document=d, operations=o) for f, d, o in parts])
    validate(made, place="merged")
    return made


def test_an_operation_comes_with_what_it_reaches_and_nothing_else() -> None:
    schemas = {
        "Unused": {"type": "object"},
        "Job": {"type": "object", "properties": {"part": {"$ref": "#/components/schemas/Part"}}},
        "Gone": {"type": "object"},
        "Part": {
            "type": "object",
            "$defs": {"Kind": {"enum": ["a", "b"]}},
            "properties": {
                "job": {"$ref": "#/components/schemas/Job"},
                "shape": {
                    "oneOf": [{"$ref": "#/components/schemas/Round"}],
                    "discriminator": {
                        "propertyName": "kind",
                        "mapping": {"r": "#/components/schemas/Round", "s": "Square"},
                    },
                },
                "kind": {"$ref": "#/components/schemas/Part/$defs/Kind"},
            },
        },
        "Square": {"type": "object"},
        "Round": {"type": "object"},
    }
    whole = merged(("jobs.yaml", {**POLL, "components": {"schemas": schemas}}, ["GET /jobs/{id}"]))
    assert openapi.operations(whole) == ["GET /jobs/{id}"]
    assert [*whole["paths"]["/jobs/{id}"]] == ["parameters", "get"]
    assert [*whole["components"]["schemas"]] == ["Job", "Part", "Square", "Round"]


def test_without_a_choice_all_operations_are_taken() -> None:
    whole = merged(("jobs.yaml", POLL, []))
    assert openapi.operations(whole) == openapi.operations(POLL)


def test_keys_that_an_operation_asks_for_come_with_it() -> None:
    schemes = {name: {"type": "http", "scheme": "bearer"} for name in ("used", "unused")}
    secured = {**POLL, "security": [{"used": []}]}
    secured["components"] = {**POLL["components"], "securitySchemes": schemes}
    whole = merged(("jobs.yaml", secured, ["GET /jobs/{id}"]))
    assert [*whole["components"]["securitySchemes"]] == ["used"]
    assert whole["security"] == [{"used": []}]


def test_a_document_may_refer_to_another_by_its_file() -> None:
    create: tuple[str, Spec, list[str]] = ("jobs.create.yaml", CREATE, [])
    parts = ("jobs.yaml", POLL, ["GET /jobs/{id}"]), create
    whole = merged(*parts)
    assert openapi.operations(whole) == ["GET /jobs/{id}", "POST /jobs"]
    taken = whole["paths"]["/jobs"]["post"]["responses"]["200"]["content"]["application/json"]
    assert taken["schema"] == {"$ref": "#/components/schemas/Job"}
    assert [*whole["components"]["schemas"]] == ["Job"]
    assert merged(*parts) == whole


def test_what_holds_for_all_of_another_document_is_said_in_its_operations() -> None:
    servers = [{"url": "https://upload.jobs.example"}]
    schemes = {"key": {"type": "http", "scheme": "bearer"}}
    create = {**CREATE, "servers": servers, "security": [{"key": []}]}
    create["components"] = {"securitySchemes": schemes}
    whole = merged(("jobs.yaml", POLL, []), ("jobs.create.yaml", create, []))
    post = whole["paths"]["/jobs"]["post"]
    assert (post["servers"], post["security"]) == (servers, [{"key": []}])
    assert "servers" not in whole
    assert "security" not in whole["paths"]["/jobs/{id}"]["get"]
    back = merged(("jobs.create.yaml", create, []), ("jobs.yaml", POLL, []))
    assert back["paths"]["/jobs/{id}"]["get"]["security"] == [], "no key where none is asked for"


def test_what_two_documents_say_alike_is_said_once() -> None:
    other = spec({"/jobs": {"post": answer("Job")}}, {"Job": {"type": "object"}})
    whole = merged(("jobs.yaml", POLL, []), ("jobs.create.yaml", other, []))
    assert [*whole["components"]["schemas"]] == ["Job", "Gone"]


def test_what_holds_its_own_kind_in_two_documents_has_an_end() -> None:
    job = {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Job"}}}
    first, second = (spec({path: {"get": answer("Job")}}, {"Job": job}) for path in ("/a", "/b"))
    whole = merged(("a.yaml", first, []), ("b.yaml", second, []))
    assert whole["components"]["schemas"] == {"Job": job}


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (
            spec({"/jobs": {"post": answer("Job")}}, {"Job": {"type": "string"}}),
            "specs/b.yaml: components schemas Job is not what it is in specs/a.yaml",
        ),
        (
            spec({"/jobs/{id}": {"get": answer("Other")}}, {"Other": {}}),
            "specs/b.yaml: paths /jobs/{id} get is not what it is in specs/a.yaml",
        ),
        (
            {**CREATE, "openapi": "3.0.3"},
            "specs/b.yaml: is OpenAPI 3.0, and specs/a.yaml is OpenAPI 3.1",
        ),
        (
            spec({"/jobs": {"post": answer("Job", "c.yaml")}}, {}),
            "specs/b.yaml: 'c.yaml#/components/schemas/Job' lies outside the document",
        ),
    ],
)
def test_documents_that_contradict_each_other_are_both_named(other: Spec, told: str) -> None:
    with pytest.raises(PipelineError) as caught:
        merged(("a.yaml", POLL, []), ("b.yaml", other, []))
    assert str(caught.value) == told


def test_an_operation_that_is_not_there_is_named_beside_those_that_are() -> None:
    with pytest.raises(PipelineError) as caught:
        merged(("jobs.yaml", POLL, ["GET /jobs"]))
    assert str(caught.value) == (
        "specs/jobs.yaml: does not describe GET /jobs; "
        "it describes GET /jobs/{id}, DELETE /jobs/{id}"
    )


def test_a_reference_into_a_path_stands_for_what_is_there() -> None:
    poll = answer("Job")
    again = {"get": {"responses": {"200": {"$ref": "#/paths/~1a/get/responses/200"}}}}
    document = spec({"/a": {"get": poll}, "/b": again}, {"Job": {"type": "object"}})
    whole = merged(("jobs.yaml", document, ["GET /b"]))
    assert whole["paths"] == {"/b": {"get": poll}}


def test_a_small_part_of_a_large_document_is_taken_in_no_time() -> None:
    schemas = {
        f"S{n}": {"properties": {"x": {"$ref": f"#/components/schemas/S{n + 1}"}}}
        for n in range(20_000)
    }
    paths = {f"/p{n}": {"get": answer(f"S{n}")} for n in range(0, 20_000, 50)}
    document = spec(paths, {**schemas, "S20000": {}})
    started = time.process_time()
    whole = merged(("jobs.yaml", document, ["GET /p19950"]))
    assert len(whole["components"]["schemas"]) == 51
    assert time.process_time() - started < 5


def test_an_example_may_hold_anything_and_is_copied_as_it_is() -> None:
    job = {
        "type": "object",
        "example": {"$ref": "elsewhere.yaml", "status": 7},
        "properties": {
            "example": {"$ref": "#/components/schemas/Gone"},
            "status": {"type": "string", "example": 7},
        },
    }
    schemas = {"Job": job, "Gone": {"type": "object"}}
    document = spec({"/jobs": {"get": answer("Job")}}, schemas)
    assert merged(("jobs.yaml", document, []))["components"]["schemas"] == schemas
