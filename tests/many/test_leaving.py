"""Leaving early, in whatever way, stops all polls and leaves nothing behind."""

import asyncio
import gc
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any, NoReturn

import anyio
import anyio.lowlevel
import attrs
import pytest
from tests.many.crowd import (
    BRISK,
    Backend,
    jobs_of,
    nothing_left,
    seen_by_an_interrupted,
    settled,
    settled_here,
)
from tests.waits.harness import HUNG, Bench, within

import tilldone
from tilldone import Job, Outcome, aio
from tilldone._core.job import provider_of, target_of
from tilldone.testing import done, drip, hang, running

# No poll that hangs ends by a time of its own: who waited for one would wait for ever.
FOR_EVER = attrs.evolve(BRISK, request_timeout=3600.0)
HOW: dict[str, Any] = {"timeout": None, "polling": FOR_EVER, "rate": float("inf")}

TASKS = ("asyncio", "trio")


def endless(bench: Bench) -> list[Job[Any]]:
    """Submit a job that is done at once, and others that sleep, hang and drip for ever."""
    client = bench.client("edenai")
    return [
        *jobs_of(bench, 1, done(), client=client),
        *jobs_of(bench, 10, running(), client=client),
        *jobs_of(bench, 3, hang(), client=client),
        *jobs_of(bench, 3, drip(0.02), client=client),
    ]


async def under_way(bench: Bench, jobs: list[Job[Any]]) -> None:
    """Wait until the endless jobs are polled, and the one that is done has been seen to be."""
    with anyio.fail_after(HUNG):
        for job, polls in zip(jobs, [1, *[3] * 10, *[1] * 6], strict=True):
            while len(bench.told(job)) < polls:  # noqa: ASYNC110 # the server is in another thread
                await anyio.sleep(0.01)


async def consume(call: str, jobs: list[Job[Any]]) -> None:
    """Wait for the jobs in one of the two ways, to no end of its own."""
    if call == "wait_all":
        await aio.wait_all(jobs, **HOW)
    async for _ in aio.as_completed(jobs, **HOW):
        pass


def quiet(bench: Bench, jobs: list[Job[Any]]) -> bool:
    """Say whether no poll arrives any more."""
    # What was sent before has been read when its connection has ended.
    if settled(lambda: bench.simulator.connections, 0) > 0:
        return False
    before = sum(len(bench.told(job)) for job in jobs)
    time.sleep(0.2)
    return sum(len(bench.told(job)) for job in jobs) == before


def test_break_stops_all_polls(bench: Bench, backend: Backend) -> None:
    jobs = endless(bench)
    with nothing_left(bench):
        (outcome,) = backend.as_completed(jobs, timeout=None, polling=FOR_EVER, most=1)
        assert outcome.job == jobs[0]
        assert quiet(bench, jobs)


@pytest.mark.parametrize("loop", TASKS)
def test_break_without_aclose_stops_all_polls_too(bench: Bench, loop: str) -> None:
    jobs = endless(bench)

    async def leave() -> None:
        async for _ in aio.as_completed(jobs, **HOW):
            break
        # The loop goes on; the polls do not.
        assert await settled_here(lambda: bench.simulator.connections, 0) == 0
        told = sum(len(bench.told(job)) for job in jobs)
        await anyio.sleep(0.2)
        assert sum(len(bench.told(job)) for job in jobs) == told

    with nothing_left(bench):
        within(lambda: anyio.run(leave, backend=loop))


def test_what_the_consumer_raises_comes_out_and_stops_all_polls(
    bench: Bench, backend: Backend
) -> None:
    jobs = endless(bench)

    def refuse(_outcome: Outcome[Any]) -> None:
        raise LookupError("the consumer's own")

    with nothing_left(bench):
        with pytest.raises(LookupError, match="the consumer's own"):
            backend.as_completed(jobs, timeout=None, polling=FOR_EVER, then=refuse)
        assert quiet(bench, jobs)


def test_closing_a_generator_that_was_never_begun_is_nothing(bench: Bench) -> None:
    jobs = endless(bench)
    tilldone.as_completed(jobs, **HOW).close()
    within(lambda: anyio.run(aio.as_completed(jobs, **HOW).aclose))
    assert not any(bench.told(job) for job in jobs)


ENDING = """
import sys
from tilldone import Polling, as_completed, edenai

ending, url, token, *ids = sys.argv[1:]
client = edenai.connect(token, base_url=url)
jobs = [edenai.job(client, each) for each in ids]
outcomes = as_completed(jobs, timeout=None, polling=Polling(), rate=1000)

def consume(outcomes):
    for outcome in outcomes:
        print("got", outcome.job.id, flush=True)
        if ending == "break":
            break
        raise KeyboardInterrupt if ending == "ctrl-c" else LookupError("the consumer's own")

consume(outcomes)
"""


