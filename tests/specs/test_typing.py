"""Type checkers accept the generated clients, and see what they are meant to see."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from .conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

SAMPLE = "tests/specs/typing_of_clients.py"


def check(*command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_mypy_is_content(tmp_path: Path) -> None:
    # Unneeded ignores are errors: the sample's bad lines must be refused.
    check("mypy", "--strict", "--cache-dir", str(tmp_path), "generated/tilldone_clients", SAMPLE)


def test_pyright_is_content() -> None:
    check("pyright", "generated", SAMPLE)
