"""The three streams, made fit for a command whose exit code and result scripts rely on.

Imported before the packages of the extra: nothing but Python's own is needed here.
"""

import errno
import os
import sys
from contextlib import suppress
from io import BufferedReader, FileIO, RawIOBase, TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, cast

if TYPE_CHECKING:
    from io import BufferedWriter

    from _typeshed import ReadableBuffer

__all__ = ["prepare"]


def prepare() -> None:
    """Replace what was closed by who called, and what would lose text or change an exit code."""
    if sys.stdin is None:  # pyright: ignore[reportUnnecessaryComparison]
        # As good as an empty one, to who reads it; named as Python names its own.
        nothing = FileIO(os.open(os.devnull, os.O_RDONLY), closefd=False)
        nothing.name = "<stdin>"
        sys.stdin = TextIOWrapper(BufferedReader(nothing), encoding="utf-8")
    if sys.stderr is None:  # pyright: ignore[reportUnnecessaryComparison]
        # Who closes it wants to be told nothing; that must not become another exit code.
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 # as long as the process
    elif (raw := _unbuffered(sys.stderr)) is not None:
        # Nor must it where its reader has gone, or its disk is full. Without a buffer: that would
        # keep what could not be written, and write twice what Ctrl-C came after.
        sys.stderr = _writing_through(sys.stderr, _Patient(raw))
    if (raw := _unbuffered(sys.stdout)) is not None and raw is sys.stdout.buffer:
        # With PYTHONUNBUFFERED Python does not look at how much of a text was taken.
        sys.stdout = _writing_through(sys.stdout, _Whole(raw))
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None and sys.stdout.errors == "strict":
        # What a console has no character for is shown escaped, as Python has it on stderr.
        reconfigure(errors="backslashreplace")


def _unbuffered(stream: TextIO) -> FileIO | None:
    """Give what a stream writes to below its buffer, if it has one; that may be no file."""
    buffer = getattr(stream, "buffer", None)
    raw = getattr(buffer, "raw", buffer)
    return cast("FileIO", raw) if isinstance(raw, RawIOBase) else None


def _writing_through(stream: TextIO, raw: "_Whole") -> TextIO:
    return TextIOWrapper(
        cast("BufferedWriter", raw),
        encoding=stream.encoding,
        errors=stream.errors,
        write_through=True,
    )


class _Whole(RawIOBase):
    """Writes all of what it is given, in as many turns as that takes."""

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
        """Write until all is written."""
        rest = whole = memoryview(content)
        while rest:
            written = self._stream.write(rest)
            if not written:  # its reader is behind, and it would rather not wait
                raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
            rest = rest[written:]
        return whole.nbytes


class _Patient(_Whole):
    """Writes what a stream takes, and drops what it does not."""

    def write(self, content: "ReadableBuffer", /) -> int:
        """Write, and say that all went well."""
        with suppress(OSError):
            super().write(content)
        return memoryview(content).nbytes
