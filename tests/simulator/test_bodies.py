"""What the simulator accepts of a submission is what the specs allow, body for body."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from openapi_schema_validator import OAS30Validator
from tests.simulator.conftest import OPERATIONS

from pipeline.clients import effective_document
from pipeline.project import Project
from tilldone._core.registry import built_in_names, provider_named
from tilldone.simulator import steps
from tilldone.simulator._known import PROVIDERS
from tilldone.simulator._provider import Asked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.simulator.conftest import Client

    from pipeline.documents import Document

# What may stand in the place of a value.
STRANGERS = [None, 0, 1.5, True, "", "stranger", [], ["stranger"] * 4, {}, {"stranger": 1}]

FORMATS = FormatChecker(formats=())


@FORMATS.checks("uri")
def is_uri(value: object) -> bool:
    return not isinstance(value, str) or bool(urlsplit(value).scheme)


@cache
def document(provider: str) -> Document:
    return effective_document(Project(Path(__file__).parents[2]), provider)


def operation_at(provider: str, path: str) -> Any:  # noqa: ANN401 # JSON
    """The spec's POST operation whose path is this one, its parameters aside."""
    base = PROVIDERS[provider].base_path
    paths = cast("dict[str, Any]", document(provider)["paths"])
    by_place = {
        "/".join("?" if part.startswith("{") else part for part in each.split("/")): told
        for each, told in paths.items()
    }
    path = path.removeprefix(base)
    return by_place[path.replace("default", "?").replace("m-1", "?")]["post"]


def holds(provider: str, schema: Any, body: object) -> bool:  # noqa: ANN401 # JSON
    found = {**schema, "components": document(provider)["components"]}
    newer = str(document(provider)["openapi"]).startswith("3.1")
    # OpenAPI 3.0 has words of its own, such as `nullable`.
    validator = (Draft202012Validator if newer else OAS30Validator)(found, format_checker=FORMATS)
    return bool(validator.is_valid(body))


def changed(body: object) -> Iterator[object]:
    """Give the body with one value left out or replaced, at every place."""
    yield from STRANGERS
    places = (
        list(body.items())
        if isinstance(body, dict)
        else list(enumerate(body))
        if isinstance(body, list)
        else []
    )
    for place, value in places:
        for each in changed(value):
            copy: Any = deepcopy(body)
            copy[place] = each
            yield copy
        if isinstance(body, dict):
            yield {name: told for name, told in body.items() if name != place}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_body_is_accepted_where_the_spec_allows_it(operation: str) -> None:
    provider, path, _, body = OPERATIONS[operation]
    content = operation_at(provider, path)["requestBody"]["content"]
    schema = content["application/json"]["schema"]
    asked = Asked(operation.partition(".")[2])
    verdicts: set[bool] = set()
    for each in [body, *changed(body)]:
        allowed = holds(provider, schema, each)
        verdicts.add(allowed)
        found = list(PROVIDERS[provider].faults(asked, each))
        assert (not found) is allowed, (each, found)
    assert verdicts == {True, False}


def test_every_operation_of_every_provider_is_among_them() -> None:
    declared = {
        f"{name}.{operation.__name__}"
        for name in built_in_names()
        for operation in provider_named(name).operations
    }
    simulated = {
        f"{name}.{operation}" for name in PROVIDERS for operation in PROVIDERS[name].submit_paths
    }
    assert simulated == set(OPERATIONS)
    # One that the simulator knows by its declaration alone is served by that.
    assert {each for each in declared if each.partition(".")[0] in PROVIDERS} == simulated


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_answers_are_those_of_the_spec(client: Client, operation: str) -> None:
    provider, path, status, body = OPERATIONS[operation]
    responses = operation_at(provider, path)["responses"]
    client.simulator.script_submissions(provider, [steps.accepted(), steps.refused()])
    made, refused, wrong = (
        client.submit(operation),
        client.submit(operation),
        client.submit(operation, body={**body, next(iter(body)): ["stranger"]}),
    )
    assert made.status_code == status
    for answer in (made, refused, wrong):
        told = responses.get(str(answer.status_code))
        # Of what happens otherwise, the pages of VESSL and VideoDB say nothing.
        assert told is not None or (answer is not made and provider in {"vessl", "videodb"})
        if told is not None:
            assert holds(provider, told["content"]["application/json"]["schema"], answer.json())


def test_the_list_of_jobs_is_that_of_the_spec(client: Client) -> None:
    for _ in range(3):
        client.submit("edenai.create")
    path = "/v3/universal-ai/async"
    url = client.simulator.url("edenai") + path
    listed = client.http.get(url, headers=client.key("edenai"), params={"page": 2, "limit": 2})
    spec = cast("dict[str, Any]", document("edenai")["paths"])[path]["get"]["responses"]
    assert holds("edenai", spec["200"]["content"]["application/json"]["schema"], listed.json())
    wrong = client.http.get(url, headers=client.key("edenai"), params={"page": 0})
    assert wrong.status_code == 422
    assert holds("edenai", spec["422"]["content"]["application/json"]["schema"], wrong.json())
