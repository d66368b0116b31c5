"""What both worlds share of submitting: one deadline over it and the wait, the log and a span."""

import logging
import math
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from types import TracebackType
from typing import Generic, Self, TypeVar

from tilldone._core.errors import note
from tilldone._core.job_request import JobRequest
from tilldone._core.polling import Polling, checked, seconds_until_deadline
from tilldone._core.response import Response, TransportError
from tilldone._core.submission import Submitter
from tilldone._drivers.clock import clock
from tilldone._drivers.instrumentation import as_current, begun_span, mark_failed
from tilldone._log import logger

__all__ = ["LONGEST", "MAX_BODY", "Run", "Sendings"]

R = TypeVar("R")


MAX_BODY = Polling().max_body

LONGEST = 60.0
"""What one sending may take within a `run`, whose deadline is the whole job's."""


class Run(Generic[R]):
    """One deadline over a submission and the wait after it.

    Raises:
        TypeError, ValueError: an argument is of the wrong kind or out of range; it is named.
    """

    def __init__(
        self, request: JobRequest[R], timeout: float | timedelta | None, polling: Polling
    ) -> None:
        checked(polling)
        seconds = seconds_until_deadline(timeout)
        self.submitter = Submitter(request, timeout=seconds, longest=LONGEST)
        self._deadline = clock().now() + seconds

    def left(self) -> float | None:
        """Give the seconds that are left for the wait, as its timeout."""
        left = self._deadline - clock().now()
        return None if left == math.inf else max(left, 0.0)


class Sendings(Generic[R]):
    """Logs and traces one submission: a context manager around its sendings.

    Neither a log line nor the span holds a key or a request's body.
    """

    def __init__(self, submitter: Submitter[R], *, traced: bool = True) -> None:
        self._submitter = submitter
        self._sent = 0
        request = submitter.request
        about = {"tilldone.provider": request.provider, "tilldone.operation": request.operation}
        self._span = begun_span("tilldone.submit", about) if traced else None

    @contextmanager
    def one(self) -> Generator[None]:
        """Count a sending, and make the span the current one while it lasts."""
        self._sent += 1
        if logger.isEnabledFor(logging.DEBUG):
            logger.debug("%s: sending %d", self._submitter.name, self._sent)
        with as_current(self._span):
            yield

    def received(self, event: Response | TransportError) -> None:
        """Hand on what a sending brought, and log what that means."""
        self._submitter.receive(event, clock().now())
        logger.info("%s: %s", self._submitter.name, self._submitter.said)
        if self._span is not None:
            self._span.add_event("sending", {"tilldone.said": self._submitter.said})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        end = self._submitter.end
        # A job that was made is known to nobody else, whatever it is that ends this.
        made = end is not None and end.job is not None
        if error is not None and (made or not isinstance(error, Exception | GeneratorExit)):
            note(error, self._submitter.interrupted())
        if self._span is None:
            return
        how = "abandoned" if end is None else "submitted"
        if end is not None and end.error is not None:
            how = type(end.error).__name__
            mark_failed(self._span, how)
        self._span.set_attribute("tilldone.outcome", how)
        self._span.set_attribute("tilldone.sendings", self._sent)
        self._span.end()