@pytest.mark.parametrize(
    ("ending", "code", "said"),
    [
        ("break", 0, ""),
        ("error", 1, "LookupError: the consumer's own"),
        ("ctrl-c", -signal.SIGINT, "KeyboardInterrupt"),
    ],
)
def test_a_program_that_still_refers_to_its_outcomes_can_end(
    bench: Bench, ending: str, code: int, said: str
) -> None:
    jobs = endless(bench)
    arguments = [ending, bench.simulator.url("edenai"), bench.simulator.token("edenai")]
    ran = subprocess.run(
        [sys.executable, "-c", ENDING, *arguments, *(job.id for job in jobs)],
        capture_output=True,
        text=True,
        timeout=HUNG,
        check=False,
    )
    assert ran.stdout == f"got {jobs[0].id}\n"
    assert "".join(ran.stderr.splitlines()[-1:]) == said
    assert ran.returncode == code
    assert settled(lambda: bench.simulator.connections, 0) == 0


def test_a_forked_process_does_not_wait_for_the_polls_of_the_first(bench: Bench) -> None:
    outcomes = tilldone.as_completed(endless(bench), **HOW)
    with nothing_left(bench):
        next(outcomes)
        child = os.fork()
        if child == 0:
            try:
                outcomes.close()
            finally:
                os._exit(0)
        until = time.monotonic() + HUNG
        while os.waitpid(child, os.WNOHANG) == (0, 0):
            if time.monotonic() > until:
                os.kill(child, signal.SIGKILL)
                pytest.fail("the child hangs")
            time.sleep(0.01)
        outcomes.close()


def test_an_iterator_that_is_left_the_moment_its_polls_end_is_left(bench: Bench) -> None:
    client = bench.client("edenai")
    pauses = random.Random(7)
    for _ in range(60):
        jobs = jobs_of(bench, 2, done(), client=client)
        outcomes = tilldone.as_completed(jobs, **HOW)
        next(outcomes)
        time.sleep(pauses.uniform(0, 0.003))
        within(outcomes.close)


class Own(BaseException):
    """What someone raises who wants to be caught by nobody, as pytest.fail() and time limits do."""


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit, Own])
@pytest.mark.together("backend", "kind")
def test_an_interruption_in_a_schedule_comes_out_as_it_is(
    bench: Bench, backend: Backend, kind: type[BaseException]
) -> None:
    jobs = jobs_of(bench, 3, running())

    def schedule(_elapsed: float) -> float:
        raise kind("the user's own")

    with nothing_left(bench), pytest.raises(kind, match="the user's own"):
        backend.wait_all(jobs, polling=attrs.evolve(FOR_EVER, schedule=schedule))


@pytest.mark.parametrize("kind", [SystemExit, Own])
@pytest.mark.together("backend", "kind")
def test_an_interruption_in_the_reading_of_a_result_carries_its_ref(
    bench: Bench, backend: Backend, kind: type[BaseException]
) -> None:
    def parse(_body: object) -> object:
        raise kind("the user's own")

    (made,) = jobs_of(bench, 1, done())
    provider = attrs.evolve(provider_of(made), parse=parse)
    job = Job(attrs.evolve(target_of(made), provider=provider))
    with nothing_left(bench), pytest.raises(kind, match="the user's own") as caught:
        backend.wait_all([job])
    assert f"1 job goes on; resume it with its ref:\n{job.ref}" in caught.value.__notes__


