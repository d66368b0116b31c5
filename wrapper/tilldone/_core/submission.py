"""The state of one submission, without I/O and without a clock: a job is never bought twice.

A `Submitter` is told what came of sending the request and when, and answers what to do next. Both
drivers and the tests steer by it. A request of which a byte may have been written is sent again
only where the provider knows it again by its idempotency header, or has refused it for now (429).
Times are in seconds, on whatever clock the driver keeps; only differences count.
"""

import math
import random
from collections.abc import Callable
from typing import Generic, TypeVar, assert_never, final

from attrs import define, evolve, frozen

from tilldone._core.actions import Send, Sleep
from tilldone._core.errors import SubmitError, SubmitRejected, SubmitUncertain
from tilldone._core.job import Job, Making, made
from tilldone._core.job_request import JobRequest, Submission, submission_of
from tilldone._core.rate_limit import RateLimit
from tilldone._core.response import Response, TransportError, retry_after
from tilldone._core.submission_answer import Doubt, Later, Refused, judge_sending, kind_of

__all__ = ["Standing", "Submitted", "Submitter"]

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)

# Between two sendings: twice as long each time, from and to so many seconds.
_SHORTEST = 0.5
_LONGEST = 8.0


@final
@frozen(eq=False)
class Submitted(Generic[R_co]):
    """The end of one submission: a job or an error, never both."""

    request: JobRequest[R_co]

    job: Job[R_co] | None = None
    """The job, None where there is an error."""

    error: SubmitError | None = None
    """What `submit` would have raised, None where there is a job."""

    def unwrap(self) -> Job[R_co]:
        """Give the job, or raise the error.

        Raises:
            SubmitError: the submission ended with it.
        """
        if self.job is None:
            raise self.error  # type: ignore[misc] # no job, so this is an error
        return self.job


@define(kw_only=True)
class Standing:
    """Where a submission stands between two sendings: all it takes to go on with it elsewhere."""

    due: float = -math.inf
    """When it may be sent again."""

    pause: float = _SHORTEST
    """The pause after the next sending, before chance has its say."""

    written: bool = False
    """Whether a byte of it was ever written."""

    last: str = ""
    """Why it was not taken the last time."""

    doubt: Doubt | None = None
    """What a sending left open, for a provider that knows the request again."""


