"""A long-living engine: waits come and go, each driven by a coroutine of its own."""

import math
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import anyio
import pytest
from tests.many.crowd import nothing_left
from tests.waits.harness import HUNG, QUICK, Bench, within

from tilldone import Job, JobTimeout, Phase, Polling, edenai
from tilldone._core.poller import Poller
from tilldone._drivers.clock import clock
from tilldone._drivers.engine import Engine
from tilldone.testing import done, hang, retry_after, running, status

LOOPS = ("asyncio", "trio")


def poller_for(job: Job[Any], *, timeout: float = HUNG, polling: Polling = QUICK) -> Poller[Any]:
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
    poller = poller_for(bench.job("edenai", running(), done()), polling=polling)

    async def use(engine: Engine[Any]) -> None:
        await engine.drive(poller, until=clock().now() + 0.2)
        assert (poller.stop, poller.checkpoint().polls) == (None, 1)
        # Not due within that time either.
        await engine.drive(poller, until=clock().now() + 0.01)
        assert poller.checkpoint().polls == 1
        await engine.drive(poller)

    with_engine(loop, use)
    assert poller.checkpoint().polls == 2
    assert poller.stop is not None


@pytest.mark.parametrize("loop", LOOPS)
def test_each_deadline_holds_while_polls_wait_their_turn(bench: Bench, loop: str) -> None:
    client = bench.client("edenai")
    polling = Polling(last_poll=0.3)
    pollers = [
        poller_for(bench.job("edenai", running(), client=client), timeout=0.5, polling=polling)
        for _ in range(30)
    ]
    late: list[float] = []

    async def go(engine: Engine[Any], poller: Poller[Any]) -> None:
        await engine.drive(poller, rate=5.0)
        late.append(clock().now() - poller.end)

    async def use(engine: Engine[Any]) -> None:
        async with anyio.create_task_group() as tasks:
            for poller in pollers:
                tasks.start_soon(go, engine, poller)

    with_engine(loop, use)
    assert all(p.stop and isinstance(p.stop.error, JobTimeout) for p in pollers)
    # The last of them would have had its turn after six seconds.
    assert max(late) < 4.0


@pytest.mark.parametrize("loop", LOOPS)
def test_a_hold_outlasts_no_deadline_and_holds_for_all_of_the_host(bench: Bench, loop: str) -> None:
    first, second = bench.client("edenai"), bench.client("edenai")
    held = poller_for(
        bench.job("edenai", retry_after(60, status(429)), done(), client=first), timeout=0.5
    )
    other_job = bench.job("edenai", running(), client=second)
    other = poller_for(other_job, timeout=1.0)

    async def use(engine: Engine[Any]) -> None:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(partial(engine.drive, held, rate=math.inf))
            await anyio.sleep(0.2)
            tasks.start_soon(partial(engine.drive, other, rate=math.inf))

    with_engine(loop, use)
    # Each had its last poll at its own deadline, and none but that while the hold was on.
    assert (held.stop and held.stop.error, held.checkpoint().polls) == (None, 2)
    assert len(bench.told(other_job)) == 1
    assert other.stop is not None
    assert isinstance(other.stop.error, JobTimeout)


@pytest.mark.parametrize("loop", LOOPS)
def test_a_drive_that_is_cancelled_lets_go_of_its_wait_alone(bench: Bench, loop: str) -> None:
    client = bench.client("edenai")
    stuck = poller_for(bench.job("edenai", hang(), client=client))
    other = poller_for(bench.job("edenai", running(), done(), client=client))

    async def use(engine: Engine[Any]) -> None:
        with anyio.move_on_after(0.2):
            await engine.drive(stuck)
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
    poller = poller_for(bench.job("edenai", hang()))

    async def main() -> None:
        engine: Engine[Any] = Engine(concurrency=1)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(engine.run)

            async def stop() -> None:
                await anyio.sleep(0.2)
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
        await anyio.sleep(0.1)
        assert bench.simulator.connections <= 33

    with_engine("asyncio", use)
