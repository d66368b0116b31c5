"""The poller of a wait, by property: what holds for any script of answers, delay and setting."""

import math
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.world import DONE, RUNNING, Desk, Ending, Reply, drive, says

from tilldone import (
    JobFailed,
    JobNotFound,
    JobTimeout,
    Polling,
    PollRejected,
    PollUnavailable,
    UnreadableResponse,
    WaitError,
)
from tilldone._core.actions import Poll
from tilldone._core.poller import Poller
from tilldone.testing import ManualClock

# Sums of floats: far below anything that a clock or a server could tell apart.
EPSILON = 1e-6

_seconds = st.floats(min_value=0.0, max_value=60.0)
_kinds = st.sampled_from(
    [
        RUNNING,
        says("paused by a word from the future"),
        says("fail", error={"message": "no"}),
        DONE,
        Reply(status=404, body={}),
        Reply(status=503, body={}),
        Reply(status=599, body=b""),
        Reply(status=401, body={"detail": "no"}),
        Reply(body=b"<html>"),
        Reply(body={"status": None}),
        Reply(broken=True),
    ]
)


@st.composite
def replies(draw: st.DrawFn) -> Reply:
    kind = draw(_kinds)
    hint = draw(st.none() | st.floats(min_value=0, max_value=5000).map(lambda s: f"{s:.3f}"))
    headers = {} if hint is None else {"retry-after": hint}
    latency = draw(st.just(0.0) | st.floats(min_value=0, max_value=40))
    return Reply(kind.status, kind.body, headers, latency, kind.broken)


@st.composite
def schedules(draw: st.DrawFn) -> Callable[[float], float]:
    start = draw(st.floats(min_value=0.05, max_value=20))
    growth = draw(st.floats(min_value=-0.5, max_value=0.5))
    return lambda elapsed: min(max(start + growth * elapsed, 0.05), 30.0)


pollings = st.builds(
    Polling,
    schedule=schedules(),
    request_timeout=st.floats(min_value=0.1, max_value=40),
    tolerate=st.floats(min_value=0, max_value=200),
    not_found_grace=st.floats(min_value=0, max_value=30),
    last_poll=st.floats(min_value=0.05, max_value=5),
    unknown=st.sampled_from(["wait", "raise"]),
    jitter=st.floats(min_value=0, max_value=0.9),
)


class Asked:
    """A schedule that remembers the intervals it gave."""

    def __init__(self, schedule: Callable[[float], float]) -> None:
        self._schedule = schedule
        self.gave: list[float] = []

    def __call__(self, elapsed: float) -> float:
        self.gave.append(self._schedule(elapsed))
        return self.gave[-1]


def run(script: list[Reply], *, timeout: float, polling: Polling) -> tuple[Ending, Desk]:
    clock = ManualClock()
    desk = Desk(clock, script)
    return drive(desk, clock, timeout=timeout, polling=polling), desk


@given(st.lists(replies(), min_size=1, max_size=12), _seconds, pollings)
def test_a_wait_ends_by_its_deadline_and_the_last_poll(
    script: list[Reply], timeout: float, polling: Polling
) -> None:
    ending, desk = run(script, timeout=timeout, polling=polling)

    assert ending.at <= timeout + polling.last_poll + EPSILON
    assert desk.visits[0].began == 0.0
    for visit in desk.visits:
        assert visit.limit <= polling.request_timeout
        if visit.began < timeout:
            assert visit.began + visit.limit <= timeout + EPSILON
        else:
            assert visit is desk.visits[-1]


@given(st.lists(replies(), min_size=1, max_size=12), _seconds, pollings)
def test_a_timeout_is_never_raised_before_a_poll_after_the_deadline(
    script: list[Reply], timeout: float, polling: Polling
) -> None:
    ending, desk = run(script, timeout=timeout, polling=polling)

    if isinstance(ending.error, JobTimeout):
        assert desk.visits[-1].began >= timeout
        assert all(visit.began < timeout for visit in desk.visits[:-1])


@given(
    st.lists(replies(), min_size=1, max_size=8),
    st.floats(min_value=0, max_value=1),
    _seconds,
    pollings,
    st.floats(min_value=0, max_value=0.99),
)
def test_a_job_that_is_done_in_time_is_returned(
    script: list[Reply], when: float, timeout: float, polling: Polling, share: float
) -> None:
    latency = share * min(polling.last_poll, polling.request_timeout)
    done_at = when * timeout

    def readable(now: float) -> Reply:
        kind = DONE if now >= done_at else RUNNING
        return Reply(kind.status, kind.body, script[0].headers, latency)

    clock = ManualClock()
    desk = Desk(clock, [readable])
    ending = drive(desk, clock, timeout=timeout, polling=polling)

    assert ending.error is None
    assert ending.snapshots[-1].status == "success"


