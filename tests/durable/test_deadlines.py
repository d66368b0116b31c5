"""A durable wait ends in its time: while polls wait their turn, and while clocks are set.

What would hold a wait up does so for an hour: that it ends at all tells that nothing did.
"""

from collections.abc import Iterator
from functools import partial

import pytest
from tests.durable.world import (
    LONG,
    LOST,
    PATIENT,
    client,
    eden_job,
    go_on,
    record_each_poll,
    session,
    set_clock,
    sleep_through,
    until,
)

from tilldone import JobTimeout, Polling, durable
from tilldone.durable import Handle
from tilldone.simulator import Simulator
from tilldone.testing import done, hang, retry_after, running, status


@pytest.fixture
def at_work(simulator: Simulator, sqlite: str) -> Iterator[None]:
    clients = {"edenai": partial(client, simulator, "edenai")}
    with session(sqlite, clients=clients, providers=["edenai"]):
        yield


def end_in_time(handles: list[Handle[object]]) -> None:
    for handle in handles:
        with pytest.raises(JobTimeout):
            handle.result(timeout=LOST)


@pytest.mark.usefixtures("at_work")
def test_a_strict_host_outlasts_no_deadline(simulator: Simulator) -> None:
    strict = eden_job(simulator, script=[retry_after(LONG, status(429))])
    handles: list[Handle[object]] = [durable.start(strict, timeout=3)]
    # A machine that is busy enough lets its time pass before its first poll.
    until(lambda: simulator.polls(strict.id) or handles[0].done())
    handles.append(durable.start(eden_job(simulator, duration=3600), timeout=3))
    end_in_time(handles)


def test_a_crowd_at_a_low_rate_outlasts_no_deadline(simulator: Simulator, sqlite: str) -> None:
    clients = {"edenai": partial(client, simulator, "edenai")}
    jobs = [eden_job(simulator, script=[running()]) for _ in range(50)]
    with session(sqlite, clients=clients, providers=["edenai"], rates={"edenai": 1 / LONG}):
        end_in_time([durable.start(job, timeout=3) for job in jobs])


def test_polls_that_hang_take_no_other_waits_time(simulator: Simulator, sqlite: str) -> None:
    clients = {"edenai": partial(client, simulator, "edenai")}
    patient = Polling(request_timeout=LONG)
    hanging = [eden_job(simulator, script=[hang()]) for _ in range(110)]
    with session(sqlite, clients=clients, providers=["edenai"], rates={"edenai": 1000}):
        for job in hanging:
            durable.start(job, timeout=2 * LONG, polling=patient)
        until(lambda: sum(len(simulator.polls(job.id)) for job in hanging) >= 100)
        end_in_time([durable.start(eden_job(simulator, duration=3600), timeout=4)])


@pytest.mark.parametrize("step", [-3600, 3600], ids=["back", "forward"])
@pytest.mark.usefixtures("at_work")
def test_a_clock_that_is_set_changes_nothing_for_those_that_go_on(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    # DBOS reads the wall clock.
    record_each_poll(monkeypatch)
    job, endless = (eden_job(simulator, script=[running()]) for _ in range(2))
    handles = [durable.start(job, timeout=2 * LONG), durable.start(endless, timeout=LONG / 2)]
    until(lambda: simulator.polls(job.id) and simulator.polls(endless.id))
    set_clock(monkeypatch, step)
    polls = len(simulator.polls(job.id))
    until(lambda: len(simulator.polls(job.id)) > polls + 1)
    go_on(simulator, job, done())
    assert handles[0].result(timeout=LOST).status == "success"
    assert not handles[1].done()
    sleep_through(monkeypatch, LONG / 2)
    with pytest.raises(JobTimeout) as caught:
        handles[1].result(timeout=LOST)
    # What was set is an hour; it counts neither for nor against the wait.
    assert caught.value.last is not None
    assert LONG / 2 <= caught.value.last.elapsed < LONG


def test_a_clock_that_was_set_back_meanwhile_stalls_nothing(
    simulator: Simulator, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    record_each_poll(monkeypatch)
    monkeypatch.setattr("tilldone.durable._segment._SLACK", 0.5)
    clients = {"edenai": partial(client, simulator, "edenai")}
    job, endless = (eden_job(simulator, script=[running()]) for _ in range(2))
    with session(database, clients=clients, providers=["edenai"]):
        durable.start(job, timeout=2 * LONG)
        durable.start(endless, timeout=LONG / 2)
        until(lambda: all(len(simulator.polls(each.id)) > 1 for each in (job, endless)))
    polls = len(simulator.polls(endless.id))
    set_clock(monkeypatch, -3600)
    go_on(simulator, job, done())
    with session(database, clients=clients, providers=["edenai"]):
        assert durable.attach(job).result(timeout=LOST).status == "success"
        # Only with its first segment here has the wait read this process's clocks.
        until(lambda: len(simulator.polls(endless.id)) > polls)
        sleep_through(monkeypatch, LONG / 2)
        with pytest.raises(JobTimeout) as caught:
            durable.attach(endless).result(timeout=LOST)
    assert caught.value.last is not None
    assert LONG / 2 <= caught.value.last.elapsed < LONG


@pytest.mark.parametrize("timeout", [0, 1000])
def test_one_that_nobody_could_carry_in_time_has_its_last_poll(
    simulator: Simulator, sqlite: str, monkeypatch: pytest.MonkeyPatch, timeout: int
) -> None:
    job = eden_job(simulator, script=[done()])
    with session(sqlite, work=False):
        durable.start(job, timeout=timeout, polling=PATIENT)
    set_clock(monkeypatch, 3600)
    clients = {"edenai": partial(client, simulator, "edenai")}
    with session(sqlite, clients=clients, providers=["edenai"]):
        assert durable.attach(job).result(timeout=LOST).status == "success"
    assert len(simulator.polls(job.id)) == 1


@pytest.mark.usefixtures("at_work")
def test_a_machine_that_sleeps_past_the_deadline_ends_the_wait_when_it_wakes(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    record_each_poll(monkeypatch)
    job = eden_job(simulator, duration=7200)
    handle = durable.start(job, timeout=LONG)
    until(lambda: len(simulator.polls(job.id)) > 2)
    sleep_through(monkeypatch, LONG)
    with pytest.raises(JobTimeout):
        handle.result(timeout=LOST)
