"""A long-living engine: waits come and go, each driven by a coroutine of its own."""

import math
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import anyio
import pytest
from tests.many.crowd import moved_by_pauses, nothing_left, settled_here
from tests.waits.harness import QUICK, Bench, within

from tilldone import Job, JobTimeout, Phase, Polling, edenai
from tilldone._core.poller import Poller
from tilldone._drivers.clock import clock
from tilldone._drivers.engine import Engine
from tilldone.testing import ManualClock, done, hang, retry_after, running, status

LOOPS = ("asyncio", "trio")


def poller_for(
    job: Job[Any], *, timeout: float = math.inf, polling: Polling = QUICK
) -> Poller[Any]:
    return Poller(job, timeout=timeout, polling=polling, now=clock().now())


def with_engine(
    loop: str, use: Callable[[Engine[Any]], Awaitable[None]], *, concurrency: int = 100
) -> None:
    """Run an engine in the background, use it, and stop it."""

    async def main() -> None:
        engine: Engine[Any] = Engine(concurrency=concurrency)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(engine.run)
            await use(engine)
            tasks.cancel_scope.cancel()

    within(lambda: anyio.run(main, backend=loop))


async def polled(bench: Bench, job: Job[Any]) -> None:
    """Wait until a poll of the job has come."""
    while not bench.told(job):  # noqa: ASYNC110 # the server is in another thread
        await anyio.sleep(0.01)


@pytest.mark.parametrize("loop", LOOPS)
def test_waits_come_and_go(bench: Bench, loop: str) -> None:
    client = bench.client("edenai")
    pollers = [
        poller_for(bench.job("edenai", running(times=2), done(), client=client)) for _ in range(20)
    ]

    async def use(engine: Engine[Any]) -> None:
        async with anyio.create_task_group() as tasks:
            for poller in pollers:
                tasks.start_soon(partial(engine.drive, poller, rate=math.inf))
                await anyio.sleep(0.01)

    with nothing_left(bench):
        with_engine(loop, use)
    assert all(poller.last.phase is Phase.SUCCEEDED for poller in pollers if poller.last)
    assert all(poller.stop is not None and poller.stop.error is None for poller in pollers)


@pytest.mark.parametrize("loop", LOOPS)
def test_a_wait_is_given_back_before_a_long_pause_and_taken_up_after_it(
    bench: Bench, loop: str
) -> None:
    polling = Polling(schedule=lambda _: 0.5, jitter=0.0)
    job = bench.job("edenai", running(), done())

    async def use(engine: Engine[Any]) -> None:
        poller = poller_for(job, polling=polling)
        await engine.drive(poller, until=clock().now() + 0.2)
        assert (poller.stop, poller.checkpoint().polls) == (None, 1)
        # Not due within that time either.
        await engine.drive(poller, until=clock().now() + 0.2)
        assert poller.checkpoint().polls == 1
        await engine.drive(poller)
        assert poller.checkpoint().polls == 2
        assert poller.stop is not None

    with moved_by_pauses():
        with_engine(loop, use)
    assert bench.times(job) == [0.0, 0.5]


@pytest.mark.parametrize("loop", LOOPS)
def test_each_deadline_holds_while_polls_wait_their_turn(bench: Bench, loop: str) -> None:
    # Of a provider without a list, which would be asked for instead.
    client = bench.client("vessl")
    jobs = [bench.job("vessl", running(), client=client) for _ in range(30)]
    ended: list[float] = []

    async def go(engine: Engine[Any], poller: Poller[Any]) -> None:
        await engine.drive(poller, rate=0.05)
        assert poller.stop is not None
        assert isinstance(poller.stop.error, JobTimeout)
        ended.append(clock().now())

    async def use(engine: Engine[Any]) -> None:
        async with anyio.create_task_group() as tasks:
            for job in jobs:
                poller = poller_for(job, timeout=50.0, polling=Polling(last_poll=29.0))
                tasks.start_soon(go, engine, poller)

    with moved_by_pauses():
        with_engine(loop, use)
    # The last of them would have had its turn after ten minutes.
    assert (len(ended), max(ended)) == (30, 79.0)
    # Three have theirs before the deadline, and one has its last poll.
    assert sorted(at for job in jobs for at in bench.times(job)) == [0.0, 20.0, 40.0, 60.0]


