"""What breaks for users between a revision and the working tree.

Found as users find it: the sample applications of the old revision are type-checked against the
clients of today. And beside it by comparing the public names, since no application uses them all.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import griffe

from .errors import PipelineError
from .project import APPLICATIONS, Project
from .toolchain import python_with

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Breakage", "base_of", "broken_applications", "broken_names", "export"]

_PACKAGES = {"tilldone": "wrapper", "tilldone_clients": "generated"}
_FOUND = re.compile(r"(?P<where>[^:]+:\d+): error: (?P<what>.*)")


@dataclass(frozen=True, kw_only=True)
class Breakage:
    """One thing that no longer works: in which file and line, and why."""

    kind: str
    where: str
    what: str


def base_of(root: Path) -> str:
    """Name the revision to hold the working tree against: the last release, or the last commit."""
    tag = _git(root, "describe", "--tags", "--abbrev=0")
    return tag.stdout.decode().strip() if tag.returncode == 0 else "HEAD"


def export(root: Path, revision: str, target: Path) -> None:
    """Write the revision's packages and applications to `target`."""
    # A revision that begins with a dash would be an option.
    known = _git(
        root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
    )
    if known.returncode != 0:
        raise PipelineError(revision, "not a revision of this repository")
    commit = known.stdout.decode().strip()
    archive = _git(root, "archive", "--format=tar", commit, *_PACKAGES.values(), APPLICATIONS)
    if archive.returncode != 0:
        raise PipelineError(revision, archive.stderr.decode(errors="replace").strip())
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as tar:
        tar.extractall(target, filter="data")


def broken_applications(root: Path, old: Path) -> Iterator[Breakage]:
    """Type-check the old applications with the packages of `root`."""
    sources = [root / folder for folder in _PACKAGES.values()]
    python = python_with(sources, directory=old / ".venv")
    command = [python, "-m", "mypy", "--strict", "--config-file=", "--no-error-summary"]
    ran = subprocess.run(
        [*command, f"--cache-dir={old / '.cache'}", *Project(old).applications],
        cwd=old,
        env={**os.environ, "MYPYPATH": os.pathsep.join(map(str, sources)), "NO_COLOR": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    found = [match for line in ran.stdout.splitlines() if (match := _FOUND.fullmatch(line))]
    if ran.returncode != 0 and not found:
        raise PipelineError("mypy", (ran.stdout + ran.stderr).strip())
    for match in found:
        where = match["where"].removeprefix(f"{root}{os.sep}")
        yield Breakage(kind="application", where=where, what=match["what"])


def broken_names(root: Path, old: Path) -> Iterator[Breakage]:
    """Compare the public names of the old packages with those of `root`."""
    for package, folder in _PACKAGES.items():
        before = _public(old / folder, package)
        after = _public(root / folder, package)
        for found in griffe.find_breaking_changes(before, after):
            thing = found.obj
            file, line = _place(thing)
            shown = file.relative_to(old if file.is_relative_to(old) else root)
            yield Breakage(
                kind="public name",
                where=f"{shown.as_posix()}:{line}",
                what=f"{thing.path}: {found.kind.value}{_values(found)}",
            )


def _public(folder: Path, package: str) -> griffe.Object | griffe.Alias:
    return griffe.load(package, search_paths=[folder], allow_inspection=False, resolve_aliases=True)


def _place(thing: griffe.Object | griffe.Alias) -> tuple[Path, int]:
    # An alias stands where it is imported, not where it leads to.
    holder = thing.parent if isinstance(thing, griffe.Alias) else thing
    file = holder.filepath if holder is not None else None
    if not isinstance(file, Path):
        raise PipelineError(thing.path, "lies in no file")
    line = thing.alias_lineno if isinstance(thing, griffe.Alias) else thing.lineno
    return file, line or 1


def _values(found: griffe.Breakage) -> str:
    if found.kind is griffe.BreakageKind.OBJECT_REMOVED:
        return ""
    return f" ({found.old_value} -> {found.new_value})"


def _git(root: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["git", *arguments], cwd=root, capture_output=True, check=False)