class Submitter(Generic[R]):
    """One submission of one request.

    The driver calls `next_action(now)` and does what it says; after a sending it calls
    `receive(event, now)`.

    Args:
        request: what is to be sent.
        timeout: from the moment on when the rate limit first lets it go.
        begun: when the timeout began, for one that began before.
        longest: what one sending may take, all in all.
        limit: the host's, shared by all submissions there.

    Raises:
        TypeError, ValueError: the request is not one, or has no client to ask with.
    """

    def __init__(
        self,
        request: JobRequest[R],
        *,
        timeout: float,
        begun: float | None = None,
        longest: float = math.inf,
        limit: RateLimit | None = None,
        spread: Callable[[], float] = random.random,
    ) -> None:
        self.request = request
        self.submission: Submission[R] = submission_of(request)
        self._timeout = timeout
        self._longest = longest
        self.limit = limit or RateLimit()
        self._spread = spread
        self._begun = begun is not None
        self._deadline = math.inf if begun is None else begun + timeout
        self._at = Standing()
        self.end: Submitted[R] | None = None
        """How it ended, None while it goes on."""
        self._sending = False
        self._unsent = True
        self.said = ""
        """What the last sending brought, in words that hold neither a key nor a body."""

    @property
    def name(self) -> str:
        """What the submission is called in messages."""
        return f"{self.request.provider} {self.request.operation}"

    @property
    def in_doubt(self) -> bool:
        """Whether the job may exist, as long as nothing else is known."""
        if self.end is not None:
            return isinstance(self.end.error, SubmitUncertain)
        return self._at.doubt is not None or (self._sending and not self._unsent)

    def interrupted(self) -> str:
        """Say what it means to be interrupted now."""
        if self.end is not None and self.end.job is not None:
            job = self.end.job
            return (
                f"{self.name} had made job {job.id} when it was interrupted; resume with {job.ref}"
            )
        if self.in_doubt:
            what = "while it was sent: the job may exist and cost money"
        elif self._at.written:
            what = "and no job exists; the provider refused it for now"
        else:
            what = "before it was sent; no job exists"
        return f"{self.name} was interrupted {what}"

    def standing(self) -> Standing:
        """Give what it takes to go on with it elsewhere, between two sendings."""
        return evolve(self._at)

    def restore(self, standing: Standing) -> None:
        """Go on from where the same submission stood; its deadline is as it was."""
        self._at = evolve(standing)

    def next_action(self, now: float) -> Send | Sleep | Submitted[R]:
        """Say what to do at this moment."""
        if self.end is not None:
            return self.end
        if not self._begun:
            if now < self.limit.slot:
                return Sleep(self.limit.slot - now)
            self._begun = True
            self._deadline = now + self._timeout
        due = max(self._at.due, self.limit.slot, self.limit.held_until)
        if max(due, now) >= self._deadline:
            return self._expire()
        if now < due:
            return Sleep(due - now)
        self._sending, self._unsent = True, True
        self.limit.begin(now)
        left = min(self._deadline - now, self._longest)
        once = self.submission.provider.idempotency_header is None
        return Send(left, once=once, note=self._note)

    def _note(self, unsent: bool) -> None:
        self._unsent = unsent

    def receive(self, event: Response | TransportError, now: float) -> None:
        """Take in what a sending brought."""
        self._take(event, now)
        # Only now: who is interrupted before is in doubt.
        self._sending = False

    def _take(self, event: Response | TransportError, now: float) -> None:
        self.limit.heed(event, now)
        self._at.written |= not (isinstance(event, TransportError) and event.unsent)
        verdict = judge_sending(self.submission, event)
        match verdict:
            case Job():
                self.said = f"made job {verdict.id}"
                making = Making(kind_of(self.submission, event), now)
                self.end = Submitted(self.request, job=made(verdict, making))
            case Refused() if self._at.doubt is None:
                self._fail(
                    SubmitRejected(
                        f"{self.name} was rejected: {verdict.words}; no job exists, and the "
                        "answer is in this error's .body",
                        request=self.request,
                        status_code=verdict.status_code,
                        body=verdict.body,
                    )
                )
            case Refused():
                # What became of the sending before it is not known any better.
                self._give_up(Doubt(verdict.words, verdict.status_code, verdict.body))
            case Later():
                self._at.last = verdict.reason
                self._postpone(verdict.reason, verdict.seconds, now)
            case Doubt():
                self._at.doubt = verdict
                if self.submission.provider.idempotency_header is None:
                    self._give_up(verdict)
                else:
                    hint = retry_after(event) if isinstance(event, Response) else 0.0
                    self._postpone(verdict.reason, hint, now)
            case _:
                assert_never(verdict)

    def abandon(self, why: str) -> Submitted[R]:
        """End it before its time; a doubt that a sending left is not gone by that."""
        if self._at.doubt is not None:
            return self._give_up(self._at.doubt)
        return self._fail(SubmitError(f"{self.name} {why}; no job exists", request=self.request))

    def _postpone(self, reason: str, hint: float, now: float) -> None:
        left = self._deadline - now
        pause = self._at.pause * (0.75 + self._spread() / 2)
        self._at.pause = min(self._at.pause * 2, _LONGEST)
        # The last sendings come nearer and nearer to the deadline, not long before it.
        if left > 2 * _SHORTEST:
            pause = min(pause, left / 2)
        self._at.due = now + max(pause, hint)
        self.said = f"{reason}; sending again in {self._at.due - now:.1f} s"

    def _expire(self) -> Submitted[R]:
        if self._at.doubt is not None:
            return self._give_up(self._at.doubt)
        what = "the provider refused it for now" if self._at.written else "nothing could be sent"
        last = f": {self._at.last}" if self._at.last else ""
        return self._fail(
            SubmitError(
                f"{self.name} ended at its timeout of {self._timeout:.1f} s, and no job exists; "
                f"{what}{last}",
                request=self.request,
            )
        )

    def _give_up(self, doubt: Doubt) -> Submitted[R]:
        return self._fail(
            SubmitUncertain(
                f"{self.name} is in doubt: the job may exist and cost money; the request was sent, "
                f"and is not sent again ({doubt.reason})",
                request=self.request,
                status_code=doubt.status_code,
                body=doubt.body,
            )
        )

    def _fail(self, error: SubmitError) -> Submitted[R]:
        self.said = type(error).__name__
        self.end = Submitted(self.request, error=error)
        return self.end
