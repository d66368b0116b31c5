"""One provider's routes, and the three things that they do: submit, poll, and list."""

from __future__ import annotations

import functools
import time
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from starlette.responses import Response
from starlette.routing import Route

from tilldone.simulator._bodies import Fault, json_or_bytes
from tilldone.simulator._declared import SUBMIT
from tilldone.simulator._deliveries import response
from tilldone.simulator._provider import Asked, PollRecord, SimulatedJob
from tilldone.simulator._step import checked_duration
from tilldone.simulator._submissions import SubmissionRecord, Submissions
from tilldone.simulator._wire import Wire

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

    from tilldone.simulator._canned_response import CannedResponse
    from tilldone.simulator._jobs import JobStore
    from tilldone.simulator._provider import SimulatedProvider, Step

_PRIVATE_HEADERS = frozenset({"authorization", "cookie", "api-key", "x-api-key", "x-access-token"})


class StepResponse(Response):
    """A step's answer on its way out, in the manner of the step."""

    def __init__(self, step: Step, answer: CannedResponse) -> None:
        super().__init__()
        self._step = step
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._step.delay:
            await Wire.of(scope).pause(self._step.delay)
        await self._step.deliver(self._answer, scope, receive, send)


class ProviderRoutes:
    """One provider's routes: its requests are checked and answered here."""

    def __init__(
        self,
        provider: SimulatedProvider,
        token: str,
        jobs: JobStore,
        submissions: Submissions,
        duration: float,
    ) -> None:
        self._provider = provider
        self._token = token
        self._jobs = jobs
        self._submissions = submissions
        self._duration = duration

    def routes(self) -> list[Route]:
        """List the provider's routes."""
        provider = self._provider
        found = [
            Route(
                provider.base_path + path,
                functools.partial(self.submit, asked=Asked(operation)),
                methods=["POST"],
            )
            for operation, path in provider.submit_paths.items()
        ]
        if provider.list_path is not None:
            found.append(Route(provider.base_path + provider.list_path, self.list_jobs))
        poll = Route(
            provider.base_path + provider.poll_path, self.poll, methods=[provider.poll_method]
        )
        return [*found, poll]

    async def poll(self, request: Request) -> Response:
        """Answer a poll with the step that its job has for it."""
        at = time.monotonic()
        job = await self._provider.find(request, self._jobs)
        if job is not None and job.provider is not self._provider:
            job = None
        if not self._provider.admits(request, self._token):
            if job is not None:
                job.polls.append(self._record(at, request, "unauthorized"))
            return self._unauthorized()
        if job is None:
            return response(await self._provider.unknown_job(request))
        job.files_url = _files_url(request)
        step = job.next_step()
        job.polls.append(self._record(at, request, step.name))
        return StepResponse(step, step.say(job))

    async def list_jobs(self, request: Request) -> Response:
        """List the provider's jobs, the latest first."""
        if not self._provider.admits(request, self._token):
            return self._unauthorized()
        jobs = [job for job in list(self._jobs.values()) if job.provider is self._provider]
        return response(self._provider.list_jobs(request.query_params, jobs[::-1]))

    async def submit(self, request: Request, *, asked: Asked) -> Response:
        """Take a submission, and answer with the step that there is for it."""
        raw, at = await request.body(), time.monotonic()
        body = json_or_bytes(raw)

        def record(answered: str, job_id: str | None = None) -> None:
            name, headers = self._provider.name, self._headers(request)
            told = SubmissionRecord(at, name, asked.operation, headers, body, answered, job_id)
            self._submissions.records.append(told)

        if not self._provider.admits(request, self._token):
            record("unauthorized")
            return self._unauthorized()
        given = _fields(body)
        faults = self._faults(request, asked, body)
        if faults:
            record("invalid")
            return response(self._provider.invalid(given, faults))
        try:
            step = self._submissions.next_step(self._provider.name, asked.operation)
            job = self._made(request, step, {**given, **self._provider.extras(asked, body)})
            answer = step.say(job)
            if step.job is not None:
                self._jobs.add(job)
        except (TypeError, ValueError) as error:
            record("invalid")
            return response(self._provider.refusal(400, str(error)))
        record(step.name, job.id if step.job is not None else None)
        return StepResponse(step, answer)

    def _faults(self, request: Request, asked: Asked, body: object) -> Sequence[Fault]:
        """Name what is wrong with a body, by the class that the provider's operation takes."""
        media_type = request.headers.get("content-type", "application/json")
        if not media_type.startswith("application/json"):
            if self._provider.takes_forms and media_type.startswith("multipart/form-data"):
                return []
            return [Fault((), f"The body should be JSON, not {media_type}", "json_invalid")]
        if body == b"" and asked.operation == SUBMIT:
            return ()
        if isinstance(body, bytes):
            told = "The body is not JSON" if body else "The body is missing"
            return [Fault((), told, "json_invalid" if body else "missing")]
        return self._provider.faults(asked, body)

    def _made(self, request: Request, step: Step, given: Mapping[str, object]) -> SimulatedJob:
        how: dict[str, Any] = dict(step.job or {})
        duration, fails = _asked_duration(request), _asked_failure(request)
        if how.get("duration") is None:
            how["duration"] = self._duration if duration is None else duration
        if how.get("script") is None:
            how["fail"] = fails or how.get("fail", False)
        job = self._jobs.make(self._provider, **how, request=given)
        job.files_url = _files_url(request)
        job.base_url = str(request.base_url).rstrip("/") + self._provider.base_path
        return job

    def _record(self, at: float, request: Request, answered: str) -> PollRecord:
        return PollRecord(at, request.method, self._headers(request), answered)

    def _headers(self, request: Request) -> Mapping[str, str]:
        return _shown(tuple(request.headers.raw), self._token)

    def _unauthorized(self) -> Response:
        return response(self._provider.refusal(401, "The key is missing or wrong"))


def _fields(body: object) -> dict[str, object]:
    return cast("dict[str, object]", body) if isinstance(body, dict) else {}


def _files_url(request: Request) -> str:
    return f"{request.base_url}files"


@functools.lru_cache(maxsize=1024)
def _shown(raw: tuple[tuple[bytes, bytes], ...], token: str) -> Mapping[str, str]:
    """Decode headers, once: a client sends the same ones with poll after poll."""
    decoded = ((name.decode("latin-1"), value.decode("latin-1")) for name, value in raw)
    return MappingProxyType(
        {k: v for k, v in decoded if k not in _PRIVATE_HEADERS and token not in v}
    )


def _asked_duration(request: Request) -> float | None:
    asked = request.headers.get("x-simulator-duration")
    if asked is None:
        return None
    try:
        return checked_duration("x-simulator-duration", float(asked))
    except ValueError:
        raise ValueError(
            f"x-simulator-duration must be a number of seconds, not {asked!r}"
        ) from None


def _asked_failure(request: Request) -> bool:
    asked = request.headers.get("x-simulator-fail", "0")
    if asked not in {"0", "1"}:
        raise ValueError(f"x-simulator-fail must be 1 or 0, not {asked!r}")
    return asked == "1"
