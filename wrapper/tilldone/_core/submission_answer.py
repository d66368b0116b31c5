"""What came of sending a request that makes a job: a job, none for good, none yet, or a doubt."""

import json
from collections.abc import Iterator, Mapping
from typing import TypeAlias, TypeVar, cast

from attrs import frozen

from tilldone._core.declaration import Phase
from tilldone._core.job import Job, carry_answer, named_job
from tilldone._core.job_request import Submission
from tilldone._core.response import (
    Readable,
    Response,
    TransportError,
    json_or_text,
    judge,
    retry_after,
)
from tilldone._core.text import excerpt

__all__ = ["Doubt", "Later", "Refused", "Verdict", "judge_sending", "kind_of"]

R = TypeVar("R")

# Texts of a request that are shorter can stand in any message by chance.
_QUOTED = 8

# Statuses below 500 that do not say whether the request was taken: it took too long, whoever stood
# between has hung up, and redirects that many an API answers with when it has made something. The
# others (301, 307, 308) say that nothing was done here.
_DOUBTFUL = frozenset({300, 302, 303, 304, 408, 499})


@frozen
class Refused:
    """No job exists, and none will come of this request."""

    status_code: int
    body: object
    words: str


@frozen
class Later:
    """No job exists, and one may come of sending the request again."""

    reason: str
    seconds: float = 0.0


@frozen
class Doubt:
    """A job may exist."""

    reason: str
    status_code: int | None = None
    body: object = None


Verdict: TypeAlias = Job[R] | Refused | Later | Doubt


def judge_sending(submission: Submission[R], event: Response | TransportError) -> Verdict[R]:
    """Say what became of a sending."""
    if isinstance(event, TransportError):
        return Later(event.reason) if event.unsent else Doubt(event.reason)
    try:
        return _judge_answer(submission, event)
    except Exception as error:  # noqa: BLE001 # a declaration that fails must not lose the answer
        said = f"which the provider's declaration could not read ({type(error).__name__})"
        return _doubt(submission, event, said)


def _judge_answer(submission: Submission[R], answer: Response) -> Verdict[R]:
    code, provider = answer.status_code, submission.provider
    body = json_or_text(answer)
    if 200 <= code < 300:
        return _read(submission, answer, body)
    if code < 200 or code in _DOUBTFUL or code >= 500:
        return _doubt(submission, answer)
    if code == 429 and not provider.is_final(code, body):
        seconds = retry_after(answer)
        asked = f", which asks for {seconds:.0f} s" if seconds else ""
        return Later(f"HTTP {code}{_words(submission, body)}{asked}", seconds)
    return Refused(code, body, f"HTTP {code}{_words(submission, body)}")


def _read(submission: Submission[R], answer: Response, body: object) -> Verdict[R]:
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
            return Refused(code, told, f"HTTP {code}{_words(submission, told)}")
        return _doubt(submission, answer, "it names no job")
    extras = {**submission.extras, **names}
    job = named_job(provider, submission.client, extras.pop("id"), extras)
    if phase.finished:
        carry_answer(job, answer)
    return job


def kind_of(submission: Submission[object], event: Response | TransportError) -> str:
    """Give the kind of a job: the operation, and what the answer over the request says of it."""
    told = json_or_text(event) if isinstance(event, Response) else None
    known: dict[str, object] = {}
    for each in (_asked(submission.request()), told):
        if isinstance(each, Mapping):
            said = cast("Mapping[str, object]", each)
            known |= {name: value for name, value in said.items() if value is not None}
    return f"{submission.kind}{submission.provider.read_kind(known)}"


def _asked(arguments: Mapping[str, object]) -> object:
    """Give the JSON in a request's body, None where there is none."""
    if "json" in arguments:
        return arguments["json"]
    content = arguments.get("content")
    try:
        return json.loads(content) if isinstance(content, str | bytes) else None
    except (ValueError, RecursionError):
        return None


def _doubt(submission: Submission[object], answer: Response, why: str = "") -> Doubt:
    body = json_or_text(answer)
    said = f"HTTP {answer.status_code}{_words(submission, body)}"
    return Doubt(f"{said}, {why}" if why else said, answer.status_code, body)


def _words(submission: Submission[object], body: object) -> str:
    """Give what the provider says of a failure, without what it quotes of the request."""
    if not isinstance(body, dict):
        return ""
    try:
        failure = submission.provider.read_failure(cast("dict[str, object]", body))
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
        except (ValueError, RecursionError):
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
