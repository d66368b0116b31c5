"""The line on a terminal that tells how a wait or a submission stands, drawn anew as it changes."""

import time

from rich.console import Console, ConsoleOptions, RenderResult
from rich.spinner import Spinner
from rich.text import Text

from tilldone._core.job import Job
from tilldone._core.snapshot import Snapshot
from tilldone._core.submission import Submitter
from tilldone._core.text import about, harmless

__all__ = ["SubmissionLine", "WaitLine", "status_of"]

# Columns that the id keeps as long as there is anything else to leave out.
_SHORTEST_ID = 8
_LONGEST_WORDS = 30
_BAR = 10


class WaitLine:
    """A spinner, job, phase, what else is known: as much of it as there is room for.

    Args:
        job: what is waited for.
        before: what is said before anything is known.
        timeout: how long (s), None is for ever.
        tolerate: how long faults are ridden out (s).
    """

    def __init__(
        self, job: Job[object], before: str, *, timeout: float | None, tolerate: float
    ) -> None:
        self._job = job
        self._before = before
        self._began = time.monotonic()
        self._deadline = None if timeout is None else self._began + timeout
        self._tolerate = tolerate
        self._last: Snapshot[object] | None = None
        self._seen_at = self._began
        self._fault = ""
        self._fault_since = self._began

    def update(self, snapshot: Snapshot[object]) -> None:
        """Show what a poll has found."""
        self._last, self._seen_at = snapshot, time.monotonic()
        self._fault = ""

    def stumbled(self, reason: str) -> None:
        """Show that a poll has found nothing, and why."""
        if not self._fault:
            self._fault_since = time.monotonic()
        self._fault = _cut(harmless(reason))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        ranked = self._parts(ascii_only=options.ascii_only)
        name = Text(f" {self._job.provider} {harmless(self._job.id)}", style="bold")
        room = options.max_width - 2
        shortest = min(len(self._job.provider) + _SHORTEST_ID, name.cell_len)
        while len(ranked) > 1 and sum(part.cell_len for _, part in ranked) + shortest > room:
            ranked.remove(max(ranked, key=lambda each: each[0]))
        parts = [part for _, part in ranked]
        name.truncate(max(room - sum(part.cell_len for part in parts), 0), overflow="ellipsis")
        yield _line(console, options, name, *parts)

    def _parts(self, *, ascii_only: bool) -> list[tuple[int, Text]]:
        """Give what is said of the job, each with its rank: the last goes first if room lacks."""
        now, last = time.monotonic(), self._last
        parts: list[tuple[int, Text]] = []
        if last is not None:
            parts += [(0, Text(f"  {last.phase}", style="cyan")), (3, Text(status_of(last)))]
        elif not self._fault:
            parts.append((0, Text(f"  {self._before}", style="dim")))
        if self._fault:
            until = self._fault_since + self._tolerate
            left = max(min(until, self._deadline or until) - now, 0)
            parts.append((1, Text(f"  {self._fault}", style="yellow")))
            parts.append((2, Text(f", trying on for {_clock(left)}", style="yellow")))
        if last is not None and last.progress is not None:
            bar = _bar(last.progress, ascii_only=ascii_only)
            parts.append((4, Text(f"  {bar}", style="green")))
        if last is not None and last.remaining is not None:
            left = last.remaining - (now - self._seen_at)
            parts.append((5, Text(f"  {about(left)} left")))
        parts.append((6, Text(f"  {_elapsed(now - self._began)}")))
        if last is not None and last.next_poll is not None and not self._fault:
            pause = max(self._seen_at + last.next_poll - now, 0)
            parts.append((7, Text(f"  next poll in {pause:.0f} s", style="dim")))
        return parts


class SubmissionLine:
    """A spinner, the operation, and what the last sending brought."""

    def __init__(self, submitter: Submitter[object]) -> None:
        self._submitter = submitter
        self._began = time.monotonic()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        said = harmless(self._submitter.said)
        yield _line(
            console,
            options,
            Text(f" submitting {self._submitter.name}", style="bold"),
            Text(f"  {_elapsed(time.monotonic() - self._began)}"),
            Text(f"  {said}" if said else "", style="yellow"),
        )


def _line(console: Console, options: ConsoleOptions, *parts: Text) -> Text:
    # Made anew: it turns with the time that it is given, not with how often it was drawn.
    spinner = Spinner("line" if options.ascii_only else "dots")
    spinner.start_time = 0.0
    line = Text.assemble(str(spinner.render(console.get_time())), *parts, no_wrap=True)
    line.truncate(options.max_width, overflow="crop" if options.ascii_only else "ellipsis")
    return line


def status_of(snapshot: Snapshot[object]) -> str:
    """Give the provider's own word, in brackets after ours."""
    status = _cut(harmless(snapshot.status))
    return f" ({status})" if status else ""


def _cut(words: str) -> str:
    return words if len(words) <= _LONGEST_WORDS else f"{words[:_LONGEST_WORDS]}…"


def _bar(progress: float, *, ascii_only: bool) -> str:
    done = round(progress * _BAR)
    full, empty = "#-" if ascii_only else "━╌"
    return f"{full * done}{empty * (_BAR - done)} {progress:.0%}"


def _elapsed(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else _clock(seconds)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
