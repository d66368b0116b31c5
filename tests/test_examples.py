"""Every example of an answer that a spec holds is readable by the client that it made."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

import pytest

from pipeline.clients import effective_document
from pipeline.project import Project
from pipeline.statuses import answer_examples
from tilldone import Origin, Phase, Provider, UnreadableResponse
from tilldone._core.snapshot import Snapshot

PROJECT = Project(Path(__file__).resolve().parent.parent)


def reason(provider: Provider[object], body: Mapping[str, object]) -> str | None:
    """Say why a body is unreadable; None where it is not."""
    extras = dict.fromkeys(provider.extras, "some")
    job = provider.job(Origin("https://api.example"), "some", **extras)
    snapshot = Snapshot(
        job=job,
        phase=Phase.SUCCEEDED,
        status=provider.read_status(body),
        body=dict(body),
        polls=1,
        elapsed=0.0,
        next_poll=None,
    )
    try:
        assert snapshot.response is not None
    except UnreadableResponse as error:
        return str(error).partition("its answer ")[2].partition("; ")[0]
    return None


@pytest.mark.parametrize("name", PROJECT.sources)
def test_every_example_of_an_answer_is_readable(name: str) -> None:
    provider: Provider[object] = import_module(f"tilldone.{name}").PROVIDER
    found = answer_examples(effective_document(PROJECT, name), PROJECT.sources[name].job)
    wrong = {example: why for example, body in found.items() if (why := reason(provider, body))}
    told = ", ".join(f"{example!r} {why}" for example, why in wrong.items())
    assert not wrong, (
        f"{name}: its spec's own examples are unreadable ({told}): say in "
        f"specs/{name}.overlay.yaml what an answer may be, or take the example out"
    )
