"""Downloading results that are links, from async code; see `tilldone._downloads`."""

from collections.abc import Callable
from datetime import timedelta
from os import PathLike
from pathlib import Path
from typing import TypeVar

import anyio
import httpx

from tilldone._clock import clock
from tilldone._job import Job
from tilldone._links import SILENCE, Source, fault
from tilldone._polling import seconds_until_deadline
from tilldone._progress import TransferBar
from tilldone._transfer import Fetch, Link, Pause, Refresh, Transfer, Whole

__all__ = ["download"]

R = TypeVar("R")


async def download(
    link: Link | Callable[[R], Link],
    path: str | PathLike[str],
    *,
    job: Job[R] | None = None,
    timeout: float | timedelta | None = None,  # noqa: ASYNC109 # as in `wait`
    client: httpx.AsyncClient | None = None,
    progress: bool = False,
) -> Path:
    """Download what a result links to; see `tilldone.download`."""
    # Not above: `tilldone.aio` has this function in it.
    from tilldone.aio import check

    now = clock()
    source = Source(link, job)
    transfer = source.transfer(path, now.now() + seconds_until_deadline(timeout))
    asking = client or httpx.AsyncClient(timeout=SILENCE, follow_redirects=True)
    try:
        with TransferBar(Path(path).name, shown=progress) as bar:
            while True:
                step = transfer.next(now.now())
                match step:
                    case Fetch():
                        transfer.ended(await _fetch(asking, step, transfer, bar))
                    case Refresh():
                        transfer.linked(source.link_in(await check(source.job)))
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
    with anyio.move_on_after(fetch.timeout):
        try:
            async with client.stream("GET", fetch.url, headers=fetch.headers) as response:
                refusal = transfer.begin(response.status_code, response.headers)
                if refusal is not None:
                    return refusal
                async for chunk in response.aiter_raw():
                    transfer.write(chunk)
                    bar.show(transfer.received, transfer.total)
        except httpx.HTTPError as error:
            return fault(error)
        return None
    return "the time is over"
