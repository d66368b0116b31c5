"""Every status that a spec lists is classified, and none is that it does not list."""

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from pipeline.clients import effective_document
from pipeline.project import Project
from tilldone._provider import Provider

PROJECT = Project(Path(__file__).resolve().parent.parent)


def declaration(name: str) -> Provider[object]:
    provider: Provider[object] = import_module(f"tilldone.{name}").PROVIDER
    return provider


def listed_statuses(name: str) -> set[str]:
    """What the answer to a look may have as its status, by the spec and its overlay."""
    document: Any = effective_document(PROJECT, name)
    method, path = PROJECT.sources[name].operation.split()
    answer = document["paths"][path][method.lower()]["responses"]["200"]
    schema = answer["content"]["application/json"]["schema"]
    while "$ref" in schema:
        node: Any = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            node = node[part]
        schema = node
    return set(schema["properties"]["status"]["enum"])


@pytest.mark.parametrize("name", PROJECT.sources)
def test_every_listed_status_is_classified(name: str) -> None:
    new = listed_statuses(name) - declaration(name).phases.keys()
    assert not new, f"new status {sorted(new)}: classify in wrapper/tilldone/{name}.py, PHASES"


@pytest.mark.parametrize("name", PROJECT.sources)
def test_no_status_is_classified_that_the_spec_does_not_list(name: str) -> None:
    gone = declaration(name).phases.keys() - listed_statuses(name)
    assert not gone, f"{sorted(gone)} is gone: remove from wrapper/tilldone/{name}.py, PHASES"


@pytest.mark.parametrize("name", PROJECT.sources)
def test_a_provider_is_of_the_common_form(name: str) -> None:
    module = import_module(f"tilldone.{name}")
    assert declaration(name).name == name
    assert {"PHASES", "connect", "job", "resume"} <= set(module.__all__)
    assert module.PHASES is declaration(name).phases


@pytest.mark.parametrize("name", PROJECT.sources)
def test_a_provider_names_the_page_that_its_spec_came_from(name: str) -> None:
    assert declaration(name).page == PROJECT.sources[name].page.removesuffix(".md")
