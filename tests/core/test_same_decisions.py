"""Sync, asyncio, trio and a bare poller take the same decisions over the same script."""

import random
from collections.abc import Callable
from typing import Any

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.test_poller import pollings, replies
from tests.core.world import DONE, RUNNING, Desk, Ending, Reply, drive

from tilldone import JobTimeout, Polling, Snapshot, WaitError, aio, edenai, wait
from tilldone._core.job import target_of
from tilldone.testing import ManualClock

Drive = Callable[[Desk, ManualClock, float, Polling], Ending]


def by_sync(desk: Desk, clock: ManualClock, timeout: float, polling: Polling) -> Ending:
    snapshots: list[Snapshot[Any]] = []
    try:
        result: object = wait(
            desk.job(), timeout=timeout, polling=polling, on_snapshot=snapshots.append
        )
    except WaitError as error:
        return Ending(None, error, clock.now(), snapshots)
    return Ending(result, None, clock.now(), snapshots)


def by_loop(backend: str) -> Drive:
    def run(desk: Desk, clock: ManualClock, timeout: float, polling: Polling) -> Ending:
        snapshots: list[Snapshot[Any]] = []

        async def main() -> object:
            return await aio.wait(
                desk.job(), timeout=timeout, polling=polling, on_snapshot=snapshots.append
            )

        try:
            result = anyio.run(main, backend=backend)
        except WaitError as error:
            return Ending(None, error, clock.now(), snapshots)
        return Ending(result, None, clock.now(), snapshots)

    return run


def by_course(desk: Desk, clock: ManualClock, timeout: float, polling: Polling) -> Ending:
    return drive(desk, clock, timeout=timeout, polling=polling)


def told(drive_by: Drive, script: list[Reply], timeout: float, polling: Polling) -> object:
    with ManualClock() as clock:
        desk = Desk(clock, script)
        # The same draws of jitter for each driver.
        random.seed(20)
        ending = drive_by(desk, clock, timeout, polling)
    return ending.gist, desk.visits


@pytest.mark.parametrize(
    "drive_by", [by_sync, by_loop("asyncio"), by_loop("trio")], ids=["sync", "asyncio", "trio"]
)
@settings(max_examples=40)
@given(
    script=st.lists(replies(), min_size=1, max_size=10),
    timeout=st.floats(min_value=0, max_value=60),
    polling=pollings,
)
def test_every_driver_decides_as_the_course_does(
    drive_by: Drive, script: list[Reply], timeout: float, polling: Polling
) -> None:
    assert told(drive_by, script, timeout, polling) == told(by_course, script, timeout, polling)


def test_a_resumed_wait_goes_on_with_the_same_job() -> None:
    with ManualClock() as clock:
        desk = Desk(clock, [RUNNING, RUNNING, RUNNING, DONE])
        job = desk.job("a job/with? an odd#id")
        with pytest.raises(JobTimeout) as caught:
            wait(job, timeout=1)
        begun = len(desk.visits)

        client: Any = target_of(job).client
        resumed = edenai.resume(client, caught.value.job.ref)
        done = wait(resumed, timeout=60)

    assert resumed == job
    assert resumed.ref == job.ref
    assert done.output == {"text": "done"}
    assert 1 < begun < len(desk.visits)
