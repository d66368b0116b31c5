"""All routes, behind one door: those of the providers, and the simulator's own."""

from __future__ import annotations

import contextlib
import json
import os
from typing import TYPE_CHECKING

from attrs import asdict, field, frozen
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, Router

from tilldone.simulator._declared import BASE_PATH
from tilldone.simulator._files import serve_file
from tilldone.simulator._known import PROVIDERS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request
    from starlette.types import ASGIApp, Receive, Scope, Send

    from tilldone.simulator._declared import DeclaredProvider
    from tilldone.simulator._provider import SimulatedProvider
    from tilldone.simulator._routes import ProviderRoutes

_SERVICE = "tilldone.simulator"

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@frozen
class Identity:
    """What the server says of itself at its root: whoever finds a port in use can see by what."""

    duration: float
    """How long a job lasts (s) that a client submits."""

    pid: int = field(factory=os.getpid)
    """The process that serves."""

    @classmethod
    def read(cls, text: bytes) -> Identity | None:
        """Read what something said; None if that is no simulator of this kind."""
        match json.loads(text):
            case {"service": service, "duration": int() | float() as duration, "pid": int() as pid}:
                return cls(duration, pid) if service == _SERVICE else None
            case _:
                return None

    async def tell(self, _request: Request) -> Response:
        """Answer with it."""
        return JSONResponse({"service": _SERVICE, **asdict(self)})


def application(
    routes_of: Callable[[SimulatedProvider], ProviderRoutes],
    declared: Mapping[str, DeclaredProvider],
    identity: Identity,
) -> ASGIApp:
    """Put all providers behind one door; their paths do not clash.

    Those in `declared` may become more while it serves.
    """
    routes = [route for each in PROVIDERS.values() for route in routes_of(each).routes()]

    async def serve_declared(request: Request) -> Response:
        provider = declared.get(request.path_params["name"])
        if provider is None:
            return _no_route()
        routes = routes_of(provider)
        asked = await provider.asked(request)
        return await (routes.submit(request, asked=asked) if asked else routes.poll(request))

    routes.append(Route(f"{BASE_PATH}/{{name}}/{{asked:path}}", serve_declared, methods=_METHODS))
    routes += [Route("/", identity.tell), Route("/files/{name}", serve_file)]
    router = Router(routes, redirect_slashes=False, default=_lost)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        # A client that leaves in the middle of its own request is no fault of the server.
        with contextlib.suppress(ClientDisconnect):
            await router(scope, receive, send)

    return app


async def _lost(scope: Scope, receive: Receive, send: Send) -> None:
    await _no_route()(scope, receive, send)


def _no_route() -> Response:
    known = "the simulator has no such route; its base URLs come from Simulator.url()"
    return JSONResponse({"detail": known}, status_code=404)
