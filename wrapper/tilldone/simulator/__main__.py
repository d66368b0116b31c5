"""`python -m tilldone.simulator`: serve the five providers until Ctrl-C."""

from __future__ import annotations

import argparse
import contextlib
import sys
import threading
from typing import TYPE_CHECKING

from tilldone.simulator import Simulator
from tilldone.simulator._app import PROVIDERS

if TYPE_CHECKING:
    from collections.abc import Sequence

_LAST_PORT = 65535


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit code is 0 after Ctrl-C, 1 where the port cannot be had."""
    parser = argparse.ArgumentParser(
        prog="python -m tilldone.simulator",
        description="Serve five providers of long jobs on this machine, until Ctrl-C.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=_port, default=0, help="port to listen on (0: a free one)")
    asked = parser.parse_args(arguments)
    simulator = Simulator(host=asked.host, port=asked.port)
    try:
        simulator.start()
    except OSError as error:
        sys.stderr.write(f"{parser.prog}: {error.strerror}\n")
        return 1
    try:
        sys.stdout.write(_table(simulator))
        sys.stdout.flush()
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()
    finally:
        simulator.stop()
    return 0


def _table(simulator: Simulator) -> str:
    rows = [("provider", "base URL", "key")]
    rows += [(name, simulator.url(name), simulator.token(name)) for name in PROVIDERS]
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    return "".join(f"{a:<{widths[0]}}  {b:<{widths[1]}}  {c}\n" for a, b, c in rows)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > _LAST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: 0 to {_LAST_PORT}")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
