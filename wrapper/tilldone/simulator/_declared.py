"""Any provider that is declared: its polls, its submissions and its words as it declares them.

Nothing is known of what its results look like: bodies are the scripts' to say, and the keys that
its clients send are nobody's business here.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias, cast
from urllib.parse import parse_qsl

import httpx

from tilldone._core.declaration import Phase
from tilldone._core.job import target_of
from tilldone._core.job_request import submission_of
from tilldone._core.operations import path_parameters
from tilldone._core.provider import Failure
from tilldone._core.text import excerpt
from tilldone.simulator._bodies import Fault, json_or_bytes
from tilldone.simulator._provider import Asked, SimulatedProvider, Words, alphanumerics
from tilldone.simulator._requests import canonical, ends, parameters_in, segments_of, with_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request

    from tilldone._core.provider import Provider
    from tilldone.simulator._provider import SimulatedJob

BASE_PATH = "/providers"
"""What is below it belongs to declared providers, each by its name; none of the five is there."""

SUBMIT = "submit"
"""Where one takes any submission, below its base URL: also one that declares no operation."""

_Poll: TypeAlias = tuple[str, tuple[bytes, ...], tuple[tuple[str, str], ...], str]


class DeclaredProvider(SimulatedProvider):
    """One that a `tilldone.Provider` declares."""

    submit_paths = MappingProxyType({})
    submit_status = 202
    failure = ("", "")
    absence = "There is no such job"

    def __init__(self, declared: Provider[object]) -> None:
        self.declared = declared
        self.name = declared.name
        self.base_path = f"{BASE_PATH}/{declared.name}"
        word = {phase: status for status, phase in reversed(tuple(declared.phases.items()))}
        pending, running = word.get(Phase.PENDING, ""), word.get(Phase.RUNNING, "")
        self.words = Words(
            pending=pending or running,
            running=running or pending,
            done=word.get(Phase.SUCCEEDED, ""),
            failed=word.get(Phase.FAILED, ""),
        )
        self._polled: dict[_Poll, SimulatedJob] = {}
        self._queried: set[str] = set()

    def register(self, job: SimulatedJob, /) -> None:
        for step in job.plan.steps:
            try:
                step.say(job)
            except ValueError as error:
                raise ValueError(f"{step.name}: {error}") from error
        poll = self._poll_of(job)
        self._queried |= {name for name, _ in poll[2]}
        first = self._polled.setdefault(poll, job)
        if first is not job:
            raise ValueError(
                f"id: {self.name} polls {job.id!r} as it polls {first.id!r}; its request has to "
                "tell them apart"
            )

    def admits(self, _request: Request, _token: str, /) -> bool:
        return True

    async def find(
        self, request: Request, _jobs: Mapping[str, SimulatedJob], /
    ) -> SimulatedJob | None:
        # A client may add query parameters of its own, such as a key, and to the base URL a path.
        query = [
            (name, value)
            for name, value in parse_qsl(request.url.query, keep_blank_values=True)
            if name in self._queried
        ]
        segments = self._segments_of(request)
        content = canonical(await request.body())
        for path in ends(segments):
            poll = (request.method, path, tuple(sorted(query)), content)
            if poll in self._polled:
                return self._polled[poll]
        return None

    async def asked(self, request: Request) -> Asked | None:
        """Say what a submission asks for; None of what is not one, and so a poll."""
        segments = self._segments_of(request)
        if request.method == "POST" and segments == (SUBMIT.encode(),):
            return Asked(SUBMIT)
        if not self.declared.operations or await self.find(request, {}) is not None:
            return None
        body, unread = json_or_bytes(await request.body()), dict[str, str]()
        for operation in self.declared.operations:
            name = operation.__name__
            places = {each: f"parameter{n}of" for n, each in enumerate(path_parameters(operation))}
            try:
                prepared = self.declared.prepare(self, name, body, **places)
                sent = httpx.Request(**submission_of(prepared).request())
            except Exception as error:  # noqa: BLE001 # an operation raises whatever it meets in a body
                unread[name] = excerpt(error)
                continue
            found = parameters_in(sent, places, request.method, segments)
            if found is not None:
                return Asked(name, found)
        # Where it goes is not known of an operation that cannot read the body.
        if unread and request.method != "GET" and not self._is_poll(request.method, segments):
            return Asked(" or ".join(unread), fault="; ".join(unread.values()))
        return None

    def faults(self, asked: Asked, _body: object, /) -> Sequence[Fault]:
        return [Fault((), asked.fault, "invalid")] if asked.fault else ()

    def extras(self, asked: Asked, body: object, /) -> Mapping[str, str]:
        if asked.operation == SUBMIT:
            return {}
        prepared = self.declared.prepare(self, asked.operation, body, **asked.parameters)
        return submission_of(prepared).extras

    def new_id(self) -> str:
        return alphanumerics(12)

    def sample(self, _job: SimulatedJob, /) -> object:
        return {}

    def body(
        self, _job: SimulatedJob, word: str, told: Mapping[str, object], /
    ) -> dict[str, object]:
        path = self.declared.status
        if callable(path) or not word:
            lacks = "no status of that phase" if not word else "its status by a function"
            raise ValueError(
                f"{self.name} declares {lacks}; say its bodies themselves, with body({{...}})"
            )
        said = cast("dict[str, object]", with_text(dict(told), path.split("."), word))
        if not self.declared.read_status(said):
            raise ValueError(f"no status of {self.name} can be put at {path!r} of {excerpt(told)}")
        return said

    def fields(self, job: SimulatedJob, word: str, /) -> dict[str, object]:
        return self.body(job, word, {})

    def begun(self, job: SimulatedJob, /) -> dict[str, object]:
        # What it says is cut off or spoilt in any case.
        unsaid = callable(self.declared.status) or not self.words.running
        return {} if unsaid else self.fields(job, self.words.running)

    def without_status(self, _job: SimulatedJob, /) -> dict[str, object]:
        return {}

    def done_fields(self, _job: SimulatedJob, result: object, /) -> dict[str, object]:
        if not isinstance(result, dict):
            raise ValueError(  # noqa: TRY004 # a value that a script holds
                f"a result of {self.name} is a dict, the fields of its body; got {excerpt(result)}"
            )
        return cast("dict[str, object]", result)

    def failed_fields(self, code: str | int, message: str, /) -> dict[str, object]:
        given = Failure(str(code) or None, message or None)
        if given == Failure():
            return {}
        told: dict[str, object] = {"error": {"code": given.code, "message": given.message}}
        if self._read_failure(told) != given:
            raise ValueError(
                f"{self.name} reads code and message where only its own `failure` knows; give the "
                "fields instead, as in failed(error_code='E7')"
            )
        return told

    def error(self, status: int, message: str, /) -> dict[str, object]:
        return {"error": {"code": str(status), "message": message}}

    def named(self, job: SimulatedJob, /) -> dict[str, object]:
        return {"id": job.id, **self._extras_of(job)}

    def accepted(self, job: SimulatedJob, more: Mapping[str, object], /) -> dict[str, object]:
        path = self.declared.submitted
        if path is None:
            return {**self.named(job), **more}
        told = {**self.named(job), **more} if callable(path) else dict(more)
        if not callable(path):
            told = cast("dict[str, object]", with_text(told, path.split("."), job.id))
        names = self.declared.read_submitted(told)
        if "id" not in names:
            raise ValueError(
                f"{self.name} reads no id in {excerpt(told)}; say its answer as it is, with "
                "accepted(field=...)"
            )
        # What a script says is what the job is called.
        job.id = names.pop("id")
        job.request = {**job.request, **names}
        return told

    def unnamed(self, _job: SimulatedJob, /) -> dict[str, object]:
        return {}

    def at_once(self, job: SimulatedJob, ended: Mapping[str, object], /) -> dict[str, object]:
        return self.accepted(job, ended)

    def _segments_of(self, request: Request) -> tuple[bytes, ...]:
        return segments_of(request.scope["raw_path"].removeprefix(self.base_path.encode()))

    def _is_poll(self, method: str, segments: tuple[bytes, ...]) -> bool:
        """Whether a request goes where polls go, whatever it asks for there."""
        places = {name: f"parameter{n}of" for n, name in enumerate(("id", *self.declared.extras))}
        try:
            sent = httpx.Request(**target_of(self.declared.job(self, **places)).request())
        except Exception:  # noqa: BLE001 # a declaration raises what it likes at an id that is none
            return False
        return parameters_in(sent, places, method, segments) is not None

    def _read_failure(self, told: Mapping[str, object]) -> Failure | None:
        try:
            return self.declared.read_failure(told)
        except Exception:  # noqa: BLE001 # a declaration raises whatever it meets, at what is not its own
            return None

    def _extras_of(self, job: SimulatedJob) -> dict[str, str]:
        asked = cast("Mapping[str, str]", job.request)
        return {name: asked[name] for name in self.declared.extras if name in asked}

    def _poll_of(self, job: SimulatedJob) -> _Poll:
        """Give what a poll of the job looks like, by the declaration's own request."""
        named = self.declared.job(self, job.id, **self._extras_of(job))
        arguments = target_of(named).request()
        arguments.pop("timeout", None)
        request = httpx.Request(**arguments)
        if request.url.is_absolute_url:
            raise ValueError(
                f"{self.name}: its request goes to {request.url.host}, wherever its client leads; "
                "give it a path, such as '/jobs/1', and the host to its client"
            )
        query = parse_qsl(request.url.query.decode(), keep_blank_values=True)
        path = request.url.raw_path.partition(b"?")[0]
        content = canonical(request.read())
        return request.method, segments_of(path), tuple(sorted(query)), content
