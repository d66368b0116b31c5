"""`tilldone.testing`: the steps come with the extra, the clock without it."""

import subprocess
import sys
import threading
from collections.abc import Callable, Coroutine
from typing import Any

import anyio
import anyio.lowlevel
import pytest
from tests.core.world import DONE, RUNNING, Desk
from tests.waits.harness import HUNG, QUICK, within

from tilldone import Job, aio, testing, wait
from tilldone.simulator import steps
from tilldone.testing import ManualClock

WITHOUT_THE_EXTRA = """
import sys

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name in {"starlette", "uvicorn"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Missing())

from tilldone.testing import ManualClock
with ManualClock() as clock:
    clock.advance(3600)
assert clock.now() == 3600
print("so far")

from tilldone.testing import done
"""


def test_the_clock_needs_no_extra_and_a_step_names_its_own() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", WITHOUT_THE_EXTRA], capture_output=True, text=True, check=False
    )

    assert ran.stdout == "so far\n"
    assert "pip install 'tilldone[simulator]'" in ran.stderr


def test_every_step_is_there() -> None:
    assert set(testing.__all__) == {"ManualClock", *steps.__all__}
    for name in steps.__all__:
        assert getattr(testing, name) is getattr(steps, name)


def test_no_other_name_is() -> None:
    with pytest.raises(AttributeError, match="no attribute 'doen'"):
        getattr(testing, "doen")  # noqa: B009 # the type checkers know that it is not there


def test_a_clock_moved_by_hand_holds_the_wait() -> None:
    with ManualClock(automatic=False) as clock:
        desk = Desk(clock, [RUNNING, DONE])
        waiting = threading.Thread(target=lambda: wait(desk.job(), timeout=60, polling=QUICK))
        waiting.start()
        while not clock.sleepers:
            pass
        assert len(desk.visits) == 1
        clock.advance(1)
        waiting.join(HUNG)

        assert len(desk.visits) == 2
        assert clock.sleepers == 0


@pytest.mark.parametrize("loop", ["asyncio", "trio"])
@pytest.mark.parametrize(
    "ask",
    [
        lambda job: aio.wait(job, timeout=60, polling=QUICK),
        lambda job: aio.wait_all([job], timeout=60, polling=QUICK),
    ],
    ids=["wait", "wait_all"],
)
def test_a_clock_moved_by_hand_holds_an_async_wait(
    ask: Callable[[Job[Any]], Coroutine[Any, Any, object]], loop: str
) -> None:
    async def main(clock: ManualClock, desk: Desk) -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(ask, desk.job())
            while not clock.sleepers:
                await anyio.lowlevel.checkpoint()
            assert len(desk.visits) == 1
            clock.advance(1)

    with ManualClock(automatic=False) as clock:
        desk = Desk(clock, [RUNNING, DONE])
        within(lambda: anyio.run(main, clock, desk, backend=loop))
        assert len(desk.visits) == 2
        assert clock.sleepers == 0


def test_the_clock_before_comes_back() -> None:
    with ManualClock() as outer:
        with ManualClock() as inner:
            desk = Desk(inner, [RUNNING, DONE])
            wait(desk.job(), timeout=60, polling=QUICK)
        assert inner.now() > 0
        assert outer.now() == 0
        desk = Desk(outer, [RUNNING, DONE])
        wait(desk.job(), timeout=60, polling=QUICK)
        assert outer.now() > 0


def test_a_clock_in_place_is_not_put_there_twice() -> None:
    with ManualClock() as clock, pytest.raises(RuntimeError, match="in place already"):
        clock.__enter__()


def test_time_does_not_run_back() -> None:
    with pytest.raises(ValueError, match="does not run back"):
        ManualClock().advance(-1)
