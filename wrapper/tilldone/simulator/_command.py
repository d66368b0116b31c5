"""Serving from the command line, as `tilldone simulate` and `python -m tilldone.simulator`."""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import shlex
import subprocess
import sys
import threading
import urllib.request
from typing import TYPE_CHECKING, TextIO, cast

from tilldone._core.registry import base_url_variable, provider_named
from tilldone.simulator._app import Identity
from tilldone.simulator._edenai import EdenAI
from tilldone.simulator._jobs import DURATION
from tilldone.simulator._known import PROVIDERS, default_token, known_names, simulated
from tilldone.simulator._server import origin_of
from tilldone.simulator._simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Say = Callable[[str], object]

EXAMPLES = (
    ("edenai", "550e8400-e29b-41d4-a716-446655440000"),
    ("vessl", "98nlux8b0eu6"),
    ("viddyscribe", "task_1"),
    ("viddyscribe", "task_2"),
    ("zai", "4712849164171107870"),
)
"""The jobs that the documents and the helps name: there from the start, for who tries those out."""

ENV_PORT = 7245
"""Where `--env` looks for a simulator, and starts one."""

_LONGEST_ANSWER = 1000
# What is just starting answers late on a busy machine (s).
_PATIENCE = 10
_TICK = 0.5

# A session of its own, in the words of Windows; elsewhere there are no such flags.
_DETACHED = sum(
    getattr(subprocess, name, 0) for name in ("DETACHED_PROCESS", "CREATE_NEW_PROCESS_GROUP")
)


def described_routes() -> str:
    """Say where jobs are submitted, and how they are told to go, as a help text does."""
    rows = [
        (name, operation, provider.base_path + path.replace(":path", ""))
        for name, provider in PROVIDERS.items()
        for operation, path in provider.submit_paths.items()
    ]
    rows.append((EdenAI.name, "(list)", f"{EdenAI.base_path}{EdenAI.list_path}, by GET"))
    rows.append(("others", "", "where their operations go"))
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    lines = [f"  {a:<{widths[0]}}  {b:<{widths[1]}}  {c}" for a, b, c in rows]
    return "\n".join(
        [
            "Jobs are submitted where the providers take them, by POST:",
            *lines,
            "",
            "A job lasts as --duration says, or goes as the headers of its submission ask:",
            "  x-simulator-duration: 30    it lasts 30 seconds",
            "  x-simulator-fail: 1         it ends in failure",
            "as in edenai.connect(headers={'x-simulator-fail': '1'}).",
        ]
    )


def run(
    *, host: str, port: int | None, env: bool, out: Say, err: Say, duration: float = DURATION
) -> int:
    """Carry the command out; the exit code is 0 after Ctrl-C, 1 where the port cannot be had.

    Args:
        host: the address to listen on.
        port: the port to listen on, 0 for a free one; None is `ENV_PORT` with `env`, else a free
            one.
        env: have a simulator serve in the background, unless one does so already, and print the
            lines that lead a shell's programs to it.
        out: prints what was asked for.
        err: tells what else there is to say.
        duration: how long the jobs last (s) that clients submit.
    """
    if not _is_loopback(host):
        err(f"listening on {host}: whoever can reach this machine can use the simulator")
    if env:
        return _lead_to_background(host, port or ENV_PORT, duration, _servable(err), out, err)
    simulator = Simulator(host=host, port=port or 0, duration=duration)
    try:
        simulator.start()
    except OSError as error:
        err(str(error.strerror))
        return 1
    for name, named in EXAMPLES:
        simulator.submit(name, id=named, duration=duration)
    try:
        with contextlib.suppress(KeyboardInterrupt):
            out(_table(simulator, _servable(err)))
            # On Windows, Ctrl-C is only heard between two waits.
            while not threading.Event().wait(_TICK):
                pass
    finally:
        simulator.stop()
    return 0


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _servable(err: Say) -> list[str]:
    """Name the known providers, and tell of those that cannot be had."""
    names: list[str] = []
    for name in known_names():
        try:
            provider_named(name)
        except ValueError as error:
            err(str(error))
        else:
            names.append(name)
    return names


def _table(simulator: Simulator, names: Sequence[str]) -> str:
    rows = [("provider", "base URL", "key")]
    rows += [(name, simulator.url(name), simulator.token(name)) for name in names]
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    return "\n".join(f"{a:<{widths[0]}}  {b:<{widths[1]}}  {c}" for a, b, c in rows)


def _lead_to_background(
    host: str, port: int, duration: float, names: Sequence[str], out: Say, err: Say
) -> int:
    origin = origin_of(host, port)
    running = _running(origin)
    started = _start(host, port, duration, last=names[-1]) if running is None else None
    if isinstance(started, str):
        # Of several that start at once one gets the port, and the others lead there.
        running = _running(origin)
    if running is not None:
        err(
            f"the simulator serves at {origin} already, and a job lasts {running.duration:g} s "
            f"there; `kill {running.pid}` ends it"
        )
    elif isinstance(started, str):
        err(started)
        return 1
    else:
        err(f"the simulator serves at {origin} in the background; `kill {started}` ends it")
    for name in names:
        key_variable = provider_named(name).key_variable
        variables = {base_url_variable(name): origin + simulated(name).base_path}
        if key_variable is not None:
            variables[key_variable] = default_token(name)
        for variable, value in variables.items():
            out(f"export {variable}={shlex.quote(value)}")
    return 0


def _running(origin: str) -> Identity | None:
    """Ask what listens there, and give what it says of itself if it is a simulator."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"{origin}/", timeout=_PATIENCE) as answer:
            return Identity.read(answer.read(_LONGEST_ANSWER))
    except (OSError, ValueError, http.client.HTTPException):
        return None


def _start(host: str, port: int, duration: float, *, last: str) -> int | str:
    """Start a simulator that outlives this process; give its id, or why it has not started.

    Args:
        host: the address to listen on.
        port: the port to listen on.
        duration: how long its jobs last (s).
        last: the provider that is the last one of its table.
    """
    command = [sys.executable, "-m", "tilldone.simulator"]
    command += ["--host", host, "--port", str(port), "--duration", str(duration)]
    process = subprocess.Popen(  # noqa: S603 # this very program
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        creationflags=_DETACHED,
    )
    with cast("TextIO", process.stdout) as told:
        lines: list[str] = []
        for line in told:
            lines.append(line)
            # It serves once its table is there, all of it.
            if line.startswith(f"{last} "):
                process.returncode = 0  # it is not waited for: nobody is to warn that it goes on
                return process.pid
    process.wait()
    # What it has said before that, this process has said, too.
    *_, last_words = "".join(lines).rpartition("python -m tilldone.simulator: ")
    return last_words.strip()
