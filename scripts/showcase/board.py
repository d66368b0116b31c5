"""The progress of several waits: a live table in a terminal, a line for each poll elsewhere."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from attrs import frozen
from rich import box
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from tilldone import Phase

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from rich.console import Console, RenderableType

    from tilldone import Job, Snapshot

__all__ = ["progress"]

_STYLES = {
    Phase.PENDING: ("yellow", "·"),
    Phase.RUNNING: ("cyan", "·"),
    Phase.SUCCEEDED: ("green", "✔"),
    Phase.FAILED: ("red", "✘"),
    Phase.UNKNOWN: ("magenta", "?"),
}


@contextmanager
def progress(
    jobs: Sequence[Job[object]], console: Console
) -> Generator[Callable[[Snapshot[object]], None]]:
    """Show the jobs' progress while the block runs; it gets the function to tell of each poll."""
    if not console.is_terminal:
        yield lambda snapshot: console.print(_line(snapshot), soft_wrap=True)
        return
    board = _Board(jobs)
    with Live(console=console, get_renderable=board.table, refresh_per_second=12):
        yield board.saw


@frozen
class _Seen:
    snapshot: Snapshot[object]
    at: float


class _Board:
    def __init__(self, jobs: Sequence[Job[object]]) -> None:
        self._jobs = jobs
        self._seen: dict[Job[object], _Seen] = {}
        # One for all rows, so that they turn together.
        self._spinner = Spinner("dots")

    def saw(self, snapshot: Snapshot[object]) -> None:
        self._seen[snapshot.job] = _Seen(snapshot, time.monotonic())

    def table(self) -> Table:
        table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))
        table.add_column("provider", width=11)
        # The one column that gives way in a narrow terminal.
        table.add_column("job", style="dim", max_width=36)
        table.add_column("", width=1)
        table.add_column("phase", width=9)
        table.add_column("its word", width=11)
        table.add_column("polls", width=5, justify="right")
        table.add_column("elapsed", width=7, justify="right")
        table.add_column("next", width=6, justify="right")
        for job in self._jobs:
            job_id = Text(job.id, no_wrap=True, overflow="ellipsis")
            table.add_row(job.provider, job_id, *self._cells(self._seen.get(job)))
        return table

    def _cells(self, seen: _Seen | None) -> list[RenderableType]:
        if seen is None:
            return ["", "", "", "0", "", ""]
        snapshot = seen.snapshot
        style, mark = _STYLES[snapshot.phase]
        elapsed, pause = f"{snapshot.elapsed:.1f} s", ""
        sign: RenderableType = Text(mark, style)
        if snapshot.next_poll is not None:
            since = time.monotonic() - seen.at
            elapsed = f"{snapshot.elapsed + since:.1f} s"
            pause = f"{max(snapshot.next_poll - since, 0.0):.1f} s"
            sign = self._spinner
        phase = Text(snapshot.phase, style)
        return [sign, phase, snapshot.status, str(snapshot.polls), elapsed, pause]


def _line(snapshot: Snapshot[object]) -> Text:
    style, mark = _STYLES[snapshot.phase]
    polls = f"poll {snapshot.polls}"
    if snapshot.next_poll is not None:
        polls += f", next in {snapshot.next_poll:.1f} s"
    return Text.assemble(
        f"{snapshot.elapsed:4.1f} s  {mark} {snapshot.job.provider:<11}  ",
        (f"{snapshot.phase:<9}", style),
        f"  {snapshot.status:<11}  {polls:<22}",
        (f"  {snapshot.job.id}", "dim"),
    )
