"""`tilldone worker` and `tilldone wait --durable`, as programs of their own."""

import json
import signal
from datetime import UTC, datetime

from tests.durable.world import (
    LONG,
    LOST,
    Program,
    eden_job,
    environment,
    go_on,
    program,
    session,
    until,
)

from tilldone import durable
from tilldone.durable import _session
from tilldone.simulator import Simulator
from tilldone.simulator.steps import done, failed, running


def command(simulator: Simulator, database: str, *arguments: str) -> Program:
    return program(environment(simulator, database), "-m", "tilldone", *arguments)


def test_wait_durably_goes_on_after_a_kill(simulator: Simulator, sqlite: str) -> None:
    job = eden_job(simulator, script=[running()])
    how = ("wait", "edenai", job.id, "--durable", "--timeout", "1h", "--json")
    with command(simulator, sqlite, *how) as first:
        until(lambda: simulator.polls(job.id))
        first.kill()
    with session(sqlite, work=False):
        [before] = durable.waiting()
    go_on(simulator, job, done())
    with command(simulator, sqlite, *how) as second:
        out, err = second.communicate(timeout=LOST)
    assert second.returncode == 0, err
    assert json.loads(out)["status"] == "success"
    with session(sqlite, work=False):
        kept = _session.store().latest("edenai", job.ref)
    assert kept is not None
    assert kept.request is not None
    assert kept.id.endswith("-1")
    assert datetime.fromtimestamp(kept.request.deadline, UTC) == before.deadline


def test_wait_durably_has_the_exit_codes_of_wait(simulator: Simulator, sqlite: str) -> None:
    lost, late = eden_job(simulator, script=[failed("E1", "no")]), eden_job(simulator, duration=99)
    how = ("wait", "edenai", "--durable", "--timeout")
    with (
        command(simulator, sqlite, *how, "1h", lost.ref) as one,
        command(simulator, sqlite, *how, "0", late.ref) as other,
    ):
        for ran, code, words in [(one, 1, "E1: no"), (other, 3, "ref: ")]:
            _, err = ran.communicate(timeout=LOST)
            assert ran.returncode == code, err
            assert words in err


def test_wait_durably_begins_anew_only_where_that_is_asked_for(
    simulator: Simulator, sqlite: str
) -> None:
    late = eden_job(simulator, script=[running()])
    how = ("wait", "edenai", "--durable", "--json", "--timeout")
    for more, code in [(("1",), 3), (("1h",), 3), (("1h", "--again"), 0), (("1h",), 0)]:
        if code == 0:
            go_on(simulator, late, done())
        with command(simulator, sqlite, *how, *more, late.ref) as ran:
            ran.communicate(timeout=LOST)
        assert ran.returncode == code


def test_again_is_for_durable_waits(simulator: Simulator, sqlite: str) -> None:
    with command(simulator, sqlite, "wait", "edenai", "--again", "j") as ran:
        assert "add --durable" in ran.communicate(timeout=LOST)[1]
    assert ran.returncode == 2


def test_forget_deletes_what_ended_long_ago(simulator: Simulator, sqlite: str) -> None:
    job = eden_job(simulator, script=[done()])
    with command(simulator, sqlite, "wait", "edenai", job.id, "--durable") as waited:
        waited.communicate(timeout=LOST)
    for age, forgotten in [("1h", "0\n"), ("0", "1\n"), ("0", "0\n")]:
        with command(simulator, sqlite, "forget", "--older-than", age) as ran:
            assert ran.communicate(timeout=LOST) == (forgotten, "")
        assert ran.returncode == 0


def test_a_base_url_that_would_be_forgotten_is_refused(simulator: Simulator, sqlite: str) -> None:
    url = simulator.url("edenai")
    how = ("wait", "edenai", "j", "--durable", "--base-url", url)
    with command(simulator, sqlite, *how) as ran:
        _, err = ran.communicate(timeout=LOST)
    assert ran.returncode == 2
    assert "set TILLDONE_EDENAI_BASE_URL instead" in err


def test_a_worker_works_until_it_is_told_to_stop(simulator: Simulator, sqlite: str) -> None:
    endless = eden_job(simulator, script=[running()])
    interrupted = "tilldone: interrupted; what this worker carried goes on with the next one\n"
    begins = ["tilldone: durable waits: at work for edenai\n"]
    takes_over = ["tilldone: durable waits: 1 of a worker that died go on\n", *begins]
    for told, first, code, last in [
        (signal.SIGTERM, begins, 0, ""),
        (signal.SIGINT, takes_over, 130, interrupted),
    ]:
        with command(simulator, sqlite, "worker", "--provider", "edenai") as ran:
            assert ran.stderr is not None
            assert [ran.stderr.readline() for _ in first] == first
            with session(sqlite, work=False):
                job = eden_job(simulator, script=[running(), done()])
                assert durable.start(job, timeout=LONG).result(timeout=LOST).status == "success"
                durable.start(endless, timeout=None)
            polls = len(simulator.polls(endless.id))
            until(lambda: len(simulator.polls(endless.id)) > polls)  # noqa: B023 # until that is so
            # What it carries is left as it stands, and would not end by itself.
            ran.send_signal(told)
            assert ran.communicate(timeout=LOST) == ("", last)
        assert ran.returncode == code


def test_a_worker_says_which_database_it_cannot_open(simulator: Simulator) -> None:
    with command(simulator, "postgresql://127.0.0.1:9/waits?connect_timeout=1", "worker") as ran:
        _, err = ran.communicate(timeout=LOST)
    assert ran.returncode == 4
    assert "tilldone: database 'waits' at 127.0.0.1 cannot be opened: " in err
    assert "Traceback" not in err
