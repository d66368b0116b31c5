"""The wheel on every Python that it says it is for, as far as this machine has them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from importlib import metadata
from pathlib import Path

import pytest
from tests.packaging.conftest import environment
from tests.packaging.test_consumers import checked
from tests.soak import SOAK

from tilldone.simulator import Simulator
from tilldone.testing import done, running

PREFIX = "Programming Language :: Python :: 3."
CLASSIFIERS = metadata.metadata("tilldone").get_all("Classifier") or []
MINORS = [each.removeprefix(PREFIX) for each in CLASSIFIERS if each.startswith(PREFIX)]


def interpreter(minor: str) -> str | None:
    """Find a Python of this version that runs: on the PATH, or among pyenv's."""
    name = f"python3.{minor}"
    on_path = shutil.which(name)
    roots = [Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))]
    # What pyenv puts on the PATH runs only where that version is switched on.
    roots += [Path(on_path).parents[1]] if on_path else []
    found = [str(path) for root in roots for path in root.glob(f"versions/3.{minor}.*/bin/{name}")]
    found += [on_path] if on_path else []
    return next((path for path in found if _runs(path)), None)


def _runs(path: str) -> bool:
    return subprocess.run([path, "--version"], capture_output=True, check=False).returncode == 0


@pytest.fixture(scope="module", params=MINORS)
def installed(
    request: pytest.FixtureRequest, wheel: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    base = interpreter(request.param)
    if base is None:
        pytest.skip(f"this machine has no Python 3.{request.param}")
    return environment(tmp_path_factory.mktemp(f"python3.{request.param}"), wheel, base)


PROGRAM = """
import json, sys
from tilldone import edenai, wait

url, token, *ids = sys.argv[1:]
client = edenai.connect(token, base_url=url)
done = wait(edenai.job(client, ids[0]), timeout=30)
print(json.dumps([list(sys.version_info[:2]), type(done).__name__, done.output]))
"""


def test_a_job_is_waited_for(installed: Path, tmp_path: Path) -> None:
    with Simulator() as simulator:
        job_id = simulator.submit("edenai", script=[running(), done("grün")])
        asked = [simulator.url("edenai"), simulator.token("edenai"), job_id]
        command = [str(installed), "-I", "-W", "error", "-c", PROGRAM, *asked]
        ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.stderr == ""
    version, kind, output = json.loads(ran.stdout)
    assert (kind, output) == ("UniversalAIAsyncResponse", "grün")
    assert f"python{version[0]}.{version[1]}" in str(installed)


# test_consumers.py has the oldest: what changes from one to the next shows in the newest.
@pytest.mark.parametrize("installed", MINORS if SOAK else MINORS[-1:], indirect=True)
def test_the_type_checkers_see_the_promised_types(
    installed: Path, cache: Path, tmp_path: Path
) -> None:
    found = checked(installed, tmp_path, cache=cache, python_version=None)
    assert {name for name, _ in found.errors} == {"bare.py"}, found


def test_the_versions_are_those_that_are_promised() -> None:
    assert MINORS == ["11", "12", "13"]
