"""What is said to a person at a terminal: the words of a command line, not of Python."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Command

from tilldone import DownloadFailed
from tilldone.simulator import Simulator, Step
from tilldone.testing import body, done, refused, unnamed


@pytest.fixture
def asked(tmp_path: Path) -> str:
    file = tmp_path / "body.json"
    file.write_text('{"model": "ocr/ocr_async/mistral", "input": {"file": "scan.pdf"}}')
    return str(file)


@pytest.mark.parametrize(("step", "code"), [(refused(), 4), (unnamed(), 5)])
def test_a_submission_without_a_job_shows_the_answer(
    command: Command, fresh: Simulator, asked: str, step: Step, code: int
) -> None:
    fresh.script_submissions("edenai", [step])
    ran, out, told = command("submit", "edenai", "create", asked)
    again, in_json, _ = command("submit", "edenai", "create", asked, "--json")
    assert (ran, out, again) == (code, "", code)
    assert "error's" not in told
    answer = json.dumps(json.loads(in_json)["error"]["body"])
    assert f"; the answer: {answer[:20]}" in told


def test_a_result_that_fits_no_class_is_on_stdout(command: Command, fresh: Simulator) -> None:
    job_id = fresh.submit("edenai", script=[body({"status": "success", "output": 5})])
    code, out, told = command("wait", "edenai", job_id, "--json")
    assert (code, json.loads(out)["output"]) == (0, 5)
    assert "; the answer is on stdout, as it came\n" in told
    assert "error's" not in told


def test_an_answer_that_cannot_be_read_is_shown(command: Command, fresh: Simulator) -> None:
    deep = f'{{"status": "success", "output": {250 * "["}{250 * "]"}}}'
    job_id = fresh.submit("edenai", script=[body(deep.encode())])
    code, out, told = command("wait", "edenai", job_id, "--timeout", "5")
    assert (code, out) == (4, "")
    assert '; the answer: {"status": "success", "output": [[[' in told
    assert "error's" not in told


ODD = b'{"status": "success", "output": [NaN, -Infinity, 1e999, 0.5]}'
NULLS = [None, None, None, 0.5]


def strictly(text: str) -> Any:  # noqa: ANN401 # JSON
    return json.loads(text, parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))


@pytest.mark.parametrize("asked_for", [["wait"], ["wait", "--json"], ["check"], ["wait-all"]])
def test_what_json_has_no_number_for_is_null(
    command: Command, fresh: Simulator, tmp_path: Path, asked_for: list[str]
) -> None:
    job_id = fresh.submit("edenai", script=[body(ODD)])
    jobs = tmp_path / "jobs.txt"
    jobs.write_text(f"edenai {job_id}\n")
    named = [str(jobs)] if asked_for == ["wait-all"] else ["edenai", job_id]
    code, out, _ = command(*asked_for, *named)
    told = strictly(out)
    assert (code, told.get("result", told)["output"]) == (0, NULLS)


def test_nor_has_it_in_an_error(command: Command, fresh: Simulator) -> None:
    job_id = fresh.submit("edenai", script=[body(ODD, status=402)])
    code, out, _ = command("wait", "edenai", job_id, "--json")
    assert (code, strictly(out)["error"]["body"]["output"]) == (4, NULLS)


def test_a_link_that_is_not_followed_names_the_option(
    command: Command, fresh: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refusing(*_: object, **__: object) -> None:  # a client of this machine's may reach it all
        raise DownloadFailed("http://192.0.2.1: refused; allow_private=True would permit it")

    monkeypatch.setattr("tilldone.cli._download.fetched", refusing)
    job_id = fresh.submit("viddyscribe", script=[done("https://example.com/x.mp4")])
    code, out, told = command("download", "viddyscribe", job_id, "--link", "output")
    assert (code, out) == (4, "")
    assert "refused; --allow-private would permit it" in told
