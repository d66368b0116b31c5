"""Through aiohttp, httpx's connections or httpx's clients: the same polls, and the same answers."""

import asyncio
import json
import logging
import socket
import socketserver
import ssl
import sys
import threading
import tomllib
import traceback
from collections.abc import Generator
from contextlib import contextmanager
from functools import partialmethod
from importlib import metadata
from pathlib import Path
from typing import Any

import aiohttp
import anyio
import attrs
import httpx
import pytest
import trio
import trustme
from tests.core.world import DONE
from tests.many.crowd import (
    BRISK,
    Backend,
    jobs_of,
    nothing_left,
    settled,
    settled_here,
)
from tests.waits.faults import ENDLESS, FAULTS
from tests.waits.harness import HUNG, PROVIDERS, Bench, connect, name_job, within
from tests.waits.harness import Backend as WaitBackend
from tests.waits.sockets import answering, connections_to, response, serving

from tilldone import (
    JobFailed,
    Origin,
    Outcome,
    Phase,
    Polling,
    PollRejected,
    PollUnavailable,
    Provider,
    WaitError,
    aio,
    edenai,
)
from tilldone._core.actions import Poll
from tilldone._core.job import target_of
from tilldone._core.response import Response, retry_after
from tilldone._http.transports import AIOHTTP_SINCE, AIOHTTP_UNTIL, open_transport
from tilldone.testing import body, done, failed, redirect, running
from tilldone_clients.edenai import AuthenticatedClient

ROOT = Path(__file__).resolve().parents[2]

# One fault ends it; a poll has all the time that it takes.
IMPATIENT = attrs.evolve(BRISK, tolerate=0.0)
# For what never ends.
BRIEF = attrs.evolve(BRISK, request_timeout=1.0)
ENDING = {name: fault for name, fault in FAULTS.items() if name not in ENDLESS}
OURS = ("aiohttp", "httpx", "client")
# A session of aiohttp's has ways of its own to write a header, in each version others.
LANES = (*OURS, "session")
ODD = ("a/b", "a%2Fb", "a/../b", "ä€", "a b", "a+b", "a?b=c&d", "a#b", "a;b=c", "%", "~")
CANARY = "canary-key-0123456789"
DONE_BODY = b'{"status": "done"}'
FINISHED = response(DONE_BODY)
# Its jobs are polled at the path that is their name.
BY_NAME = Provider(
    name="any",
    request=lambda name: {"method": "get", "url": f"/{name}"},
    phases={"done": Phase.SUCCEEDED},
    parse=dict,
)


