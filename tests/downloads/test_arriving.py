"""A file is whole and in its place, or it is not there and what has arrived is kept."""

import os
import socket
import ssl
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from tests.downloads.conftest import Download, left_in
from tests.downloads.hosting import (
    CHANGED,
    CONTENT,
    FILE,
    NEWER,
    SIGNATURE,
    File,
    headers,
    hosting,
    refusing,
)
from tests.waits.sockets import Speak, serving

from tilldone import DownloadFailed
from tilldone.testing import ManualClock

pytestmark = pytest.mark.usefixtures("clock")

# Its date cannot be mistaken for that of another version.
DATED = replace(
    FILE,
    headers="Last-Modified: Sat, 01 Nov 2025 10:00:00 GMT\r\n"
    "Date: Sat, 01 Nov 2025 11:00:00 GMT\r\n",
)


def test_a_file_arrives_whole(download: Download, target: Path) -> None:
    with hosting(FILE.serve) as host:
        assert download(host.link, target) == target
        assert host.ranges == [None]
    assert target.read_bytes() == CONTENT
    assert left_in(target.parent) == {target.name}


def test_an_empty_file_arrives(download: Download, target: Path) -> None:
    with hosting(replace(FILE, content=b"").serve) as host:
        download(host.link, str(target))
    assert target.read_bytes() == b""


