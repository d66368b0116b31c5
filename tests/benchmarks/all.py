"""All that README.md tells the figures of, one benchmark after another; in the end, their tables.

    python tests/benchmarks/all.py             prints them in Markdown
    python tests/benchmarks/all.py --write     puts them into README.md, below "## Figures"

It takes some ten minutes on two quiet cores, and never a quarter of an hour: what does not end is
ended, and named. What takes many minutes by itself is left out: the others' ways to wait for 10,000
jobs at once. `python tests/benchmarks/many.py` has those.
"""

import os
import signal
import subprocess
import sys
import time
from argparse import ArgumentParser

from _harness import HERE, summary

OURS = ("tilldone, fast", "tilldone, fast, 5 % faults", "tilldone", "bare aiohttp")

# How long each may take (s), some twice what it takes alone: together less than 15 minutes.
COMMANDS: list[tuple[int, list[str]]] = [
    (35, ["poll_cost.py"]),
    (50, ["cold_start.py"]),
    (80, ["regeneration.py"]),
    (70, ["schedules.py"]),
    (30, ["history.py", "--histories", "40"]),
    (75, ["listing.py", "--rounds", "1"]),
    (
        540,
        [
            *("many.py", "--rounds", "2", "--most", "100000"),
            *(word for name in OURS for word in ("--only", name)),
        ],
    ),
]

README = HERE / "README.md"
HEADING = "## Figures\n"


def told_by(command: list[str], *, seconds: float) -> str | None:
    """Give what a benchmark prints; None, and a word of it on stderr, where it comes to no end."""
    script, *options = command
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, str(HERE / script), *options],
        stdout=subprocess.PIPE,
        text=True,
        # With all that it starts, it can be ended.
        start_new_session=True,
    )
    try:
        told, _ = process.communicate(timeout=seconds)
    except BaseException as error:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        if not isinstance(error, subprocess.TimeoutExpired):
            raise
        say(f"{script}: NOT DONE after {seconds:.0f} s, and ended")
        return None
    if process.returncode:
        say(f"{script}: FAILED with exit status {process.returncode}")
        return None
    say(f"{script}: {time.monotonic() - began:.0f} s")
    return told


def say(what: str) -> None:
    """Tell whoever waits for it."""
    print(what, file=sys.stderr, flush=True)


def joined(told: list[str]) -> str:
    """Put the reports one after another; what they were measured with, they say once."""
    lines = [line.rstrip() for each in told for line in [*each.strip("\n").splitlines(), ""]]
    measured = [line for line in lines if line.startswith("Measured on ")]
    kept = [line for line in lines if line not in measured]
    text = "\n".join([*kept, *measured[-1:]])
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return text.strip("\n") + "\n"


def main() -> None:
    """Run them in turn, and say on stderr how long each took."""
    options = ArgumentParser(description=summary(__doc__))
    options.add_argument("--write", action="store_true", help="put the tables into README.md")
    asked = options.parse_args()
    told = [told_by(command, seconds=seconds) for seconds, command in COMMANDS]
    figures = joined([each for each in told if each is not None])
    print(figures)
    if None in told:
        sys.exit("not all of the figures are there; README.md is as it was")
    if asked.write:
        text, heading, _ = README.read_text(encoding="utf-8").partition(HEADING)
        README.write_text(f"{text}{heading}\n{figures}", encoding="utf-8")


if __name__ == "__main__":
    main()
