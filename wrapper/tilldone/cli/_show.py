"""What a person sees of a wait while it lasts, on stderr.

On a terminal it is one line that stays up to date, anywhere else a line at each change of phase.
"""

import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from tilldone._core.job import Job
from tilldone._core.phase import Phase
from tilldone._core.snapshot import Snapshot
from tilldone._core.text import harmless
from tilldone.cli._exit import say

__all__ = ["Display", "displayed"]

# Columns that the id keeps as long as there is anything else to leave out.
_SHORTEST_ID = 8
_LONGEST_STATUS = 30


class Display(Protocol):
    """Shows how one wait stands."""

    def update(self, snapshot: Snapshot[object]) -> None:
        """Show what a poll has found."""
        ...


@contextmanager
def displayed(job: Job[object], *, quiet: bool) -> Generator[Display]:
    """Show a wait while the block lasts."""
    if quiet:
        yield _Nothing()
    elif sys.stderr.isatty():
        line = _LiveLine(job)
        console = Console(stderr=True)
        with Live(line, console=console, refresh_per_second=8, transient=True):
            yield line
    else:
        say(f"waiting for {job.provider} job {job.id}")
        yield _Lines(job)


class _Nothing:
    def update(self, snapshot: Snapshot[object]) -> None:
        pass


class _Lines:
    def __init__(self, job: Job[object]) -> None:
        self._job = job
        self._phase: Phase | None = None

    def update(self, snapshot: Snapshot[object]) -> None:
        # A failure is told as the error that it is.
        if snapshot.phase not in {self._phase, Phase.FAILED}:
            polls = "1 poll" if snapshot.polls == 1 else f"{snapshot.polls} polls"
            say(
                f"{self._job.provider} job {self._job.id}: {snapshot.phase}{_status(snapshot)}, "
                f"after {snapshot.elapsed:.1f} s and {polls}"
            )
        self._phase = snapshot.phase


class _LiveLine:
    """A spinner, job, phase, elapsed time and next poll: as much of it as there is room for."""

    def __init__(self, job: Job[object]) -> None:
        self._job = job
        self._began = time.monotonic()
        self._last: Snapshot[object] | None = None
        self._next_poll_at: float | None = None
        self._spinner = Spinner("dots")

    def update(self, snapshot: Snapshot[object]) -> None:
        self._last = snapshot
        pause = snapshot.next_poll
        self._next_poll_at = None if pause is None else time.monotonic() + pause

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        spinner = str(self._spinner.render(console.get_time()))
        name = Text(f" {self._job.provider} {harmless(self._job.id)}", style="bold")
        parts = self._parts()
        room = options.max_width - 2
        shortest = len(self._job.provider) + _SHORTEST_ID
        while len(parts) > 1 and sum(part.cell_len for part in parts) + shortest > room:
            parts.pop()
        name.truncate(max(room - sum(part.cell_len for part in parts), 0), overflow="ellipsis")
        line = Text.assemble(spinner, name, *parts, no_wrap=True)
        line.truncate(options.max_width, overflow="ellipsis")
        yield line

    def _parts(self) -> list[Text]:
        """Give what is said of the job, the most important first."""
        now = time.monotonic()
        if self._last is None:
            parts = [Text("  first poll", style="dim")]
        else:
            parts = [Text(f"  {self._last.phase}", style="cyan"), Text(_status(self._last))]
        parts.append(Text(f"  {now - self._began:.0f} s"))
        if self._next_poll_at is not None:
            pause = max(self._next_poll_at - now, 0)
            parts.append(Text(f"  next poll in {pause:.0f} s", style="dim"))
        return parts


def _status(snapshot: Snapshot[object]) -> str:
    """Give the provider's own word, in brackets after ours."""
    status = harmless(snapshot.status)
    if len(status) > _LONGEST_STATUS:
        status = f"{status[:_LONGEST_STATUS]}…"
    return f" ({status})" if status else ""
