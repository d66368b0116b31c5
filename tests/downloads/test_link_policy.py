"""Links lead to public addresses by https, unless the job's client speaks to others itself."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.downloads.conftest import Download, left_in
from tests.downloads.hosting import CONTENT, FILE, SIGNATURE, hosting, refusing
from tests.downloads.test_jobs import linked, video
from tests.waits.harness import HUNG, Bench, connect, name_job
from tests.waits.sockets import RawServer, Speak, never_accepting, resolve, response, serving

import tilldone
from tilldone import DownloadFailed
from tilldone.testing import done

NAMED = "files.example"

pytestmark = pytest.mark.usefixtures("clock")


def with_client(download: Download, **settings: Any) -> Any:  # noqa: ANN401 # of either kind
    """Make a client of the user's."""
    return (httpx.Client if download.way == "sync" else httpx.AsyncClient)(**settings)


@pytest.mark.parametrize(
    ("link", "why"),
    [
        ("https://127.0.0.1/x", "127.0.0.1 is a loopback address"),
        ("https://127.1/x", "127.1 is a loopback address"),
        ("https://2130706433/x", "2130706433 is a loopback address"),
        ("https://[::1]/x", "::1 is a loopback address"),
        ("https://[::ffff:10.0.0.1]/x", "::ffff:10.0.0.1 is a private address"),
        ("https://0.0.0.0/x", "0.0.0.0 is a loopback address"),
        ("https://localhost/x", "localhost is this machine"),
        ("https://www.LOCALHOST./x", "www.localhost. is this machine"),
        ("https://169.254.169.254/latest", "169.254.169.254 is a link-local address"),
        ("https://[fe80::1]/x", "fe80::1 is a link-local address"),
        ("https://10.1.2.3/x", "10.1.2.3 is a private address"),
        ("https://192.168.1.1/x", "192.168.1.1 is a private address"),
        ("https://[fd00::1]/x", "fd00::1 is a private address"),
        ("https://100.64.0.1/x", "100.64.0.1 is not a public address"),
        ("https://224.0.0.1/x", "224.0.0.1 is not a public address"),
        ("http://example.com/x", "it is plain http"),
    ],
)
def test_a_link_to_elsewhere_is_refused(
    download: Download, target: Path, link: str, why: str
) -> None:
    with pytest.raises(DownloadFailed) as caught:
        download(f"{link}?{SIGNATURE}", target, allow_private=False)
    assert f"refused: {why}" in str(caught.value)
    assert "allow_private=True" in str(caught.value)
    assert SIGNATURE not in str(caught.value)
    assert left_in(target.parent) == set()


@contextmanager
def listening() -> Iterator[tuple[RawServer, list[bytes]]]:
    """Listen, and keep what is heard."""
    heard: list[bytes] = []

    def speak(connection: socket.socket, _request: bytes) -> None:
        heard.append(connection.recv(65536))

    with serving(speak, handshakes=False) as server:
        yield server, heard


