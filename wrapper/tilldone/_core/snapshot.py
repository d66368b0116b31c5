"""What one poll of a job showed."""

from functools import cached_property
from typing import Any, Generic, TypeVar, final

from attrs import field, frozen

from tilldone._core.errors import UnreadableResponse
from tilldone._core.fit import misfit
from tilldone._core.job import Job, provider_of
from tilldone._core.phase import Phase
from tilldone._core.text import excerpt

__all__ = ["Snapshot"]

R_co = TypeVar("R_co", covariant=True)


@final
@frozen(kw_only=True, eq=False, slots=False)
class Snapshot(Generic[R_co]):
    """A readable answer to one poll. Times are in seconds."""

    job: Job[R_co]

    phase: Phase
    """The status in the words that all providers share."""

    status: str
    """The provider's own word; empty where a failure came without one."""

    body: dict[str, Any] = field(repr=False)
    """The raw JSON object, with all that the model does not know."""

    polls: int
    """How many polls there were so far, this one and those without an answer included."""

    elapsed: float
    """Time since the wait began."""

    next_poll: float | None
    """Time until the next poll; None where there is none to come."""

    @cached_property
    def response(self) -> R_co:
        """The body as the generated model, parsed when first read.

        Raises:
            UnreadableResponse: the body does not fit the model; the error carries it.
        """
        try:
            parsed = provider_of(self.job).parse(self.body)
            reason = misfit(parsed)
        except Exception as error:  # noqa: BLE001 # a generated parser raises whatever it meets
            reason = f"{type(error).__name__}: {excerpt(error)}"
        else:
            if reason is None:
                return parsed
        raise UnreadableResponse(
            f"{self.job.provider} job {self.job.id} is {self.phase}, and its answer does not fit "
            f"its model ({reason}); the answer is in this error's .body",
            job=self.job,
            last=self,
            body=self.body,
        )
