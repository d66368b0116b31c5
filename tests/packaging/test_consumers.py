"""Type checkers and imports in the environments of users, outside this checkout."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

TYPING = Path(__file__).parents[1] / "typing"
MISTAKES = (TYPING / "mistakes.py").read_text()
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


def bare_mistakes() -> str:
    """The expected mistakes without the comments that silence them."""
    return re.sub(r"  # type: ignore\[.*", "", MISTAKES)


def results() -> str:
    """A program in which the type of each provider's result is revealed, sync and async."""
    lines = [f"from tilldone import aio, wait, {', '.join(RESULTS)}", "async def main() -> None:"]
    for provider in RESULTS:
        agent = ', agent_id="vidu_template_agent"' if provider == "zai" else ""
        job = f'{provider}.job({provider}.connect(), "1"{agent})'
        lines.append(f"    reveal_type(wait({job}, timeout=1))")
        lines.append(f"    reveal_type(await aio.wait({job}, timeout=1))")
    return "\n".join(lines)


def user_project(folder: Path, *, python_version: str | None = None) -> Path:
    """Make a user's project: the promised types and the expected mistakes, with no other config."""
    for name in ("api.py", "mistakes.py", "payloads.py"):
        shutil.copy(TYPING / name, folder)
    (folder / "bare.py").write_text(bare_mistakes())
    (folder / "results.py").write_text(results())
    config = json.loads((TYPING / "pyrightconfig.json").read_text())
    # Without one, that of the interpreter counts.
    config["pythonVersion"] = python_version
    (folder / "pyrightconfig.json").write_text(
        json.dumps({name: said for name, said in config.items() if said is not None})
    )
    return folder


def check(*command: object, folder: Path) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", *map(str, command)]
    return subprocess.run(line, cwd=folder, capture_output=True, text=True, check=False)


def mypy(
    python: Path, folder: Path, *, cache: str | Path = ".cache"
) -> subprocess.CompletedProcess[str]:
    flags = ("--strict", "--config-file=", f"--cache-dir={cache}", "--python-executable", python)
    return check("mypy", *flags, ".", folder=folder)


def pyright(python: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    return check("pyright", "--pythonpath", python, "--project", ".", folder=folder)


@dataclass(frozen=True)
class Checked:
    """What the type checkers say of a user's project."""

    mypy: str
    pyright: str

    @property
    def errors(self) -> list[tuple[str, int]]:
        """The file and the line of each error; both checkers find the same ones."""
        found = [
            {
                (name, int(line))
                for name, line in re.findall(r"(\w+\.py):(\d+):(?:\d+ -)? error", told)
            }
            for told in (self.mypy, self.pyright)
        ]
        assert found[0] == found[1]
        return sorted(found[0])


def checked(
    python: Path, folder: Path, *, cache: Path, python_version: str | None = "3.11"
) -> Checked:
    """Run both type checkers, strict, over a user's project in this folder."""
    project = user_project(folder, python_version=python_version)
    return Checked(
        mypy=mypy(python, project, cache=cache).stdout, pyright=pyright(python, project).stdout
    )


@pytest.fixture(scope="module", params=["consumer", "editor"])
def project(
    request: pytest.FixtureRequest, cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> Checked:
    found = request.getfixturevalue(request.param)
    return checked(found, tmp_path_factory.mktemp("project"), cache=cache)


def test_the_type_checkers_see_the_promised_types_and_the_mistakes(project: Checked) -> None:
    # A silencing comment that silences nothing is an error. The comments taken out, each line that
    # had one is an error to both checkers.
    expected = [at for at, line in enumerate(MISTAKES.splitlines(), 1) if "# type: ignore[" in line]
    assert len(expected) > 15
    assert project.errors == [("bare.py", at) for at in expected]


def test_every_result_is_a_generated_class_and_nowhere_any(project: Checked) -> None:
    revealed = re.findall(r'results\.py:\d+: note: Revealed type is "(.*)"', project.mypy)
    modules = {name: f"tilldone_clients.{name}.models." for name in RESULTS}
    assert len(revealed) == 2 * len(RESULTS), project.mypy
    for shown, provider in zip(revealed, [name for name in RESULTS for _ in "01"], strict=True):
        assert shown.startswith(modules[provider])
        assert shown.rpartition(".")[2] == RESULTS[provider]


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
