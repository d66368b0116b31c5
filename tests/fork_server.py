"""A Python that has everything imported, and forks off the programs that tests ask it for.

Run by `tests/forked.py` with one end of a pair of sockets as its argument. Each program is a
process of its own as any other, with its own arguments, environment, folder, streams and end; what
it is spared is to start Python and to import.
"""

import contextlib
import gc
import importlib
import io
import json
import os
import runpy
import socket
import struct
import sys
from pathlib import Path
from typing import Any

# Of this process; the programs have their own instead.
PATH = [entry for entry in sys.path[1:] if entry]
ENCODING = sys.stdout.encoding
LENGTH = struct.Struct("!i")


def serve(asked: socket.socket) -> None:
    """Fork off one program after the other, until nobody asks any more."""
    while True:
        head, streams, _, _ = socket.recv_fds(asked, LENGTH.size, 3)
        if not head:
            return
        (length,) = LENGTH.unpack(head)
        told = json.loads(asked.recv(length, socket.MSG_WAITALL))
        for module in told["imports"]:
            # What is not installed here, a program finds out by itself.
            with contextlib.suppress(ModuleNotFoundError):
                importlib.import_module(module)
        gc.collect()
        # Not to be copied only because somebody counts its references.
        gc.freeze()
        reading, writing = os.pipe()
        between = os.fork()
        if between == 0:
            # The one that asks becomes the parent, as soon as this one ends.
            program = os.fork()
            if program == 0:
                asked.close()
                for descriptor in (reading, writing):
                    os.close(descriptor)
                begin(told, streams)
                run(told["arguments"])
                return
            os.write(writing, LENGTH.pack(program))
            os._exit(0)
        os.waitpid(between, 0)
        asked.sendall(os.read(reading, LENGTH.size))
        for descriptor in (reading, writing, *streams):
            os.close(descriptor)


def begin(told: dict[str, Any], streams: list[int]) -> None:
    """Be as a process that was just started."""
    for standard, given in enumerate(streams):
        os.dup2(given, standard)
        os.close(given)
    os.environ.clear()
    os.environ.update(told["environment"])
    os.chdir(told["folder"])
    if told["terminal"]:
        import fcntl
        import termios

        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    sys.path[:] = [*filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep)), *PATH]
    importlib.invalidate_caches()
    encoding, _, errors = os.environ.get("PYTHONIOENCODING", "").partition(":")
    encoding = encoding or ENCODING
    opened = {
        "stdin": stream(0, "r", encoding, errors or "strict"),
        "stdout": stream(1, "w", encoding, errors or "strict"),
        "stderr": stream(2, "w", encoding, "backslashreplace"),
    }
    vars(sys).update(opened | {f"__{name}__": each for name, each in opened.items()})


def stream(descriptor: int, mode: str, encoding: str, errors: str) -> io.TextIOWrapper:
    """Open a standard stream as Python does when it starts."""
    file = io.FileIO(descriptor, mode, closefd=False)
    lines = descriptor == 2 or file.isatty()
    file.name = ("<stdin>", "<stdout>", "<stderr>")[descriptor]
    buffer = io.BufferedReader(file) if mode == "r" else io.BufferedWriter(file)
    return io.TextIOWrapper(
        buffer, encoding, errors, line_buffering=lines, newline=None if mode == "r" else "\n"
    )


def run(arguments: list[str]) -> None:
    """Run a module (`-m`), text (`-c`) or a file; what it raises ends this process."""
    how, *rest = arguments
    if how == "-m":
        sys.path.insert(0, str(Path.cwd()))
        sys.argv = rest
        runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
    elif how == "-c":
        sys.path.insert(0, "")
        sys.argv = ["-c", *rest[1:]]
        exec(compile(rest[0], "<string>", "exec"), vars(sys.modules["__main__"]))
    else:
        sys.path.insert(0, str(Path(how).parent))
        sys.argv = arguments
        runpy.run_path(how, run_name="__main__")


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as asking:
        serve(asking)
