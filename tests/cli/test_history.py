"""Commands remember how long jobs took, from one to the next, and tell what is left by that."""

import re
from pathlib import Path

import pytest
from tests.cli.conftest import TOKENS, Terminal

from tilldone import History, Job, Polling, check, edenai
from tilldone.testing import done, running


class Asked:
    """A history that knows nothing, and notes which kind it was asked for."""

    at_worst = 1.2
    kind = ""

    def forecast(self, kind: str) -> None:
        self.kind = kind

    def learn(self, kind: str, seconds: float) -> None:
        raise AssertionError(f"{kind} took {seconds} s: a check learns nothing")


def kind_of(job: Job[object]) -> str:
    asked = Asked()
    check(job, polling=Polling(history=asked))
    return asked.kind


@pytest.fixture
def file(tilldone: Terminal, tmp_path: Path) -> Path:
    """Give the command a data folder of its own, and say where its history will be."""
    tilldone.environment["XDG_DATA_HOME"] = str(tmp_path)
    return tmp_path / "tilldone" / "history.sqlite3"


def known(tilldone: Terminal, file: Path) -> str:
    """Submit a job of a kind that takes an hour, by the history.

    No machine is so busy that a command finds little of that left.
    """
    url = tilldone.bench.simulator.url("edenai")
    job_id = tilldone.submit("edenai", running(3), done())
    kind = kind_of(edenai.job(edenai.connect(TOKENS["edenai"], base_url=url), job_id))
    history = History(file)
    for minutes in range(55, 65):
        history.learn(kind, 60.0 * minutes)
    return job_id


def test_a_command_tells_what_is_left(tilldone: Terminal, file: Path) -> None:
    ran = tilldone("wait", *tilldone.at("edenai", known(tilldone, file)))
    assert ran.returncode == 0
    assert re.search(
        r": running \(processing\), after .* poll; about [4-6]\d min left$",
        ran.stderr,
        re.MULTILINE,
    )


def test_a_terminal_tells_it_in_the_line(tilldone: Terminal, file: Path) -> None:
    arguments = tilldone.at("edenai", known(tilldone, file))
    with tilldone.on_a_terminal("wait", *arguments, columns=150) as screen:
        assert screen.end() == 0
    assert re.search(rb"about [4-6]\d min left", screen.told)


def test_a_command_remembers_for_the_next_one(tilldone: Terminal, file: Path) -> None:
    job_id = tilldone.submit("edenai", running(), done())
    assert tilldone("wait", *tilldone.at("edenai", job_id)).returncode == 0
    content = file.read_bytes()
    assert content.startswith(b"SQLite format 3")
    assert job_id.encode() not in content


@pytest.mark.parametrize("command", ["wait", "wait-all"])
def test_who_wants_no_history_has_none(
    tilldone: Terminal, file: Path, tmp_path: Path, command: str
) -> None:
    job_id = known(tilldone, file)
    before = file.read_bytes()
    jobs = tmp_path / "jobs.txt"
    jobs.write_text(f"edenai {job_id}\n")
    named = tilldone.at("edenai", job_id) if command == "wait" else [str(jobs), *tilldone.urls()]
    ran = tilldone(command, *named, "--no-history")
    assert ran.returncode == 0
    assert "left" not in ran.stderr
    assert file.read_bytes() == before


def test_a_folder_that_cannot_be_written_is_not_worth_a_word(
    tilldone: Terminal, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    tilldone.environment["XDG_DATA_HOME"] = str(tmp_path / "file")
    job_id = tilldone.submit("edenai", running(), done())
    ran = tilldone("wait", *tilldone.at("edenai", job_id))
    assert (ran.returncode, ran.stdout != "") == (0, True)
    assert "history" not in ran.stderr
