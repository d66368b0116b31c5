"""A provider of the tests' own, whose jobs are submitted: renders."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

import anyio
import httpx
from tests.waits.harness import within

import tilldone
from tilldone import Job, JobRequest, Origin, Phase, Polling, Provider, Submitted, aio
from tilldone._core.response import Response

T = TypeVar("T")

KEY = "key-of-the-render-farm"
SECRET = "a castle that nobody may read of"
BODY = {"prompt": SECRET, "frames": 7}
BACKENDS = ("sync", "asyncio", "trio")

PHASES = {"queued": Phase.PENDING, "ready": Phase.SUCCEEDED, "broken": Phase.FAILED}

QUICK = Polling(schedule=lambda _: 0.02, jitter=0.0)


def asked(id: str) -> Mapping[str, Any]:
    return {"method": "get", "url": f"/renders/{id}"}


def renders(**fields: Any) -> Provider[dict[str, Any]]:  # noqa: ANN401 # any field of a provider
    """Declare the provider, with other fields than usual."""
    least: dict[str, Any] = {
        "name": "renders",
        "request": asked,
        "parse": dict,
        "phases": PHASES,
        "submitted": "render.id",
    }
    return Provider(**(least | fields))


def request_to(
    client: object,
    *,
    body: object = BODY,
    **fields: Any,  # noqa: ANN401 # any field of a provider
) -> JobRequest[dict[str, Any]]:
    """Prepare a render; a URL stands for an origin there."""
    if isinstance(client, str):
        client = Origin(client, headers={"Authorization": f"Bearer {KEY}"})
    made = {"method": "post", "url": "/renders", "json": body}
    return renders(**fields).submission(client, "create", made)


def answer(
    status: int = 200, body: object = None, headers: Mapping[str, str] | None = None
) -> Response:
    """Make an answer that was received whole."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Response(status, httpx.Headers(headers or {}), content, 1_700_000_000.0)


class Ways:
    """The same calls in one of the three worlds."""

    def __init__(self, name: str) -> None:
        self.name = name

    def submit(self, request: JobRequest[Any], **how: Any) -> Job[Any]:  # noqa: ANN401 # arguments
        if self.name == "sync":
            return within(lambda: tilldone.submit(request, **how))
        return self._run(lambda: aio.submit(request, **how))

    def submit_warm(self, url: str) -> Job[Any]:
        """Submit by an httpx client that has a connection open."""
        if self.name == "sync":
            with httpx.Client(base_url=url) as client:
                client.get("/warm")
                return self.submit(request_to(client))

        async def submitted() -> Job[Any]:
            async with httpx.AsyncClient(base_url=url) as client:
                await client.get("/warm")
                return await aio.submit(request_to(client))

        return self._run(submitted)

    def run(self, request: JobRequest[Any], **how: Any) -> Any:  # noqa: ANN401 # arguments
        how = {"timeout": 60, "polling": QUICK, **how}
        if self.name == "sync":
            return within(lambda: tilldone.run(request, **how))
        return self._run(lambda: aio.run(request, **how))

    def submit_all(self, requests: Any, **how: Any) -> list[Submitted[Any]]:  # noqa: ANN401 # arguments
        if self.name == "sync":
            return within(lambda: tilldone.submit_all(requests, **how))
        return self._run(lambda: aio.submit_all(requests, **how))

    def _run(self, call: Callable[[], Awaitable[T]]) -> T:
        return within(lambda: anyio.run(call, backend=self.name))
