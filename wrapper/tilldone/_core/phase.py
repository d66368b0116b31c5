"""The five phases that every provider's own status words come down to."""

from enum import StrEnum

__all__ = ["Phase"]


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
