"""Workers share the work of one database, and take over from those that die."""

import gc
import os
import threading
import time
import warnings
from collections import Counter
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from dbos import DBOS
from dbos._core import execute_dequeued_workflow
from tests.durable.world import LONG, LOST, client, crew, eden_job, go_on, session, set_clock, until

from tilldone import JobTimeout, PollRejected, durable
from tilldone.durable import NotYet, _session
from tilldone.simulator import Simulator
from tilldone.simulator.steps import done, running, status


def in_hand() -> Counter[str]:
    """Count the waits that each worker has in hand."""
    held = _session.store()._in_hand()
    return Counter(each.executor_id for each in held if each.executor_id is not None)


def test_the_other_one_finishes_a_dead_workers_jobs(simulator: Simulator, database: str) -> None:
    with session(database, work=False), crew(simulator, database) as workers:
        victim = workers.hire()
        jobs = [eden_job(simulator, script=[running()]) for _ in range(4)]
        handles = [durable.start(job, timeout=3600) for job in jobs]
        short = eden_job(simulator, script=[running(3), done()])
        other = durable.start(short, timeout=3600)
        until(lambda: in_hand().total() == 5 or other.done())
        [carrier] = in_hand()
        # By then the new one has looked after the first, which lives.
        workers.at_work(workers.hire())
        assert other.snapshot(timeout=LOST).polls == len(simulator.polls(short.id))
        assert in_hand() == {carrier: 4}
        workers.kill(victim)
        until(lambda: carrier not in in_hand())
        for job in jobs:
            go_on(simulator, job, done())
        assert [handle.result(timeout=LOST).status for handle in handles] == ["success"] * 4


