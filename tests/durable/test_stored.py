"""A wait that is put away and taken up between any two polls goes as one that never was."""

import json
import math
import random
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.core.test_poller import pollings, replies
from tests.core.world import RUNNING, Desk, Ending, Reply, _event, answer, drive

from tilldone import JobNotFound, Polling, PollUnavailable, Snapshot, WaitError, edenai
from tilldone._core.actions import Sleep, Stop
from tilldone._core.poller import Poller
from tilldone._core.snapshot import conclude
from tilldone.durable._stored import (
    NotUnderstood,
    StoredOutcome,
    WaitRequest,
    checkpoint_from,
    checkpoint_to,
    outcome_to,
)
from tilldone.testing import ManualClock


def relay(desk: Desk, clock: ManualClock, *, timeout: float, polling: Polling) -> Ending:
    """Steer as `drive` does, with a new poller after each pause, and the end written down."""
    job, began = desk.job(), clock.now()
    snapshots: list[Snapshot[Any]] = []
    poller = Poller(job, timeout=timeout, polling=polling, now=began)
    while not isinstance(action := poller.next_action(clock.now()), Stop):
        if isinstance(action, Sleep):
            kept = json.dumps(checkpoint_to(poller.checkpoint(), later=0.0))
            clock.advance(action.seconds)
            poller = Poller(job, timeout=timeout, polling=polling, now=began)
            poller.restore(checkpoint_from(json.loads(kept), job, later=0.0), now=clock.now())
            continue
        snapshot = poller.receive(_event(desk, action, job), clock.now())
        if snapshot is not None:
            snapshots.append(snapshot)
    written = StoredOutcome.read(json.dumps({"ended": outcome_to(poller)}))
    try:
        return Ending(conclude(written.snapshot(job)), None, clock.now(), snapshots)
    except WaitError as error:
        return Ending(None, error, clock.now(), snapshots)


@given(
    st.lists(replies(), min_size=1, max_size=12),
    st.floats(min_value=0, max_value=300),
    pollings,
)
# Here it matters which interval was the shortest: the poll at 7 s is not the last one yet.
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
def test_time_in_which_nobody_polled_is_no_row_of_faults(
    status: int, kind: type[WaitError]
) -> None:
    job = edenai.job(edenai.connect("key-for-nothing"), "j")
    polling = Polling(tolerate=60, not_found_grace=60, jitter=0)
    poller = Poller(job, timeout=1e6, polling=polling, now=0.0)
    poller.begin_poll(0.0)
    poller.receive(answer(status), 0.0)
    checkpoint = poller.checkpoint()
    # The machine was off for a day; that is not a day of faults.
    back = Poller(job, timeout=1e6, polling=polling, now=0.0)
    back.restore(checkpoint, now=86400.0)
    for later in (0.0, 59.0):
        back.begin_poll(86400.0 + later)
        back.receive(answer(status), 86400.0 + later)
        assert back.stop is None
    back.begin_poll(86461.0)
    back.receive(answer(status), 86461.0)
    assert back.stop is not None
    assert type(back.stop.error) is kind


@pytest.mark.parametrize("deadline", [1234.5, math.inf])
def test_a_request_is_read_as_it_was_written(deadline: float) -> None:
    polling = Polling(tolerate=3.0, unknown="raise", max_body=10, request_timeout=math.inf)
    ref = edenai.job(edenai.connect("key-for-nothing"), 'ü"1').ref
    request = WaitRequest(
        provider="edenai", ref=ref, started=1000.25, deadline=deadline, polling=polling
    )
    assert WaitRequest.read(request.text()) == request
    assert request.text().isascii()


@pytest.mark.parametrize("ended", [{"last": None, "error": None}, {"last": None}, None])
def test_an_end_that_says_nothing_is_not_understood(ended: object) -> None:
    with pytest.raises(NotUnderstood, match="the outcome"):
        StoredOutcome.read(json.dumps({"ended": ended}))
