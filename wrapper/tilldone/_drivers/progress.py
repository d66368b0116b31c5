"""Progress for people: a bar on a terminal, a line in a notebook, and nothing anywhere else."""

import math
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from tilldone._core.text import about, harmless

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import ProgressColumn, TaskID

__all__ = ["Progress", "TransferBar"]

_BETWEEN = 0.1


class Progress:
    """Shows how many jobs are done, failed and running, polls a second, and what may be left.

    Args:
        total: how many jobs there are, None where nobody knows yet.
        shown: whether it was asked for; it stays silent where stderr is neither a terminal nor a
            notebook.

    Raises:
        ModuleNotFoundError: it is to be shown on a terminal, and rich is not installed.
    """

    def __init__(self, total: int | None, *, shown: bool) -> None:
        self._total = total
        self._begun = 0
        self._done = 0
        self._failed = 0
        self._polls = 0
        self._ends = -math.inf
        self._began = time.monotonic()
        self._shown = -_BETWEEN
        self._bar: Bar | None = None
        self._task: TaskID | None = None
        self._line = _NotebookLine() if shown and _in_notebook() else None
        if shown and sys.stderr.isatty():
            self._bar, self._task = _bar(total)

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._show()
        if self._line is not None:
            self._line.end()
        if self._bar is not None:
            self._bar.stop()

    def polled(self, remaining: float | None) -> None:
        """Count a poll, which may have told how much longer its job is estimated to take (s)."""
        self._polls += 1
        now = time.monotonic()
        if remaining is not None:
            self._ends = max(self._ends, now + remaining)
        if now - self._shown >= _BETWEEN:
            self._shown = now
            self._show()

    def begun(self) -> None:
        """Count a job that is waited for from now on."""
        self._begun += 1

    def ended(self, *, failed: bool) -> None:
        """Count a job that has come to its end."""
        self._failed += failed
        self._done += not failed

    def _show(self) -> None:
        if self._bar is None and self._line is None:
            return
        ended = self._done + self._failed
        now = time.monotonic()
        elapsed = max(now - self._began, 1e-9)
        counts = f"{self._done} done, {self._failed} failed, {self._begun - ended} running"
        rate = f"{self._polls / elapsed:.0f} polls/s"
        left = f"{about(self._ends - now)} left" if ended < self._begun and self._ends > now else ""
        if self._line is not None:
            of = "" if self._total is None else f" of {self._total}"
            parts = [f"{ended}{of} ended: {counts}", rate, left, f"{elapsed:.0f} s"]
            self._line.show(", ".join(part for part in parts if part))
        if self._bar is not None and self._task is not None:
            self._bar.update(
                self._task, completed=ended, counts=counts, rate=rate, left=left, refresh=True
            )


class TransferBar:
    """Shows how much of a file has arrived; silent where stderr is neither terminal nor notebook.

    Raises:
        ModuleNotFoundError: it is to be shown on a terminal, and rich is not installed.
    """

    def __init__(self, name: str, *, shown: bool) -> None:
        self._shown_at = -_BETWEEN
        self._bar: Bar | None = None
        self._task: TaskID | None = None
        self._name = harmless(name)
        self._last = ""
        self._line = _NotebookLine() if shown and _in_notebook() else None
        if shown and sys.stderr.isatty():
            self._bar, self._task = _transfer_bar(self._name)

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._line is not None:
            self._line.show(self._last)
            self._line.end()
        if self._bar is not None:
            self._bar.refresh()
            self._bar.stop()

    def show(self, received: int, total: int | None) -> None:
        """Show this many bytes of so many."""
        now = time.monotonic()
        due = now - self._shown_at >= _BETWEEN
        self._shown_at = now if due else self._shown_at
        if self._line is not None:
            of = "" if total is None else f" of {total:,}"
            self._last = f"{self._name}: {received:,}{of} bytes"
            if due:
                self._line.show(self._last)
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=received, total=total, refresh=due)


def _in_notebook() -> bool:
    """Whether stderr is shown below a cell; what is written there is no terminal's to steer."""
    return type(sys.stderr).__module__.partition(".")[0] == "ipykernel"


class _NotebookLine:
    """A line that is written anew: what every front end does at a carriage return, and no more."""

    def __init__(self) -> None:
        self._longest = 0

    def show(self, text: str) -> None:
        self._longest = max(self._longest, len(text))
        sys.stderr.write(f"\r{text.ljust(self._longest)}")
        sys.stderr.flush()

    def end(self) -> None:
        sys.stderr.write("\n")
        sys.stderr.flush()


def _transfer_bar(name: str) -> "tuple[Bar, TaskID]":
    with _needing_rich():
        from rich.progress import BarColumn, DownloadColumn, TextColumn, TransferSpeedColumn
    # A name is no markup, and what it may hold beside letters shall not steer the terminal.
    name_column = TextColumn("{task.description}", markup=False)
    bar = _on_stderr(name_column, BarColumn(), DownloadColumn(), TransferSpeedColumn())
    return bar, bar.add_task(name, total=None)


@contextmanager
def _needing_rich() -> Generator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "progress=True needs rich; install it with pip install 'tilldone[cli]'"
        ) from error


def _bar(total: int | None) -> "tuple[Bar, TaskID]":
    with _needing_rich():
        from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    bar = _on_stderr(
        BarColumn(),
        TextColumn("{task.fields[counts]}"),
        TextColumn("{task.fields[rate]}", style="dim"),
        TextColumn("{task.fields[left]}"),
        TimeElapsedColumn(),
    )
    return bar, bar.add_task("", total=total, counts="", rate="", left="")


def _on_stderr(*columns: "ProgressColumn") -> "Bar":
    from rich.console import Console
    from rich.progress import Progress as Bar

    return Bar(
        *columns,
        console=Console(stderr=True),
        auto_refresh=False,  # a refreshing thread would outlive a wait that is cut short
        redirect_stdout=sys.stdout.isatty(),  # else what is printed to a file would end on stderr
    )
