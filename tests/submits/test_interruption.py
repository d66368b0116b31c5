"""A submission that is interrupted says what may exist, and many of them what exists."""

import logging
import signal
import socket
import subprocess
import time
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import psutil
import pytest
from tests.forked import Python
from tests.submits.world import Ways, request_to
from tests.waits.harness import HUNG
from tests.waits.sockets import answering, never_accepting, response, serving

from tilldone import aio

MADE = b'{"render": {"id": "r1"}}'
ROOT = Path(__file__).resolve().parents[2]

PROGRAM = """
import sys
import tilldone
from tests.submits.world import request_to
request = request_to(sys.argv[1])
print("begun", flush=True)
{}
"""


def first_only(connection: socket.socket, request: bytes, answered: list[bytes]) -> None:
    """Answer the first request, and hold all others."""
    if not answered:
        answered.append(request)
        connection.sendall(response(MADE))
    else:
        connection.recv(1)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_cancelled_submission_says_that_the_job_may_exist(backend: str) -> None:
    noted: list[str] = []

    async def cancelled(call: Any) -> None:  # noqa: ANN401 # a coroutine function
        with anyio.CancelScope() as scope:
            async with anyio.create_task_group() as tasks:

                async def submitting() -> None:
                    try:
                        await call()
                    except BaseException as interruption:
                        noted.extend(getattr(interruption, "__notes__", ()))
                        raise

                tasks.start_soon(submitting)
                with anyio.fail_after(HUNG):
                    while len(server.requests) < expected:  # noqa: ASYNC110 # its threads tell nobody
                        await anyio.sleep(0.01)
                scope.cancel()

    with serving(partial(first_only, answered=[b""])) as server:
        expected = 1
        anyio.run(cancelled, partial(aio.submit, request_to(server.url)), backend=backend)
    assert noted == [
        "renders create was interrupted while it was sent: the job may exist and cost money"
    ]
    noted.clear()
    with serving(partial(first_only, answered=[])) as server:
        expected = 3
        requests = [request_to(server.url) for _ in range(3)]
        # Of two at once: the third is sent where the answer to the first was read.
        submitting = partial(aio.submit_all, requests, concurrency=2)
        anyio.run(cancelled, submitting, backend=backend)
    (note,) = noted
    assert note.count("may exist and cost money") == 2
    assert '"provider":"renders","id":"r1"' in note


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit])
def test_a_job_that_was_made_is_not_lost_to_what_comes_after_it(
    ways: Ways, kind: type[BaseException], caplog: pytest.LogCaptureFixture
) -> None:
    class Slow(logging.Filter):
        """A part of a log that Ctrl-C finds at work, or that ends the program."""

        def filter(self, record: logging.LogRecord) -> bool:
            if "made job r1" in record.getMessage():
                raise kind("at the wrong moment")
            return True

    caplog.set_level(logging.INFO, "tilldone")
    with caplog.filtering(Slow()), serving(answering(response(MADE))) as server:
        with pytest.raises(kind) as caught:
            ways.submit(request_to(server.url))
        assert len(server.requests) == 1
    (noted,) = caught.value.__notes__
    assert "renders create had made job r1 when it was interrupted" in noted
    assert noted.endswith('resume with {"tilldone":1,"provider":"renders","id":"r1"}')


@pytest.mark.parametrize(
    "call",
    [
        "tilldone.submit(request)",
        # The third is sent where the answer to the first was read.
        "tilldone.submit_all([request, request, request], concurrency=2)",
    ],
)
def test_ctrl_c_ends_it_at_once_and_says_the_same(call: str) -> None:
    answered = [b""] if "all" not in call else []
    expected = 1 if "all" not in call else 3
    with serving(partial(first_only, answered=answered)) as server:
        program = ["-c", PROGRAM.format(call), server.url]
        with Python[str](program, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
            give_up = time.monotonic() + HUNG
            while len(server.requests) < expected:
                assert time.monotonic() < give_up
                time.sleep(0.01)
            process.send_signal(signal.SIGINT)
            _, told = process.communicate(timeout=HUNG)
    assert "KeyboardInterrupt" in told
    assert "may exist and cost money" in told
    assert ('"id":"r1"' in told) == ("all" in call)


@pytest.mark.parametrize(
    "call",
    [
        "tilldone.submit(request)",
        "tilldone.submit_all([request])",
        "asyncio.run(tilldone.aio.submit(request))",
    ],
)
def test_ctrl_c_while_it_connects_says_that_there_is_no_job(call: str) -> None:
    with never_accepting() as port:
        text = f"import asyncio, tilldone.aio\n{PROGRAM.format(call)}"
        program = ["-c", text, f"http://127.0.0.1:{port}"]
        pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        with Python[str](program, cwd=ROOT, text=True, **pipes) as process:
            connecting(process.pid, port)
            process.send_signal(signal.SIGINT)
            _, told = process.communicate(timeout=HUNG)
    assert "KeyboardInterrupt" in told
    assert "may exist" not in told
    assert "no job" in told


def connecting(pid: int, port: int) -> None:
    """Return once a process asks for a connection to a port of this machine."""
    give_up = time.monotonic() + HUNG
    while not any(each.raddr and each.raddr.port == port for each in connections(pid)):
        assert time.monotonic() < give_up
        time.sleep(0.01)


def connections(pid: int) -> list[Any]:
    return psutil.Process(pid).net_connections()
