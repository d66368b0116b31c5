"""What came back from a poll, and what it means.

An answer is judged on its HTTP status, its headers and the status word in its raw JSON; no model
is involved, so a field that has changed its shape cannot break a wait.
"""

import re
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TypeAlias, cast

from attrs import field, frozen

from tilldone._core.declaration import Declaration, Phase
from tilldone._core.decoding import DEEPEST, decoded_as_deep_as_can_be
from tilldone._core.text import excerpt

__all__ = [
    "NotFound",
    "Readable",
    "Rejected",
    "Response",
    "TooDeep",
    "Transient",
    "TransportError",
    "age_at",
    "json_or_text",
    "judge",
    "may_pass",
    "phase_of",
    "retry_after",
]

_LONGEST_HINT = 3600.0

# Clocks that are apart by less are the same (s): a Date header counts in whole seconds.
_SKEW = 2.0

# No wait is for a job that is older (s).
_OLDEST = 30 * 86400.0

_SECONDS = re.compile(r"\s*\d+(\.\d*)?\s*", re.ASCII)
_PASSING = frozenset({408, 425, 429})


@frozen
class Response:
    """An HTTP answer, read as far as it could be."""

    status_code: int
    headers: Mapping[str, str] = field(repr=False)
    """Looked up without regard to case. As they came: a server may tell a key in them."""

    content: bytes
    received: float
    """The wall clock's time of receipt, in seconds since the epoch."""

    flaw: str | None = None
    """Why the content is not whole: too long, or packed in a way that cannot be unpacked."""


@frozen
class TransportError:
    """No answer: what went wrong on the way, in words."""

    reason: str

    unsent: bool = False
    """Whether it is certain that not one byte of the request was written."""


@frozen
class Readable:
    """An answer that says where the job stands."""

    phase: Phase
    status: str
    body: dict[str, object]


@frozen
class Transient:
    """An answer that says nothing of the job, and may be better next time."""

    reason: str


@frozen
class NotFound:
    """A 404: the job is not known, or not yet."""

    reason: str


@frozen
class TooDeep:
    """The end of a job, in an answer nested more deeply than what keeps or shows it could bear."""

    phase: Phase
    reason: str
    body: str


@frozen
class Rejected:
    """An answer that will not get better by asking again."""

    status_code: int
    body: object


Verdict: TypeAlias = Readable | Transient | NotFound | TooDeep | Rejected


def judge(provider: Declaration[object], answer: Response) -> Verdict:
    """Say what an answer means for the wait."""
    code = answer.status_code
    if 200 <= code < 300:
        return _read(provider, answer)
    said = f"HTTP {code}"
    if code == 404:
        return NotFound(said)
    body = json_or_text(answer)
    if code >= 300 and not may_pass(code):
        return Rejected(code, body)
    try:
        final = provider.is_final(code, body)
    except Exception as error:  # noqa: BLE001 # a declaration raises whatever it meets
        return Transient(f"{said}, at which is_final raised {_named(error)}")
    return Rejected(code, body) if final else Transient(said)


def may_pass(status_code: int) -> bool:
    """Say whether an HTTP status is a passing fault, so that asking again may bring more."""
    return status_code in _PASSING or status_code >= 500


def _read(provider: Declaration[object], answer: Response) -> Readable | Transient | TooDeep:
    said = f"an unreadable answer (HTTP {answer.status_code}"
    if answer.flaw is not None:
        return Transient(f"{said}, {answer.flaw})")
    deep = f"nested more deeply than {DEEPEST} levels)"
    try:
        told, too_deep = decoded_as_deep_as_can_be(answer.content)
    except ValueError:
        return Transient(f"{said}, not JSON: {_start(answer.content)})")
    except RecursionError:
        return Transient(f"{said}, {deep}")
    if not isinstance(told, dict):
        return Transient(f"{said}, JSON but not an object: {_start(answer.content)})")
    body = cast("dict[str, object]", told)
    try:
        status = provider.read_status(body)
        failed = provider.is_failure(body)
    except Exception as error:  # noqa: BLE001 # a declaration raises whatever it meets
        return Transient(f"{said}, in which no status was found: {_named(error)})")
    if not (status or failed):
        return Transient(f"{said}, no status: {_start(answer.content)})")
    phase = Phase.FAILED if failed else phase_of(provider, status)
    if not too_deep:
        return Readable(phase, status, body)
    if phase.finished:
        return TooDeep(phase, f"{said}, {deep}", _text(answer))
    return Transient(f"{said}, {deep}")


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {excerpt(error)}"


def phase_of(provider: Declaration[object], status: str) -> Phase:
    """Give what a status means."""
    known = provider.phases.get(status)
    if known is None:
        # Case and blanks are no more than a server's taste: "Done" is no reason to wait for ever.
        said = status.strip().lower()
        words = provider.phases.items()
        known = next((phase for word, phase in words if word.strip().lower() == said), None)
    return known or Phase.UNKNOWN


def json_or_text(answer: Response) -> object:
    """Give an answer's JSON, or its text where it is not JSON."""
    if answer.flaw is None:
        try:
            told, too_deep = decoded_as_deep_as_can_be(answer.content)
        except (ValueError, RecursionError):
            pass
        else:
            return _text(answer) if too_deep else told
    return _text(answer)


def _text(answer: Response) -> str:
    return answer.content.decode("utf-8", errors="replace")


def _start(content: bytes) -> str:
    return repr(excerpt(content[:80].decode("utf-8", errors="replace")))


def age_at(answer: Response, moment: float) -> float | None:
    """Give how old what was made at a moment (seconds since the epoch) is; None if that is absurd.

    A server that told the moment is asked for its own time, too, where that is not ours.
    """
    told = _timestamp(answer.headers.get("date", ""))
    skewed = told is not None and abs(told - answer.received) > _SKEW
    age = (told if skewed and told is not None else answer.received) - moment
    return max(age, 0.0) if -_SKEW <= age <= _OLDEST else None


def retry_after(answer: Response) -> float:
    """Give the seconds that the server asks to be left alone, 0 where it does not ask.

    Seconds and HTTP dates are understood, anything else is no hint; more than an hour is an hour.
    """
    hint = answer.headers.get("retry-after")
    if hint is None:
        return 0.0
    # A gateway may add a header of its own, and httpx puts the two into one.
    counts = hint.split(",")
    if all(map(_SECONDS.fullmatch, counts)):
        seconds = max(map(float, counts))
    else:
        seconds = _seconds_until(hint, answer)
    return min(max(seconds, 0.0), _LONGEST_HINT)


def _seconds_until(date: str, answer: Response) -> float:
    then = _timestamp(date)
    if then is None:
        return 0.0
    # The server's own clock set the date, so its own clock says how far off it is.
    now = _timestamp(answer.headers.get("date", ""))
    return then - (answer.received if now is None else now)


def _timestamp(date: str) -> float | None:
    try:
        moment = parsedate_to_datetime(date)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
