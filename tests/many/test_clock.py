"""A clock moved by hand is the clock of many waits, too: an hour's patience, and no time at all."""

import anyio
import pytest
from tests.many.crowd import Backend, jobs_of
from tests.waits.harness import Bench

from tilldone import JobTimeout, Polling
from tilldone.testing import ManualClock, done, retry_after, running, status


def test_hours_take_no_time(bench: Bench, backend: Backend) -> None:
    jobs = [
        *jobs_of(bench, 5, running(times=20), done()),
        *jobs_of(bench, 1, retry_after(1800, status(429)), done()),
    ]
    with ManualClock() as clock:
        outcomes = backend.wait_all(jobs, timeout=7200, polling=Polling(), rate=None)
    assert all(outcome.error is None for outcome in outcomes)
    assert clock.now() >= 1800


def test_a_deadline_is_the_clocks(bench: Bench, backend: Backend) -> None:
    jobs = jobs_of(bench, 5, running())
    with ManualClock() as clock:
        outcomes = backend.wait_all(jobs, timeout=600, polling=Polling(schedule=lambda _: 60.0))
    assert all(isinstance(outcome.error, JobTimeout) for outcome in outcomes)
    assert 600 <= clock.now() <= 602.25
    assert all(10 <= len(bench.told(job)) <= 12 for job in jobs)


@pytest.mark.parametrize("loop", ["asyncio", "trio"])
@pytest.mark.parametrize("automatic", [True, False])
def test_others_have_their_turn_in_a_pause_that_takes_no_time(loop: str, automatic: bool) -> None:
    async def main() -> None:
        clock, turn = ManualClock(automatic=automatic), anyio.Event()
        stir = anyio.Event()
        stir.set()

        async def other() -> None:
            turn.set()

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(other)
            for _ in range(3):
                await clock.pause(stir, 0.0, busy=True)
            assert turn.is_set()

    anyio.run(main, backend=loop)
