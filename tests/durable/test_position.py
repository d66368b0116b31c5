"""A wait that is put away and taken up between any two looks goes as one that never was."""

import json
import math
import random
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.core.test_course import pollings, replies
from tests.core.world import RUNNING, Desk, Ending, Reply, _event, answer, drive

from tilldone import JobNotFound, Polling, PollUnavailable, Snapshot, WaitError, edenai
from tilldone._core.course import Course, Sleep, Stop, conclude
from tilldone.durable._ending import Ending as WrittenEnding
from tilldone.durable._ending import ending_of
from tilldone.durable._order import Order, position_from, position_to
from tilldone.testing import ManualClock


def relay(desk: Desk, clock: ManualClock, *, timeout: float, polling: Polling) -> Ending:
    """Steer as `drive` does, with a new course after each pause, and the end written down."""
    job, began = desk.job(), clock.now()
    snapshots: list[Snapshot[Any]] = []
    course = Course(job, timeout=timeout, polling=polling, now=began)
    while not isinstance(action := course.next(clock.now()), Stop):
        if isinstance(action, Sleep):
            kept = json.dumps(position_to(course.position()))
            clock.advance(action.seconds)
            course = Course(job, timeout=timeout, polling=polling, now=began)
            course.recall(position_from(json.loads(kept), job), now=clock.now())
            continue
        snapshot = course.saw(_event(desk, action, job), clock.now())
        if snapshot is not None:
            snapshots.append(snapshot)
    written = WrittenEnding.read(json.dumps({"ended": ending_of(course)}))
    try:
        return Ending(conclude(written.snapshot(job)), None, clock.now(), snapshots)
    except WaitError as error:
        return Ending(None, error, clock.now(), snapshots)


@given(
    st.lists(replies(), min_size=1, max_size=12),
    st.floats(min_value=0, max_value=300),
    pollings,
)
# Here it matters which interval was the shortest: the look at 7 s is not the last one yet.
@example([RUNNING], 9.0, Polling(schedule=lambda elapsed: 1 + elapsed, jitter=0.0))
def test_putting_it_away_changes_no_decision(
    script: list[Reply], timeout: float, polling: Polling
) -> None:
    told = []
    for steer in (drive, relay):
        with ManualClock() as clock:
            random.seed(7)
            desk = Desk(clock, script)
            told.append((steer(desk, clock, timeout=timeout, polling=polling).gist, desk.visits))
    assert told[0] == told[1]


@pytest.mark.parametrize(("status", "kind"), [(503, PollUnavailable), (404, JobNotFound)])
def test_time_in_which_nobody_looked_is_no_row_of_faults(
    status: int, kind: type[WaitError]
) -> None:
    job = edenai.job(edenai.connect("key-for-nothing"), "j")
    polling = Polling(tolerate=60, not_found_grace=60, jitter=0)
    course = Course(job, timeout=1e6, polling=polling, now=0.0)
    course.look(0.0)
    course.saw(answer(status), 0.0)
    position = course.position()
    # The machine was off for a day; that is not a day of faults.
    back = Course(job, timeout=1e6, polling=polling, now=0.0)
    back.recall(position, now=86400.0)
    for later in (0.0, 59.0):
        back.look(86400.0 + later)
        back.saw(answer(status), 86400.0 + later)
        assert back.stop is None
    back.look(86461.0)
    back.saw(answer(status), 86461.0)
    assert back.stop is not None
    assert type(back.stop.error) is kind


@pytest.mark.parametrize("deadline", [1234.5, math.inf])
def test_an_order_is_read_as_it_was_written(deadline: float) -> None:
    polling = Polling(tolerate=3.0, unknown="raise", max_body=10, request_timeout=math.inf)
    order = Order(
        provider="zai", ref='{"id":"ü\\"1"}', started=1000.25, deadline=deadline, polling=polling
    )
    assert Order.read(order.text()) == order
    assert order.text().isascii()
