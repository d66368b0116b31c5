"""The command `tilldone`, from the moment on when its packages begin to be imported.

It stands beside the package, since to import any part of that is to import much of it, and a person
who presses Ctrl-C meanwhile shall not be shown where in it.
"""

import os
import signal
import sys
from contextlib import suppress
from importlib import import_module

__all__ = ["main"]

_INTERRUPTED = 130


def main() -> None:
    """Run the command line and exit with its code."""
    # A job of a shell's background has none, and shall not get one.
    heeded = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if heeded:
        signal.signal(signal.SIGINT, _leave)
    from tilldone.cli import main as command

    with suppress(ModuleNotFoundError):  # which it tells
        import_module("tilldone.cli._commands")
    try:
        if heeded:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        command()
    except KeyboardInterrupt:
        _leave()
    finally:
        # All is told, and what Python does on its way out is not worth a traceback.
        if heeded:
            signal.signal(signal.SIGINT, signal.SIG_DFL)


def _leave(*_signal: object) -> None:
    """End at once: nothing was begun, and what is imported might catch an exception, or show it."""
    with suppress(AttributeError, OSError):  # stderr may be closed
        sys.stderr.write("\ntilldone: interrupted\n")
        sys.stderr.flush()
    os._exit(_INTERRUPTED)
