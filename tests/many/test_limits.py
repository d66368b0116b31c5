"""Polls in flight, polls a second, and what a host asks for: bounded, for all of its jobs."""

import math
import time
from collections.abc import Iterable

import attrs
import pytest
from tests.many.crowd import BRISK, Backend, jobs_of, most_connections
from tests.waits.harness import Bench, connect, name_job

from tilldone import Job, JobTimeout, Polling
from tilldone.simulator import Simulator
from tilldone.testing import done, retry_after, running, slow, status


def arrivals(bench: Bench, jobs: Iterable[Job[object]]) -> list[float]:
    """List when the polls of the jobs arrived, in order (s, monotonic)."""
    return sorted(at for job in jobs for at in bench.times(job))


def early(times: list[float], began: float, *, rate: float) -> list[int]:
    """Say which polls came before their turn, at so many a second from the beginning.

    What makes a poll late (a connection, a busy machine) never makes one early. The gaps between
    polls are no measure: the one after a late poll is short.
    """
    return [turn for turn, at in enumerate(times) if at < began + turn / rate]


def most_at_once(times: list[float], *, lasting: float) -> int:
    """Say how many polls were answered at the same time, each of them lasting so long."""
    return max(sum(1 for other in times if at - lasting < other <= at) for at in times)


@pytest.mark.parametrize("concurrency", [1, 7])
def test_no_more_polls_are_in_flight_than_asked_for(backend: Backend, concurrency: int) -> None:
    with Simulator() as simulator, most_connections(simulator) as connections:
        bench = Bench(simulator)
        lasting = 0.03
        jobs = jobs_of(bench, 12, slow(lasting, running()), slow(lasting, done()))
        outcomes = backend.wait_all(jobs, concurrency=concurrency)
        assert all(outcome.error is None for outcome in outcomes)
        times = [at for job in jobs for at in bench.times(job)]
    assert len(times) == 24
    # Half of the time that each takes, since the next may arrive a little early.
    assert most_at_once(times, lasting=lasting / 2) <= concurrency
    assert max(connections) <= concurrency
    # As many as are allowed are used, too.
    assert max(connections) == concurrency


@pytest.mark.usefixtures("only_httpx")
def test_without_the_extra_there_are_no_more_connections_either(backend: Backend) -> None:
    with Simulator() as simulator, most_connections(simulator) as connections:
        jobs = jobs_of(Bench(simulator), 40, slow(0.03, running()), slow(0.03, done()))
        assert all(o.error is None for o in backend.wait_all(jobs, concurrency=5))
    assert max(connections) == 5


def test_eden_ai_is_polled_ten_times_a_second_by_default(bench: Bench, backend: Backend) -> None:
    jobs = jobs_of(bench, 5, running(), done())
    began = time.monotonic()
    outcomes = backend.wait_all(jobs, rate=None)
    assert all(outcome.error is None for outcome in outcomes)
    times = arrivals(bench, jobs)
    assert len(times) == 10
    assert not early(times, began, rate=10)


def test_two_clients_of_one_host_share_its_limit(bench: Bench, backend: Backend) -> None:
    jobs = [*jobs_of(bench, 4, done()), *jobs_of(bench, 4, done())]
    began = time.monotonic()
    backend.wait_all(jobs, rate=20)
    assert not early(arrivals(bench, jobs), began, rate=20)


def test_the_strictest_limit_of_a_host_holds_whoever_comes_first(bench: Bench) -> None:
    jobs = [*jobs_of(bench, 4, done(), provider="vessl"), *jobs_of(bench, 4, done())]
    began = time.monotonic()
    Backend("sync").wait_all(jobs, rate=None)
    assert not early(arrivals(bench, jobs), began, rate=10)


def test_a_rate_of_ones_own_takes_the_place_of_the_documented_one(
    bench: Bench, backend: Backend
) -> None:
    slower, faster = jobs_of(bench, 5, done()), jobs_of(bench, 40, done())
    began = time.monotonic()
    backend.wait_all(slower, rate=4)
    assert not early(arrivals(bench, slower), began, rate=4)
    began = time.monotonic()
    backend.wait_all(faster, rate=math.inf)
    assert early(arrivals(bench, faster), began, rate=10)


