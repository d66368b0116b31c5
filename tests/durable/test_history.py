"""Durable waits learn, by the history of the process that polls."""

import re
import time
from functools import partial
from pathlib import Path

import pytest
from tests.durable.desk import serving_desk
from tests.durable.world import LONG, LOST, client, eden_job, record_each_poll, session

from tilldone import History, Polling, durable, run, submit
from tilldone._core.forecast import Forecast
from tilldone.durable._settings import checked_settings
from tilldone.simulator import Simulator
from tilldone.simulator.steps import done, running


class Noting:
    """A history that knows nothing, and notes what it is taught."""

    at_worst = 1.2

    def __init__(self) -> None:
        self.learned: list[tuple[str, float]] = []

    def forecast(self, _kind: str) -> Forecast | None:
        return None

    def learn(self, kind: str, seconds: float) -> None:
        self.learned.append((kind, seconds))


def test_a_wait_of_many_segments_is_learned_as_a_whole(
    simulator: Simulator, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    record_each_poll(monkeypatch)
    history = Noting()
    clients = {"edenai": partial(client, simulator, "edenai")}
    began = time.monotonic()
    with session(database, clients=clients, providers=["edenai"], history=history):
        job = eden_job(simulator, script=[running(4), done({"text": "at last"})])
        assert durable.start(job, timeout=3600).result(timeout=LOST).output == {"text": "at last"}
    took = time.monotonic() - began

    [(kind, seconds)] = history.learned
    assert kind.startswith("edenai, ")
    assert 0 < seconds <= took + 1


@pytest.mark.parametrize("as_job", [False, True])
def test_what_was_submitted_is_learned_as_a_run_of_it_is(sqlite: str, as_job: bool) -> None:
    plain, durably = Noting(), Noting()
    began = time.monotonic()
    with serving_desk() as desk:
        run(desk.request("plain"), timeout=LONG, polling=Polling(history=plain))
        clients = {"edenai": desk.client}
        with session(sqlite, clients=clients, providers=["edenai"], history=durably):
            if as_job:
                handle = durable.start(submit(desk.request("durably")), timeout=LONG)
            else:
                handle = durable.submit(desk.request("durably"), key="durably", timeout=LONG)
            handle.result(timeout=LOST)
    took = time.monotonic() - began

    [(kind, _), (durable_kind, seconds)] = [*plain.learned, *durably.learned]
    assert durable_kind == kind
    assert kind.endswith(", since submission")
    assert 0 < seconds <= took


def test_a_history_of_a_single_wait_is_refused(simulator: Simulator, sqlite: str) -> None:
    with session(sqlite, work=False):
        job = eden_job(simulator)
        with pytest.raises(ValueError, match=re.escape("durable.configure(history=...)")):
            durable.start(job, timeout=LONG, polling=Polling(history=History()))


def test_waits_have_one_by_themselves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    shared = repr(History(tmp_path / "tilldone" / "history.sqlite3"))
    assert repr(checked_settings().history) == shared
    assert checked_settings(history=False).history is None
    assert checked_settings(work=False).history is None
    with pytest.raises(TypeError, match="history: expected a History"):
        checked_settings(history="history.sqlite3")  # type: ignore[arg-type] # that is the point
