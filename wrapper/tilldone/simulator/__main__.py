"""`python -m tilldone.simulator`: serve the providers until Ctrl-C."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from tilldone.simulator._command import ENV_PORT, described_routes, run
from tilldone.simulator._jobs import DURATION
from tilldone.simulator._step import checked_duration

if TYPE_CHECKING:
    from collections.abc import Sequence

_LAST_PORT = 65535


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command, and give its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tilldone.simulator",
        description="Serve providers of long jobs on this machine, until Ctrl-C.",
        epilog=described_routes(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument(
        *("--port", "-p"),
        type=_port,
        help=f"port to listen on, 0 for a free one (default: 0, and {ENV_PORT} with --env)",
    )
    parser.add_argument(
        "--duration",
        type=_duration,
        default=DURATION,
        help="how long a job lasts that a client submits (s; default: %(default)s)",
    )
    parser.add_argument(
        "--env",
        action="store_true",
        help="serve in the background, and print the lines that lead a shell's programs there",
    )
    asked = parser.parse_args(arguments)
    return run(
        host=asked.host,
        port=asked.port,
        env=asked.env,
        duration=asked.duration,
        out=lambda text: print(text, flush=True),  # noqa: T201 # a command
        err=lambda text: print(f"{parser.prog}: {text}", file=sys.stderr, flush=True),  # noqa: T201
    )


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > _LAST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: 0 to {_LAST_PORT}")
    return int(text)


def _duration(text: str) -> float:
    try:
        return checked_duration("duration", float(text))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds") from None


if __name__ == "__main__":
    sys.exit(main())
