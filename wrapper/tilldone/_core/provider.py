"""What makes a provider: a declaration, with no loop and no sleep in it."""

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeAlias, TypeVar

from attrs import field, frozen

from tilldone._core.phase import Phase

__all__ = ["Body", "Failure", "Provider"]

R_co = TypeVar("R_co", covariant=True)

Body: TypeAlias = Mapping[str, Any]
"""A JSON object as it came over the wire, before any model has read it."""


@frozen
class Failure:
    """What a provider says of a job that failed: its own code and its own words."""

    code: str | None = None
    message: str | None = None


def _never(_body: Body) -> bool:
    return False


def _never_final(_status_code: int, _body: object) -> bool:
    return False


@frozen(kw_only=True)
class Provider(Generic[R_co]):
    """How one provider's jobs are polled, and how its answers are to be read."""

    name: str
    """The module's name, which is also the one in a ref."""

    key_variable: str
    """The environment variable that holds the key."""

    url_variable: str | None = None
    """The one that holds the base URL, for a provider that has no host of its own."""

    page: str
    """The provider's page that all of this rests on."""

    status: tuple[str, ...] = ("status",)
    """Where a body has its status word: the key, or the keys that lead to it."""

    phases: Mapping[str, Phase]
    """Every status word that the spec, after its overlay, lists."""

    request: Callable[[str, Mapping[str, str]], dict[str, Any]]
    """Job id and extras to the generated operation's request arguments."""

    parse: Callable[[Body], R_co]
    """A raw body to the generated model of a 200."""

    failure: Callable[[Body], Failure]
    """Where a failed body keeps its code and its message."""

    failed: Callable[[Body], bool] = _never
    """Whether a body tells of failure whatever its status word is."""

    final: Callable[[int, object], bool] = _never_final
    """Whether an HTTP status that usually passes (408, 425, 429, 5xx) is a last word here,
    given its body: JSON, or text where it is none."""

    rate: float | None = None
    """Polls a second that the provider documents as its limit; None where it documents none."""

    extras: tuple[str, ...] = field(default=())
    """What, beside the id, it takes to name a job."""
