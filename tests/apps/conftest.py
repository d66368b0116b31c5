import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import pytest

Run: TypeAlias = Callable[..., "subprocess.CompletedProcess[str]"]

LAUNCHER = Path(__file__).with_name("at_simulator.py")


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run a program in a process of its own, a simulator in its providers' place."""

    def launch(
        program: Path, *arguments: str, scripts: Sequence[Mapping[str, object]]
    ) -> subprocess.CompletedProcess[str]:
        told = [str(LAUNCHER), json.dumps(scripts), str(program), *arguments]
        command = [sys.executable, "-W", "error", *told]
        return subprocess.run(
            command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
        )

    return launch
