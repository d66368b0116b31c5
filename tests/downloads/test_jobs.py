"""Links of jobs: waited for, and fetched afresh when they have expired. No key goes with them."""

import io
import json
import logging
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from tests.downloads.conftest import Download, left_in
from tests.downloads.hosting import CONTENT, FILE, SIGNATURE, Host, hosting, refusing
from tests.waits.harness import Bench
from tests.waits.sockets import answering, response

from tilldone import DownloadFailed, Job, JobFailed, JobTimeout, viddyscribe
from tilldone.simulator import Simulator
from tilldone.testing import ManualClock, done, failed, running, status
from tilldone_clients.viddyscribe.models import JobResults

KEY = "canary-viddyscribe-77ab3c"


def video(result: JobResults) -> Any:  # noqa: ANN401 # a field as a user would name it
    return result.video_signed_url


@pytest.fixture
def guarded() -> Iterator[Bench]:
    with Simulator(tokens={"viddyscribe": KEY}) as simulator:
        yield Bench(simulator)


def linked(host: Host, name: str) -> Any:  # noqa: ANN401 # a step of a script
    return done(video_signed_url=f"{host.server.url}/{name}?{SIGNATURE}")


@pytest.mark.usefixtures("clock")
def test_a_job_is_waited_for(download: Download, bench: Bench, target: Path) -> None:
    with hosting(FILE.serve) as host:
        job = bench.job("viddyscribe", running(), status(502), linked(host, "first"))
        assert download(video, target, job=job) == target
    assert target.read_bytes() == CONTENT
    assert len(bench.told(job)) == 3


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("expired", [400, 401, 403, 404, 410])
def test_a_link_that_has_expired_is_fetched_afresh(
    download: Download, bench: Bench, target: Path, expired: int
) -> None:
    with hosting(FILE.cut(100_000), refusing(expired), FILE.serve) as host:
        job = bench.job("viddyscribe", linked(host, "first"), linked(host, "second"))
        download(video, target, job=job)
        asked = [path.partition("?")[0] for path in host.server.targets]
        assert asked == ["/first", "/first", "/second"]
        assert host.ranges == [None, "bytes=100000-", "bytes=100000-"]
    assert target.read_bytes() == CONTENT
    assert len(bench.told(job)) == 2


@pytest.mark.usefixtures("clock")
def test_a_link_that_is_never_valid_ends_it(download: Download, bench: Bench, target: Path) -> None:
    with hosting(refusing(403)) as host:
        job = bench.job("viddyscribe", linked(host, "first"))
        with pytest.raises(DownloadFailed, match="HTTP 403; 5 attempts in a row"):
            download(video, target, job=job)
    assert left_in(target.parent) == set()


def test_a_job_that_failed_has_no_link(download: Download, bench: Bench, target: Path) -> None:
    with pytest.raises(JobFailed):
        download(video, target, job=bench.job("viddyscribe", failed()))


def test_a_job_that_is_not_done_in_time(download: Download, bench: Bench, target: Path) -> None:
    with ManualClock(), pytest.raises(JobTimeout):
        download(video, target, job=bench.job("viddyscribe", running()), timeout=60)


@pytest.mark.parametrize("absent", [{"video_signed_url": None}, {"video_signed_url": ""}])
def test_a_result_without_a_link_is_an_error(
    download: Download, bench: Bench, target: Path, absent: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match="link: the result has none there"):
        download(video, target, job=bench.job("viddyscribe", done(**absent)))


# A redirect with a flaw, which httpx quotes in its complaint.
NO_HTTP = answering(b"HTTP/1.1 302 X\r\nLocation https://x/?" + SIGNATURE.encode() + b"\r\n\r\n")

CARRIED: dict[str, Any] = {
    "headers": {"X-API-Key": KEY, "Authorization": f"Bearer {KEY}"},
    "cookies": {"session": KEY},
    "auth": ("user", KEY),
    "follow_redirects": True,
}


