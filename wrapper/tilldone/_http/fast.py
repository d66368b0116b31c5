"""Polls over aiohttp's connections, with the extra `fast`; on asyncio only.

What is sent is what httpx would send, to the byte; only who sends it differs.
"""

from collections.abc import Mapping
from inspect import signature
from typing import Any

import aiohttp
import anyio
from attrs import frozen
from multidict import CIMultiDict
from yarl import URL

from tilldone._core.job import Target
from tilldone._core.poller import Poll
from tilldone._core.response import Response, TransportError
from tilldone._core.text import excerpt
from tilldone._http.enquiry import Enquiry, no_answer
from tilldone._http.parcels import Packer, Parcel

__all__ = ["AiohttpLanes"]

# Each poll has its own limit around it: aiohttp's would cost a timer more for every step.
_NO_TIMEOUT = aiohttp.ClientTimeout(total=None, connect=None, sock_connect=None, sock_read=None)

# Room for headers as httpx has it; aiohttp's own 8 KiB are less than some gateways send.
_ROOM: dict[str, Any] = {"max_line_size": 100 * 1024, "max_field_size": 100 * 1024}
if "max_headers" in signature(aiohttp.ClientSession).parameters:
    _ROOM["max_headers"] = 512


@frozen
class _Head:
    status_code: int
    headers: Mapping[str, str]
    is_stream_consumed: bool = False


class AiohttpLanes:
    """The connections to one provider; never more of them than `concurrency`."""

    def __init__(self, enquiry: Enquiry, concurrency: int) -> None:
        settings = enquiry.settings()
        limits = settings["limits"]
        kept = limits.max_keepalive_connections != 0
        self._enquiry = enquiry
        self._packer = Packer(settings, CIMultiDict[str])
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=concurrency,
                ssl=settings["verify"],
                force_close=not kept,
                keepalive_timeout=limits.keepalive_expiry if kept else None,
            ),
            # The packed headers hold the cookies that were set on the client.
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=_NO_TIMEOUT,
            auto_decompress=False,
            **_ROOM,
        )

    async def poll(self, target: Target[object], poll: Poll) -> Response | TransportError:
        """Send one poll of a job, given up after its time whatever the server does."""
        with anyio.move_on_after(poll.timeout):
            try:
                return await self._ask(self._packer.parcel(target))
            except aiohttp.ClientResponseError as error:
                # Its text quotes what came instead of HTTP, and that may echo the key.
                return TransportError(f"{type(error).__name__}: an answer that is no HTTP")
            # A name that no host can have does not come as an error of aiohttp's.
            except (aiohttp.ClientError, UnicodeError) as error:
                said = excerpt(error)
                return TransportError(
                    f"{type(error).__name__}: {said}" if said else type(error).__name__
                )
        return no_answer(poll)

    async def _ask(self, parcel: Parcel[CIMultiDict[str]]) -> Response:
        async with self._session.request(
            parcel.method,
            URL(str(parcel.url), encoded=True),
            headers=parcel.headers,
            data=parcel.content or None,
            allow_redirects=False,
        ) as response:
            reader = self._enquiry.reader(_Head(response.status, response.headers))
            async for chunk in response.content.iter_any():
                if not reader.feed(chunk):
                    break
        return reader.answer()

    async def aclose(self) -> None:
        """Close them all."""
        with anyio.CancelScope(shield=True):
            await self._session.close()
