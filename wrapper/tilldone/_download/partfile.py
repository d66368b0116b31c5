"""A file that arrives in parts: whole in its place, or not there.

The bytes go to `NAME.part` beside the target, and what they are a part of (the server's own mark
of that version) to `NAME.part.json`; so a download goes on where it was cut off, also in another
process, as long as the server has the same version. The part is locked while it is written to.

In a folder that others can write to, a link of theirs at one of these names must not lead a
download to another file: links are neither read nor written through.
"""

import json
import os
import stat
from pathlib import Path
from typing import BinaryIO, cast

from tilldone._download.filehead import usable_mark

try:
    import fcntl
except ModuleNotFoundError:  # Windows, which lets nobody move or delete a file that is open
    fcntl = None  # type: ignore[assignment] # no such module there

__all__ = ["PartFile"]

# What a platform does not have, it does not need: Windows opens no FIFO, and links only for some.
_NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_NO_WAIT = getattr(os, "O_NONBLOCK", 0)
_LONGEST_NOTE = 64 * 1024


class PartFile:
    """One file on its way to its place.

    Raises:
        ValueError: the place is a folder, or a device, or in a folder that is not there.
    """

    def __init__(self, path: Path) -> None:
        if path.is_dir():
            raise ValueError(f"path: {path} is a folder; name a file in it")
        if path.exists() and not path.is_file():
            # A device, say, whose place the file would take for everybody.
            raise ValueError(f"path: {path} is no regular file; name one that may be replaced")
        if not path.parent.is_dir():
            raise ValueError(f"path: the folder {path.parent} is not there; make it first")
        self.path = path
        self._part = path.with_name(f"{path.name}.part")
        self._mark_file = path.with_name(f"{path.name}.part.json")
        self._file: BinaryIO | None = None
        self.mark = self._read_mark()
        self.size = self._part.stat().st_size if self.mark and self._part.exists() else 0

    def go_on(self) -> None:
        """Write after the bytes that are there.

        Raises:
            BlockingIOError: another download writes to it.
        """
        if self._open().seek(0, os.SEEK_END) != self.size:
            raise BlockingIOError(f"another download has written to {self._part}")

    def start_anew(self, mark: str) -> None:
        """Write from the beginning, the version that the server marks so; empty if it marks none.

        Raises:
            BlockingIOError: another download writes to it.
        """
        self._open().truncate(0)
        self.forget()
        self.mark = mark
        if mark:
            made = os.open(self._mark_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINK, 0o666)
            with os.fdopen(made, "w", encoding="utf-8") as file:
                json.dump({"if_range": mark}, file)

    def write(self, chunk: bytes) -> None:
        """Add a chunk."""
        self._open().write(chunk)
        self.size += len(chunk)

    def forget(self) -> None:
        """Begin at the first byte next time: what is there is not to be gone on from."""
        self.mark = ""
        self.size = 0
        self._mark_file.unlink(missing_ok=True)

    def complete(self) -> None:
        """Put it in its place."""
        # Renamed while it is locked: nobody else can take it for a part any more.
        self._open().flush()
        os.fsync(self._open().fileno())
        if fcntl is None:
            self._close()
        self._part.replace(self.path)
        self._mark_file.unlink(missing_ok=True)
        self._close()

    def abandon(self) -> None:
        """Close it; what has arrived stays, if it can be gone on from."""
        if self._file is None:
            return
        if fcntl is None:
            self._close()
        try:
            if not self.mark:
                self._part.unlink(missing_ok=True)
        finally:
            self._close()

    def _open(self) -> BinaryIO:
        while self._file is None:
            file = _open_part(self._part)
            try:
                _lock(file, self._part)
            except BaseException:
                file.close()
                raise
            if _is_at(file, self._part):
                self._file = file
            else:
                # Another download has just put it in its place, under another name.
                file.close()
        return self._file

    def _close(self) -> None:
        if self._file is not None:
            file, self._file = self._file, None
            file.close()

    def _read_mark(self) -> str:
        """Read the mark of what is there; where it cannot be read, the file is begun anew."""
        try:
            found = os.open(self._mark_file, os.O_RDONLY | _NO_LINK | _NO_WAIT)
            with os.fdopen(found, "rb") as file:
                kept: object = json.loads(file.read(_LONGEST_NOTE))
        except (OSError, ValueError, RecursionError):
            return ""
        mark = cast("dict[str, object]", kept).get("if_range") if isinstance(kept, dict) else ""
        return usable_mark(mark) if isinstance(mark, str) else ""


def _open_part(part: Path) -> BinaryIO:
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | _NO_LINK | _NO_WAIT
    try:
        opened = os.open(part, flags, 0o666)
    except OSError as error:
        if part.is_symlink():
            raise FileExistsError(f"{part} is a link to elsewhere; remove it") from error
        raise
    found = os.fstat(opened)
    if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1:
        os.close(opened)
        raise FileExistsError(f"{part} is not a download's own file; remove it")
    return os.fdopen(opened, "ab")


def _is_at(file: BinaryIO, part: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), part.stat())
    except FileNotFoundError:
        return False


def _lock(file: BinaryIO, part: Path) -> None:
    if fcntl is None:
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise BlockingIOError(f"another download writes to {part}; let it end") from None
