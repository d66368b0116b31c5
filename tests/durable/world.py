"""How these tests wait: a simulated provider here, and workers in processes that can be killed."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from sqlalchemy import text
from tests.durable.desk import Desk
from tests.forked import Python

from tilldone import Job, Polling, durable, edenai, vessl, viddyscribe, videodb, zai
from tilldone.durable import _segment, _session
from tilldone.simulator import Simulator, Step
from tilldone.simulator._jobs import Script
from tilldone_clients.edenai.models import UniversalAIAsyncResponse

PROVIDERS: dict[str, Any] = {
    "videodb": videodb,
    "vessl": vessl,
    "viddyscribe": viddyscribe,
    "edenai": edenai,
    "zai": zai,
}


# What a test waits for in real time before it calls a wait lost.
LOST = 180.0

# The timeout of a wait that is to end before it, however busy the machine is; and, where something
# would hold up those that are to end in time, for how long.
LONG = 3600.0

# The last poll has as long as it takes.
PATIENT = Polling(last_poll=LOST)

# A worker as it is; one that looks after the others often; and one that records each poll as well,
# so that every phase comes by within seconds.
WORKER = ("-m", "tilldone", "worker", "--provider", "edenai")
QUICK_WORKER = (str(Path(__file__).with_name("quick_worker.py")), *WORKER[2:])
RECORDING_WORKER = (str(Path(__file__).with_name("recording_worker.py")), *WORKER[2:])

Hand: TypeAlias = "subprocess.Popen[bytes]"
Program: TypeAlias = AbstractContextManager[subprocess.Popen[str]]


def client(simulator: Simulator, provider: str) -> Any:  # noqa: ANN401 # each provider has its own
    """Make a client of the simulated provider."""
    module = PROVIDERS[provider]
    return module.connect(simulator.token(provider), base_url=simulator.url(provider))


def eden_job(
    simulator: Simulator,
    **how: Any,  # noqa: ANN401 # what submit takes
) -> Job[UniversalAIAsyncResponse]:
    """Submit a job of Eden AI."""
    return edenai.job(client(simulator, "edenai"), simulator.submit("edenai", **how))


def go_on(
    simulator: Simulator,
    job: Job[Any],
    *steps: Step,
) -> None:
    """Have a job go by these steps from its next poll on, whatever was its plan."""
    simulator._jobs[job.id].plan = Script(steps, of="polls")


def environment(simulator: Simulator, database: str) -> dict[str, str]:
    """Give the environment of a process that polls the simulator's jobs."""
    told = {**os.environ, "TILLDONE_DATABASE_URL": database}
    for name, module in PROVIDERS.items():
        told[str(module.PROVIDER.key_variable)] = simulator.token(name)
        told[f"TILLDONE_{name.upper()}_BASE_URL"] = simulator.url(name)
    return told


@contextmanager
def program(
    environment: dict[str, str],
    *arguments: str,
    **how: Any,  # noqa: ANN401 # what Popen takes
) -> Generator["subprocess.Popen[str]"]:
    """Run a program that uses durable waits; a test that is red does not wait for its end."""
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with Python[str](arguments, durable=True, env=environment, text=True, **pipes, **how) as ran:
        try:
            yield ran
        except BaseException:
            ran.kill()
            raise


@dataclass
class Crew:
    """Workers, each in a process of its own."""

    environment: dict[str, str]
    program: tuple[str, ...]
    hands: list[Hand] = field(default_factory=list)

    def hire(self) -> Hand:
        """Start a worker."""
        hand: Hand = Python(
            self.program, durable=True, env=self.environment, stderr=subprocess.PIPE
        )
        self.hands.append(hand)
        return hand

    def at_work(self, hand: Hand) -> None:
        """Wait until a worker has begun; by then it has looked after the others."""
        assert hand.stderr is not None
        assert b"at work" in hand.stderr.readline()

    def kill(self, hand: Hand) -> None:
        """End a worker as a power cut would; it must have been at work until then."""
        hand.kill()
        assert hand.wait() == -signal.SIGKILL
        assert hand.stderr is not None
        hand.stderr.close()
        self.hands.remove(hand)


@contextmanager
def crew(
    provider: Simulator | Desk, database: str, program: tuple[str, ...] = QUICK_WORKER
) -> Generator[Crew]:
    if isinstance(provider, Desk):
        told = {**os.environ, "TILLDONE_DATABASE_URL": database, **provider.environment()}
    else:
        told = environment(provider, database)
    hired = Crew(told, program)
    try:
        yield hired
    finally:
        for hand in list(hired.hands):
            hired.kill(hand)


@contextmanager
def session(
    database: str,
    **settings: Any,  # noqa: ANN401 # what configure takes
) -> Generator[None]:
    """Use durable waits in this process, on this database."""
    durable.configure(database=database, **settings)
    try:
        yield
    finally:
        durable.close()


def change_waits(where: str, how: str, **values: object) -> None:
    """Write into the status, input or output of all waits, as whoever has access can."""
    with _session.store().engine.begin() as connection:
        schema = "tilldone." if connection.dialect.name == "postgresql" else ""
        connection.execute(text(f"UPDATE {schema}workflow_{where} SET {how}"), values)


def set_clock(monkeypatch: pytest.MonkeyPatch, step: float) -> None:
    """Set this process's wall clock forward by so many seconds, or back."""
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + step)


def record_each_poll(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have this process end a segment with each poll, so that each pause is DBOS's."""
    monkeypatch.setattr(_segment, "_SHORTEST", 0.0)
    monkeypatch.setattr(_segment, "_LONGEST", 0.0)


def sleep_through(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Have the machine sleep, for this process; waits learn of it with their next segment.

    Two clocks go on meanwhile, and the one that sleeps are measured by does not.
    """
    awake = _segment.steady
    monkeypatch.setattr(_segment, "steady", lambda: awake() + seconds)
    set_clock(monkeypatch, seconds)


def until(met: Callable[[], object], *, seconds: float = LOST) -> None:
    """Wait until something has happened, which must not take for ever."""
    give_up = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < give_up, "it never happened"
        time.sleep(0.02)
