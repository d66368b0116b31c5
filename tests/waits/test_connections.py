"""What breaks on the way to a server is one poll's fault; a second address or connection helps."""

import contextlib
import json
import os
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import attrs
import pytest
import trustme
from tests.core.world import DONE, RUNNING
from tests.many.crowd import Backend as Crowd
from tests.waits.harness import HUNG, QUICK, Backend, connect, name_job
from tests.waits.sockets import (
    answering,
    never_accepting,
    reset,
    resolve,
    response,
    serving,
)

import tilldone
from tilldone import Job, PollUnavailable, WaitError, edenai
from tilldone.testing import ManualClock

FINISHED = response(json.dumps(DONE.body).encode())
UNFINISHED = response(json.dumps(RUNNING.body).encode())
IMPATIENT = attrs.evolve(QUICK, tolerate=0.0)
NAMED = "api.example"

Wait = Callable[..., Any]


@dataclass(frozen=True)
class Way:
    """One of the ways to poll: a single wait, or one among many."""

    backend: str
    many: bool
    fast: bool = False

    def __str__(self) -> str:
        if not self.many:
            return self.backend
        return f"{self.backend}-many{'-aiohttp' if self.fast else ''}"

    def wait(self, job: Job[Any], **how: Any) -> Any:  # noqa: ANN401 # any result
        how = {"polling": QUICK, **how}
        if not self.many:
            return Backend(self.backend).wait(job, **how)
        (outcome,) = Crowd(self.backend).wait_all([job], **how)
        return outcome.unwrap()


WAYS = [
    *(Way(name, many=False) for name in ("sync", "asyncio", "trio")),
    *(Way(name, many=True) for name in ("sync", "asyncio", "trio")),
    *(Way(name, many=True, fast=True) for name in ("sync", "asyncio")),
    # Through threads: what the user set is made for synchronous code.
    Way("threads", many=True),
]


@pytest.fixture(params=WAYS, ids=str)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Way:
    chosen: Way = request.param
    if chosen.many and not chosen.fast:
        monkeypatch.setattr("tilldone._http.transports._has_aiohttp", lambda: False)
    return chosen


def client_of(way: Way, url: str, **settings: Any) -> Any:  # noqa: ANN401 # a generated client
    """Connect a client that is polled in this way."""
    if way.backend == "threads":
        httpx_args: dict[str, Any] = {"event_hooks": {"request": []}}
        settings["httpx_args"] = {**settings.pop("httpx_args", {}), **httpx_args}
    return connect("edenai", url, allow_http=True, **settings)


def wait(way: Way, job: Job[Any], **how: Any) -> Any:  # noqa: ANN401 # any result
    chosen = Way("sync", many=True) if way.backend == "threads" else way
    return chosen.wait(job, **how)


# Addresses


