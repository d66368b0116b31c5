"""The command `tilldone`, from the moment on when its packages begin to be imported.

It stands beside the package, since to import any part of that is to import much of it, and a person
who presses Ctrl-C meanwhile shall not be shown where in it. Of `python -m tilldone` the package
comes first, and imports this before all else of its own.
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
    heeded = _guarded()
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


def _guarded() -> bool:
    """Have Ctrl-C end this process in a word; say whether it is heeded at all."""
    handler = signal.getsignal(signal.SIGINT)
    # A job of a shell's background has none, and shall not get one.
    if handler is signal.default_int_handler:
        signal.signal(signal.SIGINT, _leave)
    return handler is signal.default_int_handler or handler is _leave


def _leave(*_signal: object) -> None:
    """End at once: nothing was begun, and what is imported might catch an exception, or show it."""
    with suppress(AttributeError, OSError):  # stderr may be closed
        sys.stderr.write("\ntilldone: interrupted\n")
        sys.stderr.flush()
    os._exit(_INTERRUPTED)


# So Python has it while it looks for the module that `-m` names, and imports its package for that.
if sys.argv[:1] == ["-m"] and sys.orig_argv[-len(sys.argv) :][:1] in (["tilldone"], ["-mtilldone"]):
    _guarded()
