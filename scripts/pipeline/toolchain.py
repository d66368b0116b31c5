"""The pinned tools, run so that nothing of the machine shows in what they write.

They are modules of the running interpreter, never what the PATH offers, and see neither the user's
environment nor configuration: same input, same bytes, everywhere.
"""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from .errors import PipelineError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = ["check_versions", "format_code", "format_module", "generate_client"]

_TOOLS = ("openapi-python-client", "ruff")
_TIME_LIMIT = 60  # seconds: what takes one in earnest can be made to take for ever
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


def generate_client(document: Path, client: Path, *, config: Path, place: str) -> None:
    """Write the client for the OpenAPI document in `document` to the new directory `client`."""
    arguments = ["generate", "--path", str(document), "--output-path", str(client)]
    arguments += ["--config", str(config), "--meta", "none", "--fail-on-warning"]
    _run("openapi_python_client", arguments, cwd=document.parent, place=place)


def format_code(client: Path, *, place: str) -> None:
    """Sort imports, drop unused ones, and format, in ruff's own style."""
    check = ["check", ".", *_RUFF, "--select", "I,F401", "--fix-only"]
    _run("ruff", check, cwd=client, place=place)
    _run("ruff", ["format", ".", *_RUFF], cwd=client, place=place)


def format_module(module: Path, *, width: int, place: str) -> None:
    """Format a module of ours, in lines of our width."""
    setting = ("--config", f"line-length = {width}")
    _run("ruff", ["format", module.name, *_RUFF, *setting], cwd=module.parent, place=place)


def _run(module: str, arguments: Sequence[str], *, cwd: Path, place: str) -> None:
    command = [sys.executable, "-s", "-P", "-m", module, *arguments]
    # A home of its own hides the user's configuration; Windows can't start without SYSTEMROOT.
    environment = {"HOME": str(cwd), "PATH": os.defpath, "LC_ALL": "C.UTF-8", "NO_COLOR": "1"}
    environment |= {"PYTHONUTF8": "1", "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
    # A crash of the generator ends in one line that says why, not in a drawn box.
    environment |= {"TYPER_STANDARD_TRACEBACK": "1"}
    environment |= {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
    try:
        done = subprocess.run(
            command,
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            check=False,
            timeout=_TIME_LIMIT,
        )
    except subprocess.TimeoutExpired as error:
        raise PipelineError(place, f"{module} had no end after {_TIME_LIMIT} s") from error
    if done.returncode != 0:
        _, crash, report = done.stdout.strip().rpartition("Traceback (most recent call last):")
        reason = report.splitlines()[-1] if crash else report
        raise PipelineError(place, f"{module} failed: {reason}")
