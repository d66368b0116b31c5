"""One line that shows a person how a wait stands, while it stands."""

import sys
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from tilldone._core.job import Job
from tilldone._core.snapshot import Snapshot
from tilldone.cli._exit import harmless

__all__ = ["StatusLine"]


class StatusLine:
    """A spinner with phase, elapsed time and next poll; nothing where stderr is no terminal."""

    def __init__(self, job: Job[object], *, quiet: bool) -> None:
        self._job = job
        self._began = time.monotonic()
        self._last: Snapshot[object] | None = None
        self._next_poll_at: float | None = None
        self._spinner = Spinner("dots")
        shown = not quiet and sys.stderr.isatty()
        self._live = (
            Live(self, console=Console(stderr=True), refresh_per_second=8, transient=True)
            if shown
            else None
        )

    def update(self, snapshot: Snapshot[object]) -> None:
        """Show what a poll has shown."""
        self._last = snapshot
        pause = snapshot.next_poll
        self._next_poll_at = None if pause is None else time.monotonic() + pause

    def __rich__(self) -> Table:
        now = time.monotonic()
        text = Text(no_wrap=True, overflow="ellipsis")
        text.append(f"{self._job.provider} {harmless(self._job.id):.40}  ", style="bold")
        if self._last is None:
            text.append("first poll", style="dim")
        else:
            text.append(f"{self._last.phase}", style="cyan")
            status = harmless(self._last.status)
            text.append(f" ({status})" if status else "", style="dim")
        text.append(f"  {now - self._began:.0f} s")
        if self._next_poll_at is not None:
            text.append(f"  next poll in {max(self._next_poll_at - now, 0):.0f} s", style="dim")
        line = Table.grid(padding=(0, 1))
        line.add_row(self._spinner, text)
        return line

    def __enter__(self) -> Self:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        if self._live is not None:
            self._live.stop()
