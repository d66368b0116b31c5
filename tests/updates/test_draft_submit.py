"""Where the answer to a submission has what names a job, and what its operation is drafted as."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.draft.client_ast import SubmitOperation
from pipeline.draft.overlay import draft_overlay
from pipeline.draft.submit import Submitted, draft_operation, submitted_by
from pipeline.errors import PipelineError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .specimen import Spec

MAKE, REMAKE = "POST /jobs", "POST /jobs/again"


def answering(*fields: Spec) -> Spec:
    """A document whose operations answer with these fields, the first one `MAKE`."""
    paths: Spec = {}
    for named, properties in zip((MAKE, REMAKE), fields, strict=False):
        schema = {"anyOf": [{"type": "object", "properties": properties}, {"type": "null"}]}
        content = {"application/json; charset=utf-8": {"schema": schema}}
        responses = {"400": {}, "202": {"description": "Taken", "content": content}, "204": {}}
        paths[named.removeprefix("POST ")] = {"post": {"responses": responses}}
    return {"openapi": "3.1.0", "paths": paths}


def operation(**parameters: str) -> SubmitOperation:
    return SubmitOperation(
        tag="jobs", operation="make", parameters=parameters, body="Ask", models=("Ask",)
    )


def found(*fields: Spec, extras: Sequence[str] = (), said: str | None = None) -> Submitted:
    named = dict(zip((MAKE, REMAKE), (operation(), operation(team="str")), strict=True))
    known = {each: named[each] for each, _ in zip(named, fields, strict=False)}
    return submitted_by("jobs", answering(*fields), known, id="job_id", extras=extras, said=said)


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"id": {}, "status": {}}, "id"),
        ({"id": {}, "jobId": {}}, "jobId"),
        ({"status": {}, "task_id": {}}, "task_id"),
        ({"user": {"properties": {"id": {}}}, "data": {"properties": {"id": {}}}}, "data.id"),
        ({"data": {"properties": {"job": {"properties": {"uuid": {}}}}}}, "data.job.uuid"),
    ],
)
def test_the_id_is_found_where_it_is_likely(fields: Spec, place: str) -> None:
    assert found(fields).declared == f'"{place}"'
    assert found(fields).function == ""


def test_an_answer_that_names_no_job_is_asked_about() -> None:
    with pytest.raises(PipelineError, match=r"POST /jobs answers with when, who: .*--submitted"):
        found({"when": {}, "who": {}})
    with pytest.raises(PipelineError, match="answers with nothing that its spec describes"):
        found({})
    assert found({}, said="data.0.id").declared == '"data.0.id"'


def test_answers_that_differ_and_extras_that_they_tell_are_read_by_a_function() -> None:
    apart = found({"id": {}}, {"data": {"properties": {"task_id": {}}}})
    assert apart.declared == "_submitted"
    assert apart.function.splitlines()[3:] == [
        '    in_data: Body = body.get("data") or {}',
        '    return body.get("id") or in_data.get("task_id")',
    ]
    told = found({"id": {}, "team": {}}, {"id": {}}, extras=["team", "user"])
    assert told.function.splitlines()[3:] == [
        '    return {"id": body.get("id"), "team": body.get("team")}'
    ]
    assert told.asked == {MAKE: ("user",), REMAKE: ("team", "user")}


def test_an_operation_asks_for_what_names_the_job_and_the_answer_does_not_tell() -> None:
    drafted = draft_operation(
        *("jobs", MAKE, operation(team="str", size="int")),
        known_as={"Ask": "AskModel"},
        extras=["team", "user"],
        packed=True,
    )
    assert drafted.splitlines()[2] == (
        "def make(client: Client, body: AskModel, *, team: str, size: int, user: str)"
        " -> JobRequest[Result]:"
    )
    assert '    _segment(team, name="team")' in drafted
    assert "size, name" not in drafted
    assert drafted.endswith('"make", request, team=team, user=user)\n')


def test_a_body_that_no_draft_can_take_is_named() -> None:
    file = SubmitOperation(tag="jobs", operation="make", parameters={}, body="File", models=())
    with pytest.raises(PipelineError, match=r"jobs: POST /jobs takes a File, .* by hand"):
        draft_operation("jobs", MAKE, file, known_as={}, extras=(), packed=True)


@pytest.mark.parametrize(
    ("operation_id", "short"),
    [
        ("make_job_jobs_post", "make_job"),
        ("createJob", None),
        ("jobs.create", None),
        (None, "create_jobs"),
        ("x" * 50, "create_jobs"),
    ],
)
def test_an_operation_has_a_name_that_someone_would_type(
    operation_id: str | None, short: str | None
) -> None:
    document = answering({"id": {}}, {"id": {}})
    document["paths"]["/jobs/again"]["post"].update(operationId="again", tags=["Jobs"])
    document["paths"]["/jobs"]["post"]["tags"] = ["Jobs"]
    if operation_id is not None:
        document["paths"]["/jobs"]["post"]["operationId"] = operation_id
    drafted, _ = draft_overlay("jobs", document, "GET /jobs", status="status")
    assert (f'update: {{"operationId": "{short}"}}' in drafted) == (short is not None)
    assert drafted.count("operationId") == (short is not None)
