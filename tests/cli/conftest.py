"""The command line as users run it: a process of its own, against a simulator in this one."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import pytest
from tests.forked import Python, ran
from tests.waits.harness import HUNG, PROVIDERS, Bench

from tilldone.cli._commands import run
from tilldone.simulator import Simulator, Step
from tilldone.testing import SAMPLE

TOKENS = {name: f"canary-{name}-9d41" for name in PROVIDERS}
VARIABLES = {name: str(module.PROVIDER.key_variable) for name, module in PROVIDERS.items()}
Ran: TypeAlias = tuple[int, str, str]
Command: TypeAlias = Callable[..., Ran]
COMMAND = ("-m", "tilldone")
TILLDONE = (sys.executable, "-W", "error", *COMMAND)
DURABLE = {"--durable", "worker", "waits", "cancel", "forget"}

CTRL_C = b"\x03"


@dataclass
class Screen:
    """A terminal with a command on it, all of whose output goes there."""

    descriptor: int
    process: "subprocess.Popen[bytes]"
    told: bytearray = field(default_factory=bytearray)

    @property
    def text(self) -> str:
        """All that the terminal was told, without what moves the cursor or colours the text."""
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", self.told.decode())

    @property
    def lines(self) -> list[str]:
        """The lines that stand there; of one that was drawn again and again, the last state."""
        return [line.rpartition("\r")[2] for line in self.text.replace("\r\n", "\n").split("\n")]

    def shows(self, words: str) -> None:
        """Wait until the terminal was told these words."""
        give_up = time.monotonic() + HUNG
        while words not in self.text:
            assert time.monotonic() < give_up, self.text
            time.sleep(0.01)

    def type(self, keys: bytes) -> None:
        os.write(self.descriptor, keys)

    def end(self) -> int:
        """Wait for the command's end, and give its exit code."""
        return self.process.wait(timeout=HUNG)


@dataclass
class Terminal:
    """Runs `tilldone`, with the simulator's keys in the environment."""

    bench: Bench
    environment: dict[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: str, told: str = "") -> subprocess.CompletedProcess[str]:
        ended = ran(
            COMMAND + arguments, told=told, env=self.environment, durable=durable(arguments)
        )
        for token in TOKENS.values():
            assert token not in ended.stdout + ended.stderr + " ".join(arguments)
        return ended

    def start(self, *arguments: str, **how: Any) -> subprocess.Popen[str]:  # noqa: ANN401 # Popen's own
        """Run it in the background."""
        pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **how}
        return Python(
            COMMAND + arguments,
            durable=durable(arguments),
            env=self.environment,
            text=True,
            **pipes,
        )

    @contextmanager
    def on_a_terminal(
        self, *arguments: str, columns: int = 100, kind: str = "xterm-256color"
    ) -> Iterator[Screen]:
        """Run it on a terminal of its own; when the block is left, all of it has been read."""
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        environment = {**without(self.environment, "COLUMNS", "LINES"), "TERM": kind}
        process: Python[bytes] = Python(
            COMMAND + arguments,
            durable=durable(arguments),
            terminal=True,
            env=environment,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        )
        os.close(theirs)
        screen = Screen(ours, process)

        def read() -> None:
            try:
                while True:
                    screen.told.extend(os.read(ours, 65536))
            except OSError:  # Linux says so when the last one who could write is gone
                return

        reading = threading.Thread(target=read)
        reading.start()
        try:
            yield screen
            process.wait(timeout=HUNG)
        finally:
            process.kill()
            process.wait()
            reading.join()
            os.close(ours)

    def submit(self, provider: str, *script: Step, result: object = SAMPLE) -> str:
        """Submit a job, and give its id."""
        return self.bench.simulator.submit(provider, script=script, result=result)

    def polled(self, id: str) -> None:
        """Wait until a job was polled, by a command in the background."""
        give_up = time.monotonic() + HUNG
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


def durable(arguments: Sequence[str]) -> bool:
    return not DURABLE.isdisjoint(arguments)


def ref(provider: str, id: str) -> str:
    agent = ',"agent_id":"vidu_template_agent"' if provider == "zai" else ""
    return f'{{"tilldone":1,"provider":"{provider}","id":"{id}"{agent}}}'


def without(environment: Mapping[str, str], *names: str) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name not in names}


@pytest.fixture(scope="session")
def served() -> Iterator[Bench]:
    with Simulator(tokens=TOKENS) as simulator:
        yield Bench(simulator)


@pytest.fixture(autouse=True)
def nothing_remembered(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Have each test begin without a history: by that of others, a command tells what is left."""
    for name in ("XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path_factory.mktemp("data")))


@pytest.fixture
def tilldone(served: Bench) -> Terminal:
    keys = {VARIABLES[name]: token for name, token in TOKENS.items()}
    # Of the tester's taste, some would change what users meet.
    tastes = ("VESSL_BASE_URL", "NO_COLOR", "PYTHONIOENCODING", "PYTHONUNBUFFERED")
    inherited = without(os.environ, *tastes)
    return Terminal(served, {**inherited, **keys})


@pytest.fixture
def fresh() -> Iterator[Simulator]:
    """Serve one test alone."""
    with Simulator(tokens=TOKENS) as simulator:
        yield simulator


@pytest.fixture
def command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], fresh: Simulator
) -> Command:
    """Run `tilldone` in this process, against a simulator of its own."""
    for name, token in TOKENS.items():
        monkeypatch.setenv(VARIABLES[name], token)
        monkeypatch.setenv(f"TILLDONE_{name.upper()}_BASE_URL", fresh.url(name))

    def ran(*arguments: str) -> Ran:
        monkeypatch.setattr("sys.argv", ["tilldone", *arguments])
        code = run()
        return code, *capsys.readouterr()

    return ran
