"""How one provider's jobs are polled, and what its answers mean: the data of a `Provider`.

Nothing here makes a job or asks for one. A function of the user's own may raise whatever it meets.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar, cast

from attrs import field, frozen
from attrs.validators import instance_of, optional

from tilldone._core.arguments import (
    are_extras,
    are_paths,
    expect,
    extra_names,
    is_bool,
    is_callable,
    is_header,
    is_name,
    is_path,
    is_rate,
)
from tilldone._core.text import text_or_none

if TYPE_CHECKING:
    import httpx

__all__ = ["Body", "Declaration", "Failure", "Listing", "Phase", "found_at"]

R_co = TypeVar("R_co", covariant=True)

Body: TypeAlias = Mapping[str, Any]
"""A JSON object as it came over the wire, before any model has read it."""

# Later seconds since the epoch (in the year 5138) are milliseconds.
_LATEST = 1e11

_LONGEST_KIND = 100


class Phase(StrEnum):
    """Where a job stands, in words that are the same for every provider."""

    PENDING = "pending"
    """Accepted, not begun: it waits in a queue or for a machine."""

    RUNNING = "running"
    """At work."""

    SUCCEEDED = "succeeded"
    """Finished, with a result."""

    FAILED = "failed"
    """Finished, with an error."""

    UNKNOWN = "unknown"
    """The provider said a word that its documentation does not know. Not an end."""

    @property
    def finished(self) -> bool:
        """Whether the job has come to its end, good or bad."""
        return self is Phase.SUCCEEDED or self is Phase.FAILED


def _are_phases(_declared: object, _attribute: object, value: object) -> None:
    expect("Provider: phases", value, Mapping, "a mapping of statuses to Phase")
    phases = cast("Mapping[object, object]", value)
    if not phases:
        raise ValueError("Provider: phases: empty; no job could ever be seen to end")
    for status, phase in phases.items():
        if not isinstance(status, str) or not status.strip():
            raise ValueError(f"Provider: phases: {status!r} is not a status; a status is text")
        if not isinstance(phase, Phase):
            raise TypeError(f"Provider: phases: {status!r} leads to {phase!r}, not a Phase")


@frozen
class Failure:
    """What a provider says of a job that failed: its own code and its own words."""

    code: str | None = None
    message: str | None = None


def _usual_failure(body: Body) -> Failure:
    """Read `error`, an object or a text, and `message` beside it."""
    error = body.get("error")
    beside = text_or_none(body.get("message"))
    if not isinstance(error, dict):
        told = text_or_none(error)
        return Failure(told, beside) if beside else Failure(message=told)
    said = cast("dict[str, object]", error)
    code = text_or_none(said.get("code")) or text_or_none(said.get("type"))
    return Failure(code, text_or_none(said.get("message")) or beside)


def _never(_body: Body) -> bool:
    return False


def _never_final(_status_code: int, _body: object) -> bool:
    return False


@frozen(kw_only=True)
class Listing:
    """How a provider lists an account's jobs, page by page.

    It is asked where more jobs wait at a host than its `rate` can serve promptly: a job that the
    list calls finished is polled next, and one that it calls unfinished as late as after a poll
    that said so. Nothing else is taken from a list, and a list that fails, or is behind the polls,
    is not asked again for a while: each job is polled by itself as ever.

    Raises:
        TypeError, ValueError: a field cannot be what was declared; the text names it.
    """

    request: "Callable[[int], Mapping[str, Any] | httpx.Request]" = field(
        repr=False, validator=is_callable
    )
    """Called with the number of a page, from 1 on; gives its request as `Provider.request` does a
    poll's. The longer a page is, the better."""

    items: str | Callable[[Body], object] = field(default="items", validator=is_path)
    """Where a page has its list of jobs: a dotted path, or a function of the body."""

    id: str | Callable[[Body], object] = field(default="id", validator=is_path)
    """Where a job of the list has its id."""

    status: str | Callable[[Body], object] = field(default="status", validator=is_path)
    """Where a job of the list has its status, one of the provider's `phases`."""

    pages: str | Callable[[Body], object] | None = field(default=None, validator=optional(is_path))
    """Where a page says how many pages there are. None where none does: an empty one is the end."""


