"""What is kept of a wait: little, and no key."""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from dbos import DBOS
from tests.durable.world import LONG, LOST, client, eden_job, session, until

from tilldone import PollRejected, durable, edenai
from tilldone.simulator import Simulator, Step
from tilldone.simulator.steps import body, done, running, status
from tilldone.testing import ManualClock


class Hour:
    """What a job is told that takes an hour by this clock."""

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock
        self.steps = (running(), done())

    def next_step(self, _elapsed: float, /) -> Step:
        return self.steps[self._clock.now() >= 3600]

    peek = next_step


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[ManualClock]:
    """Let pauses take no time, those of waits and those of DBOS."""
    began, dbos_sleep = time.time(), DBOS.sleep_async

    async def sleep_durably(seconds: float) -> None:
        moved.advance(seconds)
        await dbos_sleep(0.001)

    def wall() -> float:
        return began + moved.now()

    monkeypatch.setattr("tilldone.durable._segment.wall", wall)
    monkeypatch.setattr("tilldone.durable._waits.wall", wall)
    monkeypatch.setattr("tilldone.durable._segment.steady", wall)
    monkeypatch.setattr(DBOS, "sleep_async", sleep_durably)
    with ManualClock() as moved:
        yield moved


def rows(database: str) -> dict[str, int]:
    """Count the rows of all tables that grow with waits."""
    with closing(sqlite3.connect(database)) as opened:
        names = [
            name
            for (name,) in opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if name not in {"dbos_migrations", "application_versions", "queues"}
        ]
        return {
            name: opened.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names
        }


def test_an_hour_takes_at_most_twenty_rows(
    simulator: Simulator, sqlite: str, clock: ManualClock
) -> None:
    clients = {"edenai": partial(client, simulator, "edenai")}
    job = eden_job(simulator)
    simulator._jobs[job.id].plan = Hour(clock)
    with session(sqlite, clients=clients, providers=["edenai"]):
        snapshot = durable.start(job, timeout=2 * 3600).snapshot(timeout=LOST)
    assert 3600 <= snapshot.elapsed < 3660
    assert snapshot.polls == len(simulator.polls(job.id)) > 100
    counted = rows(sqlite)
    assert counted["workflow_status"] == 1
    assert sum(counted.values()) <= 20
    # Not one row for all of it either: a crash would lose what was seen.
    assert counted["operation_outputs"] >= 6


def test_no_key_is_kept(simulator: Simulator, tmp_path: Path) -> None:
    database = tmp_path / "waits.sqlite"
    key = simulator.token("edenai")
    clients = {"edenai": partial(client, simulator, "edenai")}
    scripts = [[running(), done({"echo": key})], [status(403, body={"said": key})], [body(key)]]
    with session(str(database), clients=clients, providers=["edenai"]):
        jobs = [eden_job(simulator, script=script) for script in scripts]
        # The last one has no answer that could be read.
        timeouts = (3600, 3600, 3)
        handles = [
            durable.start(job, timeout=timeout) for job, timeout in zip(jobs, timeouts, strict=True)
        ]
        until(lambda: all(handle.done() for handle in handles))
        assert handles[0].result().output == {"echo": "***"}
        with pytest.raises(PollRejected):
            handles[1].result()
        during = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    after = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    for kept in (during, after):
        assert jobs[0].id.encode() in kept
        assert key.encode() not in kept
        assert simulator.url("edenai").encode() not in kept


def test_nothing_is_pickled(simulator: Simulator, sqlite: str) -> None:
    clients = {"edenai": partial(client, simulator, "edenai")}
    with session(sqlite, clients=clients, providers=["edenai"]):
        durable.start(eden_job(simulator, script=[done()]), timeout=LONG).result(timeout=LOST)
    with closing(sqlite3.connect(sqlite)) as opened:
        kept = [
            text
            for column, table in (
                ("inputs", "workflow_input"),
                ("output", "workflow_output"),
                ("output", "operation_outputs"),
            )
            for (text,) in opened.execute(f"SELECT {column} FROM {table}")
        ]
    assert len(kept) == 3
    for text in kept:
        json.loads(text)


def test_the_file_is_its_owners_alone(simulator: Simulator, tmp_path: Path) -> None:
    database = tmp_path / "new" / "waits.sqlite"
    with session(str(database), work=False):
        durable.start(edenai.job(client(simulator, "edenai"), "j"), timeout=1)
        assert database.stat().st_mode & 0o077 == 0
        assert database.parent.stat().st_mode & 0o077 == 0
        assert all(file.stat().st_mode & 0o077 == 0 for file in database.parent.iterdir())
