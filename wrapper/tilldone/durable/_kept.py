"""A durable wait as its database has it, and what a handle needs of that database."""

from typing import Protocol

from attrs import frozen

from tilldone.durable._ending import Ending
from tilldone.durable._order import Order

__all__ = ["ACTIVE", "ENDED", "Keeper", "Kept"]

ACTIVE = ["ENQUEUED", "DELAYED", "PENDING"]
"""DBOS's words for a wait that goes on."""

ENDED = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
"""DBOS's words for a wait that is over."""


@frozen
class Kept:
    """A wait, as it stood when it was asked about."""

    id: str
    status: str
    """DBOS's word for where it stands."""

    order: Order
    ending: Ending | None
    trouble: str | None
    """Why it could not be carried out, if that is how it ended."""

    @property
    def active(self) -> bool:
        """Whether it goes on."""
        return self.status in ACTIVE

    @property
    def final(self) -> bool:
        """Whether it ended with the end of its job, so that waiting again shows nothing new."""
        return self.ending is not None and self.ending.final

    @property
    def carried(self) -> bool:
        """Whether a worker has it in hand."""
        return self.status == "PENDING"

    @property
    def cancelled(self) -> bool:
        """Whether it was cancelled."""
        return self.status == "CANCELLED"


class Keeper(Protocol):
    """Whoever keeps waits."""

    def kept(self, id: str) -> Kept:
        """Give a wait as it is now.

        Raises:
            LookupError: it is not kept any more.
        """
        ...

    def cancel(self, id: str) -> None:
        """End a wait, whoever carries it; nothing where it has ended."""
        ...