@frozen(kw_only=True)
class Declaration(Generic[R_co]):
    """What a `Provider` declares, as far as the core has use for it."""

    name: str = field(validator=is_name)
    """What refs, the command line and messages call it."""

    request: "Callable[..., Mapping[str, Any] | httpx.Request]" = field(
        repr=False, validator=is_callable
    )
    """Called with the job's id, and with its `extras` by name; gives the poll: the arguments of
    `httpx.Client.request`, such as a generated operation's `_get_kwargs` gives, or a request."""

    parse: Callable[[Body], R_co] = field(repr=False, validator=is_callable)
    """A raw body to the result: a generated model, or whatever else you like."""

    phases: Mapping[str, Phase] = field(repr=False, validator=_are_phases)
    """Every status that the provider documents, and the phase that it means."""

    status: str | Callable[[Body], str | None] = field(default="status", validator=is_path)
    """Where a body has its status: a dotted path, in which a number is a place in a list, or a
    function of the body. None and blank text make the answer one that says nothing of the job."""

    failure: Callable[[Body], Failure] = field(
        default=_usual_failure, repr=False, validator=is_callable
    )
    """Where a failed body keeps its code and its message; by default `error`, an object or a text,
    and `message`."""

    is_failure: Callable[[Body], bool] = field(default=_never, repr=False, validator=is_callable)
    """Whether a body tells of failure, whatever its status is."""

    is_final: Callable[[int, object], bool] = field(
        default=_never_final, repr=False, validator=is_callable
    )
    """Whether an HTTP status that usually passes (408, 425, 429, 5xx) is a last word here, given
    its body: JSON, or text where it is not JSON."""

    progress: "str | Callable[[Body], float | str | None] | None" = field(
        default=None, validator=optional(is_path)
    )
    """Where a body says how far the job is: a dotted path, or a function of the body. A number up
    to 1 is a share of the job, a greater one, up to 100, a percentage; under a path whose last
    part begins with `percent` it is a percentage in any case. Whatever else is found says nothing,
    and so does a function that raises. None where the provider never tells."""

    created: "str | Callable[[Body], object] | None" = field(
        default=None, validator=optional(is_path)
    )
    """Where a body says when the job was made: a dotted path, or a function of the body. It is read
    as ISO 8601, in UTC where it names no zone, or as seconds or milliseconds since the epoch;
    whatever else is found says nothing, and so does a function that raises."""

    kind: "str | tuple[str, ...] | Callable[[Body], object]" = field(
        default="model", validator=are_paths
    )
    """What a job's duration may depend on, for a `History`: a dotted path, several of them or a
    function. They are looked up in the answer to a poll; of a job that this process has submitted,
    in the answer to that over the request's JSON. The operation need not be named. Keep it to
    names that many jobs share, such as a model's: what is long is no kind, nor a thing raised."""

    extras: tuple[str, ...] = field(default=(), converter=extra_names, validator=are_extras)
    """What it takes, beside the id, to name a job."""

    submitted: "str | Callable[[Body], str | Mapping[str, str] | None] | None" = field(
        default=None, validator=optional(is_path)
    )
    """Where the answer to a submission has the job's id: a dotted path, or a function of the body
    that gives the id, or the id and extras by name. None where no jobs are submitted by this."""

    idempotency_header: str | None = field(default=None, validator=optional(is_header))
    """The header by which the provider knows a submission again, as its documentation promises.
    One that left a doubt is then sent again, with the same value; without it never."""

    rate: float | None = field(default=None, validator=optional(is_rate))
    """Polls a second that the provider documents as its limit; None where it documents none."""

    allow_http: bool = field(default=False, validator=is_bool)
    """Whether keys may be sent over plain http to a host that is not this machine, by whatever
    client: for an API in a network of one's own. Else a client must be made to allow it, by
    `connect(allow_http=True)` or `Origin(allow_http=True)`."""

    listing: Listing | None = field(
        default=None, repr=False, validator=optional(instance_of(Listing))
    )
    """How it lists many jobs with their statuses in one answer; None where it does not. Where more
    jobs wait than `rate` can serve promptly, that tells which of them to poll first."""

    def read_status(self, body: Body) -> str:
        """Give the status in a body; empty where there is none."""
        found = found_at(body, self.status)
        # A function may give a member of an enum, which is a str and not to be taken for text.
        return str.__str__(found) if isinstance(found, str) and found.strip() else ""

    def read_failure(self, body: Body) -> Failure:
        """Give what a body says of a failure; a function that raises does so here, too."""
        told = self.failure(body)
        # No checker sees what is read from JSON: a code is a number as often as a text.
        return Failure(text_or_none(told.code), text_or_none(told.message))

    def read_progress(self, body: Body) -> float | None:
        """Give how far the job is by a body, from 0 to 1; None where it does not say."""
        if self.progress is None:
            return None
        told = _hint(body, self.progress)
        path = self.progress if isinstance(self.progress, str) else ""
        return _share_of(told, percentage=path.rpartition(".")[2].lower().startswith("percent"))

    def read_created(self, body: Body) -> float | None:
        """Give when the job was made, in seconds since the epoch; None where a body is silent."""
        return None if self.created is None else _epoch_seconds(_hint(body, self.created))

    def read_kind(self, body: Body) -> str:
        """Give what a body says of the job's kind; empty where it says nothing."""
        where = self.kind
        if callable(where) or isinstance(where, str):
            told = [_hint(body, where)]
        else:
            told = [_hint(body, each) for each in where]
        return "/".join(
            str(each)
            for each in told
            if isinstance(each, str | int) and len(str(each)) <= _LONGEST_KIND
        )

    def read_submitted(self, body: Body) -> dict[str, str]:
        """Give what the answer to a submission names the job by; empty where it names none."""
        found = None if self.submitted is None else found_at(body, self.submitted)
        names = cast("Mapping[str, object]", found) if isinstance(found, Mapping) else {"id": found}
        return {
            name: str(value)
            for name, value in names.items()
            if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip()
        }


