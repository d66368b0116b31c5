"""What a person sees of a wait while it lasts, on stderr.

On a terminal it is one line that stays up to date, anywhere else a line at each change of phase and
at the first fault of a row.
"""

import re
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import Protocol

from rich.console import Console
from rich.live import Live

from tilldone._core.declaration import Phase
from tilldone._core.job import Job
from tilldone._core.polling import Polling
from tilldone._core.snapshot import Snapshot
from tilldone._core.submission import Submitter
from tilldone._core.text import about, harmless
from tilldone._drivers.instrumentation import Instrumentation
from tilldone.cli._exit import say
from tilldone.cli._line import SubmissionLine, WaitLine, status_of

__all__ = ["Display", "Shown", "displayed", "displayed_submission"]

# What Python's errors have before the words of the system.
_PREFIX = re.compile(r"^\w+: (\[Errno -?\d+\] )?(?=\S)")


class Display(Protocol):
    """Shows how one wait stands."""

    def update(self, snapshot: Snapshot[object]) -> None:
        """Show what a poll has found."""
        ...

    def stumbled(self, reason: str) -> None:
        """Show that a poll has found nothing, and why."""
        ...


class Shown(Instrumentation):
    """Shows a wait while it is logged and traced: a poller's `Observer`."""

    __slots__ = ("_display",)

    def __init__(self, job: Job[object], display: Display, *, traced: bool = True) -> None:
        super().__init__(job, traced=traced)
        self._display = display

    def saw(self, snapshot: Snapshot[object], /) -> None:
        """Show a readable answer."""
        super().saw(snapshot)
        self._display.update(snapshot)

    def stumbled(self, reason: str, /) -> None:
        """Show a poll that brought nothing."""
        super().stumbled(reason)
        self._display.stumbled(_PREFIX.sub("", reason))


@contextmanager
def displayed(
    job: Job[object], *, timeout: float | None, quiet: bool, durable: bool = False
) -> Generator[Display]:
    """Show a wait, durable or not, while the block lasts."""
    if quiet:
        yield _Nothing()
    elif (console := _live_console()) is not None:
        # Another process may poll it, and then nothing of that is seen here.
        before = "waiting" if durable else "first poll"
        line = WaitLine(job, before, timeout=timeout, tolerate=Polling().tolerate)
        with Live(line, console=console, refresh_per_second=8, transient=True) as live:
            yield _Drawn(line, live)
    else:
        kind = "waiting durably" if durable else "waiting"
        say(f"{kind} for {job.provider} job {job.id}")
        yield _Lines(job)


@contextmanager
def displayed_submission(submitter: Submitter[object], *, quiet: bool) -> Generator[None]:
    """Show a submission while the block lasts."""
    if quiet:
        yield
    elif (console := _live_console()) is not None:
        line = SubmissionLine(submitter)
        with Live(line, console=console, refresh_per_second=8, transient=True):
            yield
    else:
        say(f"submitting {submitter.name}")
        yield


def _live_console() -> Console | None:
    """Give the terminal, if there is one that can draw a line anew."""
    if not sys.stderr.isatty():
        return None
    console = Console(stderr=True)
    return None if console.is_dumb_terminal else console


class _Nothing:
    def update(self, snapshot: Snapshot[object]) -> None:
        pass

    def stumbled(self, reason: str) -> None:
        pass


class _Drawn:
    """Draws a line at each change: a busy machine may not get to it before the next one."""

    def __init__(self, line: WaitLine, live: Live) -> None:
        self._line = line
        self._live = live

    def update(self, snapshot: Snapshot[object]) -> None:
        self._line.update(snapshot)
        self._draw()

    def stumbled(self, reason: str) -> None:
        self._line.stumbled(reason)
        self._draw()

    def _draw(self) -> None:
        # A terminal that is gone ends no wait.
        with suppress(OSError):
            self._live.refresh()


class _Lines:
    def __init__(self, job: Job[object]) -> None:
        self._job = job
        self._phase: Phase | None = None
        self._stumbling = False

    def update(self, snapshot: Snapshot[object]) -> None:
        # A failure is told as the error that it is.
        if snapshot.phase not in {self._phase, Phase.FAILED}:
            polls = "1 poll" if snapshot.polls == 1 else f"{snapshot.polls} polls"
            left = "" if snapshot.remaining is None else f"; {about(snapshot.remaining)} left"
            self._say(
                f"{snapshot.phase}{status_of(snapshot)}, after {snapshot.elapsed:.1f} s and {polls}"
                f"{left}"
            )
        self._phase = snapshot.phase
        self._stumbling = False

    def stumbled(self, reason: str) -> None:
        if not self._stumbling:
            self._say(f"{reason}; trying on")
        self._stumbling = True

    def _say(self, text: str) -> None:
        say(f"{self._job.provider} job {self._job.id}: {harmless(text)}")