@pytest.fixture
def carrying(download: Download) -> Iterator[httpx.Client | httpx.AsyncClient]:
    """Give a client that sends keys with all that it sends."""
    if download.way == "sync":
        with httpx.Client(**CARRIED) as client:
            yield client
    else:
        another = httpx.AsyncClient(**CARRIED, limits=httpx.Limits(max_keepalive_connections=0))
        yield another
        anyio.run(another.aclose)


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("with_client", [False, True])
def test_no_key_is_sent_to_the_host_of_a_link(
    download: Download,
    guarded: Bench,
    target: Path,
    carrying: httpx.Client | httpx.AsyncClient,
    with_client: bool,
) -> None:
    # With a broken connection, an expired link and a redirect on the way.
    with hosting(FILE.serve) as elsewhere:
        over_there = refusing(302, headers=f"Location: {elsewhere.link}\r\n")
        with hosting(FILE.cut(9), refusing(403), over_there) as host:
            job = guarded.job("viddyscribe", linked(host, "first"))
            download(video, target, job=job, client=carrying if with_client else None)
            asked = host.server.requests + elsewhere.server.requests
    assert target.read_bytes() == CONTENT
    assert "unauthorized" not in guarded.told(job), "the canary was not the key"
    assert len(asked) == 4
    for request in asked:
        assert KEY.encode() not in request
        assert b"Authorization" not in request
        assert b"Cookie" not in request


@pytest.mark.usefixtures("clock")
def test_a_client_of_the_users_is_used_and_left_open(
    download: Download, target: Path, carrying: httpx.Client | httpx.AsyncClient
) -> None:
    answered: list[httpx.Response] = []

    async def note(response: httpx.Response) -> None:
        answered.append(response)

    hook = answered.append if download.way == "sync" else note
    carrying.event_hooks = {"response": [hook]}
    with hosting(FILE.serve) as host:
        download(host.link, target, client=carrying)
    assert len(answered) == 1
    assert not carrying.is_closed


@pytest.mark.usefixtures("clock")
def test_a_signature_shows_in_no_error_and_no_log(
    download: Download, guarded: Bench, target: Path
) -> None:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    logger = logging.getLogger("tilldone")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    no_http = answering(
        b"HTTP/1.1 302 X\r\nLocation https://x/?" + SIGNATURE.encode() + b"\r\n\r\n"
    )
    try:
        with hosting(no_http, refusing(500), refusing(418)) as host:
            job = guarded.job("viddyscribe", linked(host, "first"))
            with pytest.raises(DownloadFailed, match="418") as caught:
                download(video, target, job=job)
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
    shown = "".join(traceback.format_exception(caught.value)) + written.getvalue()
    assert "viddyscribe job" in shown, "nothing was recorded"
    assert SIGNATURE not in shown
    assert KEY not in shown


@pytest.mark.usefixtures("clock")
def test_a_signature_in_a_broken_redirect_shows_in_no_error(
    download: Download, target: Path
) -> None:
    with hosting(NO_HTTP) as host, pytest.raises(DownloadFailed, match="ProtocolError") as caught:
        download(host.link, target)
    assert SIGNATURE not in "".join(traceback.format_exception(caught.value))


def test_what_is_kept_holds_no_link(download: Download, target: Path) -> None:
    with (
        ManualClock(),
        hosting(FILE.cut(9), refusing(418)) as host,
        pytest.raises(DownloadFailed),
    ):
        download(host.link, target)
    assert left_in(target.parent) == {"result.mp4.part", "result.mp4.part.json"}
    kept = target.with_name("result.mp4.part.json").read_text()
    assert json.loads(kept) == {"if_range": '"v1"'}


def test_a_job_from_another_provider(download: Download, bench: Bench, target: Path) -> None:
    """A result that is untyped gives its link just as well."""
    with hosting(answering(response(b"sound"))) as host:
        job: Job[Any] = bench.job("edenai", done({"audio": host.link}))
        download(lambda result: result.output["audio"], target, job=job)
    assert target.read_bytes() == b"sound"


def test_resumed_jobs_work_too(download: Download, bench: Bench, target: Path) -> None:
    with hosting(FILE.serve) as host:
        job = bench.job("viddyscribe", linked(host, "first"))
        again = viddyscribe.resume(bench.client("viddyscribe"), job.ref)
        download(lambda done: done.video_signed_url, target, job=again)
    assert target.read_bytes() == CONTENT