def test_a_file_of_unknown_length_arrives(download: Download, target: Path) -> None:
    def speak(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        connection.sendall(b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")

    with hosting(speak) as host:
        download(host.link, target)
    assert target.read_bytes() == b"abcde"


def test_what_was_there_stays_until_the_end(download: Download, target: Path) -> None:
    target.write_bytes(b"old")
    seen: list[bytes] = []

    def speak(connection: socket.socket, request: bytes) -> None:
        connection.sendall(f"HTTP/1.1 200 OK\r\nContent-Length: {len(CONTENT)}\r\n\r\n".encode())
        connection.sendall(CONTENT[:-1])
        seen.append(target.read_bytes())
        connection.sendall(CONTENT[-1:])

    with hosting(speak) as host:
        download(host.link, target)
    assert seen == [b"old"]
    assert target.read_bytes() == CONTENT


@pytest.mark.parametrize("file", [FILE, DATED], ids=["etag", "date"])
@pytest.mark.parametrize("end", ["cut", "torn"])
@pytest.mark.together("end", "file")
def test_it_goes_on_where_it_broke_off(
    download: Download, target: Path, file: File, end: str
) -> None:
    with hosting(getattr(file, end)(100_000), file.cut(50_000), file.serve) as host:
        download(host.link, target)
        assert host.ranges == [None, "bytes=100000-", "bytes=150000-"]
        mark = headers(host.server.requests[1])["if-range"]
    assert f": {mark}\r\n" in file.headers
    assert target.read_bytes() == CONTENT
    assert left_in(target.parent) == {target.name}


def test_it_goes_on_in_a_second_call(download: Download, target: Path) -> None:
    target.write_bytes(b"old")
    with hosting(FILE.cut(100_000), refusing(500)) as host:
        with pytest.raises(DownloadFailed, match="100000 of 300000 bytes arrived and are kept"):
            download(host.link, target)
        assert host.ranges == [None] + 5 * ["bytes=100000-"]
    assert target.read_bytes() == b"old"
    assert target.with_name("result.mp4.part").read_bytes() == CONTENT[:100_000]

    with hosting(FILE.serve) as host:
        download(host.link, target)
        assert host.ranges == ["bytes=100000-"]
    assert target.read_bytes() == CONTENT
    assert left_in(target.parent) == {target.name}


@pytest.mark.parametrize(
    "said",
    [
        "",
        'ETag: W/"v1"\r\n',
        'ETag: W/"v1"\r\n' + DATED.headers,
        'ETag: "v1"\r\nAccept-Ranges: none\r\n',
        "Last-Modified: Sat, 01 Nov 2025 10:00:00 GMT\r\n",
        "Last-Modified: Sat, 01 Nov 2025 10:00:00 GMT\r\nDate: Sat, 01 Nov 2025 10:00:00 GMT\r\n",
        "Last-Modified: yesterday\r\nDate: today\r\n",
    ],
    ids=["nothing", "weak", "weak_and_dated", "no_ranges", "no_date", "just_written", "no_dates"],
)
def test_without_a_safe_mark_it_begins_anew(download: Download, target: Path, said: str) -> None:
    file = replace(FILE, headers=said)
    with hosting(file.cut(100_000), file.serve) as host:
        download(host.link, target)
        assert host.ranges == [None, None]
    assert target.read_bytes() == CONTENT

    target.unlink()
    with hosting(file.cut(100_000)) as host, pytest.raises(DownloadFailed, match="attempts"):
        download(host.link, target)
    assert left_in(target.parent) == set()


@pytest.mark.parametrize("heeds", [True, False])
def test_two_versions_are_never_mixed(download: Download, target: Path, heeds: bool) -> None:
    newer = replace(NEWER, heeds_if_range=heeds)
    with hosting(FILE.cut(100_000), newer.serve) as host:
        download(host.link, target)
        assert host.ranges[1] == "bytes=100000-"
    assert target.read_bytes() == CHANGED


def test_two_versions_that_only_their_length_tells_apart_are_not_mixed(
    download: Download, target: Path
) -> None:
    changed = replace(FILE, content=CHANGED)
    with hosting(FILE.cut(100_000), changed.serve) as host:
        download(host.link, target)
    assert target.read_bytes() == CHANGED


@pytest.mark.parametrize(
    "mark", ['"vérsion"', '"☃"', '"v\x9b"'], ids=["latin", "snowman", "control"]
)
def test_a_mark_that_cannot_be_sent_back_is_no_mark(
    download: Download, target: Path, mark: str
) -> None:
    odd = replace(FILE, headers=f"ETag: {mark}\r\n")
    with hosting(odd.cut(100_000), odd.serve) as host:
        download(host.link, target)
        assert host.ranges == [None, None]
    assert target.read_bytes() == CONTENT


@pytest.mark.parametrize(
    "kept",
    [
        b'{"if_range": "v\xc3\xa9rsion"}',
        b'{"if_range": "v\\r\\nX-Key: 1"}',
        b'{"if_range": 7}',
        b"[]",
        b"\xff\xfe",
        b"[" * 20_000,
        b"",
    ],
    ids=["latin", "lines", "number", "list", "bytes", "nested", "empty"],
)
def test_what_was_kept_and_cannot_be_used_is_dropped(
    download: Download, target: Path, kept: bytes
) -> None:
    target.with_name("result.mp4.part").write_bytes(b"something else")
    target.with_name("result.mp4.part.json").write_bytes(kept)
    with hosting(FILE.serve) as host:
        download(host.link, target)
        assert host.ranges == [None]
    assert target.read_bytes() == CONTENT
    assert left_in(target.parent) == {target.name}


def wrong_part(connection: socket.socket, _request: bytes) -> None:
    connection.sendall(
        b"HTTP/1.1 206 Partial Content\r\nContent-Length: 2\r\n"
        b'Content-Range: bytes 7-8/300000\r\nETag: "v1"\r\n\r\nxy'
    )


def nameless_part(connection: socket.socket, _request: bytes) -> None:
    connection.sendall(b'HTTP/1.1 206 X\r\nContent-Length: 2\r\nETag: "v1"\r\n\r\nxy')


def enormous_part(connection: socket.socket, _request: bytes) -> None:
    digits = b"9" * 5000
    connection.sendall(
        b"HTTP/1.1 206 X\r\nContent-Length: 2\r\n"
        b"Content-Range: bytes " + digits + b"-" + digits + b"/" + digits + b"\r\n\r\nxy"
    )


@pytest.mark.parametrize("odd", [wrong_part, nameless_part, enormous_part, refusing(416)])
def test_a_wrong_part_is_thrown_away(download: Download, target: Path, odd: Speak) -> None:
    with hosting(FILE.cut(100_000), odd, FILE.serve) as host:
        download(host.link, target)
        assert host.ranges == [None, "bytes=100000-", None]
    assert target.read_bytes() == CONTENT


def test_a_part_that_was_not_asked_for_is_thrown_away(download: Download, target: Path) -> None:
    with hosting(wrong_part, FILE.serve) as host:
        download(host.link, target)
    assert target.read_bytes() == CONTENT


def test_a_part_shorter_than_asked_for_is_gone_on_from(download: Download, target: Path) -> None:
    def speak(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(
            b"HTTP/1.1 206 Partial Content\r\nContent-Length: 2\r\n"
            b'Content-Range: bytes 100000-100001/300000\r\nETag: "v1"\r\n\r\n'
            + CONTENT[100_000:100_002]
        )

    with hosting(FILE.cut(100_000), speak, FILE.serve) as host:
        download(host.link, target)
        assert host.ranges == [None, "bytes=100000-", "bytes=100002-"]
    assert target.read_bytes() == CONTENT


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 520])
def test_what_passes_is_ridden_out(download: Download, target: Path, status: int) -> None:
    with hosting(refusing(status), FILE.serve) as host:
        download(host.link, target)
    assert target.read_bytes() == CONTENT


def test_a_server_is_left_alone_as_long_as_it_asks(
    download: Download, target: Path, clock: ManualClock
) -> None:
    with hosting(refusing(503, headers="Retry-After: 77\r\n"), FILE.serve) as host:
        download(host.link, target)
    assert 77 <= clock.now() < 80


@pytest.mark.parametrize("status", [403, 404, 410, 400, 418, 304, 204])
def test_a_refusal_ends_it_at_once(download: Download, target: Path, status: int) -> None:
    with hosting(refusing(status)) as host:
        with pytest.raises(DownloadFailed, match=f"/results/result.mp4: HTTP {status}") as caught:
            download(host.link, target)
        assert len(host.ranges) == 1
    assert ("fresh link" in str(caught.value)) == (status in {400, 403, 404, 410})
    assert left_in(target.parent) == set()


def test_a_packed_file_is_not_taken_for_the_file(download: Download, target: Path) -> None:
    packed = replace(FILE, headers='ETag: "v1"\r\nContent-Encoding: gzip\r\n')
    with hosting(packed.serve) as host, pytest.raises(DownloadFailed, match="packed"):
        download(host.link, target)
    assert left_in(target.parent) == set()


def test_redirects_are_followed(download: Download, target: Path) -> None:
    with hosting(FILE.cut(100_000), FILE.serve) as last:
        there = refusing(307, headers=f"Location: {last.link}\r\n")
        with hosting(there) as first:
            download(first.link, target)
        assert last.ranges == [None, "bytes=100000-"]
    assert target.read_bytes() == CONTENT


@pytest.mark.parametrize("location", ["", "Location: ftp://x/\r\n", "Location: ?again\r\n"])
def test_a_redirect_that_leads_nowhere_ends_it(
    download: Download, target: Path, location: str
) -> None:
    there = refusing(302, headers=location)
    with hosting(there) as host, pytest.raises(DownloadFailed, match="HTTP 302, and it leads no"):
        download(host.link, target)


def broken_tls(connection: socket.socket, request: bytes) -> None:
    head = f'HTTP/1.1 200 OK\r\nContent-Length: {len(CONTENT)}\r\nETag: "v1"\r\n\r\n'
    connection.sendall(head.encode() + CONTENT[:100_000])
    # Past the encryption: no TLS record at all.
    os.write(connection.fileno(), b"HTTP/1.1 400 Bad Request\r\n\r\n")
    connection.recv(1)


def test_a_broken_tls_record_is_ridden_out(
    download: Download, target: Path, secured: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    script = [broken_tls]

    def speak(connection: socket.socket, request: bytes) -> None:
        (script.pop() if script else FILE.serve)(connection, request)

    kind = httpx.Client if download.way == "sync" else httpx.AsyncClient
    # What stays open would keep the server.
    closing = httpx.Limits(max_keepalive_connections=0)
    with serving(speak, tls=secured) as server:
        download(f"{server.url}/x", target, client=kind(verify=trusting, limits=closing))
    assert target.read_bytes() == CONTENT


def test_whatever_a_transport_raises_is_ridden_out(download: Download, target: Path) -> None:
    left: list[Exception] = [ssl.SSLError(1, "bad"), RuntimeError("odd"), OSError(5, "worse")]

    def answer(request: httpx.Request) -> httpx.Response:
        if left:
            raise left.pop()
        return httpx.Response(200, stream=Chunks())

    kind = httpx.Client if download.way == "sync" else httpx.AsyncClient
    download("https://example.com/x", target, client=kind(transport=httpx.MockTransport(answer)))
    assert target.read_bytes() == CONTENT


class Chunks(httpx.SyncByteStream, httpx.AsyncByteStream):
    def __iter__(self) -> Iterator[bytes]:
        yield CONTENT

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield CONTENT


def test_a_host_that_is_not_there_is_named(download: Download, target: Path) -> None:
    with pytest.raises(DownloadFailed, match=r"ConnectError: .*5 attempts in a row") as caught:
        download(f"http://127.0.0.1:1/x?{SIGNATURE}", target)
    assert SIGNATURE not in str(caught.value)
