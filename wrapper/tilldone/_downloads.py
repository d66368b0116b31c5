"""Downloading results that are links, from synchronous code.

A download has a connection of its own, with none of the headers of the provider's client: the
link's host is not the provider's, and no key is ever sent to it.
"""

from collections.abc import Callable
from datetime import timedelta
from os import PathLike
from pathlib import Path
from typing import TypeVar

import httpx

from tilldone._clock import clock
from tilldone._deadline import Deadline, bind
from tilldone._job import Job
from tilldone._links import SILENCE, Source, fault
from tilldone._polling import seconds_until_deadline
from tilldone._progress import TransferBar
from tilldone._sync import check
from tilldone._transfer import Fetch, Link, Pause, Refresh, Transfer, Whole

__all__ = ["download"]

R = TypeVar("R")


def download(
    link: Link | Callable[[R], Link],
    path: str | PathLike[str],
    *,
    job: Job[R] | None = None,
    timeout: float | timedelta | None = None,
    client: httpx.Client | None = None,
    progress: bool = False,
) -> Path:
    """Download what a result links to, whole or not at all, and return the path.

    What has arrived is kept beside the path when a download breaks off, and gone on from the next
    time, where the server marks its versions. No API key is sent to the link's host.

    Args:
        link: a field of a result; or a function from a result to that field, such as
            `lambda done: done.video_signed_url`: the job is then looked at for the link, and again
            for a fresh one when that has expired.
        path: the file to write. What is there is replaced in one step, at the end.
        job: the job to look at, with a function and only then.
        timeout: seconds or a timedelta for all of it; None is for ever.
        client: asks for the file; for a proxy, say. It must not hold a key.
        progress: show a bar on stderr where that is a terminal; needs the extra `cli`.

    Raises:
        DownloadFailed: the server refuses, the time is over, or it broke off too often.
        WaitError: the look at the job failed.
        ValueError: there is no link, or the path cannot be written to.
    """
    now = clock()
    source = Source(link, job)
    transfer = source.transfer(path, now.now() + seconds_until_deadline(timeout))
    deadline = Deadline()
    asking = client or httpx.Client(timeout=SILENCE, follow_redirects=True)
    if client is None:
        bind(asking, deadline)
    try:
        with TransferBar(Path(path).name, shown=progress) as bar:
            while True:
                step = transfer.next(now.now())
                match step:
                    case Fetch():
                        deadline.set(step.timeout)
                        transfer.ended(_fetch(asking, step, transfer, bar))
                    case Refresh():
                        transfer.linked(source.link_in(check(source.job)))
                    case Pause():
                        now.sleep(step.seconds)
                    case Whole():
                        return step.path
    finally:
        transfer.abandon()
        if client is None:
            asking.close()


def _fetch(client: httpx.Client, fetch: Fetch, transfer: Transfer, bar: TransferBar) -> str | None:
    try:
        with client.stream("GET", fetch.url, headers=fetch.headers) as response:
            refusal = transfer.begin(response.status_code, response.headers)
            if refusal is not None:
                return refusal
            for chunk in response.iter_raw():
                transfer.write(chunk)
                bar.show(transfer.received, transfer.total)
    except httpx.HTTPError as error:
        return fault(error)
    return None