def test_a_name_that_leads_to_this_machine_is_refused_before_a_byte_is_sent(
    download: Download, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve(monkeypatch, NAMED, "127.0.0.1")
    with listening() as (server, heard):
        with pytest.raises(DownloadFailed, match=r"refused: 127\.0\.0\.1 is a loopback address"):
            download(f"https://{NAMED}:{server.port}/x", target, allow_private=False)
        assert server.connections == 1
    assert heard in ([], [b""])
    assert left_in(target.parent) == set()


def test_a_name_is_checked_at_each_connection(
    download: Download, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever owns a name can change where it leads."""
    with listening() as (server, heard), never_accepting("127.0.0.2", server.port):
        resolve(monkeypatch, NAMED, "127.0.0.2", "127.0.0.1")
        with pytest.raises(DownloadFailed, match=r"refused: 127\.0\.0\.1 is a loopback address"):
            download(f"https://{NAMED}:{server.port}/x", target, allow_private=False)
    assert heard in ([], [b""])


@pytest.mark.parametrize("own", [False, True])
def test_a_client_of_the_users_is_checked_as_well(
    download: Download, target: Path, monkeypatch: pytest.MonkeyPatch, own: bool
) -> None:
    resolve(monkeypatch, NAMED, "127.0.0.1")
    client = with_client(download) if own else None
    with listening() as (server, heard):
        link = f"https://{NAMED}:{server.port}/x"
        with pytest.raises(DownloadFailed, match="refused"):
            download(link, target, allow_private=False, client=client)
    assert heard in ([], [b""])


def test_a_job_at_the_simulator_links_to_this_machine(
    download: Download, bench: Bench, target: Path
) -> None:
    with hosting(FILE.serve) as host:
        job = bench.job("viddyscribe", linked(host, "first"))
        download(video, target, job=job, allow_private=False)
    assert target.read_bytes() == CONTENT


def test_the_simulators_own_files_can_be_downloaded(
    download: Download, bench: Bench, target: Path
) -> None:
    download(video, target, job=bench.job("viddyscribe", done()), allow_private=False)
    assert target.stat().st_size > 2**18


def at_a_name(bench: Bench, monkeypatch: pytest.MonkeyPatch, *script: Any) -> Any:  # noqa: ANN401 # a job
    """Name a job whose client speaks to the simulator by a name, in plain http."""
    resolve(monkeypatch, NAMED, "127.0.0.1")
    url = bench.simulator.url("viddyscribe").replace("127.0.0.1", NAMED)
    token = bench.simulator.token("viddyscribe")
    client = connect("viddyscribe", url, token, allow_http=True)
    job_id = bench.simulator.submit("viddyscribe", script=list(script))
    return name_job("viddyscribe", client, job_id)


def test_the_host_that_the_client_speaks_to_is_within_reach(
    download: Download, bench: Bench, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = at_a_name(bench, monkeypatch, done())
    download(video, target, job=job, allow_private=False)
    assert target.stat().st_size > 2**18


def test_a_redirect_to_elsewhere_is_refused(
    download: Download, bench: Bench, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hosting(FILE.serve) as inside:
        there = refusing(302, headers=f"Location: {inside.link}\r\n")
        with hosting(there) as host:
            link = host.link.replace("127.0.0.1", NAMED)
            job = at_a_name(bench, monkeypatch, done(video_signed_url=link))
            with pytest.raises(DownloadFailed, match=r"refused: 127\.0\.0\.1 is a loopback"):
                download(video, target, job=job, allow_private=False)
            assert len(host.ranges) == 1
        assert inside.ranges == []


def proxying(status: int) -> Speak:
    def speak(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(response(b"", status=status))

    return speak


def test_a_proxy_may_be_anywhere(download: Download, target: Path) -> None:
    """It looks up the name by itself: what is checked is what stands in the link."""
    with serving(proxying(403)) as proxy:
        client = with_client(download, proxy=proxy.url)
        with pytest.raises(DownloadFailed, match="ProxyError"):
            download("https://files.example/x", target, client=client, allow_private=False)
        assert proxy.targets == ["files.example:443"] * 5
        with pytest.raises(DownloadFailed, match=r"refused: 10\.0\.0\.1 is a private address"):
            download("https://10.0.0.1/x", target, client=client, allow_private=False)
        assert len(proxy.requests) == 5


def test_a_client_of_the_users_is_left_as_it_was(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Afterwards it takes its own time at each address, and reaches the second."""
    with hosting(FILE.serve) as host, never_accepting("127.0.0.2", host.server.port):
        resolve(monkeypatch, NAMED, "127.0.0.2", "127.0.0.1")
        link = host.link.replace("127.0.0.1", NAMED)
        alone = httpx.Limits(max_keepalive_connections=0)
        patience = httpx.Timeout(HUNG, connect=1.0)
        with httpx.Client(timeout=patience, limits=alone) as client:
            tilldone.download(link, target, client=client, timeout=HUNG, allow_private=True)
            assert client.get(link).content == CONTENT


def test_a_dead_first_address_leaves_time_for_the_next(
    download: Download, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hosting(FILE.serve) as host, never_accepting("127.0.0.2", host.server.port):
        resolve(monkeypatch, NAMED, "127.0.0.2", "127.0.0.1")
        download(host.link.replace("127.0.0.1", NAMED), target, timeout=20)
    assert target.read_bytes() == CONTENT