def _hint(body: Body, where: str | Callable[[Body], object]) -> object:
    """Find what no wait needs: what the declaration raises over it is the same as nothing."""
    try:
        return found_at(body, where)
    except Exception:  # noqa: BLE001 # a declaration raises whatever it meets
        return None


def found_at(body: Body, where: str | Callable[[Body], object]) -> object:
    """Give what stands there, None where there is nothing; a number is a place in a list."""
    if callable(where):
        return where(body)
    value: object = body
    for part in where.split("."):
        value = _part(value, part)
    return value


def _part(value: object, name: str) -> object:
    if isinstance(value, dict):
        return cast("dict[str, object]", value).get(name)
    if isinstance(value, list) and name.isdecimal():
        items = cast("list[object]", value)
        return items[int(name)] if int(name) < len(items) else None
    return None


def _share_of(told: object, *, percentage: bool = False) -> float | None:
    """Read a progress as a share, from 0 to 1; None where it makes no sense.

    Args:
        told: a number, or the text of one: a share up to 1, and a percentage from there to 100.
        percentage: whether it is a percentage even where it is 1 or less.
    """
    if isinstance(told, bool) or not isinstance(told, int | float | str):
        return None
    try:
        number = float(told)
    except (ValueError, OverflowError):
        return None
    share = number / 100 if percentage or number > 1 else number
    return share if 0 <= share <= 1 else None


def _epoch_seconds(told: object) -> float | None:
    """Read a moment as seconds since the epoch; None where it makes no sense.

    Args:
        told: text in ISO 8601, UTC where it names no zone; or seconds or milliseconds since then.
    """
    if isinstance(told, bool) or not isinstance(told, int | float | str):
        return None
    try:
        if isinstance(told, str):
            moment = datetime.fromisoformat(told)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
        seconds = float(told)
    except (ValueError, OverflowError):
        return None
    return seconds / 1000 if abs(seconds) > _LATEST else seconds
