"""The state of one submission, without I/O and without a clock: a job is never bought twice.

A `Submitter` is told what came of sending the request and when, and answers what to do next. Both
drivers and the tests steer by it. A request of which a byte may have been written is sent again
only where the provider knows it again by its idempotency header, or has refused it for now (429).
Times are in seconds, on whatever clock the driver keeps; only differences count.
"""

import json
import math
import random
from collections.abc import Callable, Iterator, Mapping
from typing import ClassVar, Generic, TypeAlias, TypeVar, assert_never, cast, final

from attrs import frozen

from tilldone._core.job import Job, Making, carry_answer, made
from tilldone._core.job_request import JobRequest, Submission, submission_of
from tilldone._core.phase import Phase
from tilldone._core.rate_limit import RateLimit
from tilldone._core.response import (
    Readable,
    Response,
    TransportError,
    json_or_text,
    judge,
    retry_after,
)
from tilldone._core.submit_errors import SubmitError, SubmitRejected, SubmitUncertain
from tilldone._core.text import excerpt

__all__ = ["Pause", "Send", "Submitted", "Submitter"]

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)

# Between two sendings: twice as long each time, from and to so many seconds.
_SHORTEST = 0.5
_LONGEST = 8.0

# Texts of a request that are shorter can stand in any message by chance.
_QUOTED = 8


@frozen
class Send:
    """Send the request now, and give it up after this many seconds."""

    timeout: float

    once: bool
    """Whether nothing may send it again once a byte of it was written."""

    fresh: ClassVar[bool] = True
    """A connection that was open before may be dead, and leave a doubt that need not be."""

    answer: ClassVar[None] = None
    """Nothing has been said yet."""


@frozen
class Pause:
    """Do nothing for this many seconds, then ask again what to do."""

    seconds: float


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


@frozen
class _Refused:
    """No job exists, and none will come of this request."""

    status_code: int
    body: object
    words: str


@frozen
class _Later:
    """No job exists, and one may come of sending the request again."""

    reason: str
    seconds: float = 0.0


@frozen
class _Doubt:
    """A job may exist."""

    reason: str
    status_code: int | None = None
    body: object = None


_Verdict: TypeAlias = Job[R] | _Refused | _Later | _Doubt


