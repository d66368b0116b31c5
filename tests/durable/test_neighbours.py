"""Durable waits beside what else a process does: a DBOS application of its own, and forks."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import partial

import dbos
import pytest
from tests.durable.postgres import Server
from tests.durable.test_workers import in_hand
from tests.durable.world import (
    LONG,
    LOST,
    Program,
    client,
    crew,
    eden_job,
    environment,
    go_on,
    program,
    session,
    until,
)

from tilldone import durable
from tilldone.simulator import Simulator
from tilldone.simulator.steps import done, running


@pytest.fixture
def theirs(postgres: Server) -> Iterator[dbos.DBOSConfig]:
    """The configuration of an application that the user has."""
    yield {
        "name": "their-app",
        "system_database_url": postgres.fresh(),
        "application_version": "theirs",
    }
    dbos.DBOS.destroy()


def test_their_dbos_before_ours_is_left_alone(
    simulator: Simulator, database: str, theirs: dbos.DBOSConfig
) -> None:
    app = dbos.DBOS(config=theirs)
    clients = {"edenai": partial(client, simulator, "edenai")}
    with (
        session(database, clients=clients),
        pytest.raises(RuntimeError, match=r"of its own.*tilldone worker.*work=False"),
    ):
        durable.start(eden_job(simulator), timeout=LONG)
    assert dbos.DBOS(config=theirs) is app


def test_their_dbos_after_ours_is_refused_until_ours_is_closed(
    simulator: Simulator, database: str, theirs: dbos.DBOSConfig
) -> None:
    clients = {"edenai": partial(client, simulator, "edenai")}
    with session(database, clients=clients):
        handle = durable.start(eden_job(simulator, duration=2), timeout=LONG)
        for _ in range(2):
            with pytest.raises(RuntimeError, match=r"durable waits.*tilldone worker.*work=False"):
                dbos.DBOS(config=theirs)
        assert handle.result(timeout=LOST).status == "success"
    assert type(dbos.DBOS(config=theirs)) is dbos.DBOS


@dbos.DBOS.workflow(name="theirs")
def their_workflow(text: str) -> bytes:
    return text.encode()


@pytest.mark.parametrize("order", ["theirs first", "ours first"])
def test_their_dbos_and_our_waits_side_by_side(
    simulator: Simulator, sqlite: str, theirs: dbos.DBOSConfig, order: str
) -> None:
    with session(sqlite, work=False), crew(simulator, sqlite) as workers:
        workers.hire()
        job = eden_job(simulator, script=[done({"text": "ours"})])
        if order == "ours first":
            durable.start(job, timeout=LONG)
        dbos.DBOS(config=theirs)
        dbos.DBOS.launch()
        # Their pickles are read as ever: bytes are not JSON.
        assert their_workflow("mine") == b"mine"
        [kept] = dbos.DBOS.list_workflows()
        assert (kept.name, kept.output) == ("theirs", b"mine")
        assert durable.start(job, timeout=LONG).result(timeout=LOST).output == {"text": "ours"}
        assert [each.id for each in durable.ended()] == [job.id]


PLAIN = """
import sys
from tilldone import durable, edenai

handle = durable.start(edenai.job(edenai.connect(), sys.argv[1]), timeout=3600)
print("started", flush=True)
if sys.argv[2] == "is interrupted":
    handle.result()
"""


@pytest.mark.parametrize("how", ["exits", "is interrupted", "finds no database"])
def test_a_program_prints_nothing_of_dbos(simulator: Simulator, sqlite: str, how: str) -> None:
    nowhere = "postgresql://127.0.0.1:9/waits?connect_timeout=1"
    told = environment(simulator, nowhere if how == "finds no database" else sqlite)
    job = eden_job(simulator, duration=3600)
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-c", PLAIN, job.id, how],
        env=told,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as ran:
        if how == "is interrupted":
            until(lambda: simulator.polls(job.id))
            ran.send_signal(signal.SIGINT)
        _, err = ran.communicate(timeout=LOST)
    ends = {
        "exits": "",
        "is interrupted": "KeyboardInterrupt",
        "finds no database": "ConnectionError: database 'waits' at 127.0.0.1 cannot be opened: ",
    }
    assert ends[how] in err
    # Python's own traceback ends with our words, and names no file of DBOS's.
    assert err.count("Traceback") == (how != "exits")
    assert "site-packages" not in err
    assert how != "exits" or err == ""


FORKING = """
import os, sys, time, warnings
from tilldone import durable, edenai

# Python 3.12 and newer warn of every fork of a process with threads.
warnings.filterwarnings("ignore", "This process", DeprecationWarning)
mine, theirs, *children = sys.argv[1:]
client = edenai.connect()
handle = durable.start(edenai.job(client, mine), timeout=3600)
print("started", flush=True)
sys.stdin.readline()
for how in children:
    child = os.fork()
    if child == 0:
        if how == "uses it too":
            other = durable.start(edenai.job(client, theirs), timeout=3600)
            assert other.result().status == "success"
            # One that it was given by its parent is of use as well.
            assert not handle.done()
        elif how == "closes it":
            durable.close()
        elif how == "lives on":
            time.sleep(600)
        sys.exit(0)
    print(child, flush=True)
    if how != "lives on":
        assert os.waitpid(child, 0)[1] == 0, how
        print("left", flush=True)
print(handle.result().status)
"""


def forking(simulator: Simulator, database: str, mine: str, theirs: str, *children: str) -> Program:
    told = environment(simulator, database)
    return program(told, "-c", FORKING, mine, theirs, *children, stdin=subprocess.PIPE)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_child_neither_ends_nor_disturbs_its_parent(
    simulator: Simulator, database: str
) -> None:
    mine, theirs = eden_job(simulator, script=[running()]), eden_job(simulator, duration=0)
    children = ("exits", "closes it", "uses it too")
    with session(database, work=False), crew(simulator, database) as workers:
        with forking(simulator, database, mine.id, theirs.id, *children) as parent:
            assert parent.stdin is not None
            assert parent.stdout is not None
            assert parent.stdout.readline() == "started\n"
            until(lambda: simulator.polls(mine.id))
            [carrier] = in_hand()
            print(file=parent.stdin, flush=True)
            for _ in children:
                parent.stdout.readline()
                assert parent.stdout.readline() == "left\n", parent.communicate()[1]
            # A worker that looks after the others when it starts finds the parent alive.
            hand = workers.hire()
            workers.at_work(hand)
            assert in_hand() == {carrier: 1}
            workers.kill(hand)
            go_on(simulator, mine, done())
            out, err = parent.communicate(timeout=LOST)
        assert (out, err, parent.returncode) == ("success\n", "", 0)
        polls = durable.attach(mine).snapshot(timeout=LOST).polls
        assert polls == len(simulator.polls(mine.id))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_child_does_not_keep_its_dead_parents_waits(
    simulator: Simulator, database: str
) -> None:
    job = eden_job(simulator, script=[running()])
    with (
        session(database, work=False),
        crew(simulator, database) as workers,
        forking(simulator, database, job.id, job.id, "lives on") as parent,
    ):
        assert parent.stdin is not None
        assert parent.stdout is not None
        assert parent.stdout.readline() == "started\n"
        until(lambda: simulator.polls(job.id))
        print(file=parent.stdin, flush=True)
        child = int(parent.stdout.readline())
        parent.kill()
        try:
            go_on(simulator, job, done())
            workers.hire()
            assert durable.attach(job).result(timeout=LOST).status == "success"
        finally:
            os.kill(child, signal.SIGKILL)
