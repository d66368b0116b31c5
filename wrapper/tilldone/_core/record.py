"""What a wait tells of itself: log lines under the name `tilldone`, and an OpenTelemetry span.

The span is there if `opentelemetry-api` is installed: one for a wait, its polls and the faults
that it rode out as events. Neither a log line nor a span ever holds a key or a result.
"""

import logging
from functools import cache
from typing import TYPE_CHECKING

from tilldone._core.job import Job
from tilldone._core.phase import Phase
from tilldone._version import __version__

if TYPE_CHECKING:
    from opentelemetry.trace import Span, Tracer

__all__ = ["Record"]

_logger = logging.getLogger("tilldone")
_logger.addHandler(logging.NullHandler())


class Record:
    """Keeps the record of one wait, from its beginning to its end.

    Args:
        traced: whether it is worth a span.
    """

    __slots__ = ("_job", "_span", "_stumbling", "_unknown")

    def __init__(self, job: Job[object], *, traced: bool) -> None:
        self._job = job
        self._stumbling = False
        self._unknown: frozenset[str] = frozenset()
        self._span = _begun_span(job) if traced else None

    @property
    def name(self) -> str:
        """What the job is called in messages."""
        return f"{self._job.provider} job {self._job.id}"

    def seen(self, phase: Phase, status: str, polls: int) -> None:
        """Record a readable answer."""
        self._stumbling = False
        if _logger.isEnabledFor(logging.DEBUG):
            _logger.debug("%s: poll %d, %s (%s)", self.name, polls, phase, status)
        if self._span is not None:
            self._span.add_event("poll", {"tilldone.phase": phase.value, "tilldone.status": status})
        if phase is Phase.UNKNOWN and status not in self._unknown:
            self._unknown |= {status}
            _logger.warning(
                "%s: status %r is not one that %s documents; waiting on",
                self.name,
                status,
                self._job.provider,
            )

    def stumbled(self, reason: str) -> None:
        """Record a poll that brought nothing; the first of a row is worth a line."""
        level = logging.DEBUG if self._stumbling else logging.INFO
        self._stumbling = True
        if _logger.isEnabledFor(level):
            _logger.log(level, "%s: %s; waiting on", self.name, reason)
        if self._span is not None:
            self._span.add_event("fault", {"tilldone.fault": reason})

    def ended(self, outcome: str, *, polls: int, failed: bool) -> None:
        """Record the end: a phase, or the name of the error that it ended with."""
        if self._span is None:
            return
        from opentelemetry.trace import Status, StatusCode

        self._span.set_attribute("tilldone.outcome", outcome)
        self._span.set_attribute("tilldone.polls", polls)
        if failed:
            self._span.set_status(Status(StatusCode.ERROR, outcome))
        self._span.end()
        self._span = None


def _begun_span(job: Job[object]) -> "Span | None":
    tracer = _tracer()
    if tracer is None:
        return None
    attributes = {"tilldone.provider": job.provider, "tilldone.job_id": job.id}
    return tracer.start_span("tilldone.wait", attributes=attributes)


@cache
def _tracer() -> "Tracer | None":
    try:
        from opentelemetry.trace import get_tracer
    except ModuleNotFoundError:
        return None
    return get_tracer("tilldone", __version__)