def settings_for(lanes: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Bring it about that jobs are polled through these lanes; give the client's settings."""
    if lanes == "httpx":
        monkeypatch.setattr("tilldone._http.transports._has_aiohttp", lambda: False)
    if lanes == "session":
        begin = aiohttp.ClientSession.__init__
        traced = partialmethod(begin, trace_configs=[aiohttp.TraceConfig()])
        monkeypatch.setattr(aiohttp.ClientSession, "__init__", traced)
    return {"httpx_args": {"http1": True}} if lanes == "client" else {}


def chosen(client: object, loop: str = "asyncio") -> str:
    async def choose() -> str:
        transport = open_transport(client, max_body=1000, concurrency=10)
        await transport.aclose()
        return type(transport).__name__

    return within(lambda: anyio.run(choose, backend=loop))


def test_the_fastest_lanes_that_can_be_used_are(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = edenai.connect("key-for-tests")
    transport = httpx.MockTransport(lambda _: httpx.Response(200))
    mocked = edenai.connect("key-for-tests").set_async_httpx_client(
        httpx.AsyncClient(transport=transport)
    )
    assert chosen(plain) == "AiohttpTransport"
    assert chosen(plain, "trio") == "AsyncTransport"
    assert chosen(edenai.connect("key-for-tests", httpx_args={"http2": False})) == "AsyncTransport"
    assert (
        chosen(edenai.connect("key-for-tests", httpx_args={"transport": transport}))
        == "AsyncTransport"
    )
    assert chosen(mocked) == "AsyncTransport"
    monkeypatch.setenv("NO_PROXY", "localhost")
    assert chosen(plain) == "AiohttpTransport"
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    assert chosen(plain) == "AsyncTransport"
    monkeypatch.delenv("HTTPS_PROXY")
    monkeypatch.setattr("tilldone._http.transports._has_aiohttp", lambda: False)
    assert chosen(plain) == "AsyncTransport"


@pytest.mark.parametrize("lanes", LANES)
def test_results_are_the_same(bench: Bench, lanes: str, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_for(lanes, monkeypatch)
    with nothing_left(bench):
        for provider in PROVIDERS:
            client = bench.client(provider, **settings)
            good = jobs_of(bench, 3, running(), done(), provider=provider, client=client)
            (bad,) = jobs_of(bench, 1, failed("e1", "no"), provider=provider, client=client)
            outcomes = Backend("asyncio").wait_all([*good, bad])
            results = [outcome.unwrap() for outcome in outcomes[:3]]
            assert len({type(result) for result in results}) == 1
            assert isinstance(outcomes[3].error, JobFailed)
            assert bench.told(good[0]) == ["running", "done"]
            record = bench.simulator.polls(good[0].id)[-1]
            assert record.headers["user-agent"].startswith("tilldone/")
            assert record.headers["accept-encoding"] == "gzip"


def test_what_is_sent_is_the_same_to_the_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, dict[str, Any]] = {
        "plain": {"method": "get", "url": "/jobs/plain"},
        "odd": {"method": "GET", "url": "/jobs/a%2Fb?full=1&x=%C3%A4#end"},
        "first": {"method": "get", "url": "/"},
        "none": {"method": "get", "url": ""},
        "posted": {"method": "post", "url": "/jobs", "json": {"id": "ä"}},
        "binary": {"method": "post", "url": "/jobs", "content": b"a"},
        "streamed": {"method": "post", "url": "/jobs", "content": [b"a", b"bc"]},
        "chunked": {
            "method": "post",
            "url": "/jobs",
            "content": b"abc",
            "headers": {"Transfer-Encoding": "chunked"},
        },
        "headed": {"method": "get", "url": "/jobs/x", "headers": [("X-A", "1"), ("X-A", "2")]},
    }
    provider = Provider(
        name="any", request=asked.__getitem__, phases={"done": Phase.SUCCEEDED}, parse=dict
    )
    sent: dict[str, list[bytes]] = {}
    for lanes in OURS:
        with monkeypatch.context() as patch, serving(answering(FINISHED)) as server:
            settings = settings_for(lanes, patch)
            client = AuthenticatedClient(base_url=server.url, token="key-for-tests", **settings)
            for name in asked:
                (outcome,) = Backend("asyncio").wait_all([provider.job(client, name)])
                assert outcome.error is None
            port = str(server.port).encode()
            sent[lanes] = [request.replace(port, b"0") for request in server.requests]
    for lanes, requests in sent.items():
        assert requests == sent["httpx"], lanes
    assert len(sent["httpx"]) == len(asked)


@pytest.mark.parametrize("lanes", OURS)
@pytest.mark.parametrize(
    "odd",
    [
        {"content": b"abc", "headers": {"Content-Length": "1"}},
        {"content": b"abc", "headers": {"Content-Length": "9"}},
        {"headers": [("Content-Length", "0"), ("Content-Length", "0")]},
        {"headers": {"X-A: 1\r\nX-B": "2"}},
        {"headers": {"X A": "2"}},
        {"method": "GET / HTTP/1.1\r\n\r\nGET"},
    ],
    ids=["short", "long", "twice", "name", "blank", "method"],
)
@pytest.mark.together("odd", "lanes")
def test_a_request_that_would_end_elsewhere_than_it_says_is_not_sent(
    lanes: str, odd: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def request(id: str) -> dict[str, Any]:
        return {"method": "post", "url": f"/{id}", **odd}

    provider = Provider(name="any", request=request, phases={"done": Phase.SUCCEEDED}, parse=dict)
    settings = settings_for(lanes, monkeypatch)
    with serving(answering(FINISHED)) as server:
        client = AuthenticatedClient(base_url=server.url, token="key-for-tests", **settings)
        jobs = [provider.job(client, name) for name in "ab"]
        for outcome in Backend("asyncio").wait_all(jobs):
            assert "Provider: request: " in str(outcome.error)
        assert not server.requests


@pytest.mark.parametrize("break_", ["\r\nX-B: 2", "\n", "\0"])
def test_a_header_that_would_end_before_its_end_is_not_sent(
    break_: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def request(id: str) -> dict[str, Any]:
        return {"method": "get", "url": f"/{id}", "headers": {"X-Api-Key": f"{CANARY}{break_}"}}

    provider = Provider(name="any", request=request, phases={"done": Phase.SUCCEEDED}, parse=dict)
    for lanes in OURS:
        with monkeypatch.context() as patch, serving(answering(FINISHED)) as server:
            settings = settings_for(lanes, patch)
            client = AuthenticatedClient(base_url=server.url, token="key-for-tests", **settings)
            job = provider.job(client, "x")
            (outcome,) = Backend("asyncio").wait_all([job], polling=IMPATIENT)
            assert isinstance(outcome.error, PollUnavailable)
            assert CANARY not in str(outcome.error)
            assert not server.requests


def certified() -> tuple[ssl.SSLContext, ssl.SSLContext]:
    authority = trustme.CA()
    secured = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(secured)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    return secured, trusting


@pytest.mark.parametrize("lanes", LANES)
def test_a_context_that_speaks_http_2_for_others_does_not_for_polls(
    lanes: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoken: list[str | None] = []

    def speak(connection: socket.socket, _request: bytes) -> None:
        assert isinstance(connection, ssl.SSLSocket)
        spoken.append(connection.selected_alpn_protocol())
        connection.sendall(FINISHED)

    secured, trusting = certified()
    secured.set_alpn_protocols(["h2", "http/1.1"])
    trusting.set_alpn_protocols(["http/1.1", "h2"])
    with serving(speak, tls=secured) as server:
        settings = settings_for(lanes, monkeypatch)
        client = AuthenticatedClient(
            base_url=server.url, token="key-for-tests", verify_ssl=trusting, **settings
        )
        (outcome,) = Backend("asyncio").wait_all([BY_NAME.job(client, "x")])
    assert outcome.error is None
    assert spoken == ["http/1.1"]


@pytest.mark.parametrize("lanes", OURS)
def test_a_fresh_connection_takes_the_place_of_a_kept_one(
    lanes: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = threading.Barrier(3)
    at_once: list[int] = []

    def speak(connection: socket.socket, _request: bytes) -> None:
        together.wait(HUNG)
        at_once.append(connections_to(server.port))
        together.wait(HUNG)
        connection.sendall(FINISHED)

    async def ask(url: str) -> None:
        client = connect("edenai", url, **settings_for(lanes, monkeypatch))
        transport = open_transport(client, max_body=100, concurrency=3)
        for fresh in (False, True):
            async with anyio.create_task_group() as polls:
                for name in "abc":
                    target = target_of(name_job("edenai", client, name))
                    polls.start_soon(transport.send, target, Poll(HUNG, fresh=fresh))
        await transport.aclose()

    with serving(speak) as server:
        within(lambda: anyio.run(ask, server.url))
        assert server.connections == 6
    assert at_once == [3] * 6


@pytest.mark.parametrize("end", ["left", "over"])
@pytest.mark.parametrize("tls", [False, True], ids=["unread", "no farewell"])
@pytest.mark.parametrize("lanes", OURS)
@pytest.mark.together("end", "lanes", "tls")
def test_no_connection_outlives_a_wait_because_its_server_stands_still(
    lanes: str, tls: bool, end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, over = threading.Event(), threading.Event()

    def stand_still(_connection: object, _request: bytes) -> None:
        asked.set()
        over.wait(HUNG)

    def request(id: str) -> dict[str, Any]:
        content = b"" if tls else bytes(20_000_000)
        return {"method": "post", "url": f"/{id}", "content": content}

    async def leave(url: str, port: int) -> int:
        settings = settings_for(lanes, monkeypatch)
        client = AuthenticatedClient(
            base_url=url, token="key-for-tests", verify_ssl=trusting, **settings
        )
        jobs = [provider.job(client, name) for name in "abc"]
        # Who waited for a poll that hangs would wait for ever.
        brief = attrs.evolve(BRISK, request_timeout=3600.0, last_poll=0.2)
        async with anyio.create_task_group() as waits:

            async def wait() -> None:
                timeout = 0.2 if end == "over" else None
                await aio.wait_all(jobs, timeout=timeout, polling=brief)
                while not asked.is_set():
                    # It was over before the server had heard of it; the next one has more time.
                    timeout = 2 * (timeout or 0.0)
                    await aio.wait_all(jobs, timeout=timeout, polling=brief)

            waits.start_soon(wait)
            await anyio.to_thread.run_sync(asked.wait)
            if end == "left":
                waits.cancel_scope.cancel()
        # Closing takes a turn of the event loop.
        return await settled_here(lambda: connections_to(port), 0)

    provider = Provider(name="any", request=request, phases={"done": Phase.SUCCEEDED}, parse=dict)
    secured, trusting = certified()
    with serving(stand_still, tls=secured if tls else None, handshakes=tls) as server:
        url = server.url if tls else server.url.replace("https", "http")
        try:
            assert within(lambda: anyio.run(leave, url, server.port)) == 0
        finally:
            over.set()


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
@pytest.mark.parametrize("when", ["with it", "at once", "later"])
@pytest.mark.parametrize("lanes", [*LANES, "threads"])
@pytest.mark.together("when", "lanes", "tls")
def test_what_follows_an_answer_is_no_answer_to_the_next_job(
    lanes: str,
    when: str,
    tls: bool,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    said, read = threading.Event(), threading.Event()
    surplus = response(b'{"status": "done", "id": "nobody"}'.ljust(100))

    def speak(connection: socket.socket, request: bytes) -> None:
        name = request.split(b" ", 2)[1].removeprefix(b"/").decode()
        # More than is read at once by what reads it in pieces.
        answer = response(json.dumps({"status": "done", "id": name}).encode().ljust(70_000))
        # One that does so once may do so again, just after the next request has gone out.
        more = surplus if name == "a" else b""
        if when == "with it":
            connection.sendall(answer + more)
        else:
            connection.sendall(answer)
            if when == "later":
                # Else it may come in one piece with the end of the answer.
                read.wait(HUNG)
            connection.sendall(more)
        said.set()

    def request(id: str) -> dict[str, Any]:
        return {"method": "get", "url": f"/{id}"}

    async def ask(url: str) -> list[object]:
        settings = settings_for(lanes, monkeypatch)
        if lanes == "threads":
            settings = {"httpx_args": {"event_hooks": {"request": []}}}
        client = AuthenticatedClient(
            base_url=url, token="key-for-tests", verify_ssl=trusting, **settings
        )
        transport = open_transport(
            client, max_body=100_000, concurrency=3, synchronous=lanes == "threads"
        )
        told: list[object] = []
        for name in "abc":
            said.clear()
            read.clear()
            answer = await transport.send(target_of(provider.job(client, name)), Poll(HUNG))
            assert isinstance(answer, Response)
            told.append(json.loads(answer.content)["id"])
            read.set()
            # At once, it waits where no event loop has seen it yet.
            said.wait(HUNG)
            await anyio.sleep(0.05 if when == "later" else 0)
        await transport.aclose()
        return told

    provider = Provider(name="any", request=request, phases={"done": Phase.SUCCEEDED}, parse=dict)
    secured, trusting = certified()
    with serving(speak, tls=secured if tls else None) as server:
        assert within(lambda: anyio.run(ask, server.url)) == ["a", "b", "c"]
        if lanes == "session" and when != "later":
            return  # what comes with an answer aiohttp itself closes the connection for
        assert server.connections == 3
    (line,) = caplog.records
    assert line.levelname == "WARNING"
    assert line.getMessage().startswith(f"{server.url} sent more than one answer to a request")


@pytest.mark.parametrize("lanes", LANES)
def test_faults_are_ridden_out_the_same(
    bench: Bench, lanes: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = bench.client("edenai", **settings_for(lanes, monkeypatch))
    jobs = {
        name: jobs_of(bench, 1, fault, done(), client=client)[0] for name, fault in FAULTS.items()
    }
    endless, ending = [jobs[name] for name in ENDLESS], [jobs[name] for name in ENDING]
    with nothing_left(bench):
        outcomes = Backend("asyncio").wait_all(ending)
        outcomes += Backend("asyncio").wait_all(endless, polling=BRIEF)
    assert [outcome.error for outcome in outcomes] == [None] * len(FAULTS)
    for job in ending:
        assert len(bench.told(job)) == 2, bench.told(job)
    for job in endless:
        # What is cut off so soon may be more than that, on a busy machine.
        first, *rest = bench.told(job)
        assert (first != "done", {*rest}) == (True, {"done"})


def test_faults_are_called_the_same(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    said: dict[str, list[str]] = {name: [] for name in FAULTS}
    for lanes in LANES:
        with monkeypatch.context() as patch:
            client = bench.client("edenai", **settings_for(lanes, patch))
            for faults, polling in (
                (ENDING, IMPATIENT),
                (ENDLESS, attrs.evolve(BRIEF, tolerate=0.0)),
            ):
                jobs = [jobs_of(bench, 1, fault, client=client)[0] for fault in faults.values()]
                outcomes = Backend("asyncio").wait_all(jobs, polling=polling)
                for name, outcome in zip(faults, outcomes, strict=True):
                    assert isinstance(outcome.error, PollUnavailable), name
                    text = str(outcome.error).partition("gave ")[2].partition(", after")[0]
                    assert ("no complete answer" in text) == (name in ENDLESS), text
                    said[name].append(text)
    for name, texts in said.items():
        if name in {"reset_before_headers", "reset_in_headers", "reset_in_body"}:
            # Each library has words of its own for it.
            continue
        if name != "body_shorter_than_its_length":
            assert len(set(texts)) == 1, texts


# What one library takes for HTTP and another does not, and what httpx makes of it.
LENIENT: dict[str, tuple[bytes, type[WaitError] | None]] = {
    "two lengths that agree": (response(DONE_BODY, headers="Content-Length: 18\r\n"), None),
    "a length, and chunks": (
        b"HTTP/1.1 200 OK\r\nContent-Length: 18\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"12\r\n" + DONE_BODY + b"\r\n0\r\n\r\n",
        None,
    ),
    "something after it": (response(DONE_BODY) + b"no more of it", None),
    "more headers than anyone sends": (
        response(DONE_BODY, headers="".join(f"X-{n}: 1\r\n" for n in range(1000))),
        None,
    ),
    "no change, with a body": (response(b"{}", status=304), PollRejected),
    "no content, with a body": (response(DONE_BODY, status=204), PollUnavailable),
    "no HTTP": (b"SSH-2.0-OpenSSH\r\n\r\n", PollUnavailable),
}


@pytest.mark.parametrize("lanes", LANES)
@pytest.mark.parametrize("odd", LENIENT)
@pytest.mark.together("odd", "lanes")
def test_what_is_not_quite_http_is_told_of_many_as_of_one(
    lanes: str, odd: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer, kind = LENIENT[odd]
    with serving(answering(answer)) as server:
        settings = settings_for(lanes, monkeypatch)
        client = AuthenticatedClient(base_url=server.url, token="key-for-tests", **settings)
        jobs = [BY_NAME.job(client, str(n)) for n in range(9)]
        outcomes = Backend("asyncio").wait_all(jobs, polling=IMPATIENT, concurrency=3)
        for outcome in outcomes:
            assert outcome.error is None if kind is None else type(outcome.error) is kind
        # Each that was on its way when that was found out, and none after.
        assert len(jobs) <= len(server.requests) <= len(jobs) + 3
    told = {str(outcome.error).replace(f" {outcome.job.id} ", "") for outcome in outcomes}
    assert "aiohttp" not in str(told)
    assert "HttpProcessingError" not in str(told)


def test_a_head_that_breaks_off_is_not_quoted() -> None:
    def speak(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nX-Whose: somebody's\r\nX-")
        connection.close()

    with serving(speak) as server:
        job = name_job("edenai", connect("edenai", server.url), "x")
        (outcome,) = Backend("asyncio").wait_all([job], polling=IMPATIENT)
    assert "ServerDisconnectedError: Server disconnected, after" in str(outcome.error)


@pytest.mark.parametrize("lanes", LANES)
@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_id_stays_one_segment_whatever_is_in_it(
    bench: Bench, lanes: str, provider: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = bench.client(provider, **settings_for(lanes, monkeypatch))
    ids = [f"{odd}-{provider}-{lanes}" for odd in ODD]
    for odd in ids:
        bench.simulator.submit(provider, id=odd, script=[done()])
    jobs = [name_job(provider, client, odd) for odd in ids]
    outcomes = Backend("asyncio").wait_all(jobs)
    assert [outcome.error for outcome in outcomes] == [None] * len(ids)
    assert [bench.told(job) for job in jobs] == [["done"]] * len(ids)


@pytest.mark.parametrize("lanes", LANES)
def test_redirects_are_not_followed(
    bench: Bench, lanes: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = bench.client("edenai", **settings_for(lanes, monkeypatch))
    (target,) = jobs_of(bench, 1, done(), client=client)
    where = f"{bench.simulator.url('edenai')}/v3/universal-ai/async/{target.id}"
    (job,) = jobs_of(bench, 1, redirect(where), client=client)
    (outcome,) = Backend("asyncio").wait_all([job])
    assert isinstance(outcome.error, PollRejected)
    assert outcome.error.status_code == 302
    assert bench.told(target) == []


@pytest.mark.parametrize("lanes", LANES)
@pytest.mark.parametrize(
    "headers",
    [{"content-security-policy": "x" * 60_000}, {f"x-{n}": "1" for n in range(300)}],
    ids=["long", "many"],
)
@pytest.mark.together("headers", "lanes")
def test_the_headers_that_httpx_reads_all_read(
    bench: Bench, lanes: str, headers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = bench.client("zai", **settings_for(lanes, monkeypatch))
    step = body({"status": "success", "async_id": "x"}, headers=headers)
    (job,) = jobs_of(bench, 1, step, provider="zai", client=client)
    (outcome,) = Backend("asyncio").wait_all([job], polling=IMPATIENT)
    assert outcome.error is None


@pytest.mark.parametrize("lanes", LANES)
def test_a_host_that_cannot_be_named_is_that_jobs_alone(
    bench: Bench, lanes: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_for(lanes, monkeypatch)
    (job,) = jobs_of(bench, 1, running(), done(), client=bench.client("edenai", **settings))
    # connect() refuses such a URL; the generated client itself does not.
    lost = edenai.job(
        AuthenticatedClient(base_url="https://bad..invalid", token="key-for-tests", **settings), "1"
    )
    for outcomes in (
        Backend("asyncio").wait_all([lost, job], polling=IMPATIENT),
        Backend("sync").wait_all([lost, job], polling=IMPATIENT),
    ):
        assert "names an impossible host" in str(outcomes[0].error)
        assert outcomes[1].error is None
    with pytest.raises(ValueError, match=r"^client: .* names an impossible host"):
        WaitBackend("sync").wait(lost, polling=IMPATIENT)


def test_with_more_clients_than_polls_at_once_no_connection_is_kept(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    connections: list[int] = []

    def speak(connection: socket.socket, _request: bytes) -> None:
        connections.append(connections_to(connection.getsockname()[1]))
        connection.sendall(FINISHED)

    for lanes in ("aiohttp", "httpx"):
        settings_for(lanes, monkeypatch)
        with serving(speak) as server:
            jobs = [BY_NAME.job(Origin(server.url), str(number)) for number in range(60)]
            assert all(o.error is None for o in backend.wait_all(jobs, concurrency=3))
    assert len(connections) == 120
    # One that is being closed is open for a moment still.
    assert max(connections) < 20


def mocked_sync(hits: list[httpx.Request]) -> httpx.MockTransport:
    def answer(request: httpx.Request) -> httpx.Response:
        hits.append(request)
        return httpx.Response(200, json=DONE.body)

    return httpx.MockTransport(answer)


def test_synchronous_code_asks_through_the_users_own_synchronous_client(bench: Bench) -> None:
    hits: list[httpx.Request] = []
    client = bench.client("edenai")
    own = httpx.Client(base_url="https://api.example", transport=mocked_sync(hits))
    client.set_httpx_client(own)
    jobs = jobs_of(bench, 3, running(), client=client)
    with nothing_left(bench):
        outcomes = Backend("sync").wait_all(jobs)
    assert [outcome.unwrap().output for outcome in outcomes] == [{"text": "done"}] * 3
    assert len(hits) == 3
    assert not any(bench.told(job) for job in jobs)
    assert not own.is_closed


@pytest.mark.parametrize("what", ["transport", "mounts", "event_hooks"])
def test_what_is_made_for_synchronous_code_serves_it(bench: Bench, what: str) -> None:
    heard: list[object] = []
    settings: dict[str, Any] = {
        "transport": httpx.HTTPTransport(),
        "mounts": {"all://": httpx.HTTPTransport()},
        "event_hooks": {"request": [heard.append], "response": [heard.append]},
    }
    client = bench.client("edenai", httpx_args={what: settings[what]})
    jobs = jobs_of(bench, 5, running(), done(), client=client)
    with nothing_left(bench):
        outcomes = Backend("sync").wait_all(jobs)
    assert all(outcome.error is None for outcome in outcomes)
    assert len(heard) == (20 if what == "event_hooks" else 0)


def test_trio_as_a_guest_of_asyncio_is_trio(bench: Bench) -> None:
    jobs = jobs_of(bench, 3, running(), done())

    async def guest() -> list[Outcome[Any]]:
        with trio.fail_after(HUNG):
            return await aio.wait_all(jobs, polling=BRISK, timeout=None)

    async def host() -> Any:  # noqa: ANN401 # of a package of trio's
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[Any] = loop.create_future()
        trio.lowlevel.start_guest_run(
            guest,
            run_sync_soon_threadsafe=loop.call_soon_threadsafe,
            done_callback=ended.set_result,
            host_uses_signal_set_wakeup_fd=True,
        )
        return await ended

    outcomes: list[Outcome[Any]] = within(lambda: asyncio.run(host())).unwrap()
    assert all(each.error is None for each in outcomes)


@contextmanager
def saying(answer: bytes) -> Generator[str]:
    """Response every request with these bytes, and close."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(65536)
            self.request.sendall(answer)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()


@pytest.mark.parametrize("lanes", LANES)
@pytest.mark.parametrize(
    "answer",
    [
        f"SSH-2.0-{CANARY}\r\n".encode(),
        f"HTTP/1.1 200 OK\r\nbroken header {CANARY}\r\n\r\n".encode(),
        f"HTTP/1.1 200 OK\r\nContent-Length: {CANARY}\r\n\r\n{{}}".encode(),
        f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{CANARY}\r\n".encode(),
        b"",
    ],
    ids=["no HTTP", "broken header", "broken length", "broken chunk", "nothing"],
)
@pytest.mark.together("answer", "lanes")
def test_what_is_no_http_is_a_fault_that_shows_no_key(
    lanes: str,
    answer: bytes,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    settings = settings_for(lanes, monkeypatch)
    with saying(answer) as url:
        client = connect("edenai", url, CANARY, **settings)
        (outcome,) = Backend("asyncio").wait_all([edenai.job(client, "1")], polling=IMPATIENT)
    assert isinstance(outcome.error, PollUnavailable)
    assert "no complete answer" not in str(outcome.error)
    assert CANARY not in str(outcome.error)
    ours = [record for record in caplog.records if not record.name.startswith("httpcore")]
    assert not any(CANARY in record.getMessage() for record in ours)


@pytest.mark.parametrize("lanes", LANES)
def test_a_refused_connection_is_a_fault(lanes: str, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_for(lanes, monkeypatch)
    with saying(b"") as url:
        pass
    client = connect("edenai", url, CANARY, **settings)
    (outcome,) = Backend("asyncio").wait_all([edenai.job(client, "1")], polling=IMPATIENT)
    assert isinstance(outcome.error, PollUnavailable)
    assert "Connect" in str(outcome.error)


def test_what_the_user_has_set_on_the_client_is_kept(bench: Bench, backend: Backend) -> None:
    seen: list[str] = []
    client = bench.client(
        "edenai",
        headers={"x-team": "seven"},
        httpx_args={"params": {"trace": "1"}},
    ).with_cookies({"session": "s1"})
    plain = bench.client("edenai", headers={"x-team": "seven"})
    jobs = [*jobs_of(bench, 1, done(), client=client), *jobs_of(bench, 1, done(), client=plain)]
    assert all(outcome.error is None for outcome in backend.wait_all(jobs))
    seen = [bench.simulator.polls(job.id)[0].headers["x-team"] for job in jobs]
    assert seen == ["seven", "seven"]


def test_a_transport_of_the_users_own_that_never_waits_can_be_stopped() -> None:
    polls = 0

    def answer(_request: httpx.Request) -> httpx.Response:
        nonlocal polls
        polls += 1
        return httpx.Response(200, json={"status": "processing"})

    client = edenai.connect("key-for-tests").set_async_httpx_client(
        httpx.AsyncClient(base_url="http://localhost", transport=httpx.MockTransport(answer))
    )
    jobs = [edenai.job(client, str(number)) for number in range(20)]
    restless = Polling(schedule=lambda _: 0.0)

    async def stop() -> None:
        async with anyio.create_task_group() as tasks:

            async def wait() -> None:
                await aio.wait_all(jobs, timeout=None, polling=restless, rate=float("inf"))

            tasks.start_soon(wait)
            while polls <= 20:  # noqa: ASYNC110 # the transport knows of no event
                await anyio.sleep(0.01)
            tasks.cancel_scope.cancel()

    within(lambda: anyio.run(stop))


@pytest.mark.parametrize(
    ("version", "used"),
    [("3.8.6", False), ("3.9.5", False), ("3.10.0", True), ("3.13.2", True), ("4.0.0a1", False)],
)
def test_aiohttp_is_used_in_the_versions_that_the_extra_asks_for(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, version: str, used: bool
) -> None:
    real = metadata.version
    monkeypatch.setattr(
        metadata, "version", lambda name: version if name == "aiohttp" else real(name)
    )
    if not used:
        # One of those would refuse what it is asked for.
        monkeypatch.setitem(sys.modules, "aiohttp", None)
        monkeypatch.delitem(sys.modules, "tilldone._http.aiohttp_transport", raising=False)
    client = bench.client("edenai")
    assert chosen(client) == ("AiohttpTransport" if used else "AsyncTransport")
    jobs = jobs_of(bench, 2, done(), client=client)
    assert all(outcome.error is None for outcome in Backend("asyncio").wait_all(jobs))


def test_the_versions_of_aiohttp_are_those_of_the_extra() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    since, until = (".".join(map(str, each)) for each in (AIOHTTP_SINCE, AIOHTTP_UNTIL))
    assert project["optional-dependencies"]["fast"] == [f"aiohttp>={since},<{until}"]


@pytest.mark.parametrize("lanes", LANES)
def test_the_longer_of_two_pauses_counts(lanes: str, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_for(lanes, monkeypatch)
    asked_twice = "retry-after: 1\r\nRetry-After: 30\r\n"
    with serving(answering(response(b"", status=503, headers=asked_twice))) as server:
        job = name_job("edenai", connect("edenai", server.url, **settings), "x")

        async def ask() -> object:
            target = target_of(job)
            transport = open_transport(target.client, max_body=100, concurrency=3)
            try:
                return await transport.send(target, Poll(HUNG))
            finally:
                await transport.aclose()

        told = within(lambda: anyio.run(ask))
    assert isinstance(told, Response)
    assert retry_after(told) == 30


@pytest.mark.parametrize("tls", [False, True], ids=["http", "in the handshake"])
def test_a_thread_whose_wait_was_left_ends_at_once(tls: bool) -> None:
    """Also one that connects, or reads what never comes."""
    arrived, over = threading.Event(), threading.Event()

    def speak(_connection: object, _request: bytes) -> None:
        arrived.set()
        over.wait(HUNG)

    with serving(speak, handshakes=False) as server:
        url = server.url if tls else server.url.replace("https", "http")
        client = connect("edenai", url, httpx_args={"event_hooks": {"request": []}})
        job = name_job("edenai", client, "x")

        async def leave() -> int:
            transport = open_transport(client, max_body=100, concurrency=3, synchronous=True)
            async with anyio.create_task_group() as polls:
                # Who waited for its end would wait for ever.
                polls.start_soon(transport.send, target_of(job), Poll(3600.0))
                await anyio.to_thread.run_sync(arrived.wait)
                await anyio.sleep(0.1)
                polls.cancel_scope.cancel()
            busy = settled(threads_in_httpcore, 0)
            await transport.aclose()
            return busy

        try:
            assert within(lambda: anyio.run(leave)) == 0
        finally:
            over.set()


def threads_in_httpcore() -> int:
    """Count the threads of this process that are busy with a request."""
    stacks = [traceback.extract_stack(frame) for frame in sys._current_frames().values()]
    return sum(any("/httpcore/" in step.filename for step in stack) for stack in stacks)
