"""The deadline holds whatever the server does, and a job that was done in time is returned."""

import math
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import anyio
import attrs
import pytest
from tests.core.world import DONE, RUNNING, Desk
from tests.waits.faults import ENDLESS, FAULTS
from tests.waits.harness import BACKENDS, HUNG, Backend, Bench, connect, name_job
from tests.waits.sockets import Speak, dripping, response, serving

import tilldone
from tilldone import Job, JobTimeout, Polling, Snapshot, aio
from tilldone.testing import ManualClock, done, running

TIMEOUT = 0.6
LAST_POLL = 0.3
GRACE = 0.25

# Slow enough that dozens of such waits at once do not keep a small machine busy. Nothing but a
# wait's deadline cuts its polls: one that it does not cut never ends.
CALM = Polling(
    schedule=lambda _: 0.25,
    jitter=0.0,
    request_timeout=math.inf,
    last_poll=LAST_POLL,
    max_body=64 * 1024,
)


def how_long(backend: str, job: Job[object]) -> float:
    """Wait for a job that never gets done, and measure how long that took (s)."""
    began = time.monotonic()
    with pytest.raises(JobTimeout) as caught:
        Backend(backend).wait(job, timeout=TIMEOUT, polling=CALM)
    assert "last fault: " in str(caught.value)
    return time.monotonic() - began


def in_time(measure: Callable[[], float], control: Callable[[], float]) -> bool:
    """Say whether one of many measurements is in time.

    A busy machine delays any one of them, and a wait whose polls end by themselves, the control, as
    much; a deadline that does not hold delays all, and not the control.
    """
    for _ in range(20):
        took = measure()
        if took <= max(TIMEOUT, control()) + LAST_POLL + GRACE:
            return True
    return False


class Batch:
    """All faults at once against one provider, on one backend."""

    def __init__(self, bench: Bench, provider: str, backend: str) -> None:
        self.jobs = {name: bench.job(provider, fault) for name, fault in FAULTS.items()}
        self.took: dict[str, float] = {}
        self.errors: dict[str, BaseException] = {}
        if backend == "sync":
            self._run_threads()
        else:
            anyio.run(self._run_tasks, backend=backend)

    def _run_threads(self) -> None:
        threads = [
            threading.Thread(target=self._wait, args=(name,), daemon=True) for name in self.jobs
        ]
        for thread in threads:
            thread.start()
        give_up = time.monotonic() + HUNG
        for thread in threads:
            thread.join(max(give_up - time.monotonic(), 0))

    def _wait(self, name: str) -> None:
        began = time.monotonic()
        try:
            tilldone.wait(self.jobs[name], timeout=TIMEOUT, polling=CALM)
        except tilldone.WaitError as error:
            self.took[name] = time.monotonic() - began
            self.errors[name] = error

    async def _run_tasks(self) -> None:
        with anyio.move_on_after(HUNG):
            async with anyio.create_task_group() as group:
                for name in self.jobs:
                    group.start_soon(self._wait_async, name)

    async def _wait_async(self, name: str) -> None:
        began = time.monotonic()
        try:
            await aio.wait(self.jobs[name], timeout=TIMEOUT, polling=CALM)
        except tilldone.WaitError as error:
            self.took[name] = time.monotonic() - began
            self.errors[name] = error


@pytest.mark.parametrize("way", BACKENDS)
def test_no_fault_outlasts_the_deadline(bench: Bench, provider: str, way: str) -> None:
    together = Batch(bench, provider, way)

    assert together.took.keys() == FAULTS.keys(), "some waits go on"
    for name, error in together.errors.items():
        assert isinstance(error, JobTimeout), name
        assert "last fault: " in str(error)
        took = together.took[name]
        assert took >= TIMEOUT, name
        if took > TIMEOUT + LAST_POLL + GRACE:
            control = partial(how_long, way, together.jobs["http_503"])
            assert in_time(partial(how_long, way, together.jobs[name]), control), name


def _says_nothing(connection: socket.socket, _request: bytes) -> None:
    while connection.recv(65536):
        pass


