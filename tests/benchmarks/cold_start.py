"""Cold start: a process that is ready to wait, against one that is ready to use httpx.

python tests/benchmarks/cold_start.py
"""

import os
import subprocess
import sys
from functools import partial

from _harness import alternating, median, parser, report

OURS = "from tilldone import wait, edenai; edenai.connect('k')"
HTTPX = "import httpx; httpx.Client()"


def cpu_of_process(code: str) -> float:
    """Run a whole interpreter, and give its CPU time (s)."""
    before = os.times()
    subprocess.run([sys.executable, "-c", code], check=True)
    after = os.times()
    return (after.children_user - before.children_user) + (
        after.children_system - before.children_system
    )


def main() -> None:
    """Measure and print."""
    asked = parser(__doc__, rounds=25).parse_args()
    contenders = {
        code: partial(cpu_of_process, code) for code in (OURS, HTTPX, "import tilldone", "pass")
    }
    figures = {
        code: median(found) for code, found in alternating(contenders, rounds=asked.rounds).items()
    }
    base = figures[HTTPX]
    report(
        "Cold start",
        ["process", "CPU, ms", "against httpx"],
        [
            [f"`{code}`", f"{seconds * 1e3:.0f}", f"{seconds / base:.2f}x"]
            for code, seconds in figures.items()
        ],
        f"Whole processes in turn, {asked.rounds} rounds, medians. Goal: at most 1.25x.",
    )


if __name__ == "__main__":
    main()
