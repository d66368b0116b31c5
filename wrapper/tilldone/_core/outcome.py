"""How one job of many ended."""

from typing import Generic, TypeVar, final

from attrs import frozen

from tilldone._core.errors import WaitError
from tilldone._core.job import Job

__all__ = ["Outcome"]

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
