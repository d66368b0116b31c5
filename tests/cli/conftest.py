"""The command line as users run it: a process of its own, against a simulator in this one."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from tests.waits.harness import PROVIDERS, Bench

from tilldone.simulator import Simulator, Step
from tilldone.testing import SAMPLE

TOKENS = {name: f"canary-{name}-9d41" for name in PROVIDERS}
VARIABLES = {name: str(module.PROVIDER.key_variable) for name, module in PROVIDERS.items()}
TILLDONE = (sys.executable, "-W", "error", "-m", "tilldone")


@dataclass
class Terminal:
    """Runs `tilldone`, with the simulator's keys in the environment."""

    bench: Bench
    environment: dict[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: str, told: str = "") -> subprocess.CompletedProcess[str]:
        ran = subprocess.run(
            [*TILLDONE, *arguments],
            input=told,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        for token in TOKENS.values():
            assert token not in ran.stdout + ran.stderr + " ".join(arguments)
        return ran

    def start(self, *arguments: str, **how: Any) -> subprocess.Popen[str]:  # noqa: ANN401 # Popen's own
        """Run it in the background."""
        pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **how}
        return subprocess.Popen([*TILLDONE, *arguments], env=self.environment, text=True, **pipes)

    def submit(self, provider: str, *script: Step, result: object = SAMPLE) -> str:
        """Submit a job, and give its id."""
        return self.bench.simulator.submit(provider, script=script, result=result)

    def polled(self, id: str) -> None:
        """Wait until a job was polled, by a command in the background."""
        give_up = time.monotonic() + 60
        while not self.bench.simulator.polls(id):
            assert time.monotonic() < give_up, "nobody polled it"
            time.sleep(0.02)

    def at(self, provider: str, id: str) -> list[str]:
        """Give the arguments that name a job, and lead to the simulator."""
        agent = ["--agent-id", "vidu_template_agent"] if provider == "zai" else []
        return [provider, id, "--base-url", self.bench.simulator.url(provider), *agent]

    def urls(self, names: Sequence[str] = tuple(PROVIDERS)) -> list[str]:
        """Give the arguments that lead the jobs of these providers to the simulator."""
        return [
            part
            for name in names
            for part in ("--base-url", f"{name}={self.bench.simulator.url(name)}")
        ]


def ref(provider: str, id: str) -> str:
    agent = ',"agent_id":"vidu_template_agent"' if provider == "zai" else ""
    return f'{{"tilldone":1,"provider":"{provider}","id":"{id}"{agent}}}'


def without(environment: Mapping[str, str], *names: str) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name not in names}


@pytest.fixture(scope="session")
def served() -> Iterator[Bench]:
    with Simulator(tokens=TOKENS) as simulator:
        yield Bench(simulator)


@pytest.fixture
def tilldone(served: Bench) -> Terminal:
    keys = {VARIABLES[name]: token for name, token in TOKENS.items()}
    # Of the tester's taste, some would change what users meet.
    tastes = ("VESSL_BASE_URL", "NO_COLOR", "PYTHONIOENCODING", "PYTHONUNBUFFERED")
    inherited = without(os.environ, *tastes)
    return Terminal(served, {**inherited, **keys})
