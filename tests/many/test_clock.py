"""A clock moved by hand is the clock of many waits, too: an hour's patience, and no time at all."""

import time

from tests.many.crowd import Backend, jobs_of
from tests.waits.harness import Bench

from tilldone import JobTimeout, Polling
from tilldone.testing import ManualClock, done, retry_after, running, status


def test_hours_take_no_time(bench: Bench, backend: Backend) -> None:
    jobs = [
        *jobs_of(bench, 5, running(times=20), done()),
        *jobs_of(bench, 1, retry_after(1800, status(429)), done()),
    ]
    began = time.monotonic()
    with ManualClock() as clock:
        outcomes = backend.wait_all(jobs, timeout=7200, polling=Polling(), rate=None)
    assert all(outcome.error is None for outcome in outcomes)
    assert clock.now() >= 1800
    assert time.monotonic() - began < 30


def test_a_deadline_is_the_clocks(bench: Bench, backend: Backend) -> None:
    jobs = jobs_of(bench, 5, running())
    with ManualClock() as clock:
        outcomes = backend.wait_all(jobs, timeout=600, polling=Polling(schedule=lambda _: 60.0))
    assert all(isinstance(outcome.error, JobTimeout) for outcome in outcomes)
    assert 600 <= clock.now() <= 602.25
    assert all(10 <= len(bench.told(job)) <= 12 for job in jobs)
