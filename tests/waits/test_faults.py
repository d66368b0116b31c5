"""A passing fault is not the end: the wait rides it out and returns the job's result."""

import gzip
import logging
import math
import socket
import threading
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import attrs
import pytest
from tests.many.crowd import Backend as Crowd
from tests.waits.faults import ENDLESS, FAULTS
from tests.waits.harness import BACKENDS, HUNG, QUICK, Backend, Bench, connect, name_job
from tests.waits.sockets import serving

from tilldone import PollUnavailable, Snapshot
from tilldone.simulator import Simulator, Step
from tilldone.testing import (
    body,
    chunked,
    close_delimited,
    done,
    endless_body,
    gzip_bomb,
    running,
    slow,
)

_MEBIBYTE = 2**20

# What never ends is ridden out as soon as it is cut off.
BRIEF = attrs.evolve(QUICK, request_timeout=0.6)


@pytest.mark.parametrize("way", BACKENDS)
@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.together("name", "way")
def test_every_fault_is_ridden_out(bench: Bench, name: str, provider: str, way: str) -> None:
    fault = FAULTS[name]
    job = bench.job(provider, fault, running(), done())
    seen: list[Snapshot[Any]] = []

    polling = BRIEF if name in ENDLESS else QUICK
    result = Backend(way).wait(job, polling=polling, on_snapshot=seen.append)

    assert result == seen[-1].response
    phases = [snapshot.phase.finished for snapshot in seen]
    # On a busy machine, the poll after the one that never ends may be cut as well.
    assert phases == [False, True] or (name in ENDLESS and phases == [True])
    assert bench.told(job)[0] == fault.name
    assert seen[0].polls >= 2


@pytest.mark.parametrize("shape", [chunked, close_delimited])
def test_answers_of_any_legal_framing_are_read(
    bench: Bench, backend: Backend, provider: str, shape: Callable[[Step], Step]
) -> None:
    job = bench.job(provider, shape(running()), shape(done()))

    assert [s.phase.finished for s in backend.watch(job)] == [False, True]
    assert bench.told(job) == [shape(running()).name, shape(done()).name]


def test_slow_answers_are_waited_for(bench: Bench, backend: Backend) -> None:
    job = bench.job("edenai", slow(0.6, running()), slow(0.6, done()))

    backend.wait(job)

    assert bench.told(job) == ["slow(0.6) running", "slow(0.6) done"]


@pytest.mark.parametrize("code", [200, 201, 202, 203, 206, 299])
def test_any_2xx_is_read(bench: Bench, backend: Backend, code: int) -> None:
    job = bench.job("zai", body({"status": "success", "async_id": "x"}, status=code))

    assert backend.wait(job).async_id == "x"
    assert len(bench.told(job)) == 1


def test_a_server_that_is_away_for_a_while(
    backend: Backend, provider: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="tilldone")
    with Simulator() as simulator:
        job = Bench(simulator).job(provider, done())
        with simulator.down():
            waiting = threading.Thread(target=backend.wait, args=(job,))
            waiting.start()
            give_up = time.monotonic() + HUNG
            while "refused" not in caplog.text and "ConnectError" not in caplog.text:
                assert time.monotonic() < give_up
                time.sleep(0.01)
            assert simulator.polls(job.id) == []
        waiting.join(HUNG)

        assert not waiting.is_alive()
        assert [poll.answered for poll in simulator.polls(job.id)] == ["done"]


@pytest.mark.parametrize("flood", [endless_body(), gzip_bomb(256 * _MEBIBYTE)], ids=repr)
@pytest.mark.together("backend", "flood")
def test_memory_stays_flat_under_a_flood(bench: Bench, backend: Backend, flood: Step) -> None:
    job = bench.job("edenai", flood, done())
    # The simulator may take its time to pack the bomb.
    polling = attrs.evolve(QUICK, max_body=_MEBIBYTE, request_timeout=math.inf)
    tracemalloc.start()
    try:
        backend.wait(job, timeout=None, polling=polling)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert bench.told(job) == [flood.name, "done"]
    # The simulator runs in this process: its own packing of the bomb is in the peak, too.
    assert peak < 16 * _MEBIBYTE


def test_what_follows_a_gzip_is_not_read(backend: Backend) -> None:
    def speak(connection: socket.socket, _request: bytes) -> None:
        packed = gzip.compress(b'{"status": "success"}')
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + packed)
        while True:
            connection.sendall(bytes(65536))

    with serving(speak) as server:
        job = name_job("zai", connect("zai", server.url), "x")
        assert backend.wait(job, timeout=0).status == "success"
        (outcome,) = Crowd("trio" if backend.name == "trio" else "asyncio").wait_all([job])
    assert outcome.unwrap().status == "success"


def test_a_body_at_the_limit_is_read_and_one_byte_more_is_not(
    bench: Bench, backend: Backend
) -> None:
    whole = b'{"status": "success"}'
    fits = bench.job("zai", body(whole))
    burst = bench.job("zai", body(whole + b" "))
    polling = attrs.evolve(QUICK, max_body=len(whole))

    assert backend.wait(fits, polling=polling).status == "success"
    assert bench.told(fits) == ["body(200)"]
    with pytest.raises(PollUnavailable, match=f"longer than {len(whole)} bytes"):
        backend.check(burst, polling=polling)
