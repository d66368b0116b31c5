"""One client serves many jobs, many threads, and several event loops one after another."""

import asyncio
import gc
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio
import httpx
import psutil
import pytest
from tests.waits.harness import BACKENDS, HUNG, QUICK, Backend, Bench, within

import tilldone
from tilldone import aio
from tilldone.testing import done, running
from tilldone_clients.vessl.api.serverless import get_async_request_output

THREADS = 20


def test_one_client_in_many_threads(bench: Bench, provider: str) -> None:
    client = bench.client(provider)
    jobs = [
        bench.job(provider, running(), running(), done(), client=client) for _ in range(THREADS)
    ]

    with ThreadPoolExecutor(THREADS) as pool:
        results = list(
            pool.map(
                lambda job: tilldone.wait(job, timeout=HUNG, polling=QUICK), jobs, timeout=HUNG
            )
        )

    assert len(results) == THREADS
    assert all(bench.told(job)[-1] == "done" for job in jobs)


def test_a_slow_poll_in_one_thread_cuts_no_other(bench: Bench) -> None:
    """The deadline of a poll is its thread's own."""
    client = bench.client("edenai")
    jobs = [bench.job("edenai", running(), done(), client=client) for _ in range(THREADS)]
    timeouts = [0.0 if i % 2 else HUNG for i in range(THREADS)]

    def wait(i: int) -> object:
        try:
            return tilldone.wait(jobs[i], timeout=timeouts[i], polling=QUICK)
        except tilldone.JobTimeout as error:
            return error

    with ThreadPoolExecutor(THREADS) as pool:
        ends = list(pool.map(wait, range(THREADS)))

    assert [isinstance(end, tilldone.JobTimeout) for end in ends] == [t == 0.0 for t in timeouts]


def test_one_client_across_event_loops_and_none(bench: Bench, provider: str) -> None:
    client = bench.client(provider)

    for name in [*BACKENDS, *reversed(BACKENDS), *BACKENDS]:
        job = bench.job(provider, running(), done(), client=client)
        assert Backend(name).wait(job) is not None


@pytest.mark.parametrize("loop", ["asyncio", "trio"])
def test_many_waits_in_one_loop(bench: Bench, loop: str) -> None:
    client = bench.client("edenai")
    jobs = [bench.job("edenai", running(), done(), client=client) for _ in range(THREADS)]
    results: list[Any] = []

    async def main() -> None:
        async def wait(job: Any) -> None:  # noqa: ANN401 # a job of any result
            results.append(await aio.wait(job, timeout=HUNG, polling=QUICK))

        async with anyio.create_task_group() as group:
            for job in jobs:
                group.start_soon(wait, job)

    within(lambda: anyio.run(main, backend=loop))

    assert [result.status for result in results] == ["success"] * THREADS


# The connection that the dead loop left in the generated client is collected within the test.
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_generated_calls_of_a_dead_loop_do_not_matter(bench: Bench) -> None:
    client = bench.client("vessl")
    job = bench.job("vessl", running(), running(), running(), done(), client=client)

    answer = asyncio.run(get_async_request_output.asyncio(job.id, client=client))
    assert answer is not None
    assert answer.status == "in_progress"
    get_async_request_output.sync(job.id, client=client)

    for name in ("asyncio", "trio", "sync"):
        assert Backend(name).wait(job).status == "completed"

    client.get_httpx_client().close()
    del client, job
    gc.collect()


def test_a_generated_client_that_was_closed_does_not_matter(bench: Bench) -> None:
    client = bench.client("edenai")
    with client:
        pass

    assert Backend("sync").wait(bench.job("edenai", done(), client=client)).status == "success"


def test_a_client_that_only_waits_has_nothing_to_close(bench: Bench, backend: Backend) -> None:
    client = bench.client("edenai")
    port = httpx.URL(bench.simulator.url("edenai")).port

    backend.wait(bench.job("edenai", running(), done(), client=client))

    mine = psutil.Process().net_connections(kind="tcp")
    assert not [each for each in mine if getattr(each.raddr, "port", None) == port]
    # Nor has its httpx client come to be, which is what closing it would close.
    assert (client._client, client._async_client) == (None, None)
