import json
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import pytest
from tests.forked import ran

Run: TypeAlias = Callable[..., "subprocess.CompletedProcess[str]"]

LAUNCHER = Path(__file__).with_name("at_simulator.py")


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run a program in a process of its own, a simulator in its providers' place."""

    def launch(
        program: Path, *arguments: str, scripts: Sequence[Mapping[str, object]]
    ) -> subprocess.CompletedProcess[str]:
        told = [str(LAUNCHER), json.dumps(scripts), str(program), *arguments]
        return ran(told, cwd=tmp_path, imports=["tilldone.simulator"])

    return launch
