"""The user's own transports and proxies are kept, and the sync deadline's hold on httpx is held."""

import gc
import json
import select
import socket
import ssl
import threading
import time
from contextlib import nullcontext
from itertools import count
from types import SimpleNamespace
from typing import Any

import anyio
import attrs
import httpcore
import httpx
import pytest
from tests.core.world import DONE, RUNNING, Desk
from tests.waits.harness import HUNG, QUICK, Backend, Bench, connect, name_job, within
from tests.waits.sockets import answering, dripping, reset, response, serving

import tilldone
from tilldone import JobTimeout, PollRejected, PollUnavailable, edenai
from tilldone._http.async_transport import feed_from
from tilldone._http.deadline import Deadline, held
from tilldone.testing import ManualClock, done, running
from tilldone_clients.edenai.api.universal_ai import get_async_job
from tilldone_clients.edenai.models import UniversalAIAsyncResponse

OUTSIDE = "http://jobs.example.com"

# For what never ends, unless it is cut.
BRIEF = attrs.evolve(QUICK, last_poll=0.4)


def test_a_transport_in_httpx_args_carries_the_polls(backend: Backend) -> None:
    with ManualClock() as clock:
        desk = Desk(clock, [RUNNING, DONE])

        assert backend.wait(desk.job()).output == {"text": "done"}
    assert len(desk.visits) == 2


def test_a_transport_of_an_httpx_client_carries_the_polls(backend: Backend) -> None:
    with ManualClock() as clock:
        desk = Desk(clock, [RUNNING, DONE, RUNNING, DONE])
        mock = httpx.MockTransport(desk)
        client = connect("edenai", "https://api.example")
        plain = httpx.Client(transport=mock, base_url="https://api.example")
        loops = httpx.AsyncClient(transport=mock, base_url="https://api.example")
        client.set_httpx_client(plain).set_async_httpx_client(loops)
        job = edenai.job(client, "x")

        for _ in range(2):
            assert backend.wait(job).output == {"text": "done"}
    assert len(desk.visits) == 4
    assert not plain.is_closed
    assert not loops.is_closed


