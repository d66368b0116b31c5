"""What a wait tells of itself, in log lines and a span.

Log lines go under the name `tilldone`. A span of OpenTelemetry's is there if `opentelemetry-api` is
installed: one for a wait, its polls and the faults that it rode out as events. It is the current
span while a poll is sent, so that what sends it may have spans within, and never while the caller's
own code runs. Neither a log line nor a span ever holds a key or a result.
"""

import logging
import re
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from typing import TYPE_CHECKING, Self

from tilldone._core.actions import Observer
from tilldone._core.declaration import Phase
from tilldone._core.job import Job
from tilldone._core.snapshot import Snapshot
from tilldone._core.text import excerpt
from tilldone._log import logger
from tilldone._version import __version__

if TYPE_CHECKING:
    from opentelemetry.trace import Span, Tracer

__all__ = [
    "Instrumentation",
    "as_current",
    "begun_span",
    "mark_failed",
]


_NOTHING = nullcontext()

_DIGITS = re.compile(r"\d+")

# Who makes up a new status for each poll is not worth a line for each of them.
_MOST_WORDS = 50
_words: dict[str, dict[str, object]] = {}


class Instrumentation(Observer):
    """Logs and traces one wait, from its beginning to its end: a poller's `Observer`.

    Args:
        job: the job that is waited for.
        traced: whether the wait is worth a span. Left as a context manager, a wait that has not
            ended is marked as abandoned in it.
    """

    __slots__ = ("_job", "_polls", "_span", "_stumbling")

    def __init__(self, job: Job[object], *, traced: bool = True) -> None:
        self._job = job
        self._polls = 0
        self._stumbling = False
        about = {"tilldone.provider": job.provider, "tilldone.job_id": job.id}
        self._span = begun_span("tilldone.wait", about) if traced else None

    def sending(self) -> AbstractContextManager[object]:
        """Make the span the current one."""
        self._polls += 1
        return as_current(self._span)

    def saw(self, snapshot: Snapshot[object], /) -> None:
        """Log and trace a readable answer; an unknown status is a warning, once in a process."""
        self._stumbling = False
        phase, status = snapshot.phase, snapshot.status
        if logger.isEnabledFor(logging.DEBUG):
            polls = snapshot.polls
            logger.debug("%s: poll %d, %s (%s)", self._name, polls, phase, excerpt(status))
        if self._span is not None:
            told = {"tilldone.phase": phase.value, "tilldone.status": excerpt(status)}
            self._span.add_event("poll", told)
        if phase is Phase.UNKNOWN:
            self._warn_of(status)

    def stumbled(self, reason: str, /) -> None:
        """Log and trace a poll that brought nothing; the first of a row is worth a line."""
        level = logging.DEBUG if self._stumbling else logging.INFO
        self._stumbling = True
        if logger.isEnabledFor(level):
            logger.log(level, "%s: %s; waiting on", self._name, reason)
        if self._span is not None:
            self._span.add_event("fault", {"tilldone.fault": reason})

    def lost_history(self, reason: str, /) -> None:
        """Log what a history raised."""
        logger.warning(
            "%s: its history raised %s; polled by the schedule alone", self._name, reason
        )

    def ended(self, how: str, /, *, well: bool) -> None:
        """End the span."""
        if self._span is not None and not well:
            mark_failed(self._span, how)
        self._end(how)

    def abandon(self) -> None:
        """End the span of a wait that is given up; nothing where the wait has ended."""
        self._end("abandoned")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.abandon()

    def _end(self, how: str) -> None:
        if self._span is not None:
            self._span.set_attribute("tilldone.outcome", how)
            self._span.set_attribute("tilldone.polls", self._polls)
            self._span.end()
            self._span = None

    @property
    def _name(self) -> str:
        return f"{self._job.provider} job {self._job.id}"

    def _warn_of(self, status: str) -> None:
        words = _words.setdefault(self._job.provider, {})
        # `processing 37%` and `processing 38%` are one word.
        word = _DIGITS.sub("0", excerpt(status))
        mine = object()
        # One step, so that of many threads one is the first.
        if len(words) >= _MOST_WORDS or words.setdefault(word, mine) is not mine:
            return
        logger.warning(
            "%s: status %r is not one that %s documents; waiting on%s",
            self._name,
            excerpt(status),
            self._job.provider,
            "; more of them are not logged" if len(words) == _MOST_WORDS else "",
        )


def begun_span(name: str, attributes: Mapping[str, str]) -> "Span | None":
    """Begin a span, None where nobody traces."""
    tracer = _tracer()
    if tracer is None:
        return None
    span = tracer.start_span(name, attributes=attributes)
    # Without an SDK, and outside of a trace that came from elsewhere, it is nobody's.
    return span if span.get_span_context().is_valid else None


def as_current(span: "Span | None") -> AbstractContextManager[object]:
    """Make a span the current one while the block runs."""
    if span is None:
        return _NOTHING
    from opentelemetry.trace import use_span

    return use_span(span, record_exception=False, set_status_on_exception=False)


def mark_failed(span: "Span", how: str) -> None:
    """Mark what a span is about as failed."""
    from opentelemetry.trace import Status, StatusCode

    span.set_status(Status(StatusCode.ERROR, how))


@cache
def _tracer() -> "Tracer | None":
    try:
        from opentelemetry.trace import get_tracer
    except ModuleNotFoundError:
        return None
    return get_tracer("tilldone", __version__)
