"""How these tests wait: five providers, three ways to run, none of them for ever."""

import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeAlias, TypeVar

import anyio

import tilldone
from tilldone import Job, Polling, Snapshot, aio, edenai, vessl, viddyscribe, videodb, zai
from tilldone.simulator import Simulator, Step
from tilldone.testing import SAMPLE

T = TypeVar("T")
V = TypeVar("V")

Timeout: TypeAlias = float | timedelta | None


PROVIDERS: Mapping[str, Any] = {
    "videodb": videodb,
    "vessl": vessl,
    "viddyscribe": viddyscribe,
    "edenai": edenai,
    "zai": zai,
}
AGENT_ID = "vidu_template_agent"
BACKENDS = ("sync", "asyncio", "trio")

# It polls often, and gives each poll more time than the busiest machine needs: what is to be cut
# off soon says so itself.
QUICK = Polling(
    schedule=lambda _: 0.02, jitter=0.0, request_timeout=30.0, last_poll=30.0, max_body=64 * 1024
)

# What a test waits for in real time before it calls the wait hung: it tells nothing else.
HUNG = 120.0


def ever_more(seconds: float) -> Iterator[float]:
    """Give a test ever more time (s), where a busy machine may get nowhere in less.

    What is wrong at any speed is wrong at the last as well.
    """
    return (seconds * 4**n for n in range(4))


def within(call: Callable[[], T], *, seconds: float = HUNG) -> T:
    """Call in a thread of its own, so that a wait that never ends is a failure and no standstill.

    Raises:
        TimeoutError: the call is not over.
    """
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(call())
        except BaseException as error:  # noqa: BLE001 # raised again by the caller
            future.set_exception(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    return future.result(timeout=0)


@dataclass(frozen=True)
class Backend:
    """One of the three ways to run the same wait."""

    name: str

    def wait(
        self,
        job: Job[T],
        *,
        timeout: Timeout = 60.0,
        polling: Polling = QUICK,
        on_snapshot: Callable[[Snapshot[T]], object] | None = None,
    ) -> T:
        return self._run(
            lambda: tilldone.wait(job, timeout=timeout, polling=polling, on_snapshot=on_snapshot),
            lambda: aio.wait(job, timeout=timeout, polling=polling, on_snapshot=on_snapshot),
        )

    def watch(
        self, job: Job[T], *, timeout: Timeout = 60.0, polling: Polling = QUICK
    ) -> list[Snapshot[T]]:
        async def drained() -> list[Snapshot[T]]:
            return [s async for s in aio.watch(job, timeout=timeout, polling=polling)]

        return self._run(
            lambda: list(tilldone.watch(job, timeout=timeout, polling=polling)), drained
        )

    def check(self, job: Job[T], *, polling: Polling = QUICK) -> Snapshot[T]:
        return self._run(
            lambda: tilldone.check(job, polling=polling), lambda: aio.check(job, polling=polling)
        )

    def _run(self, plain: Callable[[], V], coroutine: Callable[[], Awaitable[V]]) -> V:
        if self.name == "sync":
            return within(plain)
        return within(lambda: anyio.run(coroutine, backend=self.name))


def connect(provider: str, base_url: str, token: str = "key-for-tests", **settings: object) -> Any:  # noqa: ANN401 # five unrelated client classes
    """Connect a provider's client."""
    return PROVIDERS[provider].connect(token, base_url=base_url, **settings)


def name_job(provider: str, client: object, id: str) -> Job[Any]:
    """Name a job of any provider's."""
    extras = {"agent_id": AGENT_ID} if provider == "zai" else {}
    job: Job[Any] = PROVIDERS[provider].job(client, id, **extras)
    return job


@dataclass
class Bench:
    """Scripted jobs at one simulator."""

    simulator: Simulator

    def client(self, provider: str, **settings: object) -> Any:  # noqa: ANN401 # as connect()
        url, token = self.simulator.url(provider), self.simulator.token(provider)
        return connect(provider, url, token, **settings)

    def job(
        self, provider: str, *script: Step, result: object = SAMPLE, client: object = None
    ) -> Job[Any]:
        """Submit a job that goes by this script, and name it."""
        job_id = self.simulator.submit(provider, script=script, result=result)
        return name_job(provider, client or self.client(provider), job_id)

    def told(self, job: Job[Any]) -> list[str]:
        """List the steps that the polls of the job were told, by name."""
        return [poll.answered for poll in self.simulator.polls(job.id)]

    def times(self, job: Job[Any]) -> list[float]:
        """List when the polls of the job arrived (s, monotonic)."""
        return [poll.at for poll in self.simulator.polls(job.id)]
