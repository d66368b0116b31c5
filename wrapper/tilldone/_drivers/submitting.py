"""What both worlds share of submitting: one deadline over it and the wait, and the log."""

import logging
import math
from datetime import timedelta
from typing import Generic, TypeVar

from tilldone._core.job_request import JobRequest
from tilldone._core.polling import Polling, checked, seconds_until_deadline
from tilldone._core.response import Response, TransportError
from tilldone._core.submission import Submitter
from tilldone._drivers.clock import clock

__all__ = ["LONGEST", "MAX_BODY", "Whole", "receive"]

R = TypeVar("R")

_logger = logging.getLogger("tilldone")

MAX_BODY = Polling().max_body

LONGEST = 60.0
"""What one sending may take within a `run`, whose deadline is the whole job's."""


class Whole(Generic[R]):
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


def receive(submitter: Submitter[R], event: Response | TransportError) -> None:
    """Hand on what a sending brought, and log what that means."""
    submitter.receive(event, clock().now())
    _logger.info("%s: %s", submitter.name, submitter.said)