def test_a_transport_that_many_waits_share_keeps_no_deadline(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = [0.0]
    moved = SimpleNamespace(monotonic=lambda: time.monotonic() + later[0])
    monkeypatch.setattr("tilldone._http.deadline.time", moved)
    transport = httpx.HTTPTransport(retries=1)
    client = bench.client("edenai", httpx_args={"transport": transport})
    first = bench.job("edenai", running(), done(), client=client)

    # It is held all the time, as by a wait in another thread.
    with httpx.Client(transport=transport) as own, held(own):
        tilldone.wait(first, timeout=HUNG, polling=QUICK)
        later[0] += 2 * HUNG
        tilldone.wait(first, timeout=HUNG, polling=QUICK)
        later[0] += 2 * HUNG
        own.get(bench.simulator.url("edenai"))

    assert bench.told(first) == ["running", "done", "done"]


def test_a_shared_transport_holds_the_deadline_of_each_wait(bench: Bench) -> None:
    transport = httpx.HTTPTransport()
    with serving(dripping()) as server:
        client = connect("edenai", server.url, httpx_args={"transport": transport})
        for _ in range(2):
            job = name_job("edenai", client, "x")
            with pytest.raises(JobTimeout):
                Backend("sync").wait(job, timeout=0.2, polling=BRIEF)


@pytest.fixture
def proxied(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def test_certificates_of_ones_own_are_trusted_by_polls_and_generated_calls(
    backend: Backend, secured: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    finished = response(json.dumps(DONE.body).encode())
    with serving(answering(finished), tls=secured) as server:
        stranger = name_job("edenai", connect("edenai", server.url), "x")
        with pytest.raises(PollUnavailable, match="certificate"):
            backend.wait(stranger, polling=attrs.evolve(QUICK, tolerate=0.0))

        client = connect("edenai", server.url, httpx_args={"verify": trusting})
        assert backend.wait(name_job("edenai", client, "x")).status == "success"
        with client:
            called = get_async_job.sync("x", client=client)
    assert isinstance(called, UniversalAIAsyncResponse)
    assert called.output == {"text": "done"}


class _Breaking(httpx.AsyncBaseTransport, httpx.BaseTransport):
    """A connection that breaks in the middle of a request."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        assert isinstance(request.stream, httpx.SyncByteStream)
        for _ in request.stream:
            raise httpx.WriteError("reset by peer")
        raise AssertionError("the request has a body, if an empty one")

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        assert isinstance(request.stream, httpx.AsyncByteStream)
        async for _ in request.stream:
            raise httpx.WriteError("reset by peer")
        raise AssertionError("the request has a body, if an empty one")


@pytest.mark.parametrize("provider", ["edenai", "zai"])
def test_a_request_that_breaks_while_it_is_sent_strands_nothing(
    backend: Backend, provider: str
) -> None:
    settings = {"transport": _Breaking()}
    client = connect(provider, "https://api.example", httpx_args=settings)
    with pytest.raises(PollUnavailable, match="reset by peer"):
        backend.wait(name_job(provider, client, "x"), polling=attrs.evolve(QUICK, tolerate=0.0))
    # A generator that was left in the middle makes itself heard on trio, once it is collected.
    gc.collect()


@pytest.mark.parametrize("loop", ["asyncio", "trio"])
@pytest.mark.parametrize("error", [None, OSError("no space left")])
def test_a_body_that_is_not_read_to_its_end_strands_nothing(
    loop: str, error: Exception | None
) -> None:
    fed: list[bytes] = []

    def feed(chunk: bytes) -> bool:
        fed.append(chunk)
        if error is not None:
            raise error
        return False

    async def main(url: str) -> None:
        async with httpx.AsyncClient() as client, client.stream("GET", url) as answered:
            await feed_from(answered, feed)

    raised = pytest.raises(OSError, match="no space left") if error else nullcontext()
    with serving(answering(response(b"x" * 1_000_000))) as server, raised:
        within(lambda: anyio.run(main, server.url, backend=loop))
    assert len(fed) == 1
    gc.collect()


def test_a_proxy_of_the_environment_carries_the_polls(
    backend: Backend, provider: str, proxied: pytest.MonkeyPatch
) -> None:
    with serving(answering(response(b"no", status=400))) as proxy:
        proxied.setenv("HTTP_PROXY", proxy.url)
        client = connect(provider, OUTSIDE, allow_http=True)
        with pytest.raises(PollRejected, match="HTTP 400: no"):
            backend.wait(name_job(provider, client, "x"))

        (target,) = proxy.targets
        assert target.startswith(f"{OUTSIDE}/")


def test_a_proxy_in_httpx_args_carries_the_polls(backend: Backend) -> None:
    with serving(answering(response(b'{"status":"success"}'))) as proxy:
        client = connect("zai", OUTSIDE, allow_http=True, httpx_args={"proxy": proxy.url})

        assert backend.wait(name_job("zai", client, "x")).status == "success"
        assert proxy.targets == [f"{OUTSIDE}/v1/agents/async-result"]


def test_a_proxy_that_drips_does_not_outlast_the_deadline(
    backend: Backend, proxied: pytest.MonkeyPatch
) -> None:
    with serving(dripping()) as proxy:
        proxied.setenv("HTTP_PROXY", proxy.url)
        job = name_job("edenai", connect("edenai", OUTSIDE, allow_http=True), "x")
        with pytest.raises(JobTimeout, match="no complete answer"):
            backend.wait(job, timeout=0.3, polling=BRIEF)


def test_the_users_headers_and_cookies_go_along(backend: Backend, provider: str) -> None:
    with serving(answering(response(b"no", status=400))) as server:
        client = connect(provider, server.url, headers={"X-Team": "night"})
        client = client.with_cookies({"lane": "7"})
        with pytest.raises(PollRejected):
            backend.wait(name_job(provider, client, "x"))

        head = server.requests[0].decode().lower()
        assert "x-team: night\r\n" in head
        assert "cookie: lane=7\r\n" in head
        assert "user-agent: tilldone/" in head


def pools_of(client: httpx.Client) -> list[Any]:
    held_: Any = client
    return [held_._transport._pool, *(mount._pool for mount in held_._mounts.values())]


def test_a_client_is_held_to_deadlines_and_left_as_it_was(proxied: pytest.MonkeyPatch) -> None:
    proxied.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with httpx.Client() as client:
        before = [pool._network_backend for pool in pools_of(client)]
        assert len(before) == 2
        with held(client):
            during = [pool._network_backend for pool in pools_of(client)]
            with held(client):
                assert [pool._network_backend for pool in pools_of(client)] == during
            assert [pool._network_backend for pool in pools_of(client)] == during
        assert not {*map(id, before)} & {*map(id, during)}
        assert [pool._network_backend for pool in pools_of(client)] == before


def test_a_connection_that_was_open_before_keeps_the_deadline() -> None:
    answers = iter([answering(response(b"hello")), dripping()])

    def speak(connection: socket.socket, request: bytes) -> None:
        next(answers)(connection, request)

    with serving(speak) as server, httpx.Client(base_url=server.url, timeout=60) as client:
        client.get("/")

        def ask() -> None:
            with Deadline().within(0.3):
                client.get("/")

        with held(client), pytest.raises(httpx.TimeoutException):
            within(ask)
        assert server.connections == 1


def test_a_connection_that_breaks_before_tls_begins_leaves_no_socket() -> None:
    """pytest fails for a socket that nobody closes."""
    connected = threading.Event()

    def speak(connection: socket.socket, _request: bytes) -> None:
        connected.wait(HUNG)
        reset(connection)

    with serving(speak, handshakes=False) as server, httpx.Client() as client, held(client):
        (pool,) = pools_of(client)
        stream = pool._network_backend.connect_tcp("127.0.0.1", server.port, timeout=HUNG)
        connected.set()
        # A socket that was reset is ready to be read.
        readable, _, _ = select.select([stream.get_extra_info("socket")], [], [], HUNG)
        assert readable
        with pytest.raises(httpcore.ConnectError):
            stream.start_tls(ssl.create_default_context(), "localhost", timeout=HUNG)
        gc.collect()


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
def test_a_read_goes_on_step_by_step_where_ctrl_c_needs_it(
    monkeypatch: pytest.MonkeyPatch,
    tls: bool,
    secured: ssl.SSLContext,
    trusting: ssl.SSLContext,
) -> None:
    monkeypatch.setattr("tilldone._http.deadline._STEP", 0.01)
    steps = count(1)
    cut = Deadline.cut
    went_on = threading.Event()

    def counted(deadline: Deadline, timeout: float | None, expired: type[Exception]) -> Any:  # noqa: ANN401 # as it is
        if head_sent.is_set() and next(steps) == 5:
            went_on.set()
        return cut(deadline, timeout, expired)

    monkeypatch.setattr(Deadline, "cut", counted)
    head_sent = threading.Event()

    def late(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 X\r\ncontent-length: 5\r\n\r\n")
        head_sent.set()
        if len(server.requests) == 1:
            assert went_on.wait(HUNG)
            connection.sendall(b"hello")
        else:
            connection.recv(1)

    with (
        serving(late, tls=secured if tls else None) as server,
        httpx.Client(verify=trusting, timeout=HUNG) as client,
        held(client),
    ):
        with Deadline().within(HUNG):
            assert client.get(server.url).text == "hello"
        with (
            client.stream("GET", server.url) as answered,
            pytest.raises(httpx.ReadTimeout),
            Deadline().within(0.15),
        ):
            answered.read()
        with pytest.raises(httpx.ReadTimeout):
            client.get(server.url, timeout=httpx.Timeout(HUNG, read=0.15))


@pytest.mark.parametrize("missing", ["_pool", "_network_backend"])
def test_holding_says_so_when_httpx_is_built_differently(missing: str) -> None:
    with httpx.Client() as client:
        (pool,) = pools_of(client)
        transport: Any = client._transport
        try:
            if missing == "_pool":
                del transport._pool
            else:
                del pool._network_backend
            with (
                pytest.raises(RuntimeError, match=r"httpx .* keeps its network backend"),
                held(client),
            ):
                pass
        finally:
            transport._pool = pool
