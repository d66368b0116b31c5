"""Every status that a spec lists is classified, and none is that it does not list."""

from importlib import import_module
from pathlib import Path

import pytest

from pipeline.clients import effective_document, merged_document
from pipeline.project import Project
from pipeline.statuses import listed_statuses
from tilldone import Phase
from tilldone._core.provider import Provider

PROJECT = Project(Path(__file__).resolve().parent.parent)


def declaration(name: str) -> Provider[object]:
    provider: Provider[object] = import_module(f"tilldone.{name}").PROVIDER
    return provider


def listed(name: str) -> set[str]:
    """What the answer to a poll may have as its status, by the spec and its overlay."""
    texts = merged_document(PROJECT, name), effective_document(PROJECT, name)
    sources = PROJECT.sources[name]
    return listed_statuses(*texts, job=sources.job, at=sources.status)


def decision(name: str, words: set[str], what: str) -> str:
    """What a person is asked; scripts/update_specs.py passes it on."""
    told = ", ".join(map(repr, sorted(words)))
    return f"{name}: status {told} {what} in wrapper/tilldone/{name}.py, PHASES"


@pytest.mark.parametrize("name", PROJECT.sources)
def test_every_listed_status_is_classified(name: str) -> None:
    phases = declaration(name).phases
    new = {word for word in listed(name) if phases.get(word, Phase.UNKNOWN) is Phase.UNKNOWN}
    assert not new, decision(name, new, "is new: classify it")


@pytest.mark.parametrize("name", PROJECT.sources)
def test_no_status_is_classified_that_the_spec_does_not_list(name: str) -> None:
    gone = declaration(name).phases.keys() - listed(name)
    assert not gone, decision(name, gone, "is gone: remove it")


@pytest.mark.parametrize("name", PROJECT.sources)
def test_a_provider_is_of_the_common_form(name: str) -> None:
    module = import_module(f"tilldone.{name}")
    assert declaration(name).name == name
    assert {"PHASES", "connect", "job", "resume"} <= set(module.__all__)
    assert module.PHASES is declaration(name).phases


@pytest.mark.parametrize("name", PROJECT.sources)
def test_a_provider_reads_the_status_where_its_source_says_that_it_is(name: str) -> None:
    body: object = "a word"
    for part in reversed(PROJECT.sources[name].status.split(".")):
        body = {part: body}
    assert isinstance(body, dict)
    assert declaration(name).read_status(body) == "a word"


@pytest.mark.parametrize("name", PROJECT.sources)
def test_a_provider_names_the_page_that_its_spec_came_from(name: str) -> None:
    page = PROJECT.sources[name].page.removesuffix(".md")
    moved = f"{name}: the page is now {page}: say so in wrapper/tilldone/{name}.py, PROVIDER"
    assert declaration(name).docs_url == page, moved