def test_an_interruption_of_a_task_within_a_poll_comes_out_without_a_group(
    bench: Bench, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    (job,) = jobs_of(bench, 1, running())

    async def interrupted(*_arguments: object) -> NoReturn:
        # As where Ctrl-C finds one of the tasks that try the addresses of a host.
        raise BaseExceptionGroup("", [BaseExceptionGroup("", [KeyboardInterrupt("there")])])

    monkeypatch.setattr("tilldone._http.aiohttp_transport.AiohttpTransport.send", interrupted)
    monkeypatch.setattr("tilldone._http.async_transport.AsyncTransport.send", interrupted)
    with nothing_left(bench), pytest.raises(KeyboardInterrupt, match="there") as caught:
        backend.wait_all([job])
    assert f"1 job goes on; resume it with its ref:\n{job.ref}" in caught.value.__notes__


def test_an_interruption_in_an_iterable_comes_out_as_it_is(bench: Bench, backend: Backend) -> None:
    (job,) = jobs_of(bench, 1, running())

    def giving() -> Iterator[Job[Any]]:
        yield job
        raise Own("the user's own")

    with nothing_left(bench), pytest.raises(Own, match="the user's own") as caught:
        backend.wait_all(giving())
    assert f"1 job goes on; resume it with its ref:\n{job.ref}" in caught.value.__notes__


def test_an_iterator_that_its_own_thread_collects_leaves_nothing(bench: Bench) -> None:
    class Ring:
        outcomes: object
        itself: object

    jobs = endless(bench)
    collected: list[int] = []

    def schedule(_elapsed: float) -> float:
        # The engine's thread asks for this.
        collected.append(gc.collect())
        return 0.05

    # What was there before is looked through in no collection: each would take a tenth of a second.
    gc.freeze()
    ring = Ring()
    ring.itself = ring
    polling = attrs.evolve(FOR_EVER, schedule=schedule)
    gc.disable()
    try:
        with nothing_left(bench):
            ring.outcomes = outcomes = tilldone.as_completed(
                jobs, timeout=None, polling=polling, rate=float("inf")
            )
            next(outcomes)
            del ring, outcomes
    finally:
        gc.unfreeze()
        gc.enable()
    assert collected
    assert quiet(bench, jobs)


@pytest.mark.parametrize("call", ["as_completed", "wait_all"])
def test_an_engine_that_other_code_cancels_loses_no_job_silently(bench: Bench, call: str) -> None:
    jobs = endless(bench)

    async def main() -> None:
        consumer = asyncio.create_task(consume(call, jobs))
        await under_way(bench, jobs)
        for task in asyncio.all_tasks() - {consumer, asyncio.current_task()}:
            task.cancel()
        with pytest.raises(RuntimeError, match="cancelled by other code; their refs resume them"):
            await consumer

    with nothing_left(bench):
        within(lambda: asyncio.run(main()))


def test_after_aclose_there_are_no_more_outcomes(bench: Bench) -> None:
    async def close_and_go_on() -> list[Outcome[Any]]:
        outcomes = aio.as_completed(endless(bench), **HOW)
        await anext(outcomes)
        await outcomes.aclose()
        await outcomes.aclose()
        return [outcome async for outcome in outcomes]

    assert within(lambda: anyio.run(close_and_go_on)) == []


def assert_notes_carry_refs(error: BaseException, jobs: list[Job[Any]]) -> None:
    noted = "\n".join(getattr(error, "__notes__", []))
    going_on = [job for job in jobs if job.ref in noted]
    go_on = "1 job goes on" if len(going_on) == 1 else f"{len(going_on)} jobs go on"
    assert go_on in noted
    assert going_on == jobs[1:]


@pytest.mark.parametrize("call", ["as_completed", "wait_all"])
def test_a_cancelled_asyncio_task_leaves_nothing_and_carries_the_refs(
    bench: Bench, call: str
) -> None:
    jobs = endless(bench)

    async def cancel() -> None:
        task = asyncio.create_task(consume(call, jobs))
        await under_way(bench, jobs)
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await task
        assert_notes_carry_refs(caught.value, jobs)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    with nothing_left(bench):
        within(lambda: asyncio.run(cancel()))


@pytest.mark.parametrize("loop", TASKS)
def test_a_cancelled_scope_leaves_nothing(bench: Bench, loop: str) -> None:
    jobs = endless(bench)
    seen: list[BaseException] = []

    async def waiting() -> None:
        try:
            await aio.wait_all(jobs, **HOW)
        except BaseException as error:
            seen.append(error)
            raise

    async def cancel() -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(waiting)
            await under_way(bench, jobs)
            group.cancel_scope.cancel()

    with nothing_left(bench):
        within(lambda: anyio.run(cancel, backend=loop))
    assert_notes_carry_refs(seen[0], jobs)


def test_an_iterator_that_is_dropped_outside_of_its_loop_complains_of_nothing(
    bench: Bench,
) -> None:
    jobs = endless(bench)
    loop = asyncio.new_event_loop()

    async def first() -> AsyncIterator[Outcome[Any]]:
        outcomes = aio.as_completed(jobs, **HOW)
        await anext(outcomes)
        return outcomes

    with nothing_left(bench):
        held: AsyncIterator[Outcome[Any]] | None = loop.run_until_complete(first())
        assert held is not None
        del held
        gc.collect()
        left = settled_here(lambda: bench.simulator.connections, 0)
        assert loop.run_until_complete(left) == 0
        loop.close()


def test_two_consumers_of_one_iterator_share_its_outcomes(bench: Bench) -> None:
    jobs = jobs_of(bench, 12, running(), done())

    async def share() -> list[Job[Any]]:
        outcomes = aio.as_completed(jobs, **HOW)
        taken: list[Job[Any]] = []

        async def take() -> None:
            async for outcome in outcomes:
                taken.append(outcome.job)
                await anyio.lowlevel.checkpoint()

        async with anyio.create_task_group() as group:
            group.start_soon(take)
            group.start_soon(take)
        return taken

    assert sorted(job.id for job in within(lambda: anyio.run(share))) == sorted(
        job.id for job in jobs
    )


@pytest.fixture
def interrupted(bench: Bench, backend: Backend) -> tuple[list[Job[Any]], dict[str, Any]]:
    """Run an application that waits, send it Ctrl-C, and give what it says then."""
    jobs = endless(bench)
    return jobs, seen_by_an_interrupted(bench, backend, *(job.id for job in jobs))


def test_ctrl_c_leaves_nothing_and_carries_the_refs(
    interrupted: tuple[list[Job[Any]], dict[str, Any]], bench: Bench
) -> None:
    jobs, seen = interrupted
    assert seen["kinds"] == ["KeyboardInterrupt"]
    noted = "\n".join(seen["notes"])
    assert [job for job in jobs if job.ref in noted] == jobs[1:]
    assert seen["threads"] == ["MainThread"]
    assert seen["sockets"] == 0
    assert settled(lambda: bench.simulator.connections, 0) == 0
    assert quiet(bench, jobs)
