"""The pinned tools, run so that nothing of the machine shows in what they write.

They are what the running interpreter's environment has installed, never what the PATH offers, and
see neither the user's environment nor configuration: same input, same bytes, everywhere.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import PipelineError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "check_versions",
    "format_code",
    "format_module",
    "python_with",
    "run_python",
    "run_within",
]

_OWN = ("tilldone", "tilldone_clients", "pipeline")
_TOOLS = ("openapi-python-client", "ruff")
# Seconds: what takes one in earnest can be made to take for ever, and a busy machine has its time.
_TIME_LIMIT = 300
# Without the last three, ruff skips what a .gitignore names and any directory called dist.
_RUFF = ("--isolated", "--no-cache", "--no-respect-gitignore", "--config", "exclude = []")


def check_versions(pins: Mapping[str, str]) -> None:
    """Stop unless the tools are installed in exactly the versions that pyproject.toml pins."""
    for tool in _TOOLS:
        if tool not in pins:
            raise PipelineError("pyproject.toml", f"the dev group doesn't pin {tool} with ==")
        try:
            installed = version(tool)
        except PackageNotFoundError:
            installed = "missing"
        if installed != pins[tool]:
            raise PipelineError(
                tool,
                f"{installed} in this environment, pinned to {pins[tool]}; "
                f"install it with: {sys.executable} -m pip install {tool}=={pins[tool]}",
            )


def format_code(client: Path, *, place: str) -> None:
    """Sort imports, drop unused ones, and format, in ruff's own style."""
    check = ("check", ".", *_RUFF, "--select", "I,F401", "--fix-only")
    _run_ruff(check, cwd=client, place=place)
    _run_ruff(("format", ".", *_RUFF), cwd=client, place=place)


def format_module(module: Path, *, width: int, place: str) -> None:
    """Sort imports, and format a module of ours, in lines of our width."""
    setting = ("--config", f"line-length = {width}")
    # One block for both, wherever the module stands.
    sections = ("--config", 'lint.isort.known-third-party = ["tilldone", "tilldone_clients"]')
    check = ("check", module.name, *_RUFF, *setting, *sections, "--select", "I", "--fix-only")
    _run_ruff(check, cwd=module.parent, place=place)
    _run_ruff(("format", module.name, *_RUFF, *setting), cwd=module.parent, place=place)


def python_with(sources: Sequence[Path], *, directory: Path) -> str:
    """Make an environment with this one's packages, and the project's own from `sources` alone.

    A type checker that misses a module in the first place where its package is goes on to the next,
    and a checkout that is installed for editing is always one of those. Gives the interpreter.
    """
    others = [
        path
        for path in map(Path, sys.path)
        if path.is_dir() and not any((path / name).is_dir() for name in _OWN)
    ]
    builder = venv.EnvBuilder(symlinks=os.name != "nt")
    builder.create(directory)
    packages = sysconfig.get_path("purelib", scheme="venv", vars={"base": str(directory)})
    lines = (f"{path}\n" for path in (*sources, *others))
    (Path(packages) / "sources.pth").write_text("".join(lines), encoding="utf-8")
    return str(builder.ensure_directories(directory).env_exe)


def run_python(arguments: Sequence[str], *, cwd: Path, name: str, place: str) -> str:
    """Run a program in Python; gives what it prints.

    Raises:
        PipelineError: it failed or found no end; `name` is what people know it by, `place` what it
            worked on.
    """
    return _run((sys.executable, "-s", "-P", *arguments), cwd=cwd, name=name, place=place)


def _run_ruff(arguments: Sequence[str], *, cwd: Path, place: str) -> None:
    # Not before check_versions could tell that it is missing; it ships no types.
    from ruff import find_ruff_bin  # type: ignore[import-untyped]

    _run((find_ruff_bin(), *arguments), cwd=cwd, name="ruff", place=place)


def _run(command: Sequence[str], *, cwd: Path, name: str, place: str) -> str:
    # A home of its own hides the user's configuration; Windows can't start without SYSTEMROOT.
    environment = {"HOME": str(cwd), "PATH": os.defpath, "LC_ALL": "C.UTF-8", "NO_COLOR": "1"}
    environment |= {"PYTHONUTF8": "1", "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
    environment |= {key: os.environ[key] for key in ("SYSTEMROOT",) if key in os.environ}
    done = run_within(
        _TIME_LIMIT, command, cwd=cwd, environment=environment, name=name, place=place
    )
    if done.returncode != 0:
        said = (done.stderr + done.stdout).strip() or f"exit {done.returncode}"
        raise PipelineError(place, f"{name} failed: {said}")
    return done.stdout


def run_within(
    seconds: float,
    command: Sequence[str],
    *,
    cwd: Path,
    environment: Mapping[str, str],
    name: str,
    place: str,
) -> subprocess.CompletedProcess[str]:
    """Run a command, which has no input and whose output is text, for so long and no longer.

    Raises:
        PipelineError: it found no end; `name` is what people know it by, `place` what it worked on.
    """
    try:
        return subprocess.run(
            command,
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            timeout=seconds,
        )
    except subprocess.TimeoutExpired as error:
        raise PipelineError(place, f"{name} had no end after {seconds} s") from error
