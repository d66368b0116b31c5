"""The README's command lines, run by bash against the simulator."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.conftest import Terminal
from tests.documents import SHELL

from tilldone.testing import done, running

ASKING = [line for line in SHELL if line.startswith(("tilldone wait", "tilldone check"))]
IDS = {
    "edenai": "550e8400-e29b-41d4-a716-446655440000",
    "zai": "4712849164171107870",
    "viddyscribe": "task_1",
}


@pytest.fixture
def bash(tilldone: Terminal, tmp_path: Path) -> "Bash":
    folder = str(Path(sys.executable).parent)
    tilldone.environment["PATH"] = f"{folder}:{tilldone.environment['PATH']}"
    return Bash(tilldone, tmp_path)


class Bash:
    def __init__(self, tilldone: Terminal, folder: Path) -> None:
        self._tilldone = tilldone
        self.folder = folder

    def __call__(self, line: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            ["bash", "-c", line],
            cwd=self.folder,
            env=self._tilldone.environment,
            capture_output=True,
            text=True,
            check=True,
        )


@pytest.mark.parametrize("line", ASKING)
def test_a_command_line_runs(tilldone: Terminal, bash: Bash, line: str) -> None:
    words = line.split()
    name = "edenai" if words[1] == "wait-all" else words[2]
    served = tilldone.bench.simulator
    # A simulator takes an id once, and two commands may name the same job.
    job_id = f"{IDS[name]}-{words[1]}"
    script = [done()] if words[1] == "check" else [running(), done()]
    served.submit(name, id=job_id, script=script)
    (bash.folder / "jobs.txt").write_text(f"edenai {job_id}\n")
    command, redirect, file = line.replace(IDS[name], job_id).partition(" > ")
    quiet = "" if words[1] == "check" else "-q"
    ran = bash(f"{command} {quiet} --base-url {served.url(name)} {redirect} {file}")
    told = (bash.folder / file).read_text() if file else ran.stdout
    assert json.loads(told)
    assert ran.stderr == ""


def test_the_line_for_completion_works(bash: Bash) -> None:
    (line,) = (line for line in SHELL if "COMPLETE" in line)
    # It ends by telling bash which function completes the command.
    assert "_tilldone_completion" in bash(f"{line}; complete -p tilldone").stdout


def test_every_command_line_is_run_here_or_elsewhere() -> None:
    others = {"tilldone providers", "tilldone simulate --port 8080"}
    assert {line for line in SHELL if line.startswith("tilldone")} == {*ASKING, *others}
    assert len(ASKING) == 4