def test_a_provider_that_documents_no_limit_has_none(bench: Bench, backend: Backend) -> None:
    jobs = jobs_of(bench, 60, done(), provider="videodb")
    began = time.monotonic()
    backend.wait_all(jobs, rate=None)
    assert early(arrivals(bench, jobs), began, rate=10)


def test_two_hosts_do_not_hold_up_each_other(bench: Bench, backend: Backend) -> None:
    with Simulator() as other:
        here = jobs_of(bench, 6, done())
        there = jobs_of(Bench(other), 6, done())
        began = time.monotonic()
        backend.wait_all([*here, *there], rate=5)
        polls = [arrivals(bench, here), arrivals(Bench(other), there)]
    assert not any(early(times, began, rate=5) for times in polls)
    assert early(sorted([*polls[0], *polls[1]]), began, rate=5), "one limit for both"


@pytest.mark.parametrize(("code", "clients"), [(429, "two clients"), (503, "one client")])
def test_a_host_that_asks_to_be_left_alone_is_and_no_other(
    bench: Bench, backend: Backend, code: int, clients: str
) -> None:
    with Simulator() as other:
        strict = jobs_of(bench, 1, retry_after(2, status(code)), done())
        client = bench.client("edenai") if clients == "two clients" else None
        # It answers its first poll before the strict one does, and is due again soon after.
        same = jobs_of(bench, 5, running(times=3), done(), client=client)
        elsewhere = jobs_of(Bench(other), 5, running(times=3), done())
        outcomes = backend.wait_all([*strict, *same, *elsewhere])
        assert all(outcome.error is None for outcome in outcomes)
        asked = min(bench.times(strict[0]))
        later = [at for job in [*strict, *same] for at in bench.times(job)]
        # What was in flight already when the answer came could not know of it.
        assert all(at < asked + 1.6 or at >= asked + 2.0 for at in later)
        assert sum(at >= asked + 2.0 for at in later) >= 11
        ended = max(at for job in elsewhere for at in Bench(other).times(job))
        assert ended < asked + 2.0


def test_a_hold_beyond_the_deadline_leaves_room_for_the_last_polls(
    bench: Bench, backend: Backend
) -> None:
    jobs = [
        *jobs_of(bench, 1, retry_after(3000, status(429)), done()),
        *jobs_of(bench, 3, running(times=2), done()),
    ]
    rarely = attrs.evolve(BRISK, schedule=lambda _: 0.4)
    outcomes = backend.wait_all(jobs, timeout=0.6, polling=rarely)
    assert outcomes[0].error is None
    assert all(isinstance(o.error, JobTimeout) for o in outcomes[1:])
    assert [len(bench.told(job)) for job in jobs] == [2, 2, 2, 2]


def test_no_job_starves_under_a_tight_rate(bench: Bench, backend: Backend) -> None:
    jobs = jobs_of(bench, 12, running())
    backend.wait_all(
        jobs, timeout=2.0, rate=48, polling=Polling(schedule=lambda _: 0.01, last_poll=0.1)
    )
    polls = [len(bench.told(job)) for job in jobs]
    # Two seconds at 48 a second are eight polls each, on a machine that has nothing else to do.
    assert sum(polls) <= 48 * 2.1 + 2
    assert min(polls) >= 2
    assert max(polls) - min(polls) <= 2


def test_jobs_of_a_host_that_hangs_do_not_hold_up_the_others(
    bench: Bench, backend: Backend
) -> None:
    with Simulator() as hanging:
        stuck = jobs_of(Bench(hanging), 3, slow(5, done()))
        prompt = jobs_of(bench, 10, running(times=2), done())
        began = time.monotonic()
        backend.as_completed([*stuck, *prompt], most=10)
        assert time.monotonic() - began < 3


def test_a_final_429_is_no_reason_to_leave_the_host_alone(bench: Bench) -> None:
    url, token = bench.simulator.url("zai"), bench.simulator.token("zai")
    broke = bench.job("zai", status(429, body={"error": {"code": "1113", "message": "no money"}}))
    job = name_job("zai", connect("zai", url, token), bench.simulator.submit("zai", duration=0))
    rejected, fine = Backend("sync").wait_all([broke, job], polling=BRISK)
    assert rejected.error is not None
    assert fine.error is None
