"""Retry-After is kept on any answer, read anew each time, and never keeps a wait past its end."""

from email.utils import formatdate
from itertools import pairwise

import pytest
from tests.core.world import DONE, RUNNING, Desk, Reply
from tests.waits.harness import Backend, Bench

from tilldone import JobTimeout, Polling
from tilldone.testing import ManualClock, done, retry_after, running, status

EVERY_2_S = Polling(schedule=lambda _: 2.0, jitter=0.0)
HOUR = 3600.0


def hinted(hint: str, code: int = 200) -> Reply:
    body = RUNNING.body if code == 200 else {"detail": "later"}
    return Reply(status=code, body=body, headers={"retry-after": hint})


def polls(
    backend: Backend, *replies: Reply, timeout: float = 100_000, polling: Polling = EVERY_2_S
) -> list[float]:
    """Wait for a job that answers so, and give the times of the polls (s)."""
    with ManualClock() as clock:
        desk = Desk(clock, replies)
        backend.wait(desk.job(), timeout=timeout, polling=polling)
    return desk.times


@pytest.mark.parametrize("code", [200, 429, 503, 404])
@pytest.mark.parametrize(
    ("hint", "pause"),
    [
        ("7", 7),
        ("2.5", 2.5),
        ("1", 2),
        ("0", 2),
        ("-5", 2),
        ("soon", 2),
        ("", 2),
        (str(10**12), HOUR),
        ("Fri, 31 Dec 9999 23:59:59 GMT", HOUR),
        ("Fri, 31 Dec 1999 23:59:59 GMT", 2),
    ],
)
def test_the_pause_is_the_longer_of_hint_and_schedule(
    backend: Backend, code: int, hint: str, pause: float
) -> None:
    assert polls(backend, hinted(hint, code), DONE) == [0, pause]


def test_a_date_is_kept(backend: Backend) -> None:
    reply = Reply(
        status=503,
        headers={
            "date": formatdate(1_000_000_000, usegmt=True),
            "retry-after": formatdate(1_000_000_090, usegmt=True),
        },
    )

    assert polls(backend, reply, DONE) == [0, 90]


def test_a_hint_counts_once_and_the_next_is_read_anew(backend: Backend) -> None:
    times = polls(backend, hinted("50", 429), RUNNING, hinted("10", 503), RUNNING, DONE)

    assert times == [0, 50, 52, 62, 64]


def test_a_hint_of_0_does_not_quicken_the_schedule(backend: Backend) -> None:
    times = polls(backend, *[hinted("0", 429)] * 50, DONE)

    assert [b - a for a, b in pairwise(times)] == [2.0] * 50


def test_jitter_never_undercuts_a_hint(backend: Backend) -> None:
    polling = Polling(schedule=lambda _: 10.0, jitter=0.9)
    times = polls(backend, *[hinted("10")] * 100, DONE, polling=polling)

    assert min(b - a for a, b in pairwise(times)) >= 10.0 - 1e-6


def test_a_hint_is_cut_to_the_deadline_and_the_last_poll_still_comes(backend: Backend) -> None:
    assert polls(backend, hinted("3000", 429), DONE, timeout=60) == [0, 60]


def test_a_hint_beyond_the_deadline_ends_in_a_timeout_that_says_why(backend: Backend) -> None:
    with pytest.raises(JobTimeout, match=r"last fault: HTTP 429"):
        polls(backend, hinted("3000", 429), timeout=60)


def test_a_hint_of_a_fault_is_kept_by_a_real_server(bench: Bench, backend: Backend) -> None:
    job = bench.job("edenai", retry_after(1, status(429)), retry_after(1, running()), done())

    backend.wait(job)

    # A hold begins when its answer is read, which is after the poll came in.
    first, second, third = bench.times(job)
    assert second - first >= 1
    assert third - second >= 1
