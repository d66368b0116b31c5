"""The transport for a client: which one suits it, the event loop and what is installed."""

import re
from importlib import metadata
from typing import TYPE_CHECKING, Protocol

import httpx

from tilldone._core.actions import Poll
from tilldone._core.job import Target
from tilldone._core.job_list import PageRequest
from tilldone._core.response import Response, TransportError
from tilldone._http.async_transport import AsyncTransport, on_trio
from tilldone._http.settings import ClientSettings, settings_of

if TYPE_CHECKING:
    from tilldone._http.threaded_transport import ThreadedTransport

__all__ = ["AIOHTTP_SINCE", "AIOHTTP_UNTIL", "Transport", "open_httpx_transport", "open_transport"]

# The versions that the extra `fast` asks for: others may have been installed by someone else.
AIOHTTP_SINCE, AIOHTTP_UNTIL = (3, 10), (4,)


class Transport(Protocol):
    """The connections to one provider, as one client has it."""

    async def send(
        self, target: Target[object] | PageRequest, attempt: Poll
    ) -> Response | TransportError:
        """Send one poll of a job, or ask for a page of a list."""
        ...

    async def aclose(self) -> None:
        """Close what was opened."""
        ...


def open_transport(
    client: object,
    *,
    max_body: int,
    concurrency: int = 1,
    synchronous: bool = False,
    keep: bool = True,
) -> Transport:
    """Make the transport that suits the client, the event loop and what is installed.

    `synchronous` says that it is synchronous code's polls that an event loop carries out here;
    `keep`, whether connections are kept open between polls.

    Raises:
        TypeError: it is no client that tilldone knows, or holds a user's one of the wrong kind.
        RuntimeError: it holds a user's one that is bound to another event loop.
    """
    settings = settings_of(client, keep=keep)
    if concurrency > 1 and settings.plain and _has_aiohttp():
        from tilldone._http.aiohttp_transport import AiohttpTransport

        return AiohttpTransport(settings, max_body=max_body, concurrency=concurrency)
    return open_httpx_transport(
        settings, max_body=max_body, concurrency=concurrency, synchronous=synchronous
    )


def open_httpx_transport(
    settings: ClientSettings, *, max_body: int, concurrency: int = 1, synchronous: bool = False
) -> "AsyncTransport | ThreadedTransport":
    """Make one that is httpx's whatever is installed: it tells what was written of a request.

    Raises:
        TypeError, RuntimeError: as `open_transport`.
    """
    if synchronous and (settings.users(httpx.Client) or settings.synchronous):
        # httpcore takes a third of the time that it takes to import tilldone.
        from tilldone._http.threaded_transport import ThreadedTransport

        return ThreadedTransport(settings, max_body=max_body, concurrency=concurrency)
    return AsyncTransport(settings, max_body=max_body, concurrency=concurrency)


def _has_aiohttp() -> bool:
    if on_trio():
        return False
    try:
        version = metadata.version("aiohttp")
    except metadata.PackageNotFoundError:
        return False
    return AIOHTTP_SINCE <= tuple(map(int, re.findall(r"\d+", version)[:2])) < AIOHTTP_UNTIL
