"""Ctrl-C, cancellation and leaving early stop at once, leave nothing behind and keep the ref."""

import asyncio
import gc
import json
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from anyio.abc import TaskGroup
from tests.forked import Python
from tests.waits.harness import BACKENDS, HUNG, Bench, connect, name_job, within
from tests.waits.interrupted import POLLING, wait_async
from tests.waits.sockets import connections_to, never_accepting, serving

from tilldone import Job, Polling, aio, wait, watch
from tilldone.testing import drip_body, hang, running

ROOT = Path(__file__).parents[2]
STATES = {"sleeping": running(), "awaiting_headers": hang(), "reading": drip_body(0.05)}
LOOPS = ("asyncio", "trio")


class Standing:
    """A job at which a wait comes to stand, and the connections that it has there.

    Args:
        url: where it waits.
        job: what it waits for.
        there: whether the wait, by a process, has come to its state; None where the connection says
            so that it asks for.
    """

    def __init__(self, url: str, job: Job[Any], there: Callable[[], bool] | None = None) -> None:
        self.url = url
        self.job = job
        self.note = f"the edenai job goes on; resume with {job.ref}"
        self._there = there
        self._port = port_of(url)
        self._before = connections_to(self._port)

    def there(self, process: int | None) -> bool:
        return self._there() if self._there else connections_to(self._port, process) > 0

    @property
    def connections(self) -> int:
        return connections_to(self._port) - self._before


def silent(connection: socket.socket, _request: bytes) -> None:
    while connection.recv(65536):
        pass


@pytest.fixture(params=[*STATES, "connecting", "shaking_hands"])
def standing(request: pytest.FixtureRequest, bench: Bench) -> Iterator[Standing]:
    """Give a job at which a wait comes to stand in one state."""
    if request.param in STATES:
        job = bench.job("edenai", STATES[request.param])
        yield Standing(bench.simulator.url("edenai"), job, lambda: bool(bench.told(job)))
    elif request.param == "connecting":
        with never_accepting() as port:
            url = f"http://127.0.0.1:{port}"
            yield Standing(url, name_job("edenai", connect("edenai", url), "x"))
    else:
        with serving(silent, handshakes=False) as server:
            job = name_job("edenai", connect("edenai", server.url), "x")
            yield Standing(server.url, job, lambda: server.connections > 0)


def port_of(url: str) -> int:
    port = httpx.URL(url).port
    assert port is not None
    return port


async def arrived(standing: Standing, process: int | None = None) -> None:
    """Wait until the wait, by a process or this one, has come to its state, and a little longer.

    Where it has not got to what follows by then, it is stopped on its way there.
    """
    with anyio.fail_after(HUNG):
        while not standing.there(process):  # noqa: ASYNC110 # the state is a server's, in a thread
            await anyio.sleep(0.01)
    await anyio.sleep(0.1)