@pytest.fixture(
    params=[
        ("drips_headers", dripping(), True),
        ("drips_body", dripping(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n"), True),
        ("never_shakes_hands", _says_nothing, False),
        # The head of a TLS record of 16 KiB that comes byte by byte.
        ("drips_the_handshake", dripping(b"\x16\x03\x03\x40\x00", b"\x02"), False),
    ],
    ids=lambda case: case[0],
)
def tls_url(request: pytest.FixtureRequest, secured: ssl.SSLContext) -> Iterator[str]:
    speak: Speak
    _, speak, shakes_hands = request.param
    context = secured if shakes_hands else None
    with serving(speak, tls=context, handshakes=shakes_hands) as server:
        yield server.url


@pytest.mark.together("backend", "tls_url")
def test_tls_does_not_outlast_the_deadline(
    bench: Bench, backend: Backend, tls_url: str, trusting: ssl.SSLContext
) -> None:
    client = attrs.evolve(connect("edenai", tls_url), verify_ssl=trusting)
    job, control = name_job("edenai", client, "x"), bench.job("edenai", FAULTS["http_503"])

    assert in_time(partial(how_long, backend.name, job), partial(how_long, backend.name, control))


@pytest.mark.parametrize("name", ENDLESS)
@pytest.mark.together("backend", "name")
def test_a_poll_that_never_ends_is_cut_at_its_request_timeout(
    bench: Bench, backend: Backend, name: str
) -> None:
    job = bench.job("edenai", ENDLESS[name], done())

    began = time.monotonic()
    # No deadline cuts it.
    backend.wait(job, timeout=None, polling=attrs.evolve(CALM, request_timeout=0.2))

    _, second, *_ = bench.times(job)
    assert second - began >= 0.2


def test_a_job_done_a_moment_before_the_deadline_is_returned(
    bench: Bench, backend: Backend, provider: str
) -> None:
    job = bench.job(provider, running(), done())
    rarely = attrs.evolve(CALM, schedule=lambda _: 3600.0, last_poll=HUNG)

    seen: list[Snapshot[Any]] = []

    with ManualClock() as clock:
        result = backend.wait(job, timeout=60.0, polling=rarely, on_snapshot=seen.append)
        assert clock.now() == 60.0

    assert [snapshot.phase.finished for snapshot in seen] == [False, True]
    assert result == seen[-1].response
    assert bench.told(job) == ["running", "done"]


def test_a_job_done_during_a_poll_that_is_cut_is_returned(backend: Backend) -> None:
    deadline = time.monotonic() + 0.2

    def speak(connection: socket.socket, _request: bytes) -> None:
        # Whatever comes before the deadline is never answered.
        if time.monotonic() < deadline:
            connection.recv(1)
        else:
            connection.sendall(response(DONE.content))

    with serving(speak) as server:
        job = name_job("edenai", connect("edenai", server.url), "x")
        patient = attrs.evolve(CALM, last_poll=HUNG)
        assert backend.wait(job, timeout=0.2, polling=patient).status == "success"


def test_a_job_done_one_moment_after_the_deadline_is_a_timeout(backend: Backend) -> None:
    with ManualClock() as clock:
        desk = Desk(clock, [lambda now: DONE if now > 10.0 else RUNNING])
        with pytest.raises(JobTimeout, match=r"is still 'processing', after 10\.0 s and \d+ polls"):
            backend.wait(desk.job(), timeout=10, polling=Polling())

    assert desk.times[-1] == 10.0


def test_timeout_0_is_a_single_poll(bench: Bench, backend: Backend) -> None:
    finished = bench.job("edenai", done())
    unfinished = bench.job("edenai", running(), done())

    assert backend.wait(finished, timeout=0).status == "success"
    with pytest.raises(JobTimeout, match="1 poll;") as caught:
        backend.wait(unfinished, timeout=0)
    assert bench.told(unfinished) == ["running"]
    assert caught.value.last is not None
    assert caught.value.last.status == "processing"
    assert isinstance(caught.value, TimeoutError)


def test_timeout_none_is_for_ever(backend: Backend) -> None:
    month = 30 * 24 * 3600
    with ManualClock() as clock:
        desk = Desk(clock, [lambda now: DONE if now > month else RUNNING])
        backend.wait(desk.job(), timeout=None, polling=Polling(schedule=lambda _: 3600.0))

    assert desk.times[-1] > month


def test_a_poll_may_take_for_ever_where_the_wait_may(bench: Bench, backend: Backend) -> None:
    job = bench.job("edenai", running(), done())
    endless = attrs.evolve(CALM, request_timeout=math.inf)

    assert backend.wait(job, timeout=None, polling=endless).status == "success"


def test_a_polling_that_is_none_is_named(bench: Bench, backend: Backend) -> None:
    job = bench.job("edenai", done())
    wrong: Any = 5.0

    for ask in (backend.wait, backend.watch, backend.check):
        with pytest.raises(TypeError, match=r"^polling: expected a Polling, got float"):
            ask(job, polling=wrong)
    assert bench.told(job) == []


def test_a_timedelta_is_its_seconds(backend: Backend) -> None:
    with ManualClock() as clock:
        desk = Desk(clock, [RUNNING])
        with pytest.raises(JobTimeout):
            backend.wait(desk.job(), timeout=timedelta(minutes=1), polling=Polling())

    assert desk.times[-1] == 60.0


@pytest.mark.parametrize(
    ("timeout", "kind"),
    [
        (-1, ValueError),
        (math.nan, ValueError),
        (10**400, ValueError),
        ("60", TypeError),
        (True, TypeError),
    ],
)
def test_a_wrong_timeout_is_named_before_any_poll(
    bench: Bench, backend: Backend, timeout: float, kind: type[Exception]
) -> None:
    job = bench.job("edenai", done())

    for ask in (backend.wait, backend.watch):
        with pytest.raises(kind, match=r"^timeout: "):
            ask(job, timeout=timeout)
    assert bench.told(job) == []