def test_what_a_stopped_worker_carried_goes_on(
    simulator: Simulator, sqlite: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clients = {"edenai": partial(client, simulator, "edenai")}
    job, endless = (eden_job(simulator, script=[running()]) for _ in range(2))
    with session(sqlite, clients=clients, providers=["edenai"]):
        durable.start(job, timeout=7200)
        durable.start(endless, timeout=3000)
        until(lambda: simulator.polls(job.id) and simulator.polls(endless.id))
    go_on(simulator, job, done())
    set_clock(monkeypatch, 3600)
    with session(sqlite, clients=clients, providers=["edenai"]):
        assert durable.attach(job).result(timeout=LOST).status == "success"
        # The deadline is the first one, whoever polls: the second one's own has yet to come.
        with pytest.raises(JobTimeout):
            durable.attach(endless).result(timeout=LOST)


def test_what_was_just_taken_from_the_queue_does_not_show_at_the_end(
    simulator: Simulator, sqlite: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = Event()

    def late(running: DBOS, *arguments: Any) -> object:  # noqa: ANN401 # DBOS's own
        taken.set()
        assert running.background_thread_stop_events[0].wait(LOST)
        # DBOS would end its event loop now, unless it is kept from that.
        time.sleep(0.5)
        return execute_dequeued_workflow(running, *arguments)

    monkeypatch.setattr("dbos._queue.execute_dequeued_workflow", late)
    clients = {"edenai": partial(client, simulator, "edenai")}
    job = eden_job(simulator, duration=3600)
    with warnings.catch_warnings(record=True) as shown:
        warnings.simplefilter("always")
        with session(sqlite, clients=clients, providers=["edenai"]):
            durable.start(job, timeout=3600)
            assert taken.wait(LOST)
        gc.collect()
    assert [str(each.message) for each in shown] == []
    with session(sqlite, work=False):
        assert [each.ref for each in durable.waiting()] == [job.ref]


def test_one_that_has_yet_to_start_taking_from_the_queue_is_awaited(
    simulator: Simulator, sqlite: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = threading.Event()
    late = threading.Thread(target=started.set, name="queue-worker-late")
    asked: list[int] = []

    def listed() -> list[threading.Thread]:
        """List it as `enumerate` does, from the moment on when it is told to start."""
        asked.append(1)
        if len(asked) == 3:
            late.start()
        return [*{*threading.enumerate(), *([] if started.is_set() else [late])}]

    monkeypatch.setattr("tilldone.durable._leaving.all_threads", listed)
    clients = {"edenai": partial(client, simulator, "edenai")}
    with session(sqlite, clients=clients, providers=["edenai"]):
        durable.start(eden_job(simulator, duration=3600), timeout=3600)
    assert started.is_set()


def test_a_process_leaves_the_polling_to_others(simulator: Simulator, sqlite: str) -> None:
    job = eden_job(simulator, duration=0)
    with session(sqlite, work=False):
        handle = durable.start(job, timeout=LONG)
        with pytest.raises(NotYet):
            handle.result(timeout=0.5)
        assert simulator.polls(job.id) == []
        assert [each.carried for each in durable.waiting()] == [False]


def test_a_worker_without_a_key_says_so(
    simulator: Simulator, sqlite: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EDENAI_API_KEY", raising=False)
    job = eden_job(simulator)
    with (
        session(sqlite, providers=["edenai"]),
        pytest.raises(ValueError, match="EDENAI_API_KEY: no API key"),
    ):
        durable.start(job, timeout=LONG)
    clients = {"vessl": partial(client, simulator, "vessl")}
    with (
        session(sqlite, clients=clients, providers=["edenai", "vessl"]),
        pytest.raises(ValueError, match=r"cannot poll edenai jobs: EDENAI_API_KEY.*work=False"),
    ):
        durable.start(job, timeout=LONG)


def sealed() -> object:
    raise PermissionError("the vault is sealed")


def test_a_client_that_cannot_be_made_harms_no_other_provider(
    simulator: Simulator, sqlite: str
) -> None:
    clients = {"edenai": partial(client, simulator, "edenai"), "vessl": sealed, "videodb": object}
    with session(sqlite, clients=clients, providers=["vessl", "videodb", "edenai"]):
        handle = durable.start(eden_job(simulator, duration=0), timeout=LONG)
        assert handle.result(timeout=LOST).status == "success"
        refs = {
            name: f'{{"tilldone":1,"provider":"{name}","id":"x"}}' for name in ("vessl", "videodb")
        }
        with pytest.raises(ValueError, match=r"poll vessl jobs: .*PermissionError: the vault is"):
            durable.start(refs["vessl"], timeout=LONG)
        with pytest.raises(ValueError, match=r"poll videodb jobs: .*TypeError: .*object"):
            durable.start(refs["videodb"], timeout=LONG)


def test_a_key_that_cannot_be_read_anew_ends_no_wait_otherwise(
    simulator: Simulator, sqlite: str
) -> None:
    vault = [partial(client, simulator, "edenai"), partial(sealed)]
    refused = eden_job(simulator, script=[running(3), status(401), done()])
    clients = {"edenai": lambda: vault.pop(0)()}
    with (
        session(sqlite, clients=clients, providers=["edenai"]),
        pytest.raises(PollRejected, match="HTTP 401"),
    ):
        durable.start(refused, timeout=LONG).result(timeout=LOST)
    assert vault == []


def test_a_database_that_cannot_be_opened_is_named(sqlite: str) -> None:
    with (
        session("postgresql://user:secret-word@127.0.0.1:9/waits?connect_timeout=1"),
        pytest.raises(ConnectionError, match=r"database .* cannot be opened") as caught,
    ):
        durable.waiting()
    assert "secret-word" not in str(caught.value)
    Path(sqlite).touch()
    with (
        session(f"{sqlite}/not/a/folder"),
        pytest.raises(ConnectionError, match="cannot be opened"),
    ):
        durable.waiting()


def test_the_rate_is_kept_over_all_waits(simulator: Simulator, sqlite: str) -> None:
    clients = {"edenai": partial(client, simulator, "edenai")}
    jobs = [eden_job(simulator, script=[running(), done()]) for _ in range(8)]
    with session(sqlite, clients=clients, providers=["edenai"], rates={"edenai": 4}):
        began = time.monotonic()
        handles = [durable.start(job, timeout=LONG) for job in jobs]
        for handle in handles:
            handle.result(timeout=LOST)
    moments = sorted(poll.at for job in jobs for poll in simulator.polls(job.id))
    assert len(moments) == 2 * len(jobs)
    # At 4 a second from the beginning: what makes a poll late makes none early.
    assert all(at >= began + turn * 0.25 for turn, at in enumerate(moments))


@pytest.mark.parametrize("code", [401, 403])
def test_a_refused_key_is_read_anew_before_that_is_believed(
    simulator: Simulator, sqlite: str, code: int
) -> None:
    made = []

    def rotating() -> object:
        made.append(time.monotonic())
        return client(simulator, "edenai")

    rotated = eden_job(simulator, script=[running(3), status(code), done({"text": "rotated"})])
    with session(sqlite, clients={"edenai": rotating}, providers=["edenai"]):
        handle = durable.start(rotated, timeout=LONG)
        assert handle.result(timeout=LOST).output == {"text": "rotated"}
        assert len(made) == 2
        assert handle.snapshot().polls == 5
        refused = eden_job(simulator, script=[running(3), status(code), status(code), done()])
        with pytest.raises(PollRejected, match=f"HTTP {code}.* and 5 polls"):
            durable.start(refused, timeout=LONG).result(timeout=LOST)
        assert len(made) == 3


def test_takeovers_go_on_whatever_happens(
    simulator: Simulator,
    sqlite: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    faults = [OSError(5, "Input/output error")]
    unlink = Path.unlink

    def failing(self: Path, *, missing_ok: bool = False) -> None:
        if self.suffix == ".lock" and faults:
            raise faults.pop()
        unlink(self, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", failing)
    jobs = [eden_job(simulator, script=[running()]) for _ in range(2)]
    clients = {"vessl": partial(client, simulator, "vessl")}
    with crew(simulator, sqlite) as workers:
        with session(sqlite, work=False):
            for job in jobs:
                durable.start(job, timeout=3600)
        with session(sqlite, clients=clients, providers=["vessl"]):
            _session._session.worker()
            for _ in range(2):
                victim = workers.hire()
                until(lambda: in_hand().total() == len(jobs))
                workers.kill(victim)
                until(lambda: in_hand().total() == 0)
            assert not faults
            until(lambda: "are looked after" in caplog.text)
        with session(sqlite, work=False):
            for job in jobs:
                go_on(simulator, job, done())
            workers.hire()
            for job in jobs:
                assert durable.attach(job).result(timeout=LOST).status == "success"
    assert caplog.text.count("cannot be looked after; trying on") == 1
    assert caplog.text.count("other workers are looked after") == 1


def test_the_locks_of_the_dead_are_cleared(simulator: Simulator, sqlite: str) -> None:
    folder = Path(sqlite).parent
    with crew(simulator, sqlite) as workers:
        victim = workers.hire()
        until(lambda: list(folder.glob("*.lock")))
        living = workers.hire()
        # By then it has not only made its file, but locked it.
        workers.at_work(living)
        assert len(list(folder.glob("*.lock"))) == 2
        workers.kill(victim)
        # As those of before have left it.
        Path(f"{sqlite}.0123.lock").touch()
        Path(f"{sqlite}.0123.lock-journal").touch()
        for file in folder.glob("*.lock*"):
            os.utime(file, (0, 0))
        clients = {"edenai": partial(client, simulator, "edenai")}
        with session(sqlite, clients=clients, providers=["edenai"]):
            durable.start(eden_job(simulator, duration=0), timeout=LONG).result(timeout=LOST)
            assert len(list(folder.glob("*.lock*"))) == 2
        # It may just have found out that the one here has ended.
        until(lambda: [left.suffix for left in folder.glob("*.lock*")] == [".lock"])
        workers.kill(living)