@pytest.mark.parametrize("way", BACKENDS)
@pytest.mark.together("standing", "way")
def test_ctrl_c_stops_at_once_and_leaves_nothing(
    bench: Bench, standing: Standing, way: str
) -> None:
    program = ["-m", "tests.waits.interrupted", way, "edenai", standing.url]
    program += [bench.simulator.token("edenai"), standing.job.id]
    with Python[str](
        program, imports=["psutil", "trio"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == "begun\n"
            anyio.run(arrived, standing, process.pid)
            process.send_signal(signal.SIGINT)
            # Both a poll and a pause would go on for ten minutes.
            told, _ = process.communicate(timeout=HUNG)
            left = json.loads(told)
        finally:
            process.kill()

    ((carrier, note),) = left["notes"]
    assert note == standing.note
    # asyncio turns Ctrl-C into a cancellation, which shows as KeyboardInterrupt's context.
    assert (carrier == "CancelledError") == (way == "asyncio")
    assert left["threads"] == 1
    assert left["connections"] == 0


def test_ctrl_c_that_another_thread_has_taken_ends_a_pause(bench: Bench) -> None:
    main, lost = threading.get_ident(), threading.Event()

    def take() -> None:
        # The pause has begun by then; where it has not, it is heard of all the same.
        time.sleep(0.5)
        signal.pthread_kill(threading.get_ident(), signal.SIGINT)

    def give_up() -> None:
        lost.set()
        signal.pthread_kill(main, signal.SIGINT)

    def seen(_snapshot: object) -> None:
        threading.Thread(target=take).start()
        rescue.start()

    rescue = threading.Timer(HUNG, give_up)
    try:
        with pytest.raises(KeyboardInterrupt):
            wait(
                bench.job("edenai", running()),
                timeout=None,
                polling=Polling(schedule=lambda _: 2 * HUNG),
                on_snapshot=seen,
            )
    finally:
        rescue.cancel()
    assert not lost.is_set()


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.together("standing", "loop")
def test_a_cancel_scope_stops_at_once_and_leaves_nothing(standing: Standing, loop: str) -> None:
    raised: list[BaseException] = []

    async def waiting() -> None:
        try:
            await wait_async(standing.job)
        except BaseException as error:
            raised.append(error)
            raise

    async def main() -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(waiting)
            await arrived(standing)
            group.cancel_scope.cancel()
        assert standing.connections == 0

    within(lambda: anyio.run(main, backend=loop))

    assert raised[0].__notes__ == [standing.note]


def test_a_cancelled_task_stops_at_once_and_leaves_nothing(standing: Standing) -> None:
    async def main() -> None:
        task = asyncio.create_task(wait_async(standing.job))
        await arrived(standing)
        task.cancel()
        async with asyncio.timeout(HUNG):
            with pytest.raises(asyncio.CancelledError) as caught:
                await task
        assert caught.value.__notes__ == [standing.note]
        assert asyncio.all_tasks() == {asyncio.current_task()}
        assert standing.connections == 0

    within(lambda: asyncio.run(main()))


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.together("standing", "loop")
def test_a_timeout_around_a_wait_is_a_cancellation(standing: Standing, loop: str) -> None:
    async def expire(scope: anyio.CancelScope) -> None:
        await arrived(standing)
        scope.deadline = anyio.current_time()

    async def waiting(group: TaskGroup) -> None:
        with anyio.fail_after(None) as scope:
            group.start_soon(expire, scope)
            await wait_async(standing.job)

    async def main() -> None:
        async with anyio.create_task_group() as group:
            with pytest.raises(TimeoutError):
                await waiting(group)
        assert standing.connections == 0

    within(lambda: anyio.run(main, backend=loop))


def test_breaking_out_of_watch_leaves_no_connection(bench: Bench) -> None:
    job = bench.job("edenai", running())
    port = port_of(bench.simulator.url("edenai"))

    for _ in watch(job, timeout=None, polling=POLLING):
        assert connections_to(port) == 1
        break
    gc.collect()

    assert connections_to(port) == 0


@pytest.mark.parametrize("loop", LOOPS)
def test_closing_an_async_watch_leaves_no_connection(bench: Bench, loop: str) -> None:
    job = bench.job("edenai", running())
    port = port_of(bench.simulator.url("edenai"))

    async def main() -> None:
        async with aclosing(aio.watch(job, timeout=None, polling=POLLING)) as snapshots:
            async for _ in snapshots:
                assert connections_to(port) == 1
                break
        assert connections_to(port) == 0

    within(lambda: anyio.run(main, backend=loop))


def test_a_plain_break_on_asyncio_leaves_no_connection(bench: Bench) -> None:
    job = bench.job("edenai", running())
    port = port_of(bench.simulator.url("edenai"))

    async def main() -> None:
        async for _ in aio.watch(job, timeout=None, polling=POLLING):
            break
        gc.collect()
        async with asyncio.timeout(HUNG):
            while connections_to(port):  # noqa: ASYNC110 # a socket sets no event
                await asyncio.sleep(0.01)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    within(lambda: asyncio.run(main()))


def test_leaving_a_generator_is_no_interruption_and_gets_no_note(bench: Bench) -> None:
    snapshots = watch(bench.job("edenai", running()), timeout=None, polling=POLLING)
    next(snapshots)

    with pytest.raises(LookupError) as caught:
        snapshots.throw(LookupError("mine"))
    assert not hasattr(caught.value, "__notes__")
