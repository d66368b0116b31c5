"""Jobs are waited for as their iterable yields them, and it is asked for no more than that."""

import logging
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import Any

import anyio
import attrs
import httpx
import pytest
from tests.many.crowd import (
    BRISK,
    Backend,
    jobs_of,
    meanwhile,
    nothing_left,
    seen_by_an_interrupted,
)
from tests.waits.harness import HUNG, Bench, within

import tilldone
from tilldone import Job, JobTimeout, Outcome, WaitError, aio, edenai
from tilldone._drivers.clock import SystemClock
from tilldone.testing import ManualClock, done, hang, running
from tilldone_clients.edenai.models import UniversalAIAsyncBody, UniversalAIAsyncBodyInput

Gate = threading.Event


class Stream:
    """Jobs that come one by one, as suits a backend; a gate holds up those after it."""

    def __init__(self, backend: Backend, items: Iterable[Any]) -> None:
        self.backend = backend
        self.items = items
        self.given = 0
        self.closed = threading.Event()

    def jobs(self) -> Any:  # noqa: ANN401 # an iterable of one kind or the other
        return self._plain() if self.backend.name == "sync" else self._async()

    def _plain(self) -> Iterator[Any]:
        try:
            for item in self.items:
                if isinstance(item, Gate):
                    item.wait(HUNG)
                elif isinstance(item, Exception):
                    raise item
                else:
                    self.given += 1
                    yield item
        finally:
            self.closed.set()

    async def _async(self) -> AsyncIterator[Any]:
        try:
            for item in self.items:
                if isinstance(item, Gate):
                    while not item.is_set():  # noqa: ASYNC110 # a thread sets it
                        await anyio.sleep(0.01)
                elif isinstance(item, Exception):
                    raise item
                else:
                    self.given += 1
                    yield item
        finally:
            self.closed.set()


def test_each_job_is_waited_for_as_soon_as_it_is_there(bench: Bench, backend: Backend) -> None:
    first, second, third = jobs_of(bench, 3, running(), done())
    gates = Gate(), Gate()
    stream = Stream(backend, [first, gates[0], second, gates[1], third])
    seen: list[Job[Any]] = []

    def then(outcome: Outcome[Any]) -> None:
        seen.append(outcome.job)
        if len(seen) <= len(gates):
            gates[len(seen) - 1].set()

    with nothing_left(bench):
        outcomes = backend.as_completed(stream.jobs(), timeout=None, then=then)
    assert [outcome.job for outcome in outcomes] == [first, second, third]
    assert all(outcome.error is None for outcome in outcomes)
    assert stream.closed.is_set()


def test_submitting_and_waiting_overlap(bench: Bench, backend: Backend) -> None:
    client = bench.client("edenai")
    body = UniversalAIAsyncBody(
        model="audio/speech_to_text_async/deepgram", input_=UniversalAIAsyncBodyInput()
    )
    requests = [edenai.create(client, body) for _ in range(4)]
    order: list[str] = []
    ended = Gate()

    def submitted(request: Any) -> Job[Any]:  # noqa: ANN401 # of one provider's
        if order.count("submitted") == 3:
            ended.wait(HUNG)
        order.append("submitted")
        return tilldone.submit(request)

    async def submitted_async(request: Any) -> Job[Any]:  # noqa: ANN401 # as above
        while order.count("submitted") == 3 and not ended.is_set():  # noqa: ASYNC110 # as above
            await anyio.sleep(0.01)
        order.append("submitted")
        return await aio.submit(request)

    def then(_outcome: Outcome[Any]) -> None:
        order.append("ended")
        ended.set()

    if backend.name == "sync":
        jobs: Any = (submitted(request) for request in requests)
    else:
        jobs = (await_job async for await_job in _submitting(requests, submitted_async))
    outcomes = backend.as_completed(jobs, timeout=None, then=then)
    assert len({outcome.job.id for outcome in outcomes if outcome.error is None}) == 4
    assert order.index("ended") < len(order) - 1 - order[::-1].index("submitted")


async def _submitting(requests: list[Any], submit: Callable[[Any], Any]) -> AsyncIterator[Any]:
    for request in requests:
        yield await submit(request)


