"""`python -m tilldone.simulator` as its own process, and the package without its extra."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
from importlib import import_module
from typing import TYPE_CHECKING

import httpx
import pytest
from tests.documents import DOCUMENTS
from tests.simulator.conftest import OPERATIONS
from tests.waits.harness import HUNG

from tilldone import Phase, check
from tilldone._core.registry import built_in_names, provider_named
from tilldone.simulator._command import EXAMPLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.simulator.conftest import Client


AGENT = {"zai": {"agent_id": "vidu_template_agent"}}


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
    with command("--duration", "0") as process:
        assert process.stdout is not None
        lines = [process.stdout.readline().split() for _ in range(1 + len(built_in_names()))]
        table = {name: (url, key) for name, url, key in lines[1:]}
        assert sorted(table) == built_in_names()
        url, key = table["edenai"]
        headers = {"Authorization": f"Bearer {key}"}
        _, path, _, body = OPERATIONS["edenai.create"]
        submitted = httpx.post(url + path, headers=headers, json=body).json()
        poll = httpx.get(f"{url}/v3/universal-ai/async/{submitted['public_id']}", headers=headers)
        assert poll.json()["status"] == "success"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=HUNG)
    assert (process.returncode, out, err) == (0, "", "")


def test_the_jobs_that_the_documents_name_are_there() -> None:
    shown = "".join(document.read_text(encoding="utf-8") for document in DOCUMENTS)
    with command("--duration", "0") as process:
        assert process.stdout is not None
        lines = [process.stdout.readline().split() for _ in range(1 + len(built_in_names()))]
        for name, named in EXAMPLES:
            assert named in shown
            provider = provider_named(name)
            [(url, key)] = [(url, key) for who, url, key in lines[1:] if who == name]
            client = import_module(f"tilldone.{name}").connect(key, base_url=url)
            assert (
                check(provider.job(client, named, **AGENT.get(name, {}))).phase is Phase.SUCCEEDED
            )


def test_the_command_says_which_port_is_taken(client: Client) -> None:
    port = client.address[1]
    with command("--port", str(port)) as process:
        out, err = process.communicate(timeout=HUNG)
    assert (process.returncode, out) == (1, "")
    assert f"cannot listen on 127.0.0.1, port {port}" in err
    assert "Traceback" not in err


def test_its_help_tells_all_routes_and_how_jobs_go() -> None:
    with command("--help") as process:
        out, _ = process.communicate(timeout=HUNG)
    told = {tuple(line.split()[:2]) for line in out.splitlines()}
    assert {tuple(operation.split(".")) for operation in OPERATIONS} <= told
    for words in ("/api/v1/agents", "x-simulator-fail: 1", "--duration"):
        assert words in out


@pytest.mark.parametrize("seconds", ["-1", "nan", "soon"])
def test_the_command_refuses_what_is_no_duration(seconds: str) -> None:
    with command("--duration", seconds) as process:
        _, err = process.communicate(timeout=HUNG)
    assert process.returncode == 2
    assert f"'{seconds}' is not a number of seconds" in err


@pytest.mark.parametrize("port", ["70000", "-1", "many"])
def test_the_command_refuses_what_is_no_port(port: str) -> None:
    with command(f"--port={port}") as process:
        out, err = process.communicate(timeout=HUNG)
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
        timeout=HUNG,
        check=False,
    )
    assert process.returncode == 1
    assert process.stderr.splitlines()[-1] == f"ModuleNotFoundError: {said}"
