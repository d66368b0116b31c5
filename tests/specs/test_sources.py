"""specs/ is what specs/sources.toml says of it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import TYPE_CHECKING

import jsonschema
import pytest

from pipeline import documents, openapi, overlay
from pipeline.clients import effective_document, merged_document
from pipeline.validation import validate

if TYPE_CHECKING:
    from pipeline.project import Project


def test_every_spec_has_a_source_and_every_source_a_spec(project: Project) -> None:
    documents = {
        path.name
        for path in (project.root / "specs").glob("*.yaml")
        if not path.name.endswith(".overlay.yaml")
    }
    assert documents == {file for each in project.sources.values() for file in each.documents}


def test_every_overlay_has_a_spec(project: Project) -> None:
    for path in (project.root / "specs").glob("*.overlay.yaml"):
        assert path.name.removesuffix(".overlay.yaml") in project.sources


def test_the_spec_is_the_bytes_that_were_retrieved(project: Project, provider: str) -> None:
    for file, source in project.sources[provider].documents.items():
        content = project.document(file).read_bytes()
        assert hashlib.sha256(content).hexdigest() == source.sha256, file


def test_a_document_has_the_operations_that_its_source_names(
    project: Project, provider: str
) -> None:
    sources = project.sources[provider]
    for file, source in sources.documents.items():
        there = openapi.operations(documents.load(project.document(file)))
        # A vendor's document may hold a whole API; what we wrote holds what is wanted, and no more.
        assert source.operations
        assert {*source.operations} <= {*there}
        assert not source.hand_written or [*source.operations] == there
        assert source.page.startswith("https://")
        assert isinstance(source.retrieved, dt.date)
    assert sources.job in sources.documents[f"{provider}.yaml"].operations


def test_a_document_written_by_hand_says_so_itself(project: Project, provider: str) -> None:
    for file, source in project.sources[provider].documents.items():
        first_line = project.document(file).read_text(encoding="utf-8").partition("\n")[0]
        assert first_line.startswith("# Written by hand") == source.hand_written, file


def test_the_spec_is_valid_before_and_after_its_overlay(project: Project, provider: str) -> None:
    validate(merged_document(project, provider), place=provider)
    validate(effective_document(project, provider), place=provider)


def test_every_overlay_action_gives_its_reason(project: Project, provider: str) -> None:
    changes = overlay.read(project.overlay(provider), spec=project.spec(provider))
    for action in changes.actions:
        assert action.description, action.place
        assert action.description.rstrip().endswith("."), action.place


def test_every_overlay_names_its_spec(project: Project, provider: str) -> None:
    extends = documents.load(project.overlay(provider))["extends"]
    assert extends == project.spec(provider).name


@pytest.mark.parametrize(
    ("answer", "fits"),
    [
        ({"status": "pending"}, True),
        ({"status": "in_progress"}, True),
        ({"status": "pending", "output": None}, False),
        ({"status": "in_progress", "status_code": 200}, False),
        ({"status": "completed", "status_code": 200, "raw_output": "1", "output": 1}, True),
        ({"status": "completed", "status_code": 200, "raw_output": "no JSON"}, True),
        ({"status": "completed", "status_code": 200, "raw_output": "null", "output": None}, True),
        ({"status": "completed", "fail_reason": "none"}, False),
        ({"status": "failed", "status_code": 500, "raw_output": "", "fail_reason": "5xx"}, True),
        ({"status": "failed", "fail_reason": "internal error"}, True),
        ({"status": "failed", "status_code": 500, "raw_output": ""}, False),
        ({"status": "running"}, False),
        ({}, False),
    ],
    ids=json.dumps,
)
def test_vessls_spec_says_when_each_field_is_there(
    project: Project, answer: dict[str, object], fits: bool
) -> None:
    components = documents.load(project.spec("vessl"))["components"]
    assert isinstance(components, dict)
    assert isinstance(components["schemas"], dict)
    schema = components["schemas"]["AsyncRequestOutput"]
    validator = jsonschema.Draft202012Validator(schema)  # type: ignore[arg-type]  # plain JSON
    assert validator.is_valid(answer) is fits
