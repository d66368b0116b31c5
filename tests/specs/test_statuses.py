"""What is said of the answer to a poll, and why it can't be read where it can't."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.updates.specimen import JOB, Spec, job_of, poll_of, specimen

from pipeline.statuses import (
    answer_examples,
    listed_statuses,
    places_of_words,
    status_place,
    why_unreadable,
)

if TYPE_CHECKING:
    from collections.abc import Callable


def content(spec: Spec) -> Spec:
    found: Spec = poll_of(spec)["responses"]["200"]["content"]
    return found


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (len, None),
        (lambda s: content(s).update({"application/vnd.x+json": content(s).popitem()[1]}), None),
        (lambda s: job_of(s).pop("type"), None),
        (
            lambda s: poll_of(s)["responses"].update({"204": poll_of(s)["responses"].pop("200")}),
            "a poll answers with 204, and not with a 200",
        ),
        (
            lambda s: content(s).update({"text/html": content(s).popitem()[1]}),
            "a poll answers with text/html, and not with JSON",
        ),
        (lambda s: content(s).clear(), "a poll answers with no content, and not with JSON"),
        (lambda s: content(s)["application/json"].clear(), "the answer to a poll has no schema"),
        (
            lambda s: content(s)["application/json"].update(schema={"type": "array", "items": {}}),
            "the answer to a poll must be an object; its schema has the type array",
        ),
        (
            lambda s: content(s)["application/json"].update(schema={"description": "Any"}),
            "the answer to a poll must be an object; its schema has no fields",
        ),
    ],
)
def test_an_answer_that_can_not_become_a_class_is_told_in_plain_words(
    edit: Callable[[Spec], object], reason: str | None
) -> None:
    spec = specimen()
    edit(spec)
    assert why_unreadable(spec, JOB) == reason


def test_the_statuses_of_a_union_are_those_of_its_branches() -> None:
    spec = specimen()
    branches = [
        {"properties": {"status": {"const": "done"}}},
        {"properties": {"status": {"$ref": "#/components/schemas/Other"}}},
        {"allOf": [{"properties": {"status": {"enum": ["lost", 1]}}}]},
    ]
    spec["components"]["schemas"].update(Job={"oneOf": branches}, Other={"enum": ["queued"]})
    assert listed_statuses(spec, job=JOB, at="status") == {"done", "queued", "lost"}


def test_examples_are_found_wherever_a_spec_may_have_them() -> None:
    spec = specimen()
    content(spec)["application/json"].update(
        examples={
            "here": {"value": {"n": 1}},
            "there": {"$ref": "#/components/examples/There"},
            "text": {"value": "no object"},
        }
    )
    spec["components"]["examples"] = {"There": {"value": {"n": 2}}}
    job_of(spec).update(example={"n": 3}, examples=[{"n": 4}])
    assert answer_examples(spec, JOB) == {
        "here": {"n": 1},
        "there": {"n": 2},
        "the schema's example": {"n": 3},
        "the schema's example 1": {"n": 4},
    }


def holding(*branches: Spec, **more: object) -> Spec:
    """A spec whose status is an object of several kinds, told in prose as well."""
    spec = specimen()
    job_of(spec)["properties"]["status"] = {
        "oneOf": [{"type": "object", "properties": each} for each in branches],
        "description": "Begins as `active`.",
        **more,
    }
    return spec


@pytest.mark.parametrize(
    ("spec", "place"),
    [
        (holding({"type": {"const": "open"}}, {"type": {"enum": ["shut"]}}), "status.type"),
        (holding({"n": {"type": "integer"}, "state": {"enum": ["open", "shut"]}}), "status.state"),
        (
            holding(
                {"type": {"const": "x"}, "is": {"const": "open"}},
                discriminator={"propertyName": "is"},
            ),
            "status.is",
        ),
        (holding({"type": {"type": "string"}}), "status"),
        (specimen(), "status"),
    ],
)
def test_a_status_that_is_an_object_is_read_by_what_tells_its_kinds_apart(
    spec: Spec, place: str
) -> None:
    assert status_place(spec, JOB, at="status") == place


def test_what_else_may_be_a_status_is_found_however_deep() -> None:
    spec = specimen()
    state = {"type": "object", "properties": {"now": {"enum": ["open", "shut"]}}}
    job_of(spec)["properties"] = {
        "n": {"type": "integer"},
        "only": {"const": "job"},
        "kind": {"enum": ["a", "b"]},
        "data": {"type": "object", "properties": {"state": state}},
    }
    assert places_of_words(spec, JOB) == ["kind", "data.state.now"]
    job_of(spec)["properties"]["data"]["properties"]["self"] = {"$ref": "#/components/schemas/Job"}
    assert "data.state.now" in places_of_words(spec, JOB), "also where it holds itself"
