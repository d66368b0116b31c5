"""What passes between the core and those who drive it: what to do, how it goes, where it rests."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import ClassVar, Generic, TypeAlias, TypeVar

from attrs import field, frozen

from tilldone._core.response import Response
from tilldone._core.snapshot import Snapshot

__all__ = ["Action", "Checkpoint", "Observer", "Poll", "Send", "Sleep", "Stop"]

R_co = TypeVar("R_co", covariant=True)


@frozen
class Poll:
    """Ask the provider now, and give it up after this many seconds."""

    timeout: float

    fresh: bool = False
    """Whether to open a connection for it: the last poll has no time to find an old one dead."""

    answer: Response | None = None
    """What the provider has said already, when the job was submitted: nothing needs to be sent."""

    once: ClassVar[bool] = False
    """Asking twice costs nothing."""

    note: ClassVar[None] = None
    """Nobody minds whether it was sent."""


@frozen
class Send:
    """Send the request now, and give it up after this many seconds."""

    timeout: float

    once: bool
    """Whether nothing may send it again once a byte of it was written."""

    note: Callable[[bool], None] | None = field(default=None, eq=False, repr=False)
    """Told as it goes whether it is certain that not one byte of it was written."""

    fresh: ClassVar[bool] = True
    """A connection that was open before may be dead, and leave a doubt that need not be."""

    answer: ClassVar[None] = None
    """Nothing has been said yet."""


@frozen
class Sleep:
    """Do nothing for this many seconds, then ask again what to do."""

    seconds: float


@frozen
class Stop:
    """The wait is over: with this error, or with the last snapshot where there is none.

    An error that is not a `WaitError` is what the caller's own schedule raised.
    """

    error: Exception | None


Action: TypeAlias = Poll | Sleep | Stop


@frozen(kw_only=True, eq=False)
class Checkpoint(Generic[R_co]):
    """A `Poller` between two polls: all that it takes to go on with its wait elsewhere.

    Moments are in seconds, on the clock that its driver keeps.
    """

    due: float
    """When the next poll is to be sent."""

    polls: int
    """How many polls there were."""

    shortest: float
    """The shortest interval that the schedule gave."""

    faults_since: float | None
    """When the row of faults began that the wait is in."""

    missing_since: float | None
    """When the row of 404s began that it is in."""

    last_fault: str | None
    """What was wrong with the poll before, if it was."""

    last: Snapshot[R_co] | None
    """The last readable answer."""


class Observer:
    """Whoever is told how a wait goes, such as to log it; this one is silent. None decides."""

    __slots__ = ()

    def sending(self) -> AbstractContextManager[object]:
        """Give what the driver is to be in while it sends a poll."""
        return nullcontext()

    def saw(self, snapshot: Snapshot[object], /) -> None:
        """Take note of a readable answer."""

    def stumbled(self, reason: str, /) -> None:
        """Take note of a poll that showed nothing of the job."""

    def lost_history(self, reason: str, /) -> None:
        """Take note that the history raised, and is asked no more."""

    def ended(self, how: str, /, *, well: bool) -> None:
        """Take note of the end: a phase, or the name of an error; `well` if the job succeeded."""
