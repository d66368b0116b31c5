"""The README's command lines, run by bash against the simulator."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.conftest import Terminal
from tests.documents import ROOT, SHELL

from tilldone.cli._exit import Exit
from tilldone.testing import done, running

ASKING = [line for line in SHELL if line.startswith(("tilldone wait", "tilldone check"))]
ASKING.remove("tilldone waits")
MAKING = [line for line in SHELL if line.startswith(("tilldone submit", "tilldone run"))]
DOWNLOADING = [line for line in SHELL if line.startswith("tilldone download")]
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


@pytest.mark.parametrize("line", MAKING)
def test_a_command_line_makes_a_job(tilldone: Terminal, bash: Bash, line: str) -> None:
    body = {"model": "ocr/ocr_async/mistral", "input": {"file": "https://files.example/1.pdf"}}
    (bash.folder / "body.json").write_text(json.dumps(body))
    command, file = re.split(" >>? ", line)
    ran = bash(f"{command} -q --base-url {tilldone.bench.simulator.url('edenai')} >> {file}")
    told = json.loads((bash.folder / file).read_text())
    assert told["provider"] == "edenai" if "submit" in line else told["status"] == "success"
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("line", DOWNLOADING)
def test_a_command_line_downloads(tilldone: Terminal, bash: Bash, line: str) -> None:
    served = tilldone.bench.simulator
    served.submit("viddyscribe", id="task_download", script=[running(), done()])
    bash(f"{line.replace('task_1', 'task_download')} -q --base-url {served.url('viddyscribe')}")
    assert [path.suffix for path in bash.folder.iterdir()] == [".mp4"]


def test_the_line_for_completion_works(bash: Bash) -> None:
    (line,) = (line for line in SHELL if "COMPLETE" in line)
    # It ends by telling bash which function completes the command.
    assert "_tilldone_completion" in bash(f"{line}; complete -p tilldone").stdout


def test_every_command_line_is_run_here_or_elsewhere() -> None:
    # tests/cli/test_durable_waits.py has the last two.
    others = {"tilldone providers", "tilldone simulate --port 8080", "tilldone waits"}
    others |= {line for line in SHELL if line.startswith("tilldone cancel ")}
    shown = {line for line in SHELL if line.startswith("tilldone")}
    assert shown == {*ASKING, *MAKING, *DOWNLOADING, *others}
    assert (len(ASKING), len(MAKING), len(DOWNLOADING)) == (4, 2, 1)


def test_the_guide_and_the_help_tell_every_exit_code(tilldone: Terminal) -> None:
    guide = (ROOT / "wrapper/guides/command-line.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| (\d+) \| \w", guide, re.MULTILINE)
    shown = re.findall(r"^ +(\d+) +\w", tilldone("--help").stdout, re.MULTILINE)
    assert [int(code) for code in told] == [int(code) for code in shown] == [*Exit]