def test_wait_all_keeps_the_order_of_the_iterable(bench: Bench, backend: Backend) -> None:
    client = bench.client("edenai")
    jobs = [jobs_of(bench, 1, running(times=n), done(), client=client)[0] for n in (8, 1, 4)]
    outcomes = backend.wait_all(Stream(backend, [*jobs, jobs[0]]).jobs(), timeout=None)
    assert [outcome.job for outcome in outcomes] == [*jobs, jobs[0]]
    # While it was waited for, it was given again, and polled once.
    assert len(bench.told(jobs[0])) == 9


@pytest.mark.parametrize("loop", ["asyncio", "trio"])
def test_an_ordinary_generator_feeds_an_event_loop_as_well(bench: Bench, loop: str) -> None:
    backend = Backend(loop)
    jobs = jobs_of(bench, 30, running(), done())
    outcomes = backend.wait_all((job for job in jobs), timeout=None)
    assert [outcome.job for outcome in outcomes] == jobs
    assert all(outcome.error is None for outcome in outcomes)


def test_no_jobs_come_of_an_empty_iterable(backend: Backend) -> None:
    assert backend.wait_all(Stream(backend, []).jobs()) == []
    assert backend.as_completed(Stream(backend, []).jobs(), timeout=0) == []


def test_what_the_iterable_raises_comes_after_the_outcomes_and_ends_the_waits(
    bench: Bench, backend: Backend
) -> None:
    quick, endless = jobs_of(bench, 1, done())[0], jobs_of(bench, 1, running())[0]
    gate = Gate()
    stream = Stream(backend, [endless, quick, gate, LookupError("the iterable's own")])
    seen: list[Outcome[Any]] = []

    def then(outcome: Outcome[Any]) -> None:
        seen.append(outcome)
        gate.set()

    with nothing_left(bench), pytest.raises(LookupError, match="the iterable's own") as caught:
        backend.as_completed(stream.jobs(), timeout=None, then=then)
    assert [outcome.job for outcome in seen] == [quick]
    (noted,) = caught.value.__notes__
    assert noted == f"1 job goes on; resume it with its ref:\n{endless.ref}"


def test_wait_all_notes_what_has_ended_as_well(bench: Bench, backend: Backend) -> None:
    quick, endless = jobs_of(bench, 1, done())[0], jobs_of(bench, 1, running())[0]

    class Ended:
        """Raises once the quick job has ended."""

        def __iter__(self) -> Iterator[Any]:
            yield from (endless, quick)
            while bench.told(quick) != ["done"] or len(bench.told(endless)) < 4:
                time.sleep(0.01)
            raise LookupError("the iterable's own")

        async def __aiter__(self) -> AsyncIterator[Any]:
            yield endless
            yield quick
            while bench.told(quick) != ["done"] or len(bench.told(endless)) < 4:  # noqa: ASYNC110 # the server is in another thread
                await anyio.sleep(0.01)
            raise LookupError("the iterable's own")

    jobs: Any = iter(Ended()) if backend.name == "sync" else aiter(Ended())
    with nothing_left(bench), pytest.raises(LookupError) as caught:
        backend.wait_all(jobs, timeout=None)
    going, ended = caught.value.__notes__
    assert going == f"1 job goes on; resume it with its ref:\n{endless.ref}"
    assert ended == f"1 job has ended; resume it with its ref:\n{quick.ref}"


def test_what_is_no_job_is_named_with_its_place_when_it_comes(
    bench: Bench, backend: Backend
) -> None:
    (job,) = jobs_of(bench, 1, running())
    stream = Stream(backend, [job, job.ref])
    with nothing_left(bench), pytest.raises(TypeError, match="item 1 is no Job but a str"):
        backend.as_completed(stream.jobs(), timeout=None)
    assert stream.closed.is_set()


