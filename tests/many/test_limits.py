"""Polls in flight, polls a second, and what a host asks for: bounded, for all of its jobs."""

import json
import math
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterable

import attrs
import pytest
from tests.many.crowd import BRISK, Backend, jobs_of, moved_by_pauses
from tests.waits.harness import HUNG, Bench, connect, name_job
from tests.waits.sockets import connections_to, response, serving

from tilldone import Job, JobTimeout, Origin, Phase, Polling, Provider
from tilldone.simulator import Simulator
from tilldone.testing import done, hang, retry_after, running, status


def arrivals(bench: Bench, jobs: Iterable[Job[object]]) -> list[float]:
    """List when the polls of the jobs arrived, in order (s)."""
    return sorted(at for job in jobs for at in bench.times(job))


def turns(number: int, *, rate: float) -> object:
    """Say when so many polls are to arrive, at so many a second from the beginning."""
    return pytest.approx([turn / rate for turn in range(number)])


class Turnstile:
    """A server that answers polls so many at a time; a job is done at its second one.

    It counts those that it has not answered, and the connections that there are, each time when it
    has as many as that.
    """

    def __init__(self, width: int) -> None:
        self.most = 0
        self.connections: list[int] = []
        self._here = 0
        self._polls = Counter[bytes]()
        self._counting = threading.Lock()
        self._together = threading.Barrier(width)

    def speak(self, connection: socket.socket, request: bytes) -> None:
        """Answer one poll."""
        with self._counting:
            self._here += 1
            self.most = max(self.most, self._here)
        if self._together.wait(HUNG) == 0:
            # Time for one that must not come.
            time.sleep(0.02)
            self.connections.append(connections_to(connection.getsockname()[1]))
        self._together.wait(HUNG)
        with self._counting:
            self._here -= 1
            self._polls[path := request.split(b" ", 2)[1]] += 1
            said = "done" if self._polls[path] > 1 else "running"
        # Before any is answered, and another comes in its place.
        self._together.wait(HUNG)
        connection.sendall(response(json.dumps({"status": said}).encode()))

    def pass_through(self, backend: Backend, *, concurrency: int) -> None:
        """Wait for a few times as many jobs."""
        provider = Provider(
            name="any",
            request=lambda name: {"method": "get", "url": f"/{name}"},
            phases={"running": Phase.RUNNING, "done": Phase.SUCCEEDED},
            parse=dict,
        )
        with serving(self.speak) as server:
            client = Origin(server.url)
            jobs = [provider.job(client, str(number)) for number in range(3 * concurrency)]
            outcomes = backend.wait_all(jobs, concurrency=concurrency)
        assert [outcome.error for outcome in outcomes] == [None] * len(jobs)
        assert set(self._polls.values()) == {2}


@pytest.mark.parametrize("concurrency", [1, 7])
def test_no_more_polls_are_in_flight_than_asked_for(backend: Backend, concurrency: int) -> None:
    turnstile = Turnstile(concurrency)
    turnstile.pass_through(backend, concurrency=concurrency)
    assert turnstile.most == concurrency
    assert turnstile.connections == [concurrency] * 6


@pytest.mark.usefixtures("only_httpx")
def test_without_the_extra_there_are_no_more_connections_either(backend: Backend) -> None:
    turnstile = Turnstile(5)
    turnstile.pass_through(backend, concurrency=5)
    assert turnstile.most == 5
    assert turnstile.connections == [5] * 6


def test_eden_ai_is_polled_ten_times_a_second_by_default(bench: Bench, backend: Backend) -> None:
    jobs = jobs_of(bench, 5, running(), done())
    with moved_by_pauses():
        outcomes = backend.wait_all(jobs, rate=None)
    assert all(outcome.error is None for outcome in outcomes)
    assert arrivals(bench, jobs) == turns(10, rate=10)


def test_two_clients_of_one_host_share_its_limit(bench: Bench, backend: Backend) -> None:
    jobs = [*jobs_of(bench, 4, done()), *jobs_of(bench, 4, done())]
    with moved_by_pauses():
        backend.wait_all(jobs, rate=20)
    assert arrivals(bench, jobs) == turns(8, rate=20)


def test_the_strictest_limit_of_a_host_holds_whoever_comes_first(bench: Bench) -> None:
    jobs = [*jobs_of(bench, 4, done(), provider="vessl"), *jobs_of(bench, 4, done())]
    with moved_by_pauses():
        Backend("sync").wait_all(jobs, rate=None)
    assert arrivals(bench, jobs) == turns(8, rate=10)


