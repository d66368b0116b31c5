"""`tilldone cancel --key`: a durable submission is found by what its maker called it."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.conftest import Command
from tests.waits.harness import HUNG

from tilldone import Job, durable, edenai
from tilldone.simulator import Simulator
from tilldone.testing import accepted, running
from tilldone_clients.edenai.models import OCRInput, UniversalAIAsyncBody


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: Command) -> Iterator[Command]:
    monkeypatch.setenv("TILLDONE_DATABASE_URL", f"sqlite:///{tmp_path / 'waits.sqlite'}")
    durable.configure(work=False)
    yield command
    durable.close()


def submitted(key: str) -> None:
    body = UniversalAIAsyncBody(model="ocr/ocr_async/mistral", input_=OCRInput(file="scan.pdf"))
    durable.submit(edenai.create(edenai.connect(), body), key=key, timeout=600)


def made(handle: durable.Handle[object]) -> Job[object]:
    """Give the job as soon as it is known."""
    give_up = time.monotonic() + HUNG
    while True:
        try:
            return handle.job
        except durable.NotYet:
            assert time.monotonic() < give_up
            time.sleep(0.05)


def test_a_submission_that_was_not_sent_never_is(kept: Command, fresh: Simulator) -> None:
    submitted("invoice-1")
    submitted("invoice-2")
    assert kept("cancel", "--key", "invoice-1") == (
        0,
        "",
        "tilldone: the durable submission 'invoice-1' is cancelled; if it is not on its way, it is "
        "never sent\n",
    )
    assert [each.key for each in durable.waiting()] == ["invoice-2"]
    told = "tilldone: the durable submission 'invoice-1' has ended already: cancelled\n"
    assert kept("cancel", "--key", "invoice-1") == (0, "", told)
    told = "tilldone: there is no durable submission 'invoice-3'\n"
    assert kept("cancel", "--key", "invoice-3") == (4, "", told)
    assert not fresh.submissions("edenai")


def test_a_wait_for_its_job_is_cancelled_and_told_with_its_ref(
    kept: Command, fresh: Simulator
) -> None:
    durable.configure()
    fresh.script_submissions("edenai", [accepted(script=[running()])])
    submitted("invoice-4")
    job = made(durable.attach(key="invoice-4"))
    give_up = time.monotonic() + HUNG
    while f"edenai       {job.id} (key invoice-4)  waiting" not in kept("waits")[1]:
        # The job is known a moment before the wait for it has begun.
        assert time.monotonic() < give_up
    assert kept("cancel", "--key", "invoice-4") == (
        0,
        "",
        "tilldone: the durable submission 'invoice-4' is cancelled; the job goes on\n"
        f"ref: {job.ref}\n",
    )


@pytest.mark.parametrize(
    "arguments", [[], ["edenai"], ["--key", "k", "edenai"], ["--key", "k", "edenai", "id"]]
)
def test_what_is_meant_has_to_be_said(command: Command, arguments: list[str]) -> None:
    code, out, told = command("cancel", *arguments)
    assert (code, out) == (2, "")
    assert "say which: PROVIDER and ID, or --key" in told