@pytest.fixture
def resolved(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Have a name resolve to these addresses of this machine, in their order."""
    return partial(resolve, monkeypatch, NAMED)


def test_a_dead_first_address_leaves_time_for_the_next(
    way: Way, resolved: Callable[..., None]
) -> None:
    with serving(answering(FINISHED)) as server, never_accepting("127.0.0.2", server.port):
        resolved("127.0.0.2", "127.0.0.1")
        job = name_job("edenai", client_of(way, f"http://{NAMED}:{server.port}"), "x")

        assert wait(way, job, timeout=8.0).status == "success"
        assert server.connections == 1


def test_the_last_poll_reaches_a_second_address(way: Way, resolved: Callable[..., None]) -> None:
    with serving(answering(FINISHED)) as server, never_accepting("127.0.0.2", server.port):
        resolved("127.0.0.2", "127.0.0.2", "127.0.0.1")
        job = name_job("edenai", client_of(way, f"http://{NAMED}:{server.port}"), "x")
        # Little of it is left where a dead address takes its half.
        brief = attrs.evolve(QUICK, last_poll=6.0)

        assert wait(way, job, timeout=0, polling=brief).status == "success"


def test_a_refusing_first_address_leaves_time_for_the_next(
    way: Way, resolved: Callable[..., None]
) -> None:
    with serving(answering(FINISHED)) as server:
        resolved("127.0.0.2", "127.0.0.1")
        job = name_job("edenai", client_of(way, f"http://{NAMED}:{server.port}"), "x")

        assert wait(way, job, timeout=8.0).status == "success"


def test_a_download_reaches_a_second_address(resolved: Callable[..., None], tmp_path: Path) -> None:
    with serving(answering(response(b"film"))) as server, never_accepting("127.0.0.2", server.port):
        resolved("127.0.0.2", "127.0.0.1")
        url = f"http://{NAMED}:{server.port}/film"

        assert (
            tilldone.download(url, tmp_path / "film", timeout=8.0, allow_private=True).read_bytes()
            == b"film"
        )


def test_without_any_live_address_the_poll_ends_in_its_time(
    way: Way, resolved: Callable[..., None]
) -> None:
    with never_accepting("127.0.0.2") as port:
        resolved("127.0.0.2", "127.0.0.2")
        job = name_job("edenai", client_of(way, f"http://{NAMED}:{port}"), "x")
        brief = attrs.evolve(IMPATIENT, request_timeout=0.5)

        # A poll that is not cut in its time ends with the wait's, and that is no such error.
        with pytest.raises(PollUnavailable, match=r"no complete answer within 0\.5 s"):
            wait(way, job, polling=brief)


# Whatever a transport raises


# Not decryptable, no TLS at all, and the alert of a handshake that failed after all.
BAD_RECORDS = {
    "corrupt": b"\x17\x03\x03\x00\x20" + b"\x00" * 32,
    "plain_text": FINISHED,
    "alert": b"\x15\x03\x03\x00\x02\x02\x28",
}


@pytest.mark.parametrize("record", BAD_RECORDS)
@pytest.mark.together("way", "record")
def test_a_bad_tls_record_is_one_polls_fault(
    way: Way, record: str, secured: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    def speaking(connection: socket.socket, _request: bytes) -> None:
        if len(server.requests) > 1:
            connection.sendall(FINISHED)
            return
        with socket.socket(fileno=os.dup(connection.fileno())) as bare:
            bare.sendall(BAD_RECORDS[record])

    with serving(speaking, tls=secured) as server:
        client = client_of(way, server.url, httpx_args={"verify": trusting})
        assert wait(way, name_job("edenai", client, "x")).status == "success"
        assert len(server.requests) == 2


def test_a_server_that_wants_a_certificate_is_a_fault(
    way: Way, authority: trustme.CA, secured: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    authority.configure_trust(secured)
    secured.verify_mode = ssl.CERT_REQUIRED
    with serving(answering(FINISHED), tls=secured) as server:
        client = client_of(way, server.url, httpx_args={"verify": trusting})
        with pytest.raises(PollUnavailable, match=r"(?i)error|disconnected"):
            wait(way, name_job("edenai", client, "x"), polling=IMPATIENT)


# A connection that is dead when it is used again


@dataclass
class Stale:
    """A server that breaks every connection at its second request."""

    url: str
    answered: int = 0


@contextlib.contextmanager
def resetting(answers: Iterator[bytes]) -> Iterator[Stale]:
    told = Stale("")
    used: set[int] = set()

    def speak(connection: socket.socket, _request: bytes) -> None:
        if id(connection) in used:
            reset(connection)
            raise ConnectionResetError
        used.add(id(connection))
        kept.append(connection)
        told.answered += 1
        connection.sendall(next(answers))

    kept: list[socket.socket] = []
    with serving(speak) as server:
        told.url = server.url
        yield told


@pytest.mark.parametrize("provider", ["edenai", "zai"])
def test_a_poll_whose_reused_connection_breaks_is_sent_again_at_once(
    way: Way, provider: str
) -> None:
    if provider == "zai":
        bodies = [b'{"status": "pending"}'] * 3 + [b'{"status": "success"}']
    else:
        bodies = [json.dumps(r.body).encode() for r in (RUNNING, RUNNING, RUNNING, DONE)]
    with resetting(map(response, bodies)) as server:
        if provider == "zai":
            hooks: dict[str, Any] = {"httpx_args": {"event_hooks": {"request": []}}}
            settings: dict[str, Any] = hooks if way.backend == "threads" else {}
            client = connect("zai", server.url, **settings)
        else:
            client = client_of(way, server.url)
        # Not one fault is borne.
        done = wait(way, name_job(provider, client, "x"), polling=IMPATIENT)
        assert done.status == "success"
        assert server.answered == 4


def test_the_last_poll_takes_a_fresh_connection(way: Way) -> None:
    """The reused one would not break, and never answer."""
    used: set[int] = set()
    kept: list[socket.socket] = []
    over = threading.Event()

    def speak(connection: socket.socket, _request: bytes) -> None:
        if id(connection) in used:
            over.wait(HUNG)
            return
        used.add(id(connection))
        kept.append(connection)
        connection.sendall(UNFINISHED if len(used) == 1 else FINISHED)

    with serving(speak) as server:
        rarely = attrs.evolve(QUICK, schedule=lambda _: 60.0)
        job = name_job("edenai", client_of(way, server.url), "x")
        try:
            with ManualClock():
                assert wait(way, job, timeout=50.0, polling=rarely).status == "success"
        finally:
            over.set()
        assert server.connections == 2


# Loopback


def test_loopback_goes_through_no_proxy_of_the_environment(
    way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with (
        serving(answering(response(b"no", status=400))) as proxy,
        serving(answering(FINISHED)) as server,
    ):
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        for url in (server.url, server.url.replace("127.0.0.1", "localhost")):
            job = name_job("edenai", client_of(way, url), "x")
            assert wait(way, job).status == "success"
        assert not proxy.requests


# Proxies


@pytest.mark.parametrize("greeting", [b"", b"\x09\x00", b"\x05\xff", b"HTTP/1.1 400 No\r\n\r\n"])
@pytest.mark.together("way", "greeting")
def test_a_socks_proxy_that_breaks_is_a_fault(way: Way, greeting: bytes) -> None:
    def speak(connection: socket.socket, _request: bytes) -> None:
        connection.recv(100)
        connection.sendall(greeting)

    with serving(speak, handshakes=False) as proxy:
        settings = {"proxy": proxy.url.replace("https", "socks5")}
        client = client_of(way, f"http://{NAMED}", httpx_args=settings)
        with pytest.raises(PollUnavailable):
            wait(way, name_job("edenai", client, "x"), polling=IMPATIENT)


# Our own mistakes are none of the transport's


def test_a_mistake_of_our_own_is_not_taken_for_a_fault(
    way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mistaken(_reader: object, _chunk: bytes) -> bool:
        raise AssertionError("a mistake")

    monkeypatch.setattr("tilldone._http.exchange.ResponseReader.feed", mistaken)
    with serving(answering(FINISHED)) as server:
        job = edenai.job(client_of(way, server.url), "x")
        with pytest.raises((AssertionError, WaitError), match="a mistake") as caught:
            wait(way, job)
    # Of many waits, it ends the one, and says by what.
    assert isinstance(caught.value.__cause__ if way.many else caught.value, AssertionError)
