"""What was found and done: steps as they end, a table for people, JSON for machines."""

from __future__ import annotations

import json
import os
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TextIO

    from .preview import Preview

__all__ = ["Report", "StepLog", "counted", "rows", "shown"]

_LONGEST = 600


@dataclass(kw_only=True)
class Report:
    """All that a run has to say."""

    previews: list[Preview] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    applied: bool = False

    def table(self) -> Iterator[str]:
        """Give the lines of what would change, and of what the overlays say to it."""
        for found in self.previews:
            state = "as it is" if found.same else counted(len(found.changes), "change")
            yield f"{found.name}: {state} ({shown(found.sources.job)})"
            lines = [(str(change.kind), change.place, change.what) for change in found.changes]
            lines += [("overlay", place, "superfluous, remove it") for place in found.superfluous]
            yield from (f"  {line}" for line in rows(lines))

    def as_json(self) -> str:
        """Give everything for machines."""
        providers = {
            found.name: {
                "job": found.sources.job,
                "documents": [*found.specs],
                "same": found.same,
                "changes": [change.as_dict() for change in found.changes],
                "overlay": {"failures": found.failures, "superfluous": found.superfluous},
            }
            for found in self.previews
        }
        whole = {
            "providers": providers,
            "notes": self.notes,
            "failures": self.failures,
            "left": self.left,
            "applied": self.applied,
        }
        return json.dumps(whole, indent=2)


class StepLog:
    """Lines of who, what and how long, from several threads; plain unless on a terminal."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._styled = stream.isatty() and "NO_COLOR" not in os.environ
        self._lock = threading.Lock()
        self._started = time.monotonic()

    def step(self, who: str, what: str) -> None:
        """Tell that `who` has finished `what`."""
        elapsed = f"{time.monotonic() - self._started:6.1f} s"
        if self._styled:
            elapsed = f"\x1b[2m{elapsed}\x1b[0m"
        with self._lock:
            print(f"{elapsed}  {who:<12} {what}", file=self._stream, flush=True)


def counted(number: int, what: str) -> str:
    """Say how many there are of something."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def rows(cells: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """Set cells in columns."""
    lines = [tuple(map(shown, line)) for line in cells]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        padded = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        yield "  ".join(padded).rstrip()


def shown(text: str) -> str:
    """Make a stranger's text fit for a terminal, which obeys control characters."""
    safe = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    if len(safe) <= _LONGEST:
        return safe
    # From the middle: a message begins with what it is about, and ends with what to do.
    half = _LONGEST // 2
    return f"{safe[:half]} … {safe[-half:]}"
