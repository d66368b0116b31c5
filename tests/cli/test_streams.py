"""Streams as containers have them: unbuffered, closed, with a full disk or no reader behind them.

Each command is started as users start it, since Python makes its streams at the start.
"""

import json
import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import TILLDONE, Terminal

from tilldone.testing import done


@pytest.fixture
def unbuffered(tilldone: Terminal) -> Terminal:
    """Have what nearly every container image sets."""
    tilldone.environment["PYTHONUNBUFFERED"] = "1"
    return tilldone


def ran(
    terminal: Terminal,
    *words: str,
    **how: Any,  # noqa: ANN401 # subprocess.run's own
) -> subprocess.CompletedProcess[str]:
    streams: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **how}
    return subprocess.run(
        [*TILLDONE, *words], env=terminal.environment, text=True, check=False, **streams
    )


@contextmanager
def takes_nothing(why: str) -> Iterator[int]:
    """Give a descriptor that can't be written to."""
    if why == "disk full":
        descriptor = os.open("/dev/full", os.O_WRONLY)
    else:
        reading, descriptor = os.pipe()
        os.close(reading)
    yield descriptor
    os.close(descriptor)


@pytest.mark.parametrize("why", ["disk full", "no reader"])
@pytest.mark.parametrize(("words", "code"), [(["wait"], 0), (["wait", "--json"], 0), ([], 2)])
def test_an_unbuffered_stderr_that_takes_nothing_changes_no_result(
    unbuffered: Terminal, why: str, words: list[str], code: int
) -> None:
    job = unbuffered.at("edenai", unbuffered.submit("edenai", done()))
    with takes_nothing(why) as stderr:
        ended = ran(unbuffered, *(words or ["wait", "nobody"]), *job, stderr=stderr)
    assert ended.returncode == code
    assert ('"public_id"' in ended.stdout) == (code == 0)


@pytest.mark.parametrize("words", [["providers"], ["--help"], ["wait"]])
def test_an_unbuffered_stdout_that_nobody_reads_is_no_failed_job(
    unbuffered: Terminal, words: list[str]
) -> None:
    job = unbuffered.at("edenai", unbuffered.submit("edenai", done()))
    named = [*job, "-q"] if words == ["wait"] else []
    with takes_nothing("no reader") as stdout:
        ended = ran(unbuffered, *words, *named, stdout=stdout)
    assert (ended.returncode, ended.stderr) == (141, "")


def test_an_unbuffered_stdout_that_takes_a_part_is_not_taken_for_one_that_took_all(
    unbuffered: Terminal, tmp_path: Path
) -> None:
    job = unbuffered.at("edenai", unbuffered.submit("edenai", done({"text": "a" * 3000})))

    def no_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))

    unbuffered.environment["PYTHONDONTWRITEBYTECODE"] = "1"
    with (tmp_path / "result.json").open("w") as file:
        ended = ran(unbuffered, "wait", *job, "-q", "--no-history", stdout=file, preexec_fn=no_room)
    assert ended.returncode == 4
    assert ended.stderr.startswith('tilldone: stdout: File too large\nref: {"')


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_large_result_is_whole_however_stdout_takes_it(
    tilldone: Terminal, unbuffered: str
) -> None:
    tilldone.environment["PYTHONUNBUFFERED"] = unbuffered
    text = "é" * 300_000
    job = tilldone.at("edenai", tilldone.submit("edenai", done({"text": text})))
    ended = ran(tilldone, "wait", *job, "-q")
    assert (ended.returncode, json.loads(ended.stdout)["output"]) == (0, {"text": text})


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["submit", "edenai", "-"], 2, "stdin: line 1, column 1: not JSON"),
        (["run", "edenai", "-"], 2, "stdin: line 1, column 1: not JSON"),
        (["wait-all", "-"], 0, "there is no job in it"),
    ],
)
def test_a_stdin_that_is_closed_is_an_empty_one(
    tilldone: Terminal, words: list[str], code: int, said: str
) -> None:
    closed = subprocess.run(
        ["sh", "-c", 'exec "$@" <&-', "sh", *TILLDONE, *words],
        env=tilldone.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (closed.returncode, closed.stdout) == (code, "")
    assert said in closed.stderr
    assert closed.stderr == ran(tilldone, *words, stdin=subprocess.DEVNULL).stderr
