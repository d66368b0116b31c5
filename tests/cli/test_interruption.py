"""Ctrl-C at moments at which nothing of a command runs yet, or any more."""

import signal
import subprocess
import sys
from pathlib import Path

from tests.cli.conftest import Terminal

COMMAND = str(Path(sys.executable).with_name("tilldone"))
AT_ITS_END = "import atexit, os, signal\natexit.register(os.kill, os.getpid(), signal.SIGINT)\n"


def providers(
    tilldone: Terminal, folder: Path, before: str = ""
) -> "subprocess.CompletedProcess[str]":
    """Run the installed command, with modules of a folder in the place of others."""
    return subprocess.run(
        ["sh", "-c", f'{before} exec "$1" providers', "sh", COMMAND],
        env={**tilldone.environment, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_while_the_package_is_imported(tilldone: Terminal, tmp_path: Path) -> None:
    (tmp_path / "httpx.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n")
    ran = providers(tilldone, tmp_path)
    assert (ran.returncode, ran.stdout, ran.stderr) == (130, "", "\ntilldone: interrupted\n")


def test_when_all_is_told(tilldone: Terminal, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(AT_ITS_END)
    ran = providers(tilldone, tmp_path)
    # Shells call that 130.
    assert (ran.returncode, ran.stderr) == (-signal.SIGINT, "")
    assert "EDENAI_API_KEY" in ran.stdout
    ran = providers(tilldone, tmp_path, before="trap '' INT;")
    # Who ignores it goes on doing so.
    assert (ran.returncode, ran.stderr) == (0, "")
