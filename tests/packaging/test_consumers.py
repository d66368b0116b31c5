"""Type checkers and imports in the environments of users, outside this checkout."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TYPING = Path(__file__).parents[1] / "typing"
RESULTS = {
    "edenai": "UniversalAIAsyncResponse",
    "vessl": "AsyncRequestOutput",
    "viddyscribe": "JobResults",
    "videodb": "AsyncResponse",
    "zai": "CommonAgentResultResponse",
}


@pytest.fixture(params=["consumer", "editor"])
def python(request: pytest.FixtureRequest) -> Path:
    found: Path = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A user's project: the promised types and the expected mistakes, with no other config."""
    for name in ("api.py", "mistakes.py", "payloads.py", "pyrightconfig.json"):
        shutil.copy(TYPING / name, tmp_path)
    return tmp_path


def check(*command: object, folder: Path) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", *map(str, command)]
    return subprocess.run(line, cwd=folder, capture_output=True, text=True, check=False)


def mypy(python: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    flags = ("--strict", "--config-file=", "--cache-dir=.cache", "--python-executable", python)
    return check("mypy", *flags, ".", folder=folder)


def pyright(python: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    return check("pyright", "--pythonpath", python, "--project", ".", folder=folder)


def test_mypy_strict_sees_the_promised_types_and_the_mistakes(python: Path, project: Path) -> None:
    ran = mypy(python, project)
    assert ran.stdout == "Success: no issues found in 3 source files\n"


def test_pyright_strict_sees_the_promised_types_and_the_mistakes(
    python: Path, project: Path
) -> None:
    ran = pyright(python, project)
    assert ran.stdout == "0 errors, 0 warnings, 0 informations\n"


def test_the_expected_mistakes_are_all_found(consumer: Path, tmp_path: Path) -> None:
    # The silencing comments taken out, each line that had one is an error to both checkers.
    text = (TYPING / "mistakes.py").read_text()
    bare = re.sub(r"  # type: ignore\[.*", "", text)
    (tmp_path / "mistakes.py").write_text(bare)
    shutil.copy(TYPING / "pyrightconfig.json", tmp_path)
    expected = {at for at, line in enumerate(text.splitlines(), 1) if "# type: ignore[" in line}
    assert len(expected) > 15
    for ran in (mypy(consumer, tmp_path), pyright(consumer, tmp_path)):
        found = {int(at) for at in re.findall(r"mistakes\.py:(\d+):(?:\d+ -)? error", ran.stdout)}
        assert found == expected
        assert ran.returncode == 1


def test_every_result_is_a_generated_class_and_nowhere_any(consumer: Path, tmp_path: Path) -> None:
    lines = [f"from tilldone import aio, wait, {', '.join(RESULTS)}", "async def main() -> None:"]
    for provider in RESULTS:
        agent = ', agent_id="vidu_template_agent"' if provider == "zai" else ""
        job = f'{provider}.job({provider}.connect(), "1"{agent})'
        lines.append(f"    reveal_type(wait({job}, timeout=1))")
        lines.append(f"    reveal_type(await aio.wait({job}, timeout=1))")
    (tmp_path / "consumer.py").write_text("\n".join(lines))
    ran = mypy(consumer, tmp_path)
    revealed = re.findall(r'note: Revealed type is "(.*)"', ran.stdout)
    modules = {name: f"tilldone_clients.{name}.models." for name in RESULTS}
    assert len(revealed) == 2 * len(RESULTS), ran.stdout
    for shown, provider in zip(revealed, [name for name in RESULTS for _ in "01"], strict=True):
        assert shown.startswith(modules[provider])
        assert shown.rpartition(".")[2] == RESULTS[provider]
    assert "Any" not in ran.stdout
    assert ran.returncode == 0


def test_the_public_types_are_complete(
    furnished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # In this mode pyright looks for the interpreter on the PATH alone.
    monkeypatch.setenv("PATH", str(furnished.parent), prepend=os.pathsep)
    ran = check("pyright", "--verifytypes", "tilldone", "--ignoreexternal", folder=tmp_path)
    assert "Type completeness score: 100%" in ran.stdout, ran.stdout
    assert ran.returncode == 0, ran.stdout


def test_the_core_needs_no_extra(python: Path, tmp_path: Path) -> None:
    modules = ", ".join(f"tilldone.{name}" for name in ("aio", "testing", *RESULTS))
    program = f"import tilldone, {modules}; print(tilldone.__file__)"
    ran = subprocess.run(
        [python, "-I", "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")


def test_the_installed_package_is_the_one_that_is_tested(consumer: Path, tmp_path: Path) -> None:
    program = "import tilldone, tilldone_clients as c; print(tilldone.__file__, c.__file__)"
    ran = subprocess.run([consumer, "-I", "-c", program], cwd=tmp_path, capture_output=True)
    for path in ran.stdout.decode().split():
        assert Path(path).is_relative_to(consumer.parents[1])


def test_the_simulator_names_the_extra_that_it_needs(consumer: Path, tmp_path: Path) -> None:
    ran = subprocess.run(
        [consumer, "-I", "-c", "import tilldone.simulator"], cwd=tmp_path, capture_output=True
    )
    last = ran.stderr.decode().splitlines()[-1]
    assert re.fullmatch(
        r"ModuleNotFoundError: tilldone\.simulator needs (uvicorn|starlette): "
        r"pip install 'tilldone\[simulator\]'",
        last,
    )
