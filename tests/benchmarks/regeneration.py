"""Regeneration: all five clients side by side, against the generator's runs one after another.

    python tests/benchmarks/regeneration.py

`--check` does all that regenerating does, into a directory of its own, and compares. The bare
runs of the generator do less: each is given one document, merged and overlaid before, and there are
no substitutions and no header.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from _harness import ROOT, alternating, median, parser, report

sys.path.insert(0, str(ROOT / "scripts"))

from pipeline.clients import effective_document
from pipeline.project import Project


def run(command: list[str]) -> None:
    """Run a command quietly, with this environment's tools on its path."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(
        command, check=True, cwd=ROOT, env={**os.environ, "PATH": path}, capture_output=True
    )


def ours() -> float:
    """Regenerate all of them; give the time it took (s)."""
    began = time.perf_counter()
    run([sys.executable, "scripts/regenerate.py", "--check"])
    return time.perf_counter() - began


def one_after_another() -> float:
    """Run the generator for one provider after the other; give the time it took (s)."""
    project = Project(ROOT)
    with tempfile.TemporaryDirectory() as made:
        specs = [Path(made) / f"{name}.json" for name in project.sources]
        for spec in specs:
            spec.write_text(json.dumps(effective_document(project, spec.stem)), encoding="utf-8")
        began = time.perf_counter()
        for spec in specs:
            command = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none"]
            run([*command, "--path", str(spec), "--output-path", str(Path(made) / spec.stem)])
        return time.perf_counter() - began


def main() -> None:
    """Measure and print."""
    asked = parser(__doc__, rounds=3).parse_args()
    contenders = {
        "`scripts/regenerate.py --check`": ours,
        "five runs of `openapi-python-client generate`": one_after_another,
    }
    figures = {
        name: median(found) for name, found in alternating(contenders, rounds=asked.rounds).items()
    }
    base = list(figures.values())[-1]
    report(
        "Regeneration",
        ["what", "time, s", "against one after another"],
        [[name, f"{took:.1f}", f"{took / base:.2f}x"] for name, took in figures.items()],
        f"In turn, {asked.rounds} rounds, medians. Goal: under 0.6x on two cores.",
    )


if __name__ == "__main__":
    main()
