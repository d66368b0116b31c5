"""How one job of many ended."""

from typing import Generic, TypeVar, final

from attrs import frozen

from tilldone._core.errors import WaitError
from tilldone._core.job import Job
from tilldone._core.poller import Poller, conclude

__all__ = ["Outcome", "outcome_of"]

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


@final
@frozen(eq=False)
class Outcome(Generic[R_co]):
    """The end of the wait for one job: a result or an error, never both."""

    job: Job[R_co]

    result: R_co | None = None
    """The result, None where there is an error."""

    error: WaitError | None = None
    """What `wait` would have raised, None where there is a result."""

    def unwrap(self) -> R_co:
        """Give the result, or raise the error.

        Raises:
            WaitError: the wait for this job ended with it.
        """
        if self.error is not None:
            raise self.error
        return self.result  # type: ignore[return-value] # no error, so this is a result


def outcome_of(poller: Poller[R]) -> Outcome[R]:
    """Give the outcome of a wait that is over."""
    job, last = poller.job, poller.last
    error = poller.stop.error if poller.stop is not None else None
    if error is not None or last is None:
        return Outcome(job, error=error)
    try:
        return Outcome(job, result=conclude(last))
    except WaitError as failure:
        # The frames of this traceback would keep the engine alive as long as the outcome.
        return Outcome(job, error=failure.with_traceback(None))
