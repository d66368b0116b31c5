"""Many durable waits at once, on SQLite and on Postgres: how long they take and what they leave.

    python tests/benchmarks/durable.py

Each job is done at its sixth poll; the ideal is when the schedule takes that. The workers are
processes of their own, as `tilldone worker` starts them. PostgreSQL is one with its usual settings,
started for this and stopped after.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import psycopg
from _harness import KEY, ROOT, alternating, ids, median, parser, report, serving

from tilldone import durable, edenai
from tilldone._core.polling import default_schedule

sys.path.insert(0, str(ROOT))

from tests.durable import postgres  # found only now

_POLLS = 6


def ideal() -> float:
    """Give the moment (s) of the sixth poll."""
    elapsed = 0.0
    for _ in range(_POLLS - 1):
        elapsed += default_schedule(elapsed)
    return elapsed


@contextmanager
def workers(number: int, database: str, base_url: str) -> Generator[None]:
    """Keep so many workers at work."""
    told = {
        **os.environ,
        "TILLDONE_DATABASE_URL": database,
        "TILLDONE_EDENAI_BASE_URL": base_url,
        "EDENAI_API_KEY": KEY,
    }
    command = [sys.executable, "-m", "tilldone", "worker", "--provider", "edenai", "--rate", "inf"]
    with ExitStack() as stack:
        for _ in range(number):
            hand = stack.enter_context(
                subprocess.Popen(command, env=told, stderr=subprocess.PIPE, text=True)
            )
            stack.callback(hand.terminate)
            if hand.stderr is None or "at work" not in hand.stderr.readline():
                raise RuntimeError("the worker did not start")
        yield


def size(database: str) -> int:
    """Give the bytes that a database takes."""
    if not database.startswith("postgresql"):
        return sum(file.stat().st_size for file in Path(database).parent.iterdir())
    with psycopg.connect(database) as session:
        found = session.execute("SELECT pg_database_size(current_database())").fetchone()
    if found is None:
        raise AssertionError("a database has a size")
    return int(found[0])


def measure(database: str, base_url: str, *, waits: int, hands: int) -> tuple[float, float, int]:
    """Give the seconds to begin all waits, the seconds to the last end, and the bytes of each."""
    client = edenai.connect(KEY, base_url=base_url)
    jobs = [edenai.job(client, name) for name in ids(waits, polls=_POLLS)]
    durable.configure(database=database, work=False)
    durable.waiting()
    durable.close()
    before = size(database)
    try:
        with workers(hands, database, base_url):
            began = time.monotonic()
            handles = [durable.start(job, timeout=600) for job in jobs]
            begun = time.monotonic() - began
            for handle in handles:
                handle.result(timeout=600)
            took = time.monotonic() - began
    finally:
        durable.close()
    return begun, took, (size(database) - before) // waits


def row(waits: int, kind: str, hands: int, begun: float, took: float, each: float) -> Sequence[str]:
    """Put the figures of so many waits into words."""
    return [
        f"{waits} waits, {kind}, {hands} worker{'s' * (hands > 1)}",
        f"{begun:.1f} s",
        f"{took:.1f} s",
        f"{waits / took:.0f}",
        f"{each / 1024:.1f} KiB",
    ]


def main() -> None:
    """Measure, and print a table."""
    options = parser(__doc__, rounds=3)
    options.add_argument("--waits", type=int, nargs="*", default=[100, 1000])
    asked = options.parse_args()
    found = postgres.programs()
    if found is None:
        raise SystemExit("no PostgreSQL server is installed; scripts/postgres installs one")
    crews = (("SQLite", 1), ("Postgres", 1), ("Postgres", 2))
    with serving() as base_url, postgres.serving(found) as server:

        def turn(waits: int, kind: str, hands: int) -> tuple[float, float, int]:
            with tempfile.TemporaryDirectory() as folder:
                database = server.fresh() if kind == "Postgres" else f"{folder}/w.sqlite"
                return measure(database, base_url, waits=waits, hands=hands)

        turns = alternating(
            {
                (waits, kind, hands): partial(turn, waits, kind, hands)
                for waits in asked.waits
                for kind, hands in crews
            },
            rounds=asked.rounds,
        )
    report(
        "Durable waits at once",
        ["", "all begun", "last end", "waits a second", "database for each"],
        [row(*which, *map(median, zip(*found, strict=True))) for which, found in turns.items()],
        f"In turn, {asked.rounds} rounds, medians. Ideal for the last end, had all begun at once: "
        f"{ideal():.1f} s.",
    )


if __name__ == "__main__":
    main()