@pytest.mark.parametrize("what", ["closed", "of the other kind", "with unknown settings"])
@pytest.mark.together("backend", "what")
def test_a_client_that_cannot_be_used_ends_its_own_job_alone(
    bench: Bench, backend: Backend, what: str
) -> None:
    before, after = jobs_of(bench, 2, running(), done())
    kinds: list[Any] = [httpx.AsyncClient, httpx.Client]
    ours, other = kinds[::-1] if backend.name == "sync" else kinds
    client: Any = (other if what == "of the other kind" else ours)(
        base_url=bench.simulator.url("edenai")
    )
    if what == "closed" and isinstance(client, httpx.Client):
        client.close()
    elif what == "closed":
        anyio.run(client.aclose)
    elif what == "with unknown settings":
        client = bench.client("edenai", httpx_args={"tiemout": 5})
    unusable = edenai.job(client, "x")

    stream = Stream(backend, [before, unusable, after])
    with nothing_left(bench):
        outcomes = backend.as_completed(stream.jobs(), timeout=HUNG)

    errors = {outcome.job.id: outcome.error for outcome in outcomes}
    assert errors.keys() == {before.id, "x", after.id}
    error = errors.pop("x")
    assert isinstance(error, WaitError)
    assert isinstance(error.__cause__, (TypeError, ValueError))
    assert str(error.__cause__) in str(error)
    assert [*errors.values()] == [None, None]


