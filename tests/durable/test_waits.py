"""What a durable wait gives: the typed result and the typed errors of `wait`, on both databases."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, assert_type

import anyio
import pytest
from tests.durable.conftest import Fresh
from tests.durable.world import (
    LONG,
    LOST,
    PATIENT,
    PROVIDERS,
    client,
    eden_job,
    go_on,
    record_each_poll,
    session,
    sleep_through,
    until,
)

from tilldone import (
    Job,
    JobFailed,
    JobNotFound,
    JobTimeout,
    Phase,
    Polling,
    PollRejected,
    PollUnavailable,
    UnreadableResponse,
    WaitError,
    durable,
    edenai,
)
from tilldone._core.poller import Poller
from tilldone.durable import Handle, NotYet, WaitCancelled
from tilldone.durable._polls import Polls
from tilldone.simulator import Simulator, Step
from tilldone.simulator.steps import done, failed, not_found, retry_after, running, status, unknown
from tilldone_clients.edenai.models import UniversalAIAsyncResponse


@pytest.fixture(scope="module", autouse=True)
def at_work(fresh: Fresh, simulator: Simulator) -> Iterator[None]:
    """Poll all jobs in this process, which has no key of its own environment."""
    clients = {name: partial(client, simulator, name) for name in PROVIDERS}
    with session(fresh(), clients=clients):
        yield


def test_every_providers_result_is_its_model(simulator: Simulator) -> None:
    handles = [durable.start(scripted_job(simulator, name), timeout=LONG) for name in PROVIDERS]
    for module, handle in zip(PROVIDERS.values(), handles, strict=True):
        result, snapshot = handle.result(timeout=LOST), handle.snapshot()
        assert type(result) is type(module.PROVIDER.parse(snapshot.body))
        assert snapshot.polls == 2


def scripted_job(simulator: Simulator, provider: str) -> Job[object]:
    extras = {"agent_id": "vidu_template_agent"} if provider == "zai" else {}
    job: Job[object] = PROVIDERS[provider].job(
        client(simulator, provider),
        simulator.submit(provider, script=[running(), done()]),
        **extras,
    )
    return job


def test_the_result_is_typed(simulator: Simulator) -> None:
    handle = durable.start(eden_job(simulator, script=[done({"text": "typed"})]), timeout=LONG)
    assert_type(handle, Handle[UniversalAIAsyncResponse])
    result = handle.result(timeout=LOST)
    assert_type(result, UniversalAIAsyncResponse)
    assert result.output == {"text": "typed"}


def test_a_ref_will_do(simulator: Simulator) -> None:
    job = eden_job(simulator, script=[done({"text": "by ref"})])
    handle = durable.start(job.ref, timeout=LONG)
    assert_type(handle, Handle[object])
    result = handle.result(timeout=LOST)
    assert isinstance(result, UniversalAIAsyncResponse)
    assert durable.attach(job).result(timeout=LOST) == result


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@pytest.mark.together("fresh", "backend")
def test_async_code_starts_and_waits_too(simulator: Simulator, backend: str) -> None:
    async def main() -> UniversalAIAsyncResponse:
        job = eden_job(simulator, script=[running(), done({"text": backend})])
        return await (await durable.start_async(job, timeout=LONG)).result_async(timeout=LOST)

    assert anyio.run(main, backend=backend).output == {"text": backend}


STUBBORN = Polling(tolerate=0.0, not_found_grace=0.0, unknown="raise")


ERRORS: list[tuple[Step, type[WaitError]]] = [
    (failed("E7", "no speech"), JobFailed),
    (not_found(), JobNotFound),
    (status(403, body={"detail": "no"}), PollRejected),
    (status(503), PollUnavailable),
    (unknown("reticulating"), UnreadableResponse),
    (done(cost=[]), UnreadableResponse),
]


def test_errors_are_those_of_a_wait(simulator: Simulator) -> None:
    jobs = [eden_job(simulator, script=[step]) for step, _ in ERRORS]
    handles = [durable.start(job, timeout=LONG, polling=STUBBORN) for job in jobs]
    for job, handle, (_, kind) in zip(jobs, handles, ERRORS, strict=True):
        with pytest.raises(kind) as caught:
            handle.result(timeout=LOST)
        error = caught.value
        assert type(error) is kind
        assert error.job is job
        assert str(error).count(f"resume with {job.ref}") == (kind is not JobFailed)
        if isinstance(error, JobFailed):
            assert (error.code, error.message) == ("E7", "no speech")
            assert isinstance(error.response, UniversalAIAsyncResponse)
        if isinstance(error, PollRejected):
            assert (error.status_code, error.body) == (403, {"detail": "no"})
        if isinstance(error, UnreadableResponse):
            assert error.last is not None
            assert error.body == error.last.body


def test_what_ended_is_kept_until_it_is_forgotten(simulator: Simulator) -> None:
    durable.forget(older_than=timedelta())
    ended = [eden_job(simulator, script=[done({"text": "old"})]) for _ in range(2)]
    cancelled, going_on = (eden_job(simulator, duration=3600) for _ in range(2))
    handles = [durable.start(job, timeout=LONG) for job in (*ended, cancelled, going_on)]
    for handle in handles[:2]:
        handle.result(timeout=LOST)
    until(lambda: simulator.polls(cancelled.id))
    durable.cancel(cancelled)

    assert durable.forget(older_than=timedelta(hours=1)) == 0
    assert handles[0].result(timeout=LOST).output == {"text": "old"}
    assert durable.forget(older_than=timedelta()) == 3

    assert [each.ref for each in durable.waiting()] == [going_on.ref]
    with pytest.raises(LookupError, match="was forgotten"):
        handles[0].result(timeout=LOST)
    with pytest.raises(LookupError, match="there is no durable wait"):
        durable.attach(ended[0])
    again = durable.start(ended[0], timeout=LONG)
    assert again.result(timeout=LOST).output == {"text": "old"}
    assert len(simulator.polls(ended[0].id)) == 2
    durable.cancel(going_on)


def test_a_deadline_beyond_all_calendars_is_none(simulator: Simulator) -> None:
    job = eden_job(simulator, duration=3600)
    durable.start(job, timeout=timedelta.max)
    assert [each.deadline for each in durable.waiting() if each.id == job.id] == [None]
    durable.cancel(job)
    assert [each.deadline for each in durable.ended() if each.id == job.id] == [None]
    assert durable.forget(older_than=timedelta.max) == 0


def test_more_are_forgotten_than_one_statement_takes(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tilldone.durable._store._BATCH", 2)
    durable.forget(older_than=timedelta())
    jobs = [eden_job(simulator, script=[done()]) for _ in range(5)]
    for handle in [durable.start(job, timeout=LONG) for job in jobs]:
        handle.result(timeout=LOST)
    assert durable.forget(older_than=timedelta()) == 5


@pytest.mark.parametrize(("age", "kind"), [(timedelta(-1), ValueError), (3600, TypeError)])
def test_an_age_that_is_none_is_refused(age: Any, kind: type[Exception]) -> None:  # noqa: ANN401 # what users may get wrong
    with pytest.raises(kind, match=r"^older_than: "):
        durable.forget(older_than=age)


def test_the_deadline_ends_it_with_the_last_answer(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    record_each_poll(monkeypatch)
    job = eden_job(simulator, script=[running()])
    handle = durable.start(job, timeout=timedelta(seconds=LONG), polling=PATIENT)
    until(lambda: simulator.polls(job.id))
    sleep_through(monkeypatch, LONG)
    with pytest.raises(JobTimeout, match=r"still 'processing', after 3[67]\d\d\.\d s") as caught:
        handle.result(timeout=LOST)
    assert caught.value.last is not None
    assert caught.value.last.phase is Phase.RUNNING


def test_two_callers_share_one_wait_and_its_first_deadline(simulator: Simulator) -> None:
    job = eden_job(simulator, script=[running()])
    began = datetime.now(UTC)
    first = durable.start(job, timeout=LONG)
    started = datetime.now(UTC)
    second = durable.start(job.ref, timeout=2 * LONG)
    [mine] = [each for each in durable.waiting() if each.ref == job.ref]
    assert (mine.provider, mine.id) == ("edenai", job.id)
    assert mine.deadline is not None
    given = timedelta(seconds=LONG)
    assert began + given <= mine.deadline <= started + given
    until(lambda: simulator.polls(job.id))
    go_on(simulator, job, running(), done())
    assert first.result(timeout=LOST) == second.result(timeout=LOST)
    assert len(simulator.polls(job.id)) == first.snapshot().polls
    assert all(each.ref != job.ref for each in durable.waiting())


def test_a_finished_job_is_not_polled_again(simulator: Simulator) -> None:
    for script in ([done()], [failed()]):
        job = eden_job(simulator, script=script)
        for _ in range(2):
            durable.start(job, timeout=LONG).snapshot(timeout=LOST)
        assert len(simulator.polls(job.id)) == 1


def test_an_unfinished_job_can_be_waited_for_again(simulator: Simulator) -> None:
    job = eden_job(simulator, script=[status(402), running(), done({"text": "now"})])
    with pytest.raises(PollRejected):
        durable.start(job, timeout=LONG).result(timeout=LOST)
    assert durable.start(job, timeout=LONG).result(timeout=LOST).output == {"text": "now"}


def test_the_first_deadline_holds_until_one_begins_anew(simulator: Simulator) -> None:
    job = eden_job(simulator, duration=3600)
    with pytest.raises(JobTimeout) as first:
        durable.start(job, timeout=1).result(timeout=LOST)
    for _ in range(2):
        with pytest.raises(JobTimeout) as same:
            durable.start(job, timeout=3600).result(timeout=LOST)
        assert str(same.value) == str(first.value)
    again = durable.start(job, timeout=3600, again=True)
    assert not again.done()
    # It is the same for whoever comes now, with or without.
    assert [durable.start(job, timeout=1, again=value).done() for value in (True, False)] == [
        False,
        False,
    ]
    assert len([each for each in durable.waiting() if each.id == job.id]) == 1
    durable.cancel(job)

    finished = eden_job(simulator, script=[done({"text": "once"})])
    for _ in range(2):
        handle = durable.start(finished, timeout=LONG, again=True)
        assert handle.result(timeout=LOST).output == {"text": "once"}
    assert len(simulator.polls(finished.id)) == 1


def test_what_has_ended_is_listed_with_why(simulator: Simulator) -> None:
    done_, failed_, late, gone = jobs = [
        eden_job(simulator, script=[done()]),
        eden_job(simulator, script=[failed("E1", "no")]),
        eden_job(simulator, duration=3600),
        eden_job(simulator, duration=3600),
    ]
    handles = [durable.start(job, timeout=LONG) for job in (done_, failed_)]
    handles.append(durable.start(late, timeout=0, polling=PATIENT))
    handles.append(durable.start(gone, timeout=None))
    durable.cancel(gone)
    until(lambda: all(handle.done() for handle in handles))
    listed = {each.id: each for each in durable.ended()}
    assert [listed[job.id].outcome for job in jobs] == [
        "succeeded",
        "failed",
        "JobTimeout",
        "cancelled",
    ]
    assert listed[done_.id].error is None
    assert "is still" in str(listed[late.id].error)
    assert listed[late.id].deadline == listed[late.id].started
    assert listed[gone.id].deadline is None
    assert [listed[job.id].ref for job in jobs] == [job.ref for job in jobs]
    assert all(each.started <= each.ended for each in listed.values())


def test_a_handle_says_which_job_it_waits_for(simulator: Simulator) -> None:
    job = eden_job(simulator, script=[done()])
    handle = durable.start(job, timeout=LONG)
    assert handle.job is job
    with pytest.raises(AttributeError):
        handle.job = job  # type: ignore[misc] # the mistake


def test_cancel_ends_the_wait_for_all(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    driven = set[str]()
    drive = Polls.drive

    async def noted(polls: Polls, poller: Poller[object], *, until: float) -> None:
        driven.add(poller.job.id)
        try:
            await drive(polls, poller, until=until)
        finally:
            driven.discard(poller.job.id)

    monkeypatch.setattr(Polls, "drive", noted)
    job = eden_job(simulator, duration=3600)
    handle, other = durable.start(job, timeout=None), durable.start(job, timeout=None)
    until(lambda: simulator.polls(job.id))
    assert job.id in driven
    durable.cancel(job.ref)
    with pytest.raises(WaitCancelled, match="was cancelled; resume with"):
        handle.result(timeout=LOST)
    assert other.done()
    # DBOS asks once a second whether a wait is still wanted.
    until(lambda: job.id not in driven)
    assert not durable.start(job, timeout=None).done()
    durable.cancel(job)


def test_a_result_can_be_asked_for_for_a_while(simulator: Simulator) -> None:
    job = eden_job(simulator, script=[running()])
    handle = durable.start(job, timeout=LONG)
    with pytest.raises(NotYet, match="goes on; ask for its result again") as caught:
        handle.result(timeout=0.2)
    assert not isinstance(caught.value, WaitError)
    assert not handle.done()
    go_on(simulator, job, done())
    assert handle.result(timeout=LOST).status == "success"


def test_a_long_pause_is_dboss(simulator: Simulator) -> None:
    job = eden_job(simulator, script=[retry_after(3600, running())])
    handle = durable.start(job, timeout=2 * 3600)
    until(lambda: simulator.polls(job.id))
    time.sleep(1)
    assert len(simulator.polls(job.id)) == 1
    handle.cancel()
    with pytest.raises(WaitCancelled):
        handle.result(timeout=LOST)


def test_nothing_that_a_provider_sends_is_too_strange_to_keep(simulator: Simulator) -> None:
    strange = {"text": "half \ud800 and nul \0 and 𝄞", "n": 2**70}
    handle = durable.start(eden_job(simulator, script=[done(strange)]), timeout=LONG)
    assert handle.result(timeout=LOST).output == strange


def test_a_mistake_is_named(simulator: Simulator) -> None:
    job = edenai.job(client(simulator, "edenai"), "never-waited-for")
    own = Polling(schedule=lambda _: 1.0)
    with pytest.raises(ValueError, match="timeout: -1 is negative"):
        durable.start(job, timeout=-1)
    with pytest.raises(ValueError, match="is damaged: it does not say its version"):
        durable.start("{}", timeout=1)
    with pytest.raises(ValueError, match="'acme' is not one of"):
        durable.start('{"tilldone":1,"provider":"acme","id":"x"}', timeout=1)
    with pytest.raises(TypeError, match="a job or its ref, got int"):
        durable.start(7, timeout=1)  # type: ignore[call-overload] # the mistake
    with pytest.raises(ValueError, match="polling: a durable wait goes on in other processes"):
        durable.start(job, timeout=1, polling=own)
    with pytest.raises(LookupError, match="no durable wait for edenai job never-waited-for"):
        durable.attach(job)
    with pytest.raises(LookupError, match=r"start\(\) one"):
        durable.cancel(job)
    with pytest.raises(RuntimeError, match=r"call configure\(\) before all else"):
        durable.configure()
