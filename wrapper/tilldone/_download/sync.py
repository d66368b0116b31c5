"""Downloading results that are links, from synchronous code.

The link's host is not the provider's: no key, header or cookie of any client is ever sent to it.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from os import PathLike
from pathlib import Path
from typing import Any, TypeVar

import httpx

from tilldone._core.job import Job
from tilldone._core.polling import seconds_until_deadline
from tilldone._download.link_policy import LinkRefused
from tilldone._download.links import LinkSource, checked_client, fault, head_of, request
from tilldone._download.transfer import Fetch, Pause, Refresh, Transfer, Whole
from tilldone._download.weblink import Link
from tilldone._drivers.clock import clock
from tilldone._drivers.progress import TransferBar
from tilldone._drivers.sync import wait
from tilldone._http.exchange import ExchangeBroken, chunks_of, of_transport

__all__ = ["download"]

R = TypeVar("R")


def download(
    link: Link | Callable[[R], Link],
    path: str | PathLike[str],
    *,
    job: Job[R] | None = None,
    timeout: float | timedelta | None = None,
    client: httpx.Client | None = None,
    allow_private: bool = False,
    progress: bool = False,
) -> Path:
    """Download what a result links to, whole or not at all, and return the path.

    What has arrived is kept beside the path when a download breaks off, and gone on from the next
    time, where the server marks its versions. No API key is sent to the link's host.

    Args:
        link: a field of a result; or a function from a result to that field, such as
            `lambda done: done.video_signed_url`: the job is then waited for, and asked again for
            a fresh link when that one has expired.
        path: the file to write. What is there is replaced in one step, at the end.
        job: the job to ask, with a function and only then.
        timeout: seconds or a timedelta for all of it; None is for ever.
        client: asks for the file, for the sake of its proxy, say. Its headers, cookies and keys
            are not sent.
        allow_private: follow links to loopback, link-local and private addresses, and by plain
            http. They are refused otherwise, unless the job's own client speaks to such an
            address: a link comes from a server, and would have this machine fetch what only it can
            reach. What is checked is the address that is connected to, redirects included. Through
            a proxy, which looks up names by itself, it is what stands in the link.
        progress: show a bar on stderr where that is a terminal; needs the extra `cli`.

    Raises:
        DownloadFailed: the server refuses, the time is over, it broke off too often, or the link
            leads where it may not.
        WaitError: the wait for the job ended so.
        ValueError, TypeError: there is no link, or an argument is wrong; it is named.
        OSError: the file cannot be written; BlockingIOError where another download writes it.
    """
    # Imported with the first download: httpcore takes a third of the time that tilldone does.
    from tilldone._http.deadline import Deadline, held

    now = clock()
    checked_client(client, httpx.Client)
    source = LinkSource(link, job, allow_private=allow_private)
    transfer = source.transfer(path, now.now() + seconds_until_deadline(timeout))
    asking = client or httpx.Client()
    try:
        with held(asking), TransferBar(Path(path).name, shown=progress) as bar:
            while True:
                step = transfer.next(now.now())
                match step:
                    case Fetch():
                        with Deadline().within(step.timeout):
                            transfer.ended(_fetch(asking, step, transfer, bar))
                    case Refresh():
                        transfer.linked(source.link_in(wait(source.job, timeout=step.timeout)))
                    case Pause():
                        now.sleep(step.seconds)
                    case Whole():
                        return step.path
    finally:
        transfer.abandon()
        if client is None:
            asking.close()


def _fetch(client: httpx.Client, fetch: Fetch, transfer: Transfer, bar: TransferBar) -> str | None:
    def trace(event: str, info: Mapping[str, Any]) -> None:
        try:
            fetch.peer.check(event, info)
        except LinkRefused:
            info["return_value"].close()
            raise

    try:
        with of_transport(answered=False):
            response = client.send(
                request(fetch, trace), stream=True, auth=None, follow_redirects=False
            )
        try:
            refusal = transfer.begin(head_of(response))
            if refusal is not None:
                return refusal
            for chunk in chunks_of(response):
                transfer.write(chunk)
                bar.show(transfer.received, transfer.total)
        finally:
            with of_transport(answered=True):
                response.close()
    except ExchangeBroken as broken:
        if isinstance(broken.error, LinkRefused):
            transfer.refused(broken.error)
        return fault(broken.error)
    return None
