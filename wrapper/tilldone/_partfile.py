"""A file that arrives in parts: whole in its place, or not there.

The bytes go to `NAME.part` beside the target, and what they are a part of (the server's own mark
of that version) to `NAME.part.json`; so a download goes on where it was cut off, also in another
process, as long as the server has the same version.
"""

import json
import os
from pathlib import Path
from typing import BinaryIO, cast

__all__ = ["PartFile"]


class PartFile:
    """One file on its way to its place.

    Raises:
        ValueError: the place is a folder, or in a folder that is not there.
    """

    def __init__(self, path: Path) -> None:
        if path.is_dir():
            raise ValueError(f"path: {path} is a folder; name a file in it")
        if not path.parent.is_dir():
            raise ValueError(f"path: the folder {path.parent} is not there; make it first")
        self.path = path
        self._part = path.with_name(f"{path.name}.part")
        self._mark_file = path.with_name(f"{path.name}.part.json")
        self._file: BinaryIO | None = None
        self.mark = self._read_mark()
        self.size = self._part.stat().st_size if self.mark and self._part.exists() else 0

    def go_on(self) -> None:
        """Open it, for the bytes after those that are there."""
        self._file = self._part.open("ab")

    def start_anew(self, mark: str) -> None:
        """Open it empty, for the version that the server marks so; empty if it marks none."""
        self.forget()
        self.mark = mark
        if mark:
            self._mark_file.write_text(json.dumps({"if_range": mark}), encoding="utf-8")
        self.go_on()

    def write(self, chunk: bytes) -> None:
        """Add a chunk."""
        cast("BinaryIO", self._file).write(chunk)
        self.size += len(chunk)

    def close(self) -> None:
        """Close it; what has arrived stays, if it can be gone on from."""
        self._close()
        if not self.mark:
            self.forget()

    def complete(self) -> None:
        """Put it in its place."""
        self._close()
        self._part.replace(self.path)
        self._mark_file.unlink(missing_ok=True)

    def forget(self) -> None:
        """Throw away what has arrived: it is not to be gone on from."""
        self._close()
        self.mark = ""
        self.size = 0
        self._part.unlink(missing_ok=True)
        self._mark_file.unlink(missing_ok=True)

    def _close(self) -> None:
        if self._file is not None:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._file = None

    def _read_mark(self) -> str:
        try:
            kept: object = json.loads(self._mark_file.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return ""
        mark = cast("dict[str, object]", kept).get("if_range") if isinstance(kept, dict) else ""
        return mark if isinstance(mark, str) else ""
