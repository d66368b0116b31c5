"""What one provider's wire looks like, what a job is told there, and the job itself.

The form is what the five fill in, and any declared one. A provider speaks of jobs, a job has steps
before it, and a step says what the job's provider would: each of them needs the other two.
"""

from __future__ import annotations

import json
import secrets
import string
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Final, Protocol, cast, final

from tilldone._core.operations import class_of_body
from tilldone._core.registry import provider_named
from tilldone.simulator import _deliveries
from tilldone.simulator._bodies import Fault, faults_of
from tilldone.simulator._canned_response import CannedResponse, phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from starlette.requests import Request

    from tilldone.simulator._deliveries import Delivery

_ALPHANUMERICS = string.ascii_lowercase + string.digits


@final
class Sample:
    """The type of `SAMPLE`."""

    def __repr__(self) -> str:
        return "SAMPLE"


SAMPLE: Final = Sample()
"""Stands for a realistic result of the provider's own, where a result is asked for."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a poll or a submission is told. Made by the functions of `tilldone.simulator.steps`."""

    name: str
    say: Callable[[SimulatedJob], CannedResponse]
    deliver: Delivery = _deliveries.whole
    delay: float = 0.0
    times: int = 1
    polls: bool = True
    """Whether it can be told to polls."""
    submissions: bool = True
    """Whether it can be told to submissions."""
    job: Mapping[str, Any] | None = None
    """How the job goes that a submission makes which is told this; None where it makes none."""

    def __repr__(self) -> str:
        return f"<step {self.name}>"


@dataclass(frozen=True, slots=True)
class PollRecord:
    """One poll a job, as the server saw it."""

    at: float
    """When it arrived, in the seconds of `time.monotonic()`."""
    method: str
    headers: Mapping[str, str]
    """Names in lower case. The key is left out."""
    answered: str
    """The step that answered it, by name: `running`, `status(503)`, `unauthorized`."""


class Plan(Protocol):
    """Decides what the next poll is told."""

    @property
    def steps(self) -> tuple[Step, ...]:
        """All the steps that polls may get."""
        ...

    def next_step(self, elapsed: float, /) -> Step:
        """Give the step for a poll `elapsed` seconds after the submission."""
        ...

    def peek(self, elapsed: float, /) -> Step:
        """Give the same, and leave it to the next poll."""
        ...


@dataclass(slots=True)
class SimulatedJob:
    """One job: what its answers are made of, its plan, and who has polled."""

    provider: SimulatedProvider
    id: str
    plan: Plan
    result: object
    request: Mapping[str, object]
    """What was submitted, where it was submitted over HTTP; else the extras that name the job."""
    files_url: str = ""
    """Where the files of its results are, as its last poll reached the server."""
    base_url: str = ""
    """The provider's, as its submission reached the server."""
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    started: float = field(default_factory=time.monotonic)
    polls: list[PollRecord] = field(default_factory=list[PollRecord])

    def next_step(self) -> Step:
        """Take the step for a poll that comes now."""
        return self.plan.next_step(time.monotonic() - self.started)

    def status(self) -> str:
        """Give the status that a list of jobs has for it; no step is taken for that."""
        said = self.plan.peek(time.monotonic() - self.started).say(self)
        try:
            body: object = json.loads(said.body)
        # A script may say anything, and nest it as deep as it likes.
        except (ValueError, RecursionError):
            body = None
        word = cast("dict[str, object]", body).get("status") if isinstance(body, dict) else None
        return word if isinstance(word, str) else self.provider.words.running


@dataclass(frozen=True, slots=True)
class Words:
    """The provider's status words; one without a word for "queued" says `running` there too."""

    pending: str
    running: str
    done: str
    failed: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What a submission asks for."""

    operation: str
    parameters: Mapping[str, str] = field(default_factory=dict[str, str])
    """The operation's path parameters."""
    fault: str = ""
    """Why no operation can read the body, where it is not known which one is asked for."""


