"""The ways to wait for many jobs that `many.py` compares."""

import asyncio
import math
import ssl
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

import aiohttp
import httpx
from _harness import KEY
from azure.core import AsyncPipelineClient
from azure.core.pipeline.policies import AsyncRetryPolicy, RequestIdPolicy
from azure.core.pipeline.transport import AioHttpTransport
from azure.core.polling import AsyncLROPoller
from azure.core.polling.async_base_polling import AsyncLROBasePolling
from azure.core.rest import HttpRequest

from tilldone import Job, Polling, aio, edenai

HEADERS = {"Authorization": f"Bearer {KEY}"}
IN_FLIGHT = 100
CONTEXT = ssl.create_default_context()


@dataclass
class Load:
    """Jobs to wait for, with the pause (s) between two polls, and when each wait ended (s)."""

    base: str
    ids: list[str]
    pause: float
    jobs: list[Job[Any]] = field(default_factory=list)
    ended: list[float] = field(default_factory=list)
    began: float = math.nan

    def prepare(self, name: str) -> None:
        """Make the handles that do not count."""
        if name.startswith("tilldone"):
            client = edenai.connect(KEY, base_url=self.base)
            self.jobs = [edenai.job(client, each) for each in self.ids]

    def url(self, job_id: str) -> str:
        """Give what a poll of a job asks for."""
        return f"{self.base}/v3/universal-ai/async/{job_id}"

    def begin(self) -> None:
        """Start the clock."""
        self.began = time.perf_counter()

    def end(self) -> None:
        """Note that a wait has ended."""
        self.ended.append(time.perf_counter() - self.began)


def tilldone_fast(load: Load) -> None:
    """Wait by as_completed, over aiohttp."""
    if not load.jobs:
        load.prepare("tilldone")
    polling = Polling(schedule=lambda _: load.pause, jitter=0.0)

    async def run() -> None:
        load.begin()
        outcomes = aio.as_completed(
            load.jobs, timeout=None, polling=polling, concurrency=IN_FLIGHT, rate=math.inf
        )
        left = set(load.ids)
        async for outcome in outcomes:
            # Each once, and its own.
            left.remove(outcome.unwrap().public_id)
            load.end()

    asyncio.run(run())


def tilldone_httpx(load: Load) -> None:
    """Wait by as_completed, as without the extra `fast`."""
    with patch("tilldone._http.transports._has_aiohttp", return_value=False):
        tilldone_fast(load)


async def until_done(load: Load, poll: Callable[[str], Awaitable[str]], job_id: str) -> None:
    """Wait for one job by hand."""
    while await poll(load.url(job_id)) != "success":  # noqa: ASYNC110 # nobody sends an event
        await asyncio.sleep(load.pause)
    load.end()


def gather_httpx(load: Load) -> None:
    """Wait by one task for each job, over one httpx client."""

    async def run() -> None:
        async with httpx.AsyncClient(headers=HEADERS, verify=CONTEXT, timeout=None) as client:

            async def poll(url: str) -> str:
                status: str = (await client.get(url)).json()["status"]
                return status

            load.begin()
            await asyncio.gather(*(until_done(load, poll, each) for each in load.ids))

    asyncio.run(run())


def semaphore_httpx(load: Load) -> None:
    """Do the same, with a semaphore around each poll."""

    async def run() -> None:
        room = asyncio.Semaphore(IN_FLIGHT)
        async with httpx.AsyncClient(headers=HEADERS, verify=CONTEXT, timeout=None) as client:

            async def poll(url: str) -> str:
                async with room:
                    status: str = (await client.get(url)).json()["status"]
                return status

            load.begin()
            await asyncio.gather(*(until_done(load, poll, each) for each in load.ids))

    asyncio.run(run())


def bare_aiohttp(load: Load) -> None:
    """Wait by one task for each job, over one aiohttp session."""

    async def run() -> None:
        connector = aiohttp.TCPConnector(limit=IN_FLIGHT)
        # Without its limit of 300 s: among 100,000, a poll may wait so long for a connection.
        timeout = aiohttp.ClientTimeout(total=None)
        async with aiohttp.ClientSession(
            headers=HEADERS, connector=connector, timeout=timeout
        ) as session:

            async def poll(url: str) -> str:
                async with session.get(url) as response:
                    status: str = (await response.json())["status"]
                return status

            load.begin()
            await asyncio.gather(*(until_done(load, poll, each) for each in load.ids))

    asyncio.run(run())


def azure(load: Load) -> None:
    """Wait by one of azure-core's pollers for each job."""

    async def run() -> None:
        transport = AioHttpTransport()
        policies = [RequestIdPolicy(), AsyncRetryPolicy()]
        client: Any = AsyncPipelineClient(load.base, transport=transport, policies=policies)
        async with client:

            async def wait(job_id: str) -> None:
                request = HttpRequest("POST", f"{load.base}/start/{job_id}")
                started = await client._pipeline.run(request)
                method: Any = AsyncLROBasePolling(timeout=load.pause)
                poller: Any = AsyncLROPoller(client, started, lambda answer: answer, method)
                await poller.result()
                load.end()

            load.begin()
            await asyncio.gather(*(wait(each) for each in load.ids))

    asyncio.run(run())


def threads(load: Load) -> None:
    """Wait by one thread for each job, over one httpx client."""
    with httpx.Client(headers=HEADERS, verify=CONTEXT, timeout=None) as client:

        def wait(job_id: str) -> None:
            while client.get(load.url(job_id)).json()["status"] != "success":
                time.sleep(load.pause)
            load.end()

        waiting = [threading.Thread(target=wait, args=(each,)) for each in load.ids]
        load.begin()
        for thread in waiting:
            thread.start()
        for thread in waiting:
            thread.join()


FAULTY = "tilldone, fast, 5 % faults"

CONTENDERS: dict[str, Callable[[Load], None]] = {
    "tilldone, fast": tilldone_fast,
    FAULTY: tilldone_fast,
    "tilldone": tilldone_httpx,
    "bare aiohttp": bare_aiohttp,
    "semaphore over httpx": semaphore_httpx,
    "gather over httpx": gather_httpx,
    "azure-core's AsyncLROPoller": azure,
    "a thread per job": threads,
}