@pytest.mark.parametrize("loop", LOOPS)
def test_a_hold_outlasts_no_deadline_and_holds_for_all_of_the_host(bench: Bench, loop: str) -> None:
    first, second = bench.client("edenai"), bench.client("edenai")
    held_job = bench.job("edenai", retry_after(6000, status(429)), done(), client=first)
    other_job = bench.job("edenai", running(), client=second)
    time = ManualClock(automatic=False)

    async def use(engine: Engine[Any]) -> None:
        held, other = poller_for(held_job, timeout=50.0), poller_for(other_job, timeout=100.0)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(partial(engine.drive, held, rate=math.inf))
            # No poll is in flight any more.
            while not time.sleepers:  # noqa: ASYNC110 # a clock sets no event
                await anyio.sleep(0.01)
            tasks.start_soon(partial(engine.drive, other, rate=math.inf))
            await anyio.wait_all_tasks_blocked()
            time.advance(50.0)
            while held.stop is None:  # noqa: ASYNC110 # nor does a poller
                await anyio.sleep(0.01)
            assert (held.stop.error, held.checkpoint().polls) == (None, 2)
            assert bench.told(other_job) == []
            time.advance(50.0)
        # Each had its last poll at its own deadline, and none but that while the hold was on.
        assert len(bench.told(other_job)) == 1
        assert other.stop is not None
        assert isinstance(other.stop.error, JobTimeout)

    with time:
        with_engine(loop, use)


@pytest.mark.parametrize("loop", LOOPS)
def test_a_drive_that_is_cancelled_lets_go_of_its_wait_alone(bench: Bench, loop: str) -> None:
    client = bench.client("edenai")
    hanging = bench.job("edenai", hang(), client=client)
    stuck = poller_for(hanging)
    other = poller_for(bench.job("edenai", running(), done(), client=client))

    async def use(engine: Engine[Any]) -> None:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(engine.drive, stuck)
            await polled(bench, hanging)
            tasks.cancel_scope.cancel()
        await engine.drive(other)

    with nothing_left(bench):
        with_engine(loop, use)
    assert stuck.stop is None
    assert other.stop is not None


@pytest.mark.parametrize("loop", LOOPS)
def test_what_one_wait_raises_ends_no_other_that_the_engine_drives(
    bench: Bench, loop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = bench.client("edenai")
    bad, good = (
        poller_for(bench.job("edenai", running(times=2), done(), client=client)) for _ in range(2)
    )
    receive = Poller[Any].receive

    def refuse(poller: Poller[Any], *arguments: Any) -> object:  # noqa: ANN401 # passed on
        if poller is bad:
            raise LookupError("this wait's own")
        return receive(poller, *arguments)

    monkeypatch.setattr(Poller, "receive", refuse)

    async def use(engine: Engine[Any]) -> None:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(engine.drive, bad)
            tasks.start_soon(engine.drive, good)

    with nothing_left(bench):
        with_engine(loop, use)
    assert bad.error is not None
    assert isinstance(bad.error.__cause__, LookupError)
    assert good.stop is not None
    assert good.stop.error is None


@pytest.mark.parametrize("loop", LOOPS)
def test_an_engine_that_has_ended_drives_nothing(bench: Bench, loop: str) -> None:
    engines: list[Engine[Any]] = []

    async def use(engine: Engine[Any]) -> None:
        engines.append(engine)

    with_engine(loop, use)
    poller = poller_for(bench.job("edenai", done()))
    with pytest.raises(RuntimeError, match="has come to its end"):
        anyio.run(engines[0].drive, poller, backend=loop)


@pytest.mark.parametrize("loop", LOOPS)
def test_what_waits_is_told_when_the_engine_ends(bench: Bench, loop: str) -> None:
    hanging = bench.job("edenai", hang())
    poller = poller_for(hanging)

    async def main() -> None:
        engine: Engine[Any] = Engine(concurrency=1)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(engine.run)

            async def stop() -> None:
                await polled(bench, hanging)
                tasks.cancel_scope.cancel()

            tasks.start_soon(stop)
            with anyio.CancelScope(shield=True), pytest.raises(RuntimeError):
                await engine.drive(poller)

    within(lambda: anyio.run(main, backend=loop))


def test_a_host_is_that_of_the_url_and_not_of_the_client() -> None:
    urls = [
        "https://a.example",
        "https://a.example:443/",
        "https://b.example",
        "https://a.example:8443",
    ]

    async def main() -> list[object]:
        engine: Engine[Any] = Engine(concurrency=1)
        jobs = [edenai.job(edenai.connect("k", base_url=url), "1") for url in urls]
        return [engine.add(poller_for(job)).host for job in jobs]

    first, same, *others = anyio.run(main)
    assert first is same
    assert len({first, *others}) == 3


def test_of_clients_that_no_wait_needs_any_more_few_are_kept(bench: Bench) -> None:
    async def use(engine: Engine[Any]) -> None:
        for _ in range(60):
            await engine.drive(poller_for(bench.job("edenai", done())))
        assert await settled_here(lambda: bench.simulator.connections, 33) <= 33

    with_engine("asyncio", use)