@given(st.lists(replies(), min_size=1, max_size=12), _seconds, pollings)
def test_polls_keep_the_distance_that_the_schedule_and_the_server_ask_for(
    script: list[Reply], timeout: float, polling: Polling
) -> None:
    asked = Asked(polling.schedule)
    counted = Polling(
        schedule=asked,
        request_timeout=polling.request_timeout,
        tolerate=polling.tolerate,
        not_found_grace=polling.not_found_grace,
        last_poll=polling.last_poll,
        jitter=polling.jitter,
    )
    _, desk = run(script, timeout=timeout, polling=counted)

    bound = min(asked.gave, default=math.inf) * (1 - polling.jitter)
    for before, after in pairwise(desk.visits):
        # Only the deadline brings a poll forward, and then there was one poll before it.
        assert after.began - before.began >= min(bound, timeout) - EPSILON
        if after.began < timeout:
            assert after.began - before.ended >= bound - EPSILON
            if not before.cut and not before.reply.broken:
                hint = min(float(before.reply.headers.get("retry-after", "0")), 3600)
                assert after.began - before.ended >= hint - EPSILON
    assert len(desk.visits) <= timeout / bound + 2


@given(st.lists(replies(), min_size=1, max_size=12), _seconds, pollings)
def test_every_ending_has_its_reason_in_what_was_seen(
    script: list[Reply], timeout: float, polling: Polling
) -> None:
    ending, desk = run(script, timeout=timeout, polling=polling)
    last = desk.visits[-1].reply

    assert [s.polls for s in ending.snapshots] == sorted({s.polls for s in ending.snapshots})
    assert all(s.next_poll is not None for s in ending.snapshots[:-1])
    match ending.error:
        case None:
            assert last.body == DONE.body
        case JobFailed():
            assert "fail" in str(last.body)
        case PollRejected() as error:
            assert (error.status_code, error.body) == (401, {"detail": "no"})
        case UnreadableResponse():
            assert polling.unknown == "raise"
        case JobNotFound():
            assert last.status == 404
        case PollUnavailable():
            assert desk.visits[-1].ended - desk.visits[0].began >= polling.tolerate - EPSILON
        case JobTimeout() as error:
            assert ending.at >= timeout
            assert error.last is (ending.snapshots[-1] if ending.snapshots else None)
        case _:
            pytest.fail(f"no ending for {ending.error!r}")


@given(st.floats(min_value=0.5, max_value=20), st.floats(min_value=3, max_value=100))
def test_a_consumer_that_sleeps_past_the_end_still_gets_its_last_poll(
    timeout: float, overslept: float
) -> None:
    polling = Polling(last_poll=2.0)
    poller = Poller(Desk(ManualClock(), [DONE]).job(), timeout=timeout, polling=polling, now=0.0)

    assert poller.next_action(0.0) == Poll(timeout)
    assert poller.next_action(timeout + overslept) == Poll(2.0, fresh=True)


@settings(max_examples=30)
@given(st.floats(max_value=-1e-9) | st.just(float("inf")) | st.just(float("nan")))
def test_a_schedule_that_gives_no_interval_is_named(interval: float) -> None:
    ending, _ = run([RUNNING], timeout=10, polling=Polling(schedule=lambda _: interval))
    assert type(ending.error) is WaitError
    assert str(ending.error.__cause__).startswith("schedule: it gave")


@given(
    st.lists(_kinds, min_size=1, max_size=8),
    st.integers(0, 60),
    st.integers(1, 30),
    st.integers(0, 20),
    st.integers(-(10**6), 10**6),
)
def test_of_times_only_differences_count(
    kinds: list[Reply], timeout: int, pause: int, patience: int, ahead: int
) -> None:
    # In whole seconds, so that no sum is rounded.
    polling = Polling(
        schedule=lambda _: pause, jitter=0.0, tolerate=patience, not_found_grace=patience
    )
    script = [Reply(kind.status, kind.body, {}, 1.0, kind.broken) for kind in kinds]
    gists: list[object] = []
    for start in (0, ahead):
        clock = ManualClock()
        ending = drive(
            Desk(clock, script), clock, timeout=timeout, polling=polling, ahead=float(start)
        )
        gists.append(ending.gist)

    assert gists[0] == gists[1]


@pytest.mark.parametrize("fault", [Reply(status=503, body={}), Reply(status=404, body={})])
def test_a_poll_that_the_deadline_cuts_leaves_the_judgement_to_the_last_one(fault: Reply) -> None:
    polling = Polling(schedule=lambda _: 2.0, jitter=0.0, tolerate=5.0, not_found_grace=5.0)
    # The row of faults outlasts its patience in a poll that comes back at the deadline.
    slow = Reply(fault.status, fault.body, latency=7.0)
    ending, desk = run([fault, slow, DONE], timeout=9.0, polling=polling)

    assert ending.error is None
    assert desk.times == [0.0, 2.0, 9.0]
