"""How these tests wait for many jobs: three ways to run, and an eye on what is left behind."""

import json
import signal
import subprocess
import threading
import time
from collections.abc import Awaitable, Callable, Generator, Iterable
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar

import anyio
import psutil
import pytest
from tests.forked import Python
from tests.soak import SOAK
from tests.waits.harness import HUNG, Bench, within

import tilldone
from tilldone import Job, Outcome, Polling, aio
from tilldone.simulator import Step
from tilldone.testing import ManualClock

T = TypeVar("T")

BACKENDS = ("sync", "asyncio", "trio")

# What a crowd may take in real time before it is called hung: thousands take minutes.
TOO_LONG = 3600.0 if SOAK else 600.0

# It gives each poll more time than the busiest machine needs: what never ends is cut off by a test
# that says so itself.
BRISK = Polling(
    schedule=lambda _: 0.05,
    jitter=0.0,
    request_timeout=HUNG,
    last_poll=HUNG,
    not_found_grace=0.0,
    max_body=64 * 1024,
)


@dataclass(frozen=True)
class Backend:
    """One of the three ways to wait for the same jobs."""

    name: str

    def wait_all(
        self,
        jobs: Iterable[Job[T]],
        *,
        timeout: float | None = HUNG,
        polling: Polling = BRISK,
        concurrency: int = 100,
        rate: float | None = float("inf"),
    ) -> list[Outcome[T]]:
        how: dict[str, Any] = {
            "timeout": timeout,
            "polling": polling,
            "concurrency": concurrency,
            "rate": rate,
        }
        return self.run(lambda: tilldone.wait_all(jobs, **how), lambda: aio.wait_all(jobs, **how))

    def as_completed(
        self,
        jobs: Iterable[Job[T]],
        *,
        timeout: float | None = HUNG,
        polling: Polling = BRISK,
        concurrency: int = 100,
        rate: float | None = float("inf"),
        most: int | None = None,
        then: Callable[[Outcome[T]], object] = lambda _: None,
    ) -> list[Outcome[T]]:
        """Collect the outcomes as they come, and leave the loop after `most` of them."""
        how: dict[str, Any] = {
            "timeout": timeout,
            "polling": polling,
            "concurrency": concurrency,
            "rate": rate,
        }

        def plain() -> list[Outcome[T]]:
            taken: list[Outcome[T]] = []
            for outcome in tilldone.as_completed(jobs, **how):
                taken.append(outcome)
                then(outcome)
                if len(taken) == most:
                    break
            return taken

        async def coroutine() -> list[Outcome[T]]:
            taken: list[Outcome[T]] = []
            async with aclosing(aio.as_completed(jobs, **how)) as outcomes:
                async for outcome in outcomes:
                    taken.append(outcome)
                    then(outcome)
                    if len(taken) == most:
                        break
            return taken

        return self.run(plain, coroutine)

    def run(self, plain: Callable[[], T], coroutine: Callable[[], Awaitable[T]]) -> T:
        if self.name == "sync":
            return within(plain, seconds=TOO_LONG)
        return within(lambda: anyio.run(coroutine, backend=self.name), seconds=TOO_LONG)


def jobs_of(
    bench: Bench, number: int, *script: Step, provider: str = "edenai", client: object = None
) -> list[Job[Any]]:
    """Submit so many jobs that go by the same script; all are asked for by one client."""
    shared = client or bench.client(provider)
    return [bench.job(provider, *script, client=shared) for _ in range(number)]


@contextmanager
def nothing_left(bench: Bench) -> Generator[None]:
    """Hold a block to it: it leaves no thread, no socket and no connection behind."""
    process = psutil.Process()
    settled(lambda: bench.simulator.connections, 0)
    threads = threading.active_count()
    sockets = len(process.net_connections())
    yield
    assert settled(threading.active_count, threads) <= threads
    assert settled(lambda: bench.simulator.connections, 0) == 0
    assert settled(lambda: len(process.net_connections()), sockets) <= sockets


def settled(read: Callable[[], int], wanted: int) -> int:
    """Read until it is no more than wanted, and give what was read last."""
    end = time.monotonic() + HUNG
    while (found := read()) > wanted and time.monotonic() < end:
        time.sleep(0.01)
    return found


async def settled_here(read: Callable[[], int], wanted: int) -> int:
    """Do the same in an event loop, which goes on meanwhile."""
    end = time.monotonic() + HUNG
    while (found := read()) > wanted and time.monotonic() < end:  # noqa: ASYNC110 # others are read
        await anyio.sleep(0.01)
    return found


@contextmanager
def moved_by_pauses() -> Generator[ManualClock]:
    """Let pauses move the clock and take no time; the simulators tell when polls came by it, too.

    It holds still while polls are in flight, so that each arrives at the moment when it was sent,
    however long that takes.
    """
    with ManualClock() as clock, pytest.MonkeyPatch.context() as patch:
        told = SimpleNamespace(monotonic=clock.now)
        patch.setattr("tilldone.simulator._routes.time", told)
        yield clock


@contextmanager
def meanwhile(step: Callable[[], object], *, every: float) -> Generator[None]:
    """Do this again and again in a thread, after a pause (s) each time, as the block lasts."""
    over = threading.Event()

    def go_on() -> None:
        while not over.wait(every):
            step()

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def seen_by_an_interrupted(bench: Bench, backend: Backend, *ids: str) -> dict[str, Any]:
    """Run an application that waits for these jobs, send it Ctrl-C, and give what it says then."""
    token, url = bench.simulator.token("edenai"), bench.simulator.url("edenai")
    program = [str(Path(__file__).with_name("interrupted.py")), backend.name, url, token, *ids]
    with Python[str](
        program, imports=["psutil", "trio"], stdout=subprocess.PIPE, text=True
    ) as application:
        assert application.stdout is not None
        assert application.stdout.readline() == "polling\n"
        application.send_signal(signal.SIGINT)
        said, _ = application.communicate(timeout=HUNG)
    seen: dict[str, Any] = json.loads(said)
    return seen
