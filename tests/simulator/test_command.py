"""`python -m tilldone.simulator` as its own process, and the package without its extra."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.simulator.conftest import Client


@contextlib.contextmanager
def command(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "tilldone.simulator", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def test_the_command_serves_until_interrupted() -> None:
    with command() as process:
        assert process.stdout is not None
        lines = [process.stdout.readline().split() for _ in range(6)]
        table = {name: (url, key) for name, url, key in lines[1:]}
        assert list(table) == ["videodb", "vessl", "viddyscribe", "edenai", "zai"]
        url, key = table["edenai"]
        headers = {"Authorization": f"Bearer {key}", "x-simulator-duration": "0"}
        submitted = httpx.post(f"{url}/v3/universal-ai/async", headers=headers).json()
        poll = httpx.get(f"{url}/v3/universal-ai/async/{submitted['public_id']}", headers=headers)
        assert poll.json()["status"] == "success"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (0, "", "")


def test_the_command_says_which_port_is_taken(client: Client) -> None:
    port = client.address[1]
    with command("--port", str(port)) as process:
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (1, "")
    assert f"cannot listen on 127.0.0.1, port {port}" in err
    assert "Traceback" not in err


@pytest.mark.parametrize("port", ["70000", "-1", "many"])
def test_the_command_refuses_what_is_no_port(port: str) -> None:
    with command(f"--port={port}") as process:
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (2, "")
    assert f"'{port}' is not a port" in err


WITHOUT = """
import importlib.abc, sys

class Without(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == sys.argv[1]:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Without())
import tilldone.simulator
"""


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ("starlette", "tilldone.simulator needs starlette: pip install 'tilldone[simulator]'"),
        ("uvicorn", "tilldone.simulator needs uvicorn: pip install 'tilldone[simulator]'"),
        ("h11", "No module named 'h11'"),
    ],
)
def test_without_the_extra_it_says_what_to_install(missing: str, said: str) -> None:
    process = subprocess.run(
        [sys.executable, "-c", WITHOUT, missing],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert process.returncode == 1
    assert process.stderr.splitlines()[-1] == f"ModuleNotFoundError: {said}"
