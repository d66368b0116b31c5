"""Downloading results that are links, from async code; see `tilldone._download.sync`."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from os import PathLike
from pathlib import Path
from typing import Any, TypeVar

import anyio
import httpx

from tilldone._core.job import Job
from tilldone._core.polling import seconds_until_deadline
from tilldone._download.link_policy import LinkRefused
from tilldone._download.links import LinkSource, checked_client, fault, head_of, request
from tilldone._download.transfer import Fetch, Pause, Refresh, Transfer, Whole
from tilldone._download.weblink import Link
from tilldone._drivers.asynchronous import wait
from tilldone._drivers.clock import clock
from tilldone._drivers.progress import TransferBar
from tilldone._http.async_transport import OnePiece, feed_from
from tilldone._http.exchange import ExchangeBroken, of_transport

__all__ = ["download"]

R = TypeVar("R")


async def download(
    link: Link | Callable[[R], Link],
    path: str | PathLike[str],
    *,
    job: Job[R] | None = None,
    timeout: float | timedelta | None = None,  # noqa: ASYNC109 # as in `wait`
    client: httpx.AsyncClient | None = None,
    allow_private: bool = False,
    progress: bool = False,
) -> Path:
    """Download what a result links to; see `tilldone.download`."""
    now = clock()
    checked_client(client, httpx.AsyncClient)
    source = LinkSource(link, job, allow_private=allow_private)
    transfer = source.transfer(path, now.now() + seconds_until_deadline(timeout))
    asking = client or httpx.AsyncClient()
    try:
        with TransferBar(Path(path).name, shown=progress) as bar:
            while True:
                step = transfer.next(now.now())
                match step:
                    case Fetch():
                        transfer.ended(await _fetch(asking, step, transfer, bar))
                    case Refresh():
                        done = await wait(source.job, timeout=step.timeout)
                        transfer.linked(source.link_in(done))
                    case Pause():
                        await now.sleep_async(step.seconds)
                    case Whole():
                        return step.path
    finally:
        transfer.abandon()
        if client is None:
            with anyio.CancelScope(shield=True):
                await asking.aclose()


async def _fetch(
    client: httpx.AsyncClient, fetch: Fetch, transfer: Transfer, bar: TransferBar
) -> str | None:
    def write(chunk: bytes) -> bool:
        transfer.write(chunk)
        bar.show(transfer.received, transfer.total)
        return True

    async def trace(event: str, info: Mapping[str, Any]) -> None:
        try:
            fetch.peer.check(event, info)
        except LinkRefused:
            await info["return_value"].aclose()
            raise

    asked = request(fetch, trace)
    asked.stream = OnePiece(asked.content)
    with anyio.move_on_after(fetch.timeout):
        try:
            with of_transport(answered=False):
                response = await client.send(asked, stream=True, auth=None, follow_redirects=False)
            try:
                refusal = transfer.begin(head_of(response))
                if refusal is not None:
                    return refusal
                await feed_from(response, write)
            finally:
                with anyio.CancelScope(shield=True), of_transport(answered=True):
                    await response.aclose()
        except ExchangeBroken as broken:
            if isinstance(broken.error, LinkRefused):
                transfer.refused(broken.error)
            return fault(broken.error)
        return None
    return "the time is over"
