"""What a database may hold and do: an old library, planted rows, a full disk, an outage."""

import base64
import logging
import os
import pickle
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
import sqlalchemy
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from tests.durable.postgres import Server, programs, serving
from tests.durable.world import (
    LONG,
    LOST,
    change_waits,
    client,
    eden_job,
    environment,
    go_on,
    program,
    session,
    until,
)
from tests.forked import Python

from tilldone import WaitError, durable
from tilldone.durable import NotYet, _session
from tilldone.durable._database import Trouble
from tilldone.simulator import Simulator
from tilldone.simulator.steps import done, running


def test_sqlite_has_the_time_that_dbos_asks_for(sqlite: str) -> None:
    # Before 3.42 it has none, and gives NULL.
    before = time.time()
    with session(sqlite, work=False), _session.store().engine.connect() as connection:
        told = connection.execute(sqlalchemy.text("SELECT unixepoch('subsec')")).scalar_one()
    # Both have milliseconds, whichever way they are rounded.
    assert before - 0.001 <= told <= time.time() + 0.001


def test_a_database_goes_from_one_python_to_the_next(
    simulator: Simulator, sqlite: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clients = {"edenai": partial(client, simulator, "edenai")}
    for version in [(3, 11), (3, 12), (3, 11)]:
        # DBOS asks SQLite for the time in another way from 3.12 on.
        python = SimpleNamespace(**{**vars(sys), "version_info": version})
        for module in ("dbos._sys_db.sys", "dbos._migration.sys"):
            monkeypatch.setattr(module, python)
        with session(sqlite, clients=clients, providers=["edenai"]):
            job = eden_job(simulator, script=[running(), done()])
            assert durable.start(job, timeout=LONG).result(timeout=LOST).status == "success"


class Planted:
    """Writes a file as soon as it is unpickled."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.file,)


def plant(where: str, how: str, **values: object) -> None:
    change_waits("status", "serialization = 'py_pickle'")
    change_waits(where, how, **values)


def test_what_is_planted_in_the_database_is_not_run(
    simulator: Simulator, database: str, tmp_path: Path
) -> None:
    file = tmp_path / "was-run"
    planted = base64.b64encode(pickle.dumps(Planted(file))).decode()
    clients = {"edenai": partial(client, simulator, "edenai")}
    job, other = eden_job(simulator, duration=0), eden_job(simulator, duration=0)
    with session(database, work=False):
        durable.start(job, timeout=LONG)
        plant("input", "inputs = :planted", planted=planted)
        [shown] = durable.waiting()
        assert shown.problem is not None
        assert (shown.provider, shown.id) == ("edenai", "")
        assert not file.exists()
        durable.start(other, timeout=LONG)
    with session(database, clients=clients, providers=["edenai"]):
        assert durable.start(other, timeout=LONG).result(timeout=LOST).status == "success"
        with pytest.raises(WaitError, match="could not be carried out"):
            durable.attach(job).result(timeout=LOST)
        # What a wait ended with is read by whoever asks for it.
        plant("output", "output = :planted, error = NULL", planted=planted)
        assert {each.id for each in durable.ended()} <= {"", other.id}
        with pytest.raises(WaitError):
            durable.attach(other).result(timeout=LOST)
    assert not file.exists()


@pytest.mark.parametrize("kind", ["varchar(20)", "char(9)", "name", "tilldone.planted"])
def test_no_type_of_the_column_makes_it_a_pickle(
    simulator: Simulator, postgres: Server, postgres_template: str, tmp_path: Path, kind: str
) -> None:
    file = tmp_path / "was-run"
    planted = base64.b64encode(pickle.dumps(Planted(file))).decode()
    with session(postgres.fresh(like=postgres_template), work=False):
        durable.start(eden_job(simulator, duration=0), timeout=LONG)
        with _session.store().engine.begin() as connection:
            for statement in (
                "CREATE TYPE tilldone.planted AS ENUM ('py_pickle', 'portable_json')",
                "ALTER TABLE tilldone.workflow_status ALTER COLUMN serialization"
                f" TYPE {kind} USING serialization::text::{kind}",
            ):
                connection.execute(sqlalchemy.text(statement))
        plant("input", "inputs = :planted", planted=planted)
        assert [each.id for each in durable.waiting()] == [""]
    assert not file.exists()


@pytest.mark.parametrize("password", ["s3cret%zzpw", "s3cret pw", "s3cret%25pw"])
def test_a_password_is_in_no_error(postgres: Server, password: str) -> None:
    url = f"postgresql://waiter:{password}@127.0.0.1:{postgres.port}/no_such_waits"
    with session(url), pytest.raises(ConnectionError, match="no_such_waits") as caught:
        durable.waiting()
    assert "s3cret" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("password", ["s3cret%zzpw", "s3cret pw", "s3cret%25pw"])
def test_a_password_is_read_in_one_way(
    simulator: Simulator, postgres: Server, postgres_template: str, password: str
) -> None:
    url = postgres.fresh(like=postgres_template)
    with (
        psycopg.connect(url, autocommit=True) as admin,
        suppress(psycopg.errors.DuplicateObject),
    ):
        admin.execute("CREATE ROLE waiter LOGIN SUPERUSER")
    # The server trusts everyone; what counts is that both connections can be made at all.
    theirs = url.replace("postgres@", f"waiter:{password}@")
    clients = {"edenai": partial(client, simulator, "edenai")}
    with session(theirs, clients=clients, providers=["edenai"]):
        job = eden_job(simulator, duration=0)
        assert durable.start(job, timeout=LONG).result(timeout=LOST).status == "success"


def test_a_misspelt_database_is_not_made(postgres: Server) -> None:
    url = postgres.url("wiats")
    with (
        session(url),
        pytest.raises(ConnectionError, match=r"'wiats' at .* cannot be opened"),
    ):
        durable.waiting()
    with psycopg.connect(postgres.url("postgres")) as admin:
        found = admin.execute("SELECT datname FROM pg_database WHERE datname = 'wiats'").fetchall()
    assert found == []


def test_a_full_disk_is_told_in_our_words(simulator: Simulator, sqlite: str) -> None:
    with session(sqlite, work=False):
        engine = _session.store().engine
        event.listen(engine, "connect", fill)
        engine.dispose()

        def start_many() -> None:
            for _ in range(1000):
                durable.start(eden_job(simulator), timeout=LONG)

        with pytest.raises(ConnectionError, match=r"waits.sqlite' cannot be used: .*full"):
            start_many()


def fill(connection: Any, *_about: object) -> None:  # noqa: ANN401 # as SQLAlchemy has it
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")


@pytest.mark.parametrize(
    ("met", "ends"),
    [([True], True), ([False], False), ([True, False], False), ([False, True], False)],
)
def test_what_can_be_read_ends_no_trouble_that_a_write_has_met(
    caplog: pytest.LogCaptureFixture, met: list[bool], ends: bool
) -> None:
    trouble = Trouble("it fails", "it works")
    for reading in met:
        trouble.began("why", reading=reading)
    trouble.ended(reading=True)
    assert caplog.messages == ["durable waits: it fails: why"] + ["durable waits: it works"] * ends
    trouble.ended()
    assert caplog.messages == ["durable waits: it fails: why", "durable waits: it works"]


def failures(caplog: pytest.LogCaptureFixture) -> int:
    return sum("Database connection failed" in line for line in caplog.messages)


def test_what_meets_a_full_disk_goes_on_when_there_is_room(
    simulator: Simulator, sqlite: str, caplog: pytest.LogCaptureFixture
) -> None:
    clients = {"edenai": partial(client, simulator, "edenai")}
    job = eden_job(simulator, script=[running()])
    caplog.set_level(logging.DEBUG, "tilldone.dbos")
    with session(sqlite, clients=clients, providers=["edenai"]):
        handle = durable.start(job, timeout=3600)
        until(lambda: simulator.polls(job.id))
        engine = _session.store().engine
        event.listen(engine, "checkout", fill)
        go_on(simulator, job, done({"text": "x" * 100_000}))
        until(lambda: any("does not answer" in line for line in caplog.messages))
        # It can be read meanwhile, and refuses the same again.
        (going_on,) = durable.waiting()
        assert going_on.ref == job.ref
        failed = failures(caplog)
        until(lambda: failures(caplog) > failed)
        event.remove(engine, "checkout", fill)
        event.listen(engine, "checkout", empty)
        assert handle.result(timeout=LOST).status == "success"
        until(lambda: any("is back" in line for line in caplog.messages))
    told = [line for line in caplog.messages if "the database" in line]
    assert len(told) == 2, told
    assert told[0].endswith("(sqlite3.OperationalError) database or disk is full")


def test_a_full_disk_leaves_nothing_locked(sqlite: str) -> None:
    with session(sqlite):
        engine = _session.store().engine
        with engine.begin() as connection:
            connection.execute(sqlalchemy.text("CREATE TABLE heap (x TEXT UNIQUE)"))
        event.listen(engine, "checkout", fill)
        # Of what fails halfway, SQLite takes back the statement alone. Who looks at the error holds
        # on to the statement.
        many = (
            "INSERT INTO heap SELECT hex(randomblob(50000)) UNION ALL SELECT hex(randomblob(50000))"
        )
        with pytest.raises(OperationalError, match="full"), engine.begin() as filled:
            filled.execute(sqlalchemy.text(many))
        event.remove(engine, "checkout", fill)
        with closing(sqlite3.connect(sqlite, timeout=5)) as other, other:
            other.execute("INSERT INTO heap VALUES ('there is room')")


def empty(connection: Any, *_about: object) -> None:  # noqa: ANN401 # as SQLAlchemy has it
    connection.execute("PRAGMA max_page_count = 1000000")


@pytest.fixture
def own_server() -> Iterator[Server]:
    """A server that a test may stop."""
    found = programs()
    assert found is not None
    with serving(found, "-F") as server:
        yield server


@pytest.mark.usefixtures("postgres")
def test_an_outage_is_told_once_when_it_begins_and_once_when_it_ends(
    simulator: Simulator, own_server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    clients = {"edenai": partial(client, simulator, "edenai")}
    jobs = [eden_job(simulator, script=[running()]) for _ in range(5)]
    with (
        caplog.at_level(logging.INFO),
        caplog.at_level(logging.DEBUG, logger="tilldone.dbos"),
        session(own_server.fresh(), clients=clients, providers=["edenai"]),
    ):
        handles = [durable.start(job, timeout=LONG) for job in jobs]
        until(lambda: all(simulator.polls(job.id) for job in jobs))
        caplog.clear()
        own_server.stop()
        # All of them want to record how they ended, and DBOS asks for more all the while.
        for job in jobs:
            go_on(simulator, job, done())
        until(lambda: caplog.text.count("Database connection failed") > 2 * len(jobs))
        own_server.start()
        for handle in handles:
            assert handle.result(timeout=LOST).status == "success"
        until(lambda: any("is back" in line for line in caplog.messages))
    told = [record for record in caplog.records if record.levelno >= logging.INFO]
    lines = [record.getMessage() for record in told]
    assert [record.name for record in told] == ["tilldone"] * 2, lines
    assert "does not answer" in lines[0]
    assert "is back" in lines[1]


@pytest.mark.usefixtures("postgres")
def test_ctrl_c_ends_a_wait_whose_database_has_gone(
    simulator: Simulator, own_server: Server
) -> None:
    job = eden_job(simulator, duration=3600)
    with Python(
        ["-m", "tilldone", "wait", "edenai", job.id, "--durable", "--timeout", "1h"],
        durable=True,
        env=environment(simulator, own_server.fresh()),
        stderr=subprocess.PIPE,
        text=True,
    ) as waiting:
        until(lambda: simulator.polls(job.id))
        own_server.stop()
        try:
            # Until DBOS has seen it, and pauses before it tries again.
            time.sleep(4)
            waiting.send_signal(signal.SIGINT)
            _, err = waiting.communicate(timeout=LOST)
        finally:
            waiting.kill()
            own_server.start()
    assert waiting.returncode == 130
    assert err.endswith(f"tilldone: interrupted; the job goes on\nref: {job.ref}\n")
    assert "dbos" not in err.lower()


@pytest.mark.usefixtures("postgres")
def test_a_worker_that_is_told_to_stop_does_not_wait_for_its_database(
    simulator: Simulator, own_server: Server
) -> None:
    url = own_server.fresh()
    jobs = [eden_job(simulator, script=[running()]) for _ in range(5)]
    worker = ("-m", "tilldone", "worker", "--provider", "edenai")
    with program(environment(simulator, url), *worker) as ran:
        assert ran.stderr is not None
        assert "at work" in ran.stderr.readline()
        with session(url, work=False):
            for job in jobs:
                durable.start(job, timeout=LONG)
            until(lambda: all(simulator.polls(job.id) for job in jobs))
        own_server.stop()
        # All of them want to record how they ended.
        for job in jobs:
            go_on(simulator, job, done())
        assert "the database does not answer" in ran.stderr.readline()
        until(lambda: all("done" in simulator.polls(job.id)[-1].answered for job in jobs))
        ran.send_signal(signal.SIGTERM)
        assert ran.communicate(timeout=LOST) == ("", "")
        assert ran.returncode == 0
    own_server.start()
    # Each goes on where it was, and none has ended with what became of the database.
    clients = {"edenai": partial(client, simulator, "edenai")}
    with session(url, clients=clients, providers=["edenai"]):
        for job in jobs:
            assert durable.attach(job).result(timeout=LOST).status == "success"


@pytest.mark.usefixtures("postgres")
def test_a_worker_that_looks_after_the_others_when_its_database_goes_can_be_closed(
    simulator: Simulator,
    own_server: Server,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    # Its own lock was there a moment before.
    monkeypatch.setattr("tilldone.durable._liveness._SessionLocks.acquire", lambda _: True)
    clients = {"edenai": partial(client, simulator, "edenai")}
    job = eden_job(simulator, duration=3600)
    with (
        caplog.at_level(logging.DEBUG, logger="tilldone.dbos"),
        session(own_server.fresh(), clients=clients, providers=["edenai"]),
    ):
        durable.start(job, timeout=None)
        own_server.stop()
        try:
            until(lambda: any(map(tries_for_the_watch, caplog.records)))
            closing = Thread(target=durable.close, daemon=True)
            closing.start()
            closing.join(LOST)
            assert not closing.is_alive()
        finally:
            own_server.start()


def tries_for_the_watch(record: logging.LogRecord) -> bool:
    trying = record.getMessage().startswith("Database connection failed")
    return trying and record.threadName == "tilldone-worker"


def test_nothing_of_dbos_reaches_the_terminal(
    simulator: Simulator, sqlite: str, capfd: pytest.CaptureFixture[str]
) -> None:
    clients = {"edenai": partial(client, simulator, "edenai")}
    with session(sqlite, clients=clients, providers=["edenai"]):
        job = eden_job(simulator, duration=3600)
        with pytest.raises(NotYet):
            durable.start(job, timeout=None).result(timeout=1)
        durable.cancel(job)
        time.sleep(2)
    assert capfd.readouterr() == ("", "")
    assert os.environ.get("DBOS__APPID") is None
