"""The routes of all providers, and the two things that they do: submit and poll."""

from __future__ import annotations

import contextlib
import functools
import json
import time
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, Router

from tilldone.simulator._canned_response import CannedResponse
from tilldone.simulator._declared import BASE_PATH
from tilldone.simulator._deliveries import response
from tilldone.simulator._edenai import EdenAI
from tilldone.simulator._files import serve_file
from tilldone.simulator._jobs import JobStore, PollRecord, SimulatedJob
from tilldone.simulator._step import checked_duration
from tilldone.simulator._vessl import Vessl
from tilldone.simulator._viddyscribe import ViddyScribe
from tilldone.simulator._videodb import VideoDB
from tilldone.simulator._wire import Wire
from tilldone.simulator._zai import ZAI

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.types import ASGIApp, Receive, Scope, Send

    from tilldone.simulator._provider import SimulatedProvider
    from tilldone.simulator._step import Step

PROVIDERS: Mapping[str, SimulatedProvider] = MappingProxyType(
    {p.name: p for p in (VideoDB(), Vessl(), ViddyScribe(), EdenAI(), ZAI())}
)

SUBMIT = "submit"
"""Where a declared provider takes submissions, below its base URL: nobody knows its own route."""

IDENTITY = {"service": "tilldone.simulator"}
"""What the server says of itself at its root: whoever finds a port in use can see by what."""

_PRIVATE_HEADERS = frozenset(
    {b"cookie", b"api-key", *(p.key_header.encode() for p in PROVIDERS.values())}
)
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


class StepResponse(Response):
    """A step's answer on its way out, in the manner of the step."""

    def __init__(self, step: Step, job: SimulatedJob) -> None:
        super().__init__()
        self._step = step
        self._job = job

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._step.delay:
            await Wire.of(scope).pause(self._step.delay)
        await self._step.deliver(self._step.say(self._job), scope, receive, send)


class ProviderRoutes:
    """One provider's routes: its requests are checked and answered here."""

    def __init__(self, provider: SimulatedProvider, token: str, jobs: JobStore) -> None:
        self._provider = provider
        self._token = token
        self._jobs = jobs

    def routes(self) -> list[Route]:
        """List the provider's routes."""
        provider = self._provider
        poll = Route(
            provider.base_path + provider.poll_path, self.poll, methods=[provider.poll_method]
        )
        submits = [
            Route(provider.base_path + path, self.submit, methods=["POST"])
            for path in provider.submit_paths
        ]
        return [*submits, poll]

    async def poll(self, request: Request) -> Response:
        """Answer a poll with the step that its job has for it."""
        at = time.monotonic()
        job = await self._provider.find(request, self._jobs)
        if job is not None and job.provider is not self._provider:
            job = None
        if not self._provider.admits(request, self._token):
            if job is not None:
                job.polls.append(self._record(at, request, "unauthorized"))
            return self._refused(401, "The key is missing or wrong")
        if job is None:
            return response(await self._provider.unknown_job(request))
        job.files_url = f"{request.base_url}files"
        step = job.next_step()
        job.polls.append(self._record(at, request, step.name))
        return StepResponse(step, job)

    async def submit(self, request: Request) -> Response:
        """Take a job, and answer as the provider does."""
        if not self._provider.admits(request, self._token):
            return self._refused(401, "The key is missing or wrong")
        try:
            job = self._jobs.submit(
                self._provider,
                duration=_asked_duration(request),
                fail=_asked_failure(request),
                request=await _asked_body(request),
            )
        except (TypeError, ValueError) as error:
            return self._refused(400, str(error))
        base_url = str(request.base_url).rstrip("/") + self._provider.base_path
        accepted = self._provider.accepted(job, base_url)
        return response(CannedResponse.json(accepted, status=self._provider.submit_status))

    def _record(self, at: float, request: Request, answered: str) -> PollRecord:
        headers = _headers(tuple(request.headers.raw), self._token)
        return PollRecord(at, request.method, headers, answered)

    def _refused(self, status: int, message: str) -> Response:
        return response(self._provider.refusal(status, message))


def application(
    jobs: JobStore, tokens: Mapping[str, str], declared: Mapping[str, SimulatedProvider]
) -> ASGIApp:
    """Put all providers behind one door; their paths do not clash.

    Those in `declared`, and in `tokens`, may become more while it serves.
    """
    served = [ProviderRoutes(p, tokens[name], jobs) for name, p in PROVIDERS.items()]
    routes = [route for each in served for route in each.routes()]

    async def serve_declared(request: Request) -> Response:
        name, asked = request.path_params["name"], request.path_params["asked"]
        if name not in declared:
            return _no_route()
        routes = ProviderRoutes(declared[name], tokens[name], jobs)
        submits = request.method == "POST" and asked == SUBMIT
        return await (routes.submit(request) if submits else routes.poll(request))

    routes.append(Route(f"{BASE_PATH}/{{name}}/{{asked:path}}", serve_declared, methods=_METHODS))
    routes += [Route("/", _name_itself), Route("/files/{name}", serve_file)]
    router = Router(routes, redirect_slashes=False, default=_lost)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        # A client that leaves in the middle of its own request is no fault of the server.
        with contextlib.suppress(ClientDisconnect):
            await router(scope, receive, send)

    return app


async def _name_itself(_request: Request) -> Response:
    return JSONResponse(IDENTITY)


async def _lost(scope: Scope, receive: Receive, send: Send) -> None:
    await _no_route()(scope, receive, send)


def _no_route() -> Response:
    known = "the simulator has no such route; its base URLs come from Simulator.url()"
    return JSONResponse({"detail": known}, status_code=404)


@functools.lru_cache(maxsize=1024)
def _headers(raw: tuple[tuple[bytes, bytes], ...], token: str) -> Mapping[str, str]:
    """Decode headers, once: a client sends the same ones with poll after poll."""
    key = token.encode()
    shown = ((k, v) for k, v in raw if k not in _PRIVATE_HEADERS and key not in v)
    return MappingProxyType({k.decode("latin-1"): v.decode("latin-1") for k, v in shown})


def _asked_duration(request: Request) -> float:
    asked = request.headers.get("x-simulator-duration", "1")
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


async def _asked_body(request: Request) -> Mapping[str, object]:
    raw = await request.body()
    if not raw or not request.headers.get("content-type", "application/json").startswith(
        "application/json"
    ):
        return {}
    try:
        body: object = json.loads(raw)
    except ValueError as error:
        raise ValueError(f"the body is not JSON: {error}") from error
    match body:
        case dict():
            return cast("dict[str, object]", body)
        case _:
            raise ValueError("the body must be a JSON object")