def test_a_rate_of_ones_own_takes_the_place_of_the_documented_one(
    bench: Bench, backend: Backend
) -> None:
    slower, faster = jobs_of(bench, 5, done()), jobs_of(bench, 40, done())
    with moved_by_pauses():
        backend.wait_all(slower, rate=4)
    with moved_by_pauses():
        backend.wait_all(faster, rate=math.inf)
    assert arrivals(bench, slower) == turns(5, rate=4)
    assert arrivals(bench, faster) == [0.0] * 40


def test_a_provider_that_documents_no_limit_has_none(bench: Bench, backend: Backend) -> None:
    jobs = jobs_of(bench, 60, done(), provider="videodb")
    with moved_by_pauses():
        backend.wait_all(jobs, rate=None)
    assert arrivals(bench, jobs) == [0.0] * 60


def test_two_hosts_do_not_hold_up_each_other(bench: Bench, backend: Backend) -> None:
    with Simulator() as other:
        here = jobs_of(bench, 6, done())
        there = jobs_of(Bench(other), 6, done())
        with moved_by_pauses():
            backend.wait_all([*here, *there], rate=5)
        assert arrivals(bench, here) == turns(6, rate=5)
        assert arrivals(Bench(other), there) == turns(6, rate=5)


@pytest.mark.parametrize(("code", "clients"), [(429, "two clients"), (503, "one client")])
def test_a_host_that_asks_to_be_left_alone_is_and_no_other(
    bench: Bench, backend: Backend, code: int, clients: str
) -> None:
    with Simulator() as other:
        strict = jobs_of(bench, 1, retry_after(2, status(code)), done())
        client = bench.client("edenai") if clients == "two clients" else None
        # Each is due again long before that.
        same = jobs_of(bench, 5, running(times=3), done(), client=client)
        elsewhere = jobs_of(Bench(other), 5, running(times=3), done())
        with moved_by_pauses():
            outcomes = backend.wait_all([*strict, *same, *elsewhere])
        assert all(outcome.error is None for outcome in outcomes)
        polls = arrivals(bench, [*strict, *same])
        # What was in flight already when the answer came could not know of it.
        assert polls[:6] == [0.0] * 6
        assert len(polls) == 6 + 1 + 5 * 3
        assert min(polls[6:]) >= 2.0
        assert max(arrivals(Bench(other), elsewhere)) < 2.0


def test_a_hold_beyond_the_deadline_leaves_room_for_the_last_polls(
    bench: Bench, backend: Backend
) -> None:
    jobs = [
        *jobs_of(bench, 1, retry_after(3000, status(429)), done()),
        *jobs_of(bench, 3, running(times=2), done()),
    ]
    rarely = attrs.evolve(BRISK, schedule=lambda _: 10.0)
    with moved_by_pauses():
        outcomes = backend.wait_all(jobs, timeout=60.0, polling=rarely)
    assert outcomes[0].error is None
    assert all(isinstance(o.error, JobTimeout) for o in outcomes[1:])
    assert [bench.times(job) for job in jobs] == [[0.0, 60.0]] * 4


def test_no_job_starves_under_a_tight_rate(bench: Bench, backend: Backend) -> None:
    # Of a provider without a list, which would be asked for instead.
    jobs = jobs_of(bench, 12, running(), provider="vessl")
    patience = Polling(schedule=lambda _: 10.0, last_poll=100.0)
    with moved_by_pauses():
        backend.wait_all(jobs, timeout=2010.0, rate=0.048, polling=patience)
    # Before the deadline these are 97, after it there is time for five more.
    assert arrivals(bench, jobs) == turns(102, rate=0.048)
    polls = [len([at for at in bench.times(job) if at < 2010.0]) for job in jobs]
    assert (min(polls), max(polls)) == (8, 9)


def test_jobs_of_a_host_that_hangs_do_not_hold_up_the_others(
    bench: Bench, backend: Backend
) -> None:
    with Simulator() as hanging:
        stuck = jobs_of(Bench(hanging), 3, hang())
        prompt = jobs_of(bench, 10, running(times=2), done())
        # No time puts an end to those that hang: who waited for them would wait for ever.
        for_ever = attrs.evolve(BRISK, request_timeout=3600.0)
        came = backend.as_completed([*stuck, *prompt], timeout=None, polling=for_ever, most=10)
        assert {outcome.job for outcome in came} == set(prompt)
        assert all(outcome.error is None for outcome in came)
        assert [Bench(hanging).told(job) for job in stuck] == [["hang"]] * 3


def test_a_final_429_is_no_reason_to_leave_the_host_alone(bench: Bench) -> None:
    url, token = bench.simulator.url("zai"), bench.simulator.token("zai")
    broke = bench.job("zai", status(429, body={"error": {"code": "1113", "message": "no money"}}))
    job = name_job("zai", connect("zai", url, token), bench.simulator.submit("zai", duration=0))
    rejected, fine = Backend("sync").wait_all([broke, job], polling=BRISK)
    assert rejected.error is not None
    assert fine.error is None
