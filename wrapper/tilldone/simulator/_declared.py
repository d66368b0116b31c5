"""Any provider that is declared: its polls and its words as its own declaration has them.

Nothing is known of how it takes submissions, nor of what its results look like: bodies are the
scripts' to say, and the keys that its clients send are nobody's business here.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeAlias, cast
from urllib.parse import parse_qsl, unquote_to_bytes

import httpx

from tilldone._core.job import target_of
from tilldone._core.phase import Phase
from tilldone._core.provider import Failure
from tilldone._core.text import excerpt
from tilldone.simulator._provider import SimulatedProvider, Words, alphanumerics

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request

    from tilldone._core.provider import Provider
    from tilldone.simulator._jobs import SimulatedJob

BASE_PATH = "/providers"
"""What is below it belongs to declared providers, each by its name; none of the five is there."""

_Poll: TypeAlias = tuple[str, tuple[bytes, ...], tuple[tuple[str, str], ...], str]


class DeclaredProvider(SimulatedProvider):
    """One that a `tilldone.Provider` declares."""

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
        segments = _segments(request.scope["raw_path"].removeprefix(self.base_path.encode()))
        content = _canonical(await request.body())
        for start in range(len(segments)):
            poll = (request.method, segments[start:], tuple(sorted(query)), content)
            if poll in self._polled:
                return self._polled[poll]
        return None

    def new_id(self) -> str:
        return alphanumerics(12)

    def sample(self, _files_url: str, /) -> object:
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
        said = cast("dict[str, object]", _with_status(dict(told), path.split("."), word))
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

    def accepted(self, job: SimulatedJob, _base_url: str, /) -> dict[str, object]:
        return {"id": job.id, **self._extras_of(job)}

    def _read_failure(self, told: Mapping[str, object]) -> Failure | None:
        try:
            return self.declared.failure(told)
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
        content = _canonical(request.read())
        return request.method, _segments(path), tuple(sorted(query)), content


def _segments(path: bytes) -> tuple[bytes, ...]:
    # Which characters are escaped is a client's taste, but for the slashes.
    return tuple(unquote_to_bytes(each) for each in path.lstrip(b"/").split(b"/"))


def _canonical(content: bytes) -> str:
    """Give a request's content as it compares: JSON by its value, anything else as it is."""
    try:
        return json.dumps(json.loads(content), sort_keys=True)
    except ValueError:
        return content.decode("latin-1")


def _with_status(value: object, path: Sequence[str], word: str) -> object:
    """Give what a dotted path leads through with the status at its end, unless one is there."""
    if not path:
        return word if value is None else value
    part, *rest = path
    if isinstance(value, list) or (value is None and part.isdecimal()):
        items = list(cast("list[object]", value or []))
        if not part.isdecimal():
            return items
        items += [{} for _ in range(len(items), int(part) + 1)]
        items[int(part)] = _with_status(items[int(part)] or None, rest, word)
        return items
    if value is None or isinstance(value, dict):
        fields = dict(cast("dict[str, object]", value or {}))
        fields[part] = _with_status(fields.get(part), rest, word)
        return fields
    return value
