"""An error of tilldone's own costs no wait more than it must: the engine is everybody's."""

import logging
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from tests.durable.world import LONG, LOST, client, eden_job, session

from tilldone import WaitError, durable
from tilldone._core.scheduler import Scheduler
from tilldone.simulator import Simulator
from tilldone.testing import done, running


@pytest.fixture
def at_work(simulator: Simulator, sqlite: str) -> Iterator[None]:
    clients = {"edenai": partial(client, simulator, "edenai")}
    with session(sqlite, clients=clients, providers=["edenai"]):
        yield


def failing(method: Callable[..., object], times: list[int]) -> Callable[..., object]:
    """Have a method raise at these calls, by their numbers."""
    calls = 0

    def call(*given: object) -> object:
        nonlocal calls
        calls += 1
        if calls in times:
            raise LookupError("a mistake of ours")
        return method(*given)

    return call


@pytest.mark.usefixtures("at_work")
def test_an_error_over_an_answer_ends_its_own_wait_alone(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = [eden_job(simulator, script=[running(2), done()]) for _ in range(3)]
    monkeypatch.setattr(Scheduler, "receive", failing(Scheduler.receive, [2]))
    ends: list[str] = []
    for handle in [durable.start(job, timeout=LONG) for job in jobs]:
        try:
            ends.append(handle.result(timeout=LOST).status)
        except WaitError as error:
            ends.append(str(error))
    lost, *others = sorted(ends, key=len, reverse=True)
    assert others == ["success", "success"]
    assert "LookupError: a mistake of ours" in lost


@pytest.mark.usefixtures("at_work")
def test_an_error_in_the_engine_ends_no_wait(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("tilldone.durable._polls._ANEW", 0.05)
    jobs = [eden_job(simulator, script=[running(3), done()]) for _ in range(3)]
    failed = failing(Scheduler.next_dispatch, [2, 5])
    monkeypatch.setattr(Scheduler, "next_dispatch", failed)
    with caplog.at_level(logging.ERROR, logger="tilldone"):
        handles = [durable.start(job, timeout=LONG) for job in jobs]
        assert [handle.result(timeout=LOST).status for handle in handles] == ["success"] * 3
    assert caplog.messages == ["durable waits: an error in tilldone; going on"] * 2
    assert "a mistake of ours" in caplog.text


@pytest.mark.usefixtures("at_work")
def test_an_id_is_no_job() -> None:
    with pytest.raises(ValueError, match=r"^job: expected a job or its ref, got '7d1f'; .*job\("):
        durable.start("7d1f", timeout=LONG)
    with pytest.raises(ValueError, match=r"^ref: '\{\}' is damaged"):
        durable.attach("{}")