class Submitter(Generic[R]):
    """One submission of one request.

    The driver calls `next_action(now)` and does what it says; after a sending it calls
    `receive(event, now)`.

    Args:
        request: what is to be sent.
        timeout: from the moment on when the rate limit first lets it go.
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
        self._deadline = math.inf
        self._begun = False
        self._due = -math.inf
        self._pause = _SHORTEST
        self._written = False
        self._last = ""
        self._doubt: _Doubt | None = None
        self.end: Submitted[R] | None = None
        """How it ended, None while it goes on."""
        self.sending = False
        """Whether the request is on its way."""
        self.said = ""
        """What the last sending brought, in words that hold neither a key nor a body."""

    @property
    def name(self) -> str:
        """What the submission is called in messages."""
        return f"{self.request.provider} {self.request.operation}"

    def doubt(self) -> str:
        """Say what it means to be interrupted while the request is on its way."""
        return f"{self.name} was interrupted while it was sent: the job may exist and cost money"

    def next_action(self, now: float) -> Send | Pause | Submitted[R]:
        """Say what to do at this moment."""
        if self.end is not None:
            return self.end
        if not self._begun:
            if now < self.limit.slot:
                return Pause(self.limit.slot - now)
            self._begun = True
            self._deadline = now + self._timeout
        due = max(self._due, self.limit.slot, self.limit.held_until)
        if max(due, now) >= self._deadline:
            return self._expire()
        if now < due:
            return Pause(due - now)
        self.sending = True
        self.limit.begin(now)
        left = min(self._deadline - now, self._longest)
        return Send(left, once=self.submission.provider.idempotency_header is None)

    def receive(self, event: Response | TransportError, now: float) -> None:
        """Take in what a sending brought."""
        self._take(event, now)
        # Only now: who is interrupted before is in doubt.
        self.sending = False

    def _take(self, event: Response | TransportError, now: float) -> None:
        self.limit.heed(event, now)
        self._written |= not (isinstance(event, TransportError) and event.unsent)
        verdict = _judge(self.submission, event)
        match verdict:
            case Job():
                self.said = f"made job {verdict.id}"
                making = Making(_kind(self.submission, event), now)
                self.end = Submitted(self.request, job=made(verdict, making))
            case _Refused() if self._doubt is None:
                self._fail(
                    SubmitRejected(
                        f"{self.name} was rejected: {verdict.words}; no job exists, and the "
                        "answer is in this error's .body",
                        request=self.request,
                        status_code=verdict.status_code,
                        body=verdict.body,
                    )
                )
            case _Refused():
                # What became of the sending before it is not known any better.
                self._give_up(_Doubt(verdict.words, verdict.status_code, verdict.body))
            case _Later():
                self._last = verdict.reason
                self._postpone(verdict.reason, verdict.seconds, now)
            case _Doubt():
                self._doubt = verdict
                if self.submission.provider.idempotency_header is None:
                    self._give_up(verdict)
                else:
                    hint = retry_after(event) if isinstance(event, Response) else 0.0
                    self._postpone(verdict.reason, hint, now)
            case _:
                assert_never(verdict)

    def _postpone(self, reason: str, hint: float, now: float) -> None:
        left = self._deadline - now
        pause = self._pause * (0.75 + self._spread() / 2)
        self._pause = min(self._pause * 2, _LONGEST)
        # The last sendings come nearer and nearer to the deadline, not long before it.
        if left > 2 * _SHORTEST:
            pause = min(pause, left / 2)
        self._due = now + max(pause, hint)
        self.said = f"{reason}; sending again in {self._due - now:.1f} s"

    def _expire(self) -> Submitted[R]:
        if self._doubt is not None:
            return self._give_up(self._doubt)
        what = "the provider refused it for now" if self._written else "nothing could be sent"
        last = f": {self._last}" if self._last else ""
        return self._fail(
            SubmitError(
                f"{self.name} ended at its timeout of {self._timeout:.1f} s, and no job exists; "
                f"{what}{last}",
                request=self.request,
            )
        )

    def _give_up(self, doubt: _Doubt) -> Submitted[R]:
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


def _judge(submission: Submission[R], event: Response | TransportError) -> _Verdict[R]:
    """Say what became of a sending."""
    if isinstance(event, TransportError):
        return _Later(event.reason) if event.unsent else _Doubt(event.reason)
    try:
        return _judge_answer(submission, event)
    except Exception as error:  # noqa: BLE001 # a declaration that fails must not lose the answer
        said = f"and its declaration raised {type(error).__name__} over it"
        return _doubt(submission, event, said)


def _judge_answer(submission: Submission[R], answer: Response) -> _Verdict[R]:
    code, provider = answer.status_code, submission.provider
    body = json_or_text(answer)
    if 200 <= code < 300:
        return _read(submission, answer, body)
    if code < 200 or code == 408 or code >= 500:
        return _doubt(submission, answer)
    if code == 429 and not provider.is_final(code, body):
        seconds = retry_after(answer)
        asked = f", which asks for {seconds:.0f} s" if seconds else ""
        return _Later(f"HTTP {code}{_words(submission, body)}{asked}", seconds)
    return _Refused(code, body, f"HTTP {code}{_words(submission, body)}")


def _read(submission: Submission[R], answer: Response, body: object) -> _Verdict[R]:
    """Read an answer that should name a job."""
    if answer.flaw is not None or not isinstance(body, dict):
        return _doubt(submission, answer, answer.flaw or "not a JSON object")
    provider, told = submission.provider, cast("dict[str, object]", body)
    verdict = judge(provider, answer)
    phase = verdict.phase if isinstance(verdict, Readable) else Phase.UNKNOWN
    names = provider.read_submitted(told)
    if "id" not in names:
        if phase is Phase.FAILED:
            code = answer.status_code
            return _Refused(code, told, f"HTTP {code}{_words(submission, told)}")
        return _doubt(submission, answer, "it names no job")
    job = provider.job(submission.client, **{**submission.extras, **names})
    if phase.finished:
        carry_answer(job, answer)
    return job


def _kind(submission: Submission[object], event: Response | TransportError) -> str:
    """Give the kind of a job: the operation, and what the answer over the request says of it."""
    told = json_or_text(event) if isinstance(event, Response) else None
    known: dict[str, object] = {}
    for each in (_asked(submission.request()), told):
        if isinstance(each, Mapping):
            said = cast("Mapping[str, object]", each)
            known |= {name: value for name, value in said.items() if value is not None}
    provider = submission.provider
    # Where there is one operation only, jobs that came by their ids are of it, too.
    operation = "" if len(provider.operations) == 1 else f"{submission.operation} "
    return f"{operation}{provider.read_kind(known)}"


def _asked(arguments: Mapping[str, object]) -> object:
    """Give the JSON in a request's body, None where there is none."""
    if "json" in arguments:
        return arguments["json"]
    content = arguments.get("content")
    try:
        return json.loads(content) if isinstance(content, str | bytes) else None
    except (ValueError, RecursionError):
        return None


def _doubt(submission: Submission[object], answer: Response, why: str = "") -> _Doubt:
    body = json_or_text(answer)
    said = f"HTTP {answer.status_code}{_words(submission, body)}"
    return _Doubt(f"{said}, {why}" if why else said, answer.status_code, body)


def _words(submission: Submission[object], body: object) -> str:
    """Give what the provider says of a failure, without what it quotes of the request."""
    if not isinstance(body, dict):
        return ""
    try:
        failure = submission.provider.failure(cast("dict[str, object]", body))
    except Exception:  # noqa: BLE001 # it was made for other answers
        return ""
    said = ": ".join(part for part in (failure.code, failure.message) if part)
    for text in sorted({*_texts(submission.request())}, key=len, reverse=True):
        said = said.replace(text, "***")
    return f": {excerpt(said)}" if said else ""


def _texts(arguments: Mapping[str, object]) -> Iterator[str]:
    """Give the texts in a request's body."""
    waiting = [arguments.get(name) for name in ("json", "data", "files")]
    content = arguments.get("content")
    if isinstance(content, str | bytes):
        try:
            waiting.append(json.loads(content))
        except ValueError:
            waiting.append(
                content.decode(errors="replace") if isinstance(content, bytes) else content
            )
    while waiting:
        value = waiting.pop()
        if isinstance(value, Mapping):
            waiting += cast("Mapping[str, object]", value).values()
        elif isinstance(value, list | tuple):
            waiting += cast("list[object]", value)
        elif isinstance(value, str) and len(value) >= _QUOTED:
            yield value
