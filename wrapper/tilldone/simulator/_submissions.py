"""What is submitted over HTTP: a record of each request, and what the next one is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tilldone.simulator._submission_steps import accepted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tilldone.simulator._jobs import Script
    from tilldone.simulator._provider import Step


@dataclass(frozen=True, slots=True)
class SubmissionRecord:
    """One request to make a job, as the server saw it."""

    at: float
    """When it had arrived, in the seconds of `time.monotonic()`."""
    provider: str
    operation: str
    """The operation of the provider's module, such as `create`."""
    headers: Mapping[str, str]
    """Names in lower case. The key is left out."""
    body: object = field(repr=False)
    """Its JSON value; bytes, where it is none."""
    answered: str
    """The step that answered it, by name: `accepted`, `status(429)`, `unauthorized`, `invalid`."""
    job_id: str | None
    """The job that it made, whether or not the answer came through; None where it made none."""


class Submissions:
    """All submissions in order, and the scripts of those to come."""

    _ACCEPTED = accepted()

    def __init__(self) -> None:
        self.records: list[SubmissionRecord] = []
        self._scripts: dict[tuple[str, str | None], Script] = {}

    def script(self, provider: str, operation: str | None, script: Script) -> None:
        """Say what the submissions of an operation, or of all that have no script, are told."""
        self._scripts[provider, operation] = script

    def next_step(self, provider: str, operation: str) -> Step:
        """Take the step for a submission that comes now."""
        scripts = self._scripts
        script = scripts.get((provider, operation)) or scripts.get((provider, None))
        return self._ACCEPTED if script is None else script.next_step()
