"""What one provider's wire looks like: the form that the five fill in, and any declared one."""

from __future__ import annotations

import secrets
import string
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from tilldone.simulator._canned_response import CannedResponse, phrase

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from tilldone.simulator._jobs import SimulatedJob

_ALPHANUMERICS = string.ascii_lowercase + string.digits


@dataclass(frozen=True, slots=True)
class Words:
    """The provider's status words; one without a word for "queued" says `running` there too."""

    pending: str
    running: str
    done: str
    failed: str


class SimulatedProvider(ABC):
    """One provider's routes, key, status words and bodies. Declared, never configured."""

    name: str
    base_path: str = ""
    key_header: ClassVar[str]
    key_scheme: ClassVar[str] = ""

    poll_method: ClassVar[str] = "GET"
    poll_path: ClassVar[str]
    submit_paths: ClassVar[tuple[str, ...]]
    submit_status: ClassVar[int] = 200

    words: Words
    failure: ClassVar[tuple[str | int, str]]
    """The code and the message of jobs that fail and are given none."""
    absence: ClassVar[str] = "Not Found"
    """What is said of a job that is not there."""

    def register(self, job: SimulatedJob, /) -> None:  # noqa: B027 # most have nothing to do
        """Get ready for the polls of a job.

        Raises:
            ValueError: its script says what cannot be said of a job of this provider, or its polls
                cannot be told from another's.
        """

    def admits(self, request: Request, token: str, /) -> bool:
        """Whether a request shows the key."""
        shown = request.headers.get(self.key_header, "")
        key = f"{self.key_scheme}{token}"
        return secrets.compare_digest(shown.encode("latin-1"), key.encode())

    @abstractmethod
    def new_id(self) -> str:
        """Make an id in the provider's form."""

    @abstractmethod
    def sample(self, files_url: str, /) -> object:
        """Give a realistic result, for jobs that are given none; its files are below the URL."""

    def body(
        self, job: SimulatedJob, word: str, told: Mapping[str, object], /
    ) -> dict[str, object]:
        """Give the whole body of a job in the status `word`, with what is told beside it."""
        return {**self.fields(job, word), **told}

    def begun(self, job: SimulatedJob, /) -> dict[str, object]:
        """Give the body of a job that runs, for what is cut off or spoilt."""
        return self.fields(job, self.words.running)

    def without_status(self, job: SimulatedJob, /) -> dict[str, object]:
        """Give all that a running job says, but its status."""
        fields = self.fields(job, self.words.running)
        del fields["status"]
        return fields

    @abstractmethod
    def fields(self, job: SimulatedJob, word: str, /) -> dict[str, object]:
        """Give the body of a job in the status `word`: what it holds in every status."""

    @abstractmethod
    def done_fields(self, job: SimulatedJob, result: object, /) -> dict[str, object]:
        """Give what a success adds to the body."""

    @abstractmethod
    def failed_fields(self, code: str | int, message: str, /) -> dict[str, object]:
        """Give what a failure adds to the body."""

    @abstractmethod
    def error(self, status: int, message: str, /) -> dict[str, object]:
        """Give the body of an HTTP error."""

    @abstractmethod
    def accepted(self, job: SimulatedJob, base_url: str, /) -> dict[str, object]:
        """Give the body that answers a submission."""

    async def find(
        self, request: Request, jobs: Mapping[str, SimulatedJob], /
    ) -> SimulatedJob | None:
        """Find the job that a poll asks for."""
        return jobs.get(request.path_params["id"])

    async def unknown_job(self, _request: Request, /) -> CannedResponse:
        """Answer a poll of a job that is not there."""
        return self.refusal(404, self.absence)

    def not_found(self, _job: SimulatedJob, /) -> CannedResponse:
        """Answer a poll of a job as if it were not there."""
        return self.refusal(404, self.absence)

    def refusal(self, status: int, message: str | None = None) -> CannedResponse:
        """Refuse with an HTTP error in the provider's shape."""
        text = message or phrase(status) or f"HTTP {status}"
        return CannedResponse.json(self.error(status, text), status=status)


def alphanumerics(length: int) -> str:
    """Make a random word of lower-case letters and digits."""
    return "".join(secrets.choice(_ALPHANUMERICS) for _ in range(length))
