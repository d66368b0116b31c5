"""One process writes several clients, and each as if it were alone."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from pipeline import toolchain, trees
from pipeline.errors import PipelineError
from pipeline.generator import GenerateRequest, generate

if TYPE_CHECKING:
    from pathlib import Path

BROKEN: dict[str, Any] = {"openapi": "3.1.0", "info": {"title": 7}}


def sound(title: str) -> dict[str, Any]:
    """A document whose one model has that title."""
    fields = {"status": {"type": "string", "enum": ["done", title]}}
    model = {"type": "object", "title": title, "properties": fields}
    answer = {"description": "ok", "content": {"application/json": {"schema": model}}}
    poll = {"operationId": "get_job", "responses": {"200": answer}}
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": "1"},
        "paths": {"/job": {"get": poll}},
    }


def asked(directory: Path, name: str, document: dict[str, Any]) -> GenerateRequest:
    directory.mkdir(exist_ok=True)
    source, config = directory / f"{name}.json", directory / "config.json"
    source.write_text(json.dumps(document), encoding="utf-8")
    config.write_text('{"post_hooks": []}', encoding="utf-8")
    return GenerateRequest(place=name, document=source, config=config, client=directory / name)


def test_what_a_process_wrote_before_does_not_show_in_what_it_writes_next(tmp_path: Path) -> None:
    alone = asked(tmp_path / "alone", "second", sound("Second"))
    first, second = (asked(tmp_path / "both", n, sound(n.title())) for n in ("first", "second"))
    assert generate([alone], scratch=tmp_path) == [None]
    assert generate([first, second], scratch=tmp_path) == [None, None]
    assert [*trees.differences(alone.client, second.client)] == []
    assert [*trees.differences(first.client, second.client)] != []


def test_a_client_that_fails_keeps_no_other_from_being_written(tmp_path: Path) -> None:
    requests = [asked(tmp_path, "bad", BROKEN), asked(tmp_path, "good", sound("Good"))]
    failure, nothing = generate(requests, scratch=tmp_path)
    assert isinstance(failure, PipelineError)
    assert str(failure).startswith("bad: openapi_python_client failed: ")
    assert nothing is None
    assert (requests[1].client / "client.py").exists()


def test_a_crash_is_told_in_one_line(tmp_path: Path) -> None:
    lost = asked(tmp_path, "lost", sound("Lost"))
    (failure,) = generate([replace(lost, client=lost.document / "client")], scratch=tmp_path)
    assert failure is not None
    assert failure.reason.startswith("openapi_python_client failed: NotADirectoryError: ")
    assert len(failure.reason.splitlines()) == 1, failure.reason


def test_a_run_without_end_is_stopped_and_names_all_that_it_was_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(toolchain, "_TIME_LIMIT", 0.01)
    requests = [asked(tmp_path, name, sound(name)) for name in ("one", "two")]
    failures = generate(requests, scratch=tmp_path)
    assert [str(failure) for failure in failures] == [
        "one, two: openapi_python_client had no end after 0.01 s"
    ] * 2


@pytest.mark.parametrize(
    ("schemas", "told"),
    [
        pytest.param(
            {
                "Either": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
                "Job": {"allOf": [{"$ref": "#/components/schemas/Either"}, {"type": "object"}]},
            },
            "can't take components/schemas/Job, which combines with allOf what is no object",
            id="no object in an allOf",
        ),
        pytest.param(
            {
                "Part": {"type": "object"},
                "Job": {"type": "object", "title": "Part"},
            },
            "can't take components/schemas/Job, which has the name of another schema's class",
            id="two classes of one name",
        ),
        pytest.param(
            {"Job": {"type": "object", "properties": {"parts": {"type": "array"}}}},
            "can't take components/schemas/Job, which is a list, and says nothing of its items",
            id="a list of nobody knows what",
        ),
        pytest.param(
            {
                "Broken": {"type": "array"},
                "Also": {"type": "array"},
                "Job": {
                    "type": "object",
                    "properties": {"part": {"$ref": "#/components/schemas/Broken"}},
                },
            },
            "can't take components/schemas/Broken, which is a list, and says nothing of its items "
            "(and 1 more)",
            id="two causes, and what follows from one",
        ),
        pytest.param(
            {"Job": {"type": "string", "enum": ["a", 1]}},
            "can't take components/schemas/Job, which lists values that no enum can have",
            id="an enum of several kinds",
        ),
    ],
)
def test_what_can_not_be_taken_is_told_in_a_line_with_its_schema(
    tmp_path: Path, schemas: dict[str, Any], told: str
) -> None:
    document = sound("Job")
    answer = document["paths"]["/job"]["get"]["responses"]["200"]["content"]["application/json"]
    answer["schema"] = {"$ref": "#/components/schemas/Job"}
    document["components"] = {"schemas": schemas}
    (failure,) = generate([asked(tmp_path, "jobs", document)], scratch=tmp_path)
    assert str(failure) == f"jobs: openapi_python_client {told}"