class SimulatedProvider(ABC):
    """One provider's routes, key, status words and bodies. Declared, never configured."""

    name: str
    base_path: str = ""
    key_header: ClassVar[str]
    key_scheme: ClassVar[str] = ""

    poll_method: ClassVar[str] = "GET"
    poll_path: ClassVar[str]
    list_path: ClassVar[str | None] = None
    submit_paths: ClassVar[Mapping[str, str]]
    """Where its operations go, by their names."""
    submit_status: ClassVar[int] = 200
    takes_forms: ClassVar[bool] = False
    """Whether a submission may be a form, with a file in it, in the place of JSON."""
    id_field: ClassVar[str] = "id"
    """What the answer to a submission calls the job's id."""

    words: Words
    failure: ClassVar[tuple[str | int, str]]
    """The code and the message of jobs that fail and are given none."""
    rejection: ClassVar[tuple[int, str | int, str]] = (403, "forbidden", "Not allowed")
    """HTTP status, code and message of submissions that are refused and are told no reason."""
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
    def sample(self, job: SimulatedJob, /) -> object:
        """Give a realistic result, for a job that is given none; its files are below its URL."""

    def body(
        self, job: SimulatedJob, word: str, told: Mapping[str, object], /
    ) -> dict[str, object]:
        """Give the whole body of a job in the status `word`, with what is told beside it."""
        return {**self.fields(job, word), **told}

    def done(
        self, job: SimulatedJob, result: object, more: Mapping[str, object], /
    ) -> dict[str, object]:
        """Give the whole body of a job that is done, with `more` in it."""
        given = job.result if result is SAMPLE else result
        given = self.sample(job) if given is SAMPLE else given
        return self.body(job, self.words.done, {**self.done_fields(job, given), **more})

    def failed(
        self,
        job: SimulatedJob,
        code: str | int | None,
        message: str | None,
        more: Mapping[str, object],
        /,
    ) -> dict[str, object]:
        """Give the whole body of a job that failed, with `more` in it."""
        usual_code, usual_message = self.failure
        told = self.failed_fields(
            usual_code if code is None else code, usual_message if message is None else message
        )
        return self.body(job, self.words.failed, {**told, **more})

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
    def named(self, job: SimulatedJob, /) -> dict[str, object]:
        """Give the body that answers a submission, and names its job."""

    def accepted(self, job: SimulatedJob, more: Mapping[str, object], /) -> dict[str, object]:
        """Give the same with `more` in it."""
        return {**self.named(job), **more}

    def unnamed(self, job: SimulatedJob, /) -> dict[str, object]:
        """Give the same without the job's name."""
        return {name: told for name, told in self.named(job).items() if name != self.id_field}

    def at_once(self, job: SimulatedJob, ended: Mapping[str, object], /) -> dict[str, object]:
        """Give the answer to a submission whose job has ended already, in that body."""
        return {**self.named(job), **ended}

    def refused(
        self, _job: SimulatedJob, code: str | int | None, message: str | None, /
    ) -> CannedResponse:
        """Refuse a submission for good."""
        status, usual_code, usual_message = self.rejection
        told = self.failed_fields(
            usual_code if code is None else code, usual_message if message is None else message
        )
        return CannedResponse.json(told, status=status)

    def invalid(self, _body: Mapping[str, object], faults: Sequence[Fault], /) -> CannedResponse:
        """Refuse a submission whose body is not what the operation takes."""
        return self.refusal(400, str(faults[0]))

    def list_jobs(
        self, _query: Mapping[str, str], _jobs: Sequence[SimulatedJob], /
    ) -> CannedResponse:
        """Answer who asks for the list of all jobs, where there is a `list_path`."""
        return self.refusal(404)

    def faults(self, asked: Asked, body: object, /) -> Sequence[Fault]:
        """Name what is wrong with the body of a submission."""
        operation = provider_named(self.name).operation(asked.operation)
        found = [*faults_of(class_of_body(operation), body)]
        return found or self.limits(cast("Mapping[str, object]", body))

    def extras(self, _asked: Asked, _body: object, /) -> Mapping[str, str]:
        """Give what names the job beside its id and is not in the body of its submission."""
        return {}

    def limits(self, _body: Mapping[str, object], /) -> Sequence[Fault]:
        """Name what else is wrong with a body, beside what its generated class can tell."""
        return ()

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
