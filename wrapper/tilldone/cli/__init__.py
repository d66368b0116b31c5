"""The command line: `tilldone`, also `python -m tilldone`. Needs the extra `cli`.

Results are JSON on stdout; progress, for people, goes to stderr and only to a terminal. Keys come
from the environment alone: an argument would show in the process list and in shell histories.
"""

import os
import sys
from io import FileIO, RawIOBase, TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from io import BufferedWriter

    from _typeshed import ReadableBuffer

__all__ = ["main"]


def main() -> None:
    """Run the command line and exit with its code."""
    if sys.stderr is None:  # pyright: ignore[reportUnnecessaryComparison] # closed by who called
        # Who closes it wants to be told nothing; that must not become another exit code.
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 # as long as the process
    elif raw := getattr(getattr(sys.stderr, "buffer", None), "raw", None):
        # Nor must it where its reader has gone, or its disk is full. Without a buffer: that would
        # keep what could not be written, and write twice what Ctrl-C came after.
        sys.stderr = TextIOWrapper(
            cast("BufferedWriter", _Patient(raw)),
            encoding=sys.stderr.encoding,
            errors=sys.stderr.errors,
            write_through=True,
        )
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None and sys.stdout.errors == "strict":
        # What a console has no character for is shown escaped, as Python has it on stderr.
        reconfigure(errors="backslashreplace")
    # Python's own exit code for what goes wrong here would be 1: "the job failed".
    try:
        from tilldone.cli._commands import run
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in {"click", "rich"}:
            raise
        told = f"tilldone: the command line needs {package}; pip install 'tilldone[cli]'\n"
        sys.stderr.write(told)
        raise SystemExit(2) from None
    raise SystemExit(run())


class _Patient(RawIOBase):
    """Writes what a stream takes, and drops what it does not."""

    def __init__(self, stream: FileIO) -> None:
        self._stream = stream

    def writable(self) -> bool:
        """Say yes, as what is written to must."""
        return True

    def fileno(self) -> int:
        """Give the stream's own descriptor."""
        return self._stream.fileno()

    def isatty(self) -> bool:
        """Say whether people read it."""
        return self._stream.isatty()

    def write(self, content: "ReadableBuffer", /) -> int:
        """Write, and say that all went well."""
        rest = whole = memoryview(content)
        try:
            while rest and (written := self._stream.write(rest)):
                rest = rest[written:]
        except OSError:
            pass
        return whole.nbytes
