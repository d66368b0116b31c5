"""What the benchmarks share: the server beside them, fair turns, and tables for the README."""

import os
import platform
import statistics
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import count
from pathlib import Path
from typing import TypeVar

K = TypeVar("K")
T = TypeVar("T")

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
KEY = "key-for-benchmarks"

_serial = count()


@contextmanager
def serving() -> Generator[str]:
    """Run the server in a process of its own; give its base URL."""
    command = [sys.executable, str(HERE / "_server.py")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        if server.stdin is None or server.stdout is None:
            raise AssertionError("both were asked for as pipes")
        try:
            yield f"http://127.0.0.1:{int(server.stdout.readline())}"
        finally:
            server.stdin.close()


def ids(number: int, *, polls: int, faulty: bool = False) -> Iterator[str]:
    """Make up ids of jobs that are done at their so-many-th poll; none is given twice.

    Of those that are `faulty`, one poll in twenty brings a fault.
    """
    for _ in range(number):
        yield f"{polls}{'f' if faulty else ''}-{os.getpid()}-{next(_serial)}"


def alternating(contenders: Mapping[K, Callable[[], T]], *, rounds: int) -> dict[K, list[T]]:
    """Let each have its turn, round after round, so that a busy moment of the machine hits all."""
    results: dict[K, list[T]] = {name: [] for name in contenders}
    for turn in range(rounds):
        for name, run in contenders.items():
            print(f"  round {turn + 1} of {rounds}: {name}", file=sys.stderr)
            results[name].append(run())
    return results


def cpu_of(run: Callable[[], object]) -> float:
    """Give the CPU time (s) that this process, with all its threads, spends on something."""
    began = time.process_time()
    run()
    return time.process_time() - began


def median(figures: Sequence[float]) -> float:
    """Give the middle figure."""
    return statistics.median(figures)


def summary(docstring: str | None) -> str:
    """Give a docstring's first line."""
    return (docstring or "").partition("\n")[0]


def parser(docstring: str | None, *, rounds: int) -> ArgumentParser:
    """Make the parser of a benchmark's options, those that all have."""
    made = ArgumentParser(description=summary(docstring))
    made.add_argument("--rounds", type=int, default=rounds, help="turns for each (%(default)s)")
    return made


def report(title: str, header: Sequence[str], rows: Sequence[Sequence[str]], *notes: str) -> None:
    """Print a table in Markdown, with what it takes to make the same figures again."""
    print(f"\n### {title}\n")
    print(f"| {' | '.join(header)} |")
    print(f"|{'|'.join(['---', *['---:'] * (len(header) - 1)])}|")
    for row in rows:
        print(f"| {' | '.join(row)} |")
    for note in notes:
        print(f"\n{note}")
    print(f"\n{_circumstances()}")


def _circumstances() -> str:
    packages = ("tilldone", "httpx", "httpcore", "anyio", "aiohttp", "azure-core", "dbos")
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    return (
        f"Measured on {datetime.now(UTC):%Y-%m-%d}; {os.cpu_count()} cores, "
        f"{platform.system()} {platform.machine()}, Python {platform.python_version()}; {versions}."
    )