def test_no_more_jobs_are_taken_than_there_is_room_for(
    bench: Bench, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tilldone._drivers.batch._IN_HAND", 2)
    client = bench.client("edenai")
    jobs = jobs_of(bench, 40, done(), client=client)
    stream = Stream(backend, jobs)
    ahead: list[int] = []

    def then(_outcome: Outcome[Any]) -> None:
        # All in hand have ended long before the consumer comes for the next.
        time.sleep(0.01)
        ahead.append(stream.given - len(ahead))

    with nothing_left(bench):
        outcomes = backend.as_completed(stream.jobs(), timeout=None, concurrency=3, then=then)
    assert [outcome.error for outcome in outcomes] == [None] * 40
    assert len(ahead) == 40
    assert max(ahead) <= 2 * 3 + 1


def test_leaving_closes_a_generator_that_waits_for_room(
    bench: Bench, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tilldone._drivers.batch._IN_HAND", 1)
    client = bench.client("edenai")
    jobs = [
        *jobs_of(bench, 1, done(), client=client),
        *jobs_of(bench, 10, running(), client=client),
        *jobs_of(bench, 10, hang(), client=client),
    ]
    stream = Stream(backend, jobs)
    with nothing_left(bench):
        (outcome,) = backend.as_completed(stream.jobs(), timeout=None, concurrency=5, most=1)
    assert outcome.job == jobs[0]
    assert stream.closed.is_set()
    assert stream.given <= 6


def test_the_deadline_holds_for_an_iterable_that_does_not_end(
    bench: Bench, backend: Backend, caplog: pytest.LogCaptureFixture
) -> None:
    quick, endless, late = [
        *jobs_of(bench, 1, done()),
        *jobs_of(bench, 1, running()),
        *jobs_of(bench, 1, done()),
    ]
    gate = Gate()
    stream = Stream(backend, [quick, endless, gate, late])
    seen: list[Outcome[Any]] = []
    polling = tilldone.Polling(schedule=lambda _: 5.0, last_poll=HUNG)

    def go_by() -> None:
        if seen:
            clock.advance(10.0)

    with caplog.at_level(logging.WARNING, "tilldone"), ManualClock(automatic=False) as clock:
        try:
            with (
                meanwhile(go_by, every=0.01),
                pytest.raises(TimeoutError, match="2 jobs came of it") as caught,
            ):
                backend.as_completed(stream.jobs(), timeout=50.0, polling=polling, then=seen.append)
            assert type(caught.value) is TimeoutError
            assert {outcome.job for outcome in seen} == {quick, endless}
            assert {type(outcome.error) for outcome in seen} == {type(None), JobTimeout}
        finally:
            gate.set()
        assert stream.closed.wait(HUNG)
        if backend.name == "sync":
            # What it was at work on could not be interrupted, and nobody else knows of it.
            within(lambda: _until(lambda: late.ref in caplog.text))
    assert bench.told(late) == []


def test_nothing_spins_while_an_iterable_that_blocks_is_left_to_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pauses: list[float] = []
    pause = SystemClock.pause

    async def counted(clock: SystemClock, stir: anyio.Event, seconds: float, *, busy: bool) -> None:
        pauses.append(seconds)
        await pause(clock, stir, seconds, busy=busy)

    monkeypatch.setattr(SystemClock, "pause", counted)
    gate = Gate()
    polling = attrs.evolve(BRISK, last_poll=0.1)
    jobs = Stream(Backend("sync"), [gate]).jobs()
    try:
        with pytest.raises(TimeoutError, match="0 jobs came of it"):
            Backend("sync").as_completed(jobs, timeout=0, polling=polling)
    finally:
        gate.set()
    # It is waited for, for a second.
    assert len(pauses) < 10


def _until(condition: Callable[[], bool]) -> None:
    while not condition():
        time.sleep(0.01)


def test_zero_is_a_single_poll_of_each_that_an_iterable_gives(
    bench: Bench, backend: Backend
) -> None:
    ready, unready = jobs_of(bench, 1, done())[0], jobs_of(bench, 1, running())[0]
    outcomes = backend.wait_all(Stream(backend, [ready, unready]).jobs(), timeout=0, polling=BRISK)
    assert outcomes[0].error is None
    assert isinstance(outcomes[1].error, JobTimeout)
    assert bench.told(unready) == ["running"]


def test_an_iterable_that_blocks_holds_up_neither_outcomes_nor_leaving(bench: Bench) -> None:
    gate = Gate()
    quick, slow = jobs_of(bench, 1, done())[0], jobs_of(bench, 1, running(times=10), done())[0]
    stream = Stream(Backend("sync"), [slow, quick, gate])

    def leave() -> list[Job[Any]]:
        outcomes = tilldone.as_completed(
            stream.jobs(), timeout=None, polling=BRISK, rate=float("inf")
        )
        taken = [next(outcomes).job, next(outcomes).job]
        outcomes.close()
        return taken

    try:
        assert within(leave) == [quick, slow]
        assert not stream.closed.is_set()
    finally:
        gate.set()
    assert stream.closed.wait(HUNG)


def test_a_clock_moved_by_hand_is_that_of_fed_waits_too(bench: Bench, backend: Backend) -> None:
    jobs = jobs_of(bench, 5, running(times=20), done())
    with ManualClock() as clock:
        outcomes = backend.wait_all(
            Stream(backend, jobs).jobs(), timeout=7200, polling=tilldone.Polling(), rate=None
        )
    assert [outcome.error for outcome in outcomes] == [None] * 5
    assert 20 <= clock.now() < 7200


def test_an_asynchronous_iterable_is_for_aio() -> None:
    stream = Stream(Backend("asyncio"), [])
    with pytest.raises(TypeError, match="got async_generator, an asynchronous one"):
        tilldone.as_completed(stream.jobs(), timeout=1)


@pytest.mark.parametrize("loop", ["asyncio", "trio"])
def test_a_submission_that_leaving_interrupts_is_told_of(
    bench: Bench, loop: str, caplog: pytest.LogCaptureFixture
) -> None:
    (quick,) = jobs_of(bench, 1, done())
    interrupted = threading.Event()

    async def stream() -> AsyncIterator[Job[Any]]:
        yield quick
        try:
            await anyio.sleep_forever()
        except anyio.get_cancelled_exc_class() as cancelled:
            cancelled.add_note("the job may have been made")
            interrupted.set()
            raise

    with caplog.at_level(logging.WARNING, "tilldone"), nothing_left(bench):
        jobs: Any = stream()
        Backend(loop).as_completed(jobs, timeout=None, most=1)
    assert interrupted.is_set()
    assert "the job may have been made" in caplog.text


def test_ctrl_c_ends_waits_whose_iterable_blocks(bench: Bench, backend: Backend) -> None:
    client = bench.client("edenai")
    quick, endless = (
        jobs_of(bench, 1, *script, client=client)[0] for script in ([done()], [running()])
    )
    seen = seen_by_an_interrupted(bench, backend, quick.id, endless.id, "-")
    assert seen["kinds"] == ["KeyboardInterrupt"]
    noted = "\n".join(seen["notes"])
    assert endless.ref in noted
    assert quick.ref not in noted
    # A generator that blocks cannot be interrupted in its thread; it is a daemon.
    assert set(seen["threads"]) <= {"MainThread", "tilldone-jobs"}
    assert seen["sockets"] == 0


def test_where_ctrl_c_does_not_end_a_wait_for_a_lock_the_waits_go_on_all_the_same(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tilldone._drivers.many.WAKE", 0.01)
    jobs = jobs_of(bench, 3, running(times=4), done())
    outcomes = Backend("sync").wait_all(jobs)
    assert [outcome.error for outcome in outcomes] == [None] * 3
