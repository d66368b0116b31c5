"""Processes of Python that start at once, for tests that need hundreds of them.

`Python` takes what `subprocess.Popen` does, and is one. Where it can, it has the program forked off
a process that has imported everything (`tests/fork_server.py`), which saves more than nine tenths
of what a start costs. Starting itself is tested by programs that are started as ever.
"""

import atexit
import ctypes
import inspect
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, AnyStr

from tests.fork_server import LENGTH

SERVER = str(Path(__file__).with_name("fork_server.py"))

# What every command of tilldone's needs, sooner or later. Not the commands themselves, which know
# the providers that are installed as soon as they are imported.
IMPORTS = (
    "click.shell_completion",
    "encodings.idna",
    "opentelemetry.trace",
    "rich.console",
    "rich.live",
    "rich.progress",
    "tilldone._drivers.sync",
    "tilldone._drivers.many",
    "tilldone._http.sync_transport",
    "tilldone._history_file",
    "tilldone._http.aiohttp_transport",
    "tilldone._http.async_transport",
    "anyio._backends._asyncio",
    "anyio.from_thread",
    *(f"tilldone.{name}" for name in ("videodb", "vessl", "viddyscribe", "edenai", "zai")),
)
DURABLE = ("tilldone.durable", "dbos._sys_db_sqlite", "sqlalchemy.dialects.sqlite")

# That programs are forked this way needs a Linux: whoever asks adopts what another has forked.
_LINUX = sys.platform == "linux"
_ADOPT = 36  # PR_SET_CHILD_SUBREAPER
_one_at_a_time = threading.Lock()


@cache
def _server() -> socket.socket:
    """Start the process that forks; it ends with this one."""
    ours, theirs = socket.socketpair()
    with theirs:
        server = subprocess.Popen(
            [sys.executable, "-W", "error", SERVER, str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
        )

    def end() -> None:
        ours.close()
        server.wait()

    atexit.register(end)
    return ours


class Python(subprocess.Popen[AnyStr]):
    """A program of Python's that runs with `-W error`.

    Args:
        arguments: what follows `python -W error`.
        durable: whether it uses durable waits, which take long to import.
        terminal: whether its stdin is a terminal that it shall have for its own.
        imports: what else it imports, beside what every command needs.
        how: as for `Popen`.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        durable: bool = False,
        terminal: bool = False,
        imports: Sequence[str] = (),
        **how: Any,  # noqa: ANN401 # Popen's own
    ) -> None:
        self._arguments: list[str] = [*arguments]
        self._terminal: bool = terminal
        self._imports: list[str] = [*IMPORTS, *(DURABLE if durable else ()), *imports]
        start: list[str] = [sys.executable, "-W", "error"]
        first: list[str] = [*start, "-c", _ON_THE_TERMINAL] if terminal and not _LINUX else []
        super().__init__([*first, *start, *arguments], **how)

    def _execute_child(self, *told: Any, **named: Any) -> None:  # noqa: ANN401 # Popen's own
        ordinary = super()._execute_child  # type: ignore[misc] # not in the stubs
        if not _LINUX:
            ordinary(*told, **named)
            return
        asked = inspect.signature(ordinary).bind(*told, **named).arguments
        request = {
            "arguments": self._arguments,
            "environment": dict(asked["env"] or os.environ),
            "folder": str(asked["cwd"] or Path.cwd()),
            "terminal": self._terminal,
            "imports": self._imports,
        }
        given = [asked["p2cread"], asked["c2pwrite"], asked["errwrite"]]
        streams = [standard if each == -1 else each for standard, each in enumerate(given)]
        with _one_at_a_time:
            _adopt(True)
            try:
                self.pid = _fork(request, streams)
            finally:
                _adopt(False)
        self._child_created = True
        pipes = ("p2cread", "p2cwrite", "c2pread", "c2pwrite", "errread", "errwrite")
        self._close_pipe_fds(*(asked[each] for each in pipes))  # type: ignore[attr-defined] # as above


def _fork(told: dict[str, object], streams: list[int]) -> int:
    text = json.dumps(told).encode()
    server = _server()
    socket.send_fds(server, [LENGTH.pack(len(text))], streams)
    server.sendall(text)
    (pid,) = LENGTH.unpack(server.recv(LENGTH.size, socket.MSG_WAITALL))
    return int(pid)


def _adopt(adopting: bool) -> None:
    ctypes.CDLL(None).prctl(_ADOPT, int(adopting), 0, 0, 0)


# Makes the terminal its own, so that a Ctrl-C that is typed there reaches the command.
_ON_THE_TERMINAL = """
import fcntl, os, sys, termios
os.setsid()
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""


def ran(
    arguments: Sequence[str],
    *,
    told: str = "",
    **how: Any,  # noqa: ANN401 # Python's own
) -> "subprocess.CompletedProcess[str]":
    """Run a program to its end."""
    pipes: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    with Python[str](arguments, text=True, **pipes, **how) as process:
        try:
            out, err = process.communicate(told, timeout=300)
        except BaseException:
            process.kill()
            raise
    return subprocess.CompletedProcess(arguments, process.returncode, out, err)
