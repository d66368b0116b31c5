"""A copy of the checkout to work in: what fails there has never happened here."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from .errors import PipelineError
from .project import Project
from .toolchain import python_with, run_within

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator, Sequence

__all__ = ["Sandbox", "open_sandbox"]

_ROOMS = ("specs", "generated", "wrapper", "scripts", "tests", "pyproject.toml")
_TIME_LIMIT = 600
_ERROR = re.compile(r"\berror: ")


class Sandbox:
    """The copy: commands run in it, and what they made is taken over in one go."""

    def __init__(self, origin: Project, copy: Project) -> None:
        self._origin = origin
        self.project = copy
        rooms = [copy.root / room for room in ("wrapper", "generated", "scripts")]
        # Where the checkers look for it by pyproject.toml.
        self._python = python_with(rooms, directory=copy.root / ".venv")

    def regenerate(self, names: Sequence[str]) -> None:
        """Write the clients of `names` in the copy."""
        # With this interpreter: the tools are the ones that it has beside it.
        ran = self._run(sys.executable, "scripts/regenerate.py", *names)
        if ran.returncode != 0:
            raise PipelineError("scripts/regenerate.py", ran.stderr.strip())

    def errors_of_types(self, names: Sequence[str]) -> list[str]:
        """Let the type checkers read what the clients of `names` are used by, and at them."""
        own = [f"wrapper/tilldone/{name}.py" for name in names]
        own += [f"generated/tilldone_clients/{name}" for name in names]
        with ThreadPoolExecutor() as pool:
            everywhere = pool.submit(self.errors_of, "mypy", "wrapper", "generated")
            # The slower of the two checks what has changed alone.
            nearby = pool.submit(self.errors_of, "pyright", *own)
            return [*everywhere.result(), *nearby.result()]

    def errors_of_package(self, package: str) -> list[str]:
        """Let the type checkers read a distribution of its own, as its pyproject.toml says."""
        with ThreadPoolExecutor() as pool:
            whole = pool.submit(self.errors_of, "mypy", f"{package}/src")
            # Of the client, it reads what the module uses.
            settings = ("--project", package, "--pythonpath", str(self._python))
            module = pool.submit(self.errors_of, "pyright", *settings)
            return [*whole.result(), *module.result()]

    def errors_of(self, checker: str, *paths: str) -> list[str]:
        """Let a type checker check `paths`; gives what it finds, a line each."""
        ran = self._run(self._python, "-m", checker, *paths)
        if ran.returncode == 0:
            return []
        said = [self._relative(line.strip()) for line in (ran.stdout + ran.stderr).splitlines()]
        errors = [line for line in said if _ERROR.search(line)]
        return errors or [f"{checker}: {said[-1] if said else f'exit {ran.returncode}'}"]

    def open_questions(self, names: Sequence[str]) -> tuple[list[str], list[str]]:
        """Run the tests that have a case for each provider, for `names`.

        Gives what the test of the status tables asks people to decide, and which examples of the
        specs can't be read.
        """
        statuses, examples = "tests/test_phases.py", "tests/test_examples.py"
        report = self.project.root / "report.xml"
        chosen = " or ".join(f"[{name}]" for name in names)
        ran = self._run(
            *(self._python, "-m", "pytest", statuses, examples, "-q", "-p", "no:cacheprovider"),
            *("-k", chosen, f"--junit-xml={report}"),
        )
        try:
            cases = [*ET.parse(report).getroot().iter("testcase")]  # noqa: S314 # our own
        except (OSError, ET.ParseError) as error:
            said = (ran.stdout + ran.stderr).strip()[-300:] or str(error)
            raise PipelineError(f"{statuses}, {examples}", f"did not run: {said}") from error
        report.unlink()
        found: list[list[str]] = []
        for test in (statuses, examples):
            module = test.removesuffix(".py").replace("/", ".")
            own = [case for case in cases if case.get("classname") == module]
            if not own:
                said = (ran.stdout + ran.stderr).strip()[-300:]
                raise PipelineError(test, f"has no test for {', '.join(names)}: {said}")
            found.append([asked for case in own for asked in _asked(case, test)])
        return found[0], found[1]

    def copy_back(self, paths: Sequence[str]) -> None:
        """Put the copy's `paths` in the place of the checkout's: all of them, or none."""
        root = self._origin.root
        with ExitStack() as undo:
            for path in paths:
                fresh = root / f"{path}.new"
                undo.callback(_remove, fresh)
                _copy(self.project.root / path, fresh)
            with ExitStack() as back:
                for path in paths:
                    target, old = root / path, root / f"{path}.old"
                    _remove(old)
                    if target.exists():
                        target.rename(old)
                        back.callback(old.rename, target)
                    (root / f"{path}.new").rename(target)
                    back.callback(_remove, target)
                back.pop_all()
        for path in paths:
            _remove(root / f"{path}.old")

    def _run(self, *command: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "NO_COLOR": "1"}
        for leading_elsewhere in ("PYTHONPATH", "MYPYPATH", "PYTEST_ADDOPTS"):
            environment.pop(leading_elsewhere, None)
        name = Path(command[0]).name
        place = " ".join(command[1:4])
        return run_within(
            *(_TIME_LIMIT, command),
            cwd=self.project.root,
            environment=environment,
            name=name,
            place=place,
        )

    def _relative(self, line: str) -> str:
        return line.replace(f"{self.project.root}{os.sep}", "")


def _asked(case: ET.Element, test: str) -> Iterator[str]:
    """Give what the assertion of a case says, if it did not hold."""
    for outcome in (found for found in case if found.tag != "properties"):
        said = outcome.get("message", "").partition("\n")[0]
        asked = said.removeprefix("AssertionError: ")
        if outcome.tag != "failure" or asked == said:
            raise PipelineError(test, said or outcome.tag)
        yield asked


@contextmanager
def open_sandbox(project: Project) -> Iterator[Sandbox]:
    """Copy the checkout, and throw the copy away at the end."""
    with tempfile.TemporaryDirectory(prefix="tilldone-") as scratch:
        root = Path(scratch).resolve() / "checkout"
        root.mkdir()
        for room in _ROOMS:
            if (project.root / room).exists():
                _copy(project.root / room, root / room, bytecode=True)
        yield Sandbox(project, Project(root))


def _copy(source: Path, target: Path, *, bytecode: bool = False) -> None:
    _remove(target)
    if source.is_dir():
        # A copy has the times of its source, by which Python sees that the bytecode still holds.
        ignore = shutil.ignore_patterns(".*", *(() if bytecode else ("__pycache__",)))
        shutil.copytree(source, target, ignore=ignore)
    else:
        shutil.copy(source, target)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
