#!/usr/bin/env python3
"""Write the clients in generated/ from specs/, or check that they are what specs/ makes of them.

Exit: 0 done or equal, 1 a spec is broken, a tool is not the pinned one or the check found
differences, 2 usage.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import clients, lock, toolchain, trees
from pipeline.errors import PipelineError
from pipeline.project import Project
from pipeline.report import StepLog

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    project = Project(Path(__file__).resolve().parent.parent)
    # Files read the same whoever ran this, also for the tools that it starts.
    os.umask(0o022)
    try:
        check, names = _parse(project, arguments)
        toolchain.check_versions(project.pins)
        with tempfile.TemporaryDirectory(prefix="tilldone-") as scratch:
            fresh = _build(project, names, Path(scratch))
            if fresh is None:
                return 1
            if check:
                return _check(project, names, fresh)
            _keep_others(project, names, fresh)
            project.generated.parent.mkdir(exist_ok=True)
            trees.replace(project.generated, fresh)
            lock.write(project, names)
    except (PipelineError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"wrote {', '.join(names)} to generated/")
    return 0


def _parse(project: Project, arguments: Sequence[str] | None) -> tuple[bool, list[str]]:
    parser = argparse.ArgumentParser(prog="scripts/regenerate.py", description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="compare only; list the files that differ"
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="a provider (default: all)")
    options = parser.parse_args(arguments)
    known = project.sources
    unknown = [name for name in options.names if name not in known]
    if unknown:
        parser.error(f"no provider {', '.join(unknown)}; specs/sources.toml has {', '.join(known)}")
    return options.check, list(dict.fromkeys(options.names)) or list(known)


def _build(project: Project, names: Sequence[str], scratch: Path) -> Path | None:
    """All the clients of `names`; None where one failed, when all have been tried."""
    package, tools = scratch / "tilldone_clients", scratch / "tools"
    clients.build_package(package)
    tools.mkdir()
    progress = StepLog(sys.stdout)
    failures = clients.build_clients(project, names, package, scratch=tools, done=progress.step)
    for failure in failures:
        print(failure, file=sys.stderr)
    if failures:
        print("generated/ is as it was", file=sys.stderr)
        return None
    return package


def _check(project: Project, names: Sequence[str], fresh: Path) -> int:
    whole = set(names) == set(project.sources)
    found = [
        (what, path)
        for what, path in trees.differences(project.generated, fresh)
        if whole or path.partition("/")[0] in names
    ]
    for what, path in found:
        print(f"{what:<8} generated/tilldone_clients/{path}")
    moved = [*lock.moved(project, names)]
    for what in moved:
        print(f"{'moved':<8} {what} since the clients were written")
    if found or moved:
        print("to bring it up to date: python scripts/regenerate.py", file=sys.stderr)
        return 1
    print(f"{', '.join(names)} in generated/: as specs/ makes it")
    return 0


def _keep_others(project: Project, names: Sequence[str], fresh: Path) -> None:
    for name in project.sources.keys() - set(names):
        if (project.generated / name).exists():
            ignore = shutil.ignore_patterns("__pycache__")
            shutil.copytree(project.generated / name, fresh / name, ignore=ignore)


if __name__ == "__main__":
    sys.exit(main())
