"""What a provider's declaration is made of: phases, places in a body, a list of jobs.

Fields are checked when they are declared, and the error names the field.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from attrs import field, frozen
from attrs.validators import optional

if TYPE_CHECKING:
    import httpx
    from attrs import Attribute

__all__ = [
    "Body",
    "Listing",
    "Phase",
    "are_extras",
    "are_paths",
    "are_phases",
    "epoch_seconds",
    "extra_names",
    "found_at",
    "is_bool",
    "is_callable",
    "is_header",
    "is_name",
    "is_path",
    "is_rate",
    "is_text",
    "share_of",
]

Body: TypeAlias = Mapping[str, Any]
"""A JSON object as it came over the wire, before any model has read it."""

_NOT_EXTRAS = frozenset({"id", "provider", "tilldone"})
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")

# Later seconds since the epoch (in the year 5138) are milliseconds.
_LATEST = 1e11


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


def share_of(told: object, *, percentage: bool = False) -> float | None:
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


def epoch_seconds(told: object) -> float | None:
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


def is_name(_provider: object, attribute: "Attribute[Any]", value: Any) -> None:  # noqa: ANN401 # from outside
    is_text(_provider, attribute, value)
    if not value.isidentifier():
        raise ValueError(
            f"Provider: {attribute.name}: {value!r} is not a name; use letters, digits and _"
        )


def is_callable(declared: object, attribute: "Attribute[Any]", value: object) -> None:
    if not callable(value):
        raise TypeError(
            f"{type(declared).__name__}: {attribute.name}: expected a function, "
            f"got {type(value).__name__}"
        )


def are_phases(_provider: object, _attribute: object, value: object) -> None:
    if not isinstance(value, Mapping):
        raise TypeError(
            f"Provider: phases: expected a mapping of statuses to Phase, got {type(value).__name__}"
        )
    if not value:
        raise ValueError("Provider: phases: empty; no job could ever be seen to end")
    for status, phase in cast("Mapping[object, object]", value).items():
        if not isinstance(status, str) or not status.strip():
            raise ValueError(f"Provider: phases: {status!r} is not a status; a status is text")
        if not isinstance(phase, Phase):
            raise TypeError(f"Provider: phases: {status!r} leads to {phase!r}, not a Phase")


def is_path(declared: object, attribute: "Attribute[Any]", value: object) -> None:
    if callable(value):
        return
    if not isinstance(value, str):
        raise TypeError(
            f"{type(declared).__name__}: {attribute.name}: expected a dotted path or a function of "
            f"the body, got {type(value).__name__}"
        )
    if not all(part.strip() for part in value.split(".")):
        raise ValueError(
            f"{type(declared).__name__}: {attribute.name}: {value!r} is not a dotted path, such as "
            "'status' or 'jobs.0.state'"
        )


def are_paths(_provider: object, attribute: "Attribute[Any]", value: object) -> None:
    for each in cast("tuple[object, ...]", value) if isinstance(value, tuple) else (value,):
        is_path(_provider, attribute, each)


def is_text(_provider: object, attribute: "Attribute[Any]", value: object) -> None:
    if not isinstance(value, str):
        raise TypeError(f"Provider: {attribute.name}: expected text, got {type(value).__name__}")


def is_header(_provider: object, attribute: "Attribute[Any]", value: Any) -> None:  # noqa: ANN401 # from outside
    is_text(_provider, attribute, value)
    if not _HEADER.fullmatch(value):
        raise ValueError(f"Provider: {attribute.name}: {value!r} is not the name of a header")


def is_bool(_provider: object, attribute: "Attribute[Any]", value: object) -> None:
    if not isinstance(value, bool):
        raise TypeError(
            f"Provider: {attribute.name}: expected True or False, got {type(value).__name__}"
        )


def is_rate(_provider: object, _attribute: object, value: float | None) -> None:
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int | float):  # pyright: ignore[reportUnnecessaryIsInstance] # from outside
        raise TypeError(f"Provider: rate: expected polls a second, got {type(value).__name__}")
    if not 0 < value < math.inf:
        raise ValueError(f"Provider: rate: {value} polls a second is not above 0 and finite")


def are_extras(_provider: object, attribute: "Attribute[Any]", value: tuple[object, ...]) -> None:
    for name in value:
        is_name(_provider, attribute, name)
        if name in _NOT_EXTRAS:
            raise ValueError(f"Provider: extras: {name!r} has a meaning of its own in a ref")


def extra_names(names: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    given: Any = names  # whatever it was declared with
    if isinstance(given, str) or not isinstance(given, Iterable):
        what = f"the text {given!r}" if isinstance(given, str) else type(given).__name__
        raise TypeError(f"Provider: extras: expected several names, got {what}")
    return tuple(names)


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
