"""Where a wait stands between two polls: all that it takes to go on with it elsewhere."""

from typing import Generic, TypeVar

from attrs import frozen

from tilldone._core.snapshot import Snapshot

__all__ = ["Checkpoint"]

R_co = TypeVar("R_co", covariant=True)


@frozen(kw_only=True, eq=False)
class Checkpoint(Generic[R_co]):
    """A `Poller` at rest. Moments are in seconds, on the clock that its driver keeps."""

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
