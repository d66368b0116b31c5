"""Ctrl-C at moments at which nothing of a command runs yet, or any more; and SIGTERM."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import TypeAlias

import click
import pytest
from tests.cli.conftest import Terminal

from tilldone.cli._exit import told_on_interrupt

COMMAND = (str(Path(sys.executable).with_name("tilldone")),)
COMMANDS = [COMMAND, (sys.executable, "-m", "tilldone"), (sys.executable, "-mtilldone")]
INTERRUPTED = "import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n"
Meaning: TypeAlias = Callable[[int, FrameType | None], object] | int
AT_ITS_END = "import atexit, os, signal\natexit.register(os.kill, os.getpid(), signal.SIGINT)\n"


def providers(
    tilldone: Terminal, folder: Path, before: str = "", command: tuple[str, ...] = COMMAND
) -> "subprocess.CompletedProcess[str]":
    """Run the installed command, with modules of a folder in the place of others."""
    return subprocess.run(
        ["sh", "-c", f'{before} exec "$@" providers', "sh", *command],
        env={**tilldone.environment, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_while_the_package_is_imported(
    tilldone: Terminal, tmp_path: Path, command: tuple[str, ...]
) -> None:
    (tmp_path / "httpx.py").write_text(INTERRUPTED)
    ran = providers(tilldone, tmp_path, command=command)
    assert (ran.returncode, ran.stdout, ran.stderr) == (130, "", "\ntilldone: interrupted\n")
    ran = providers(tilldone, tmp_path, before="trap '' INT;", command=command)
    assert "interrupted" not in ran.stderr, "who ignores it goes on doing so"


@pytest.mark.parametrize("program", ["import tilldone", "import tilldone_command, tilldone"])
def test_another_program_that_imports_it_keeps_its_ctrl_c(tmp_path: Path, program: str) -> None:
    (tmp_path / "another.py").write_text(f"{program}\n{INTERRUPTED}")
    command = [sys.executable, "-m", "another", "tilldone"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.stderr.splitlines()[-1] == "KeyboardInterrupt"


def test_when_all_is_told(tilldone: Terminal, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(AT_ITS_END)
    ran = providers(tilldone, tmp_path)
    # Shells call that 130.
    assert (ran.returncode, ran.stderr) == (-signal.SIGINT, "")
    assert "EDENAI_API_KEY" in ran.stdout
    ran = providers(tilldone, tmp_path, before="trap '' INT;")
    # Who ignores it goes on doing so.
    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.fixture
def term() -> Iterator[None]:
    before = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGTERM, before)


def terminate() -> None:
    assert signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL, "it would end the tests"
    signal.raise_signal(signal.SIGTERM)


@pytest.mark.usefixtures("term")
def test_a_second_sigterm_does_not_cut_off_what_the_first_has_told() -> None:
    said: list[str] = []

    def tell() -> None:
        terminate()
        said.append("all")

    with pytest.raises(click.exceptions.Exit) as ended, told_on_interrupt(tell):
        terminate()
    assert (ended.value.exit_code, said) == (143, ["all"])


@pytest.mark.usefixtures("term")
@pytest.mark.parametrize("meaning", [signal.SIG_IGN, lambda *_: None])
def test_who_ignores_sigterm_or_has_a_use_for_it_goes_on_doing_so(meaning: Meaning) -> None:
    signal.signal(signal.SIGTERM, meaning)
    with told_on_interrupt(lambda: pytest.fail("nothing to tell")):
        signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is meaning


@pytest.mark.usefixtures("term")
def test_what_was_not_interrupted_leaves_sigterm_as_it_was() -> None:
    with told_on_interrupt(lambda: pytest.fail("nothing to tell")):
        assert signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
