"""All that README.md tells the figures of, one benchmark after another.

    python tests/benchmarks/all.py > figures.md

It takes a quarter of an hour on two quiet cores. What takes many minutes by itself is left out: the
others' ways to wait for 10,000 jobs at once. `python tests/benchmarks/many.py` has those.
"""

import subprocess
import sys
import time

from _harness import HERE

OURS = ("tilldone, fast", "tilldone, fast, 5 % faults", "tilldone", "bare aiohttp")

COMMANDS: list[list[str]] = [
    ["poll_cost.py"],
    ["cold_start.py"],
    ["regeneration.py"],
    ["schedules.py"],
    ["history.py", "--histories", "40"],
    ["listing.py", "--rounds", "1"],
    ["many.py", "--most", "100000", *(word for name in OURS for word in ("--only", name))],
]


def main() -> None:
    """Run them in turn, and say on stderr how long each took."""
    for script, *options in COMMANDS:
        began = time.monotonic()
        subprocess.run([sys.executable, str(HERE / script), *options], check=True)
        print(f"{script}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
