"""Sending for real: servers that count what arrives, for synchronous code, asyncio and trio."""

import json
import logging
import math
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from tests.submits.world import BODY, KEY, SECRET, Ways, renders, request_to
from tests.waits.harness import ever_more
from tests.waits.sockets import (
    RawServer,
    Speak,
    answering,
    dripping,
    never_accepting,
    refusing,
    reset,
    response,
    serving,
)

from tilldone import (
    JobFailed,
    JobTimeout,
    Origin,
    Polling,
    SubmitError,
    SubmitRejected,
    SubmitUncertain,
)
from tilldone.testing import ManualClock


def says(body: object, *, status: int = 200, headers: str = "") -> bytes:
    return response(json.dumps(body).encode(), status=status, headers=headers)


MADE = says({"render": {"id": "r1"}}, status=201)
READY = says({"status": "ready", "url": "x"})


def scripted(*answers: bytes) -> Speak:
    """Give one answer after the other, the last one for ever."""
    left = [*answers]

    def speak(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(left.pop(0) if len(left) > 1 else left[0])

    return speak


def posts(server: RawServer) -> int:
    return sum(request.startswith(b"POST") for request in server.requests)


def test_a_job_is_made_by_one_request_and_waited_for(ways: Ways) -> None:
    with serving(scripted(MADE, says({"status": "queued"}), READY)) as server:
        assert ways.run(request_to(server.url)) == {"status": "ready", "url": "x"}
    assert server.targets == ["/renders", "/renders/r1", "/renders/r1"]
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert json.loads(body) == BODY
    assert f"authorization: bearer {KEY}".encode() in head.lower()


def test_the_job_can_be_resumed_by_whoever_has_its_ref(ways: Ways) -> None:
    with serving(scripted(MADE, READY)) as server:
        origin = Origin(server.url)
        job = ways.submit(request_to(origin))
        assert job == renders().resume(origin, job.ref)


@pytest.mark.parametrize("code", [408, 500, 502, 503, 504])
def test_what_leaves_a_doubt_is_sent_once(ways: Ways, code: int) -> None:
    refusal = says({"error": "no"}, status=code, headers="retry-after: 0\r\n")
    with serving(answering(refusal)) as server, pytest.raises(SubmitUncertain) as caught:
        ways.submit(request_to(server.url))
    assert posts(server) == 1
    assert (caught.value.status_code, caught.value.body) == (code, {"error": "no"})


def test_a_reset_after_the_request_leaves_a_doubt(ways: Ways) -> None:
    with serving(reset) as server, pytest.raises(SubmitUncertain) as caught:
        ways.submit(request_to(server.url))
    assert posts(server) == 1
    assert caught.value.status_code is None


def test_a_reset_in_the_answer_leaves_a_doubt(ways: Ways) -> None:
    def speak(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(MADE[:-4])
        reset(connection)

    with serving(speak) as server, pytest.raises(SubmitUncertain):
        ways.submit(request_to(server.url))
    assert posts(server) == 1


@pytest.mark.parametrize("slow", ["silent", "dripping"])
def test_an_answer_that_does_not_come_in_time_leaves_a_doubt(ways: Ways, slow: str) -> None:
    def silent(connection: socket.socket, _request: bytes) -> None:
        connection.recv(1)

    def late(seconds: float) -> tuple[int, SubmitError]:
        with (
            serving(silent if slow == "silent" else dripping()) as server,
            pytest.raises(SubmitError) as caught,
        ):
            ways.submit(request_to(server.url), timeout=seconds)
        return posts(server), caught.value

    # Until there was the time to send it.
    sent, error = next(ended for ended in map(late, ever_more(0.5)) if ended[0])
    assert type(error) is SubmitUncertain
    assert "no complete answer within" in str(error)
    assert sent == 1


def test_a_slow_answer_is_waited_for(ways: Ways) -> None:
    def slow(connection: socket.socket, request: bytes) -> None:
        threading.Event().wait(0.7)
        connection.sendall(MADE if request.startswith(b"POST") else READY)

    with serving(slow) as server:
        assert ways.submit(request_to(server.url)).id == "r1"
    assert posts(server) == 1


@pytest.mark.parametrize("code", [301, 307, 400, 401, 404, 409, 422, 425])
def test_a_final_no_is_sent_once(ways: Ways, code: int) -> None:
    refusal = says({"error": "no"}, status=code, headers="location: /elsewhere\r\n")
    with serving(answering(refusal)) as server, pytest.raises(SubmitRejected) as caught:
        ways.submit(request_to(server.url))
    assert server.targets == ["/renders"]
    assert (caught.value.status_code, caught.value.body) == (code, {"error": "no"})


def test_a_429_is_sent_again_after_what_it_asks_for(ways: Ways) -> None:
    busy = says({"error": "busy"}, status=429, headers="retry-after: 1\r\n")
    with serving(scripted(busy, MADE)) as server:
        assert ways.submit(request_to(server.url)).id == "r1"
    assert posts(server) == 2


def test_a_429_until_the_timeout_is_an_error_without_a_job(ways: Ways) -> None:
    with serving(answering(says({}, status=429))) as server, ManualClock():
        with pytest.raises(
            SubmitError, match="no job exists; the provider refused it for now"
        ) as e:
            ways.submit(request_to(server.url), timeout=60.0)
        assert type(e.value) is SubmitError
        assert posts(server) > 1


def test_nothing_is_sent_where_nobody_listens(ways: Ways) -> None:
    with refusing() as nowhere, pytest.raises(SubmitError, match="nothing could be sent") as caught:
        ways.submit(request_to(nowhere), timeout=0.8)
    assert type(caught.value) is SubmitError


def test_nothing_is_sent_where_nobody_accepts(ways: Ways) -> None:
    with never_accepting() as port:
        with pytest.raises(SubmitError, match="nothing could be sent") as caught:
            ways.submit(request_to(f"http://127.0.0.1:{port}"), timeout=0.8)
        assert type(caught.value) is SubmitError


def test_a_server_that_comes_up_in_time_gets_it_once(ways: Ways) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        seen: list[bytes] = []

        def serve() -> None:
            held.listen()
            connection, _ = held.accept()
            with connection:
                seen.append(connection.recv(65536))
                connection.sendall(MADE)

        late = threading.Timer(0.6, serve)
        late.start()
        assert ways.submit(request_to(f"http://127.0.0.1:{held.getsockname()[1]}")).id == "r1"
        late.join()
    assert len(seen) == 1


def test_a_failed_handshake_is_sent_again(ways: Ways) -> None:
    """A connection that breaks before TLS is up has carried no byte of a request."""
    with serving(reset, handshakes=False) as server, ManualClock():
        with pytest.raises(SubmitError, match="nothing could be sent") as caught:
            ways.submit(request_to(server.url), timeout=10.0)
        assert type(caught.value) is SubmitError
        assert server.connections > 1


def test_an_unknown_certificate_leaves_no_doubt(ways: Ways, secured: ssl.SSLContext) -> None:
    # Each handshake has all the time that it needs, and what passes between them is the clock's.
    with serving(answering(MADE), tls=secured) as server, ManualClock():
        with pytest.raises(SubmitError, match=r"(?i)nothing could be sent.*certificate") as caught:
            ways.submit(request_to(server.url), timeout=10.0)
        assert type(caught.value) is SubmitError
        assert server.requests == []


@contextmanager
def clients(ways: Ways, url: str, **settings: Any) -> Iterator[Any]:  # noqa: ANN401 # of httpx
    """Give a client of the user's own, of the kind that the way needs."""
    if ways.name == "sync":
        with httpx.Client(base_url=url, **settings) as client:
            yield client
    else:
        yield httpx.AsyncClient(base_url=url, **settings)


def test_a_proxy_that_refuses_to_connect_leaves_no_doubt(ways: Ways) -> None:
    with serving(answering(response(b"", status=502))) as proxy, ManualClock():
        with (
            clients(ways, "https://api.example", proxy=proxy.url) as client,
            pytest.raises(SubmitError, match=r"nothing could be sent.*502") as caught,
        ):
            ways.submit(request_to(client), timeout=10.0)
        assert type(caught.value) is SubmitError
        assert {request.split()[0] for request in proxy.requests} == {b"CONNECT"}
        assert len(proxy.requests) > 1


def test_a_connection_that_was_open_before_is_not_used(ways: Ways) -> None:
    """Servers drop idle connections without a word: a request on one would leave a doubt."""
    used: list[socket.socket] = []

    def once(connection: socket.socket, request: bytes) -> None:
        if connection in used:
            reset(connection)
            return
        used.append(connection)
        connection.sendall(MADE if request.startswith(b"POST") else READY)

    with serving(once) as server:
        assert ways.submit_warm(server.url).id == "r1"
        assert (posts(server), server.connections) == (1, 2)


class _Mute(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """A transport that tells nothing of its steps, and fails."""

    def __init__(self, error: Exception) -> None:
        self._error = error
        self.sent = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:  # noqa: ARG002 # httpx has it so
        self.sent += 1
        raise self._error

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:  # noqa: ARG002 # httpx has it so
        self.sent += 1
        raise self._error


@pytest.mark.parametrize("error", [httpx.ReadError("x"), httpx.ReadTimeout("x"), OSError("x")])
@pytest.mark.together("ways", "error")
def test_a_transport_that_tells_nothing_leaves_a_doubt(ways: Ways, error: Exception) -> None:
    mute = _Mute(error)
    with clients(ways, "http://localhost", transport=mute) as client, ManualClock():
        with pytest.raises(SubmitUncertain):
            ways.submit(request_to(client), timeout=10.0)
        assert mute.sent == 1


@pytest.mark.parametrize("error", [httpx.ConnectError("x"), httpx.ConnectTimeout("x")])
@pytest.mark.together("ways", "error")
def test_but_not_where_its_error_is_one_of_connecting(ways: Ways, error: Exception) -> None:
    mute = _Mute(error)
    with clients(ways, "http://localhost", transport=mute) as client, ManualClock():
        with pytest.raises(SubmitError, match="nothing could be sent"):
            ways.submit(request_to(client), timeout=10.0)
        assert mute.sent > 1


class _Again(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Sends what has failed again, under a name that says nothing of it."""

    def __init__(self, ways: Ways) -> None:
        self._sync = httpx.HTTPTransport() if ways.name == "sync" else None
        self._async = None if ways.name == "sync" else httpx.AsyncHTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        assert self._sync is not None
        for _ in range(2):
            answer = self._sync.handle_request(request)
            if answer.status_code < 500:
                return answer
            answer.read()
        return self._sync.handle_request(request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        assert self._async is not None
        for _ in range(2):
            answer = await self._async.handle_async_request(request)
            if answer.status_code < 500:
                return answer
            await answer.aread()
        return await self._async.handle_async_request(request)


class RetryTransport(_Again):
    pass


def test_a_transport_that_sends_again_by_itself_is_stopped(ways: Ways) -> None:
    with serving(answering(response(b"", status=503))) as server:
        with (
            clients(ways, server.url, transport=_Again(ways)) as client,
            pytest.raises(SubmitUncertain, match="would have sent the request a second time"),
        ):
            ways.submit(request_to(client))
        assert posts(server) == 1


def test_one_that_says_so_is_refused(ways: Ways) -> None:
    with serving(answering(response(b"", status=503))) as server:
        with clients(ways, server.url, transport=RetryTransport(ways)) as client:
            with pytest.raises(ValueError, match=r"^client: .*RetryTransport sends requests again"):
                ways.submit(request_to(client))
            with pytest.raises(ValueError, match=r"^client: "):
                ways.submit_all([request_to(client)])
        assert server.requests == []


def test_retries_of_connecting_are_harmless(ways: Ways) -> None:
    kind = httpx.HTTPTransport if ways.name == "sync" else httpx.AsyncHTTPTransport
    with serving(answering(MADE)) as server:
        with clients(ways, server.url, transport=kind(retries=2)) as client:
            assert ways.submit(request_to(client)).id == "r1"
        assert posts(server) == 1


def test_authentication_in_two_steps_is_no_second_sending(ways: Ways) -> None:
    challenge = 'www-authenticate: Digest realm="r", nonce="n", qop="auth"\r\n'
    with serving(scripted(response(b"", status=401, headers=challenge), MADE)) as server:
        with clients(ways, server.url, auth=httpx.DigestAuth("me", "password")) as client:
            assert ways.submit(request_to(client)).id == "r1"
        assert posts(server) == 2


def test_the_same_key_goes_along_where_the_provider_knows_it_again(ways: Ways) -> None:
    broken = response(b"", status=500)
    with serving(scripted(broken, says({"error": "busy"}, status=503), MADE)) as server:
        request = request_to(server.url, idempotency_header="Idempotency-Key")
        assert ways.submit(request).id == "r1"
        keys = [
            line
            for sent in server.requests
            for line in sent.splitlines()
            if line.lower().startswith(b"idempotency-key: ")
        ]
    assert (len(keys), len(set(keys))) == (3, 1)


def test_one_deadline_holds_over_submission_and_wait(ways: Ways) -> None:
    busy = says({}, status=429, headers="retry-after: 40\r\n")
    queued = says({"status": "queued"})
    with serving(scripted(busy, MADE, queued)) as server, ManualClock() as clock:
        with pytest.raises(JobTimeout) as caught:
            ways.run(request_to(server.url), timeout=60.0, polling=Polling())
        assert math.isclose(clock.now(), 60.0)
        # The wait had less than the whole: forty seconds of it went into the submission.
        last = caught.value.last
        assert last is not None
        assert math.isclose(last.elapsed, 20.0)


def test_an_answer_that_is_over_already_saves_the_poll(ways: Ways) -> None:
    done = says({"render": {"id": "r1"}, "status": "ready"})
    with serving(answering(done)) as server:
        assert ways.run(request_to(server.url))["status"] == "ready"
        assert len(server.requests) == 1
        job = ways.submit(request_to(server.url))
        assert len(server.requests) == 2
        assert job.id == "r1"


def test_a_job_that_failed_at_once_is_a_failed_job(ways: Ways) -> None:
    failed = says({"render": {"id": "r1"}, "status": "broken", "error": {"code": "E1"}})
    with serving(answering(failed)) as server, pytest.raises(JobFailed) as caught:
        ways.run(request_to(server.url))
    assert (caught.value.code, len(server.requests)) == ("E1", 1)


def test_a_callback_that_raises_does_not_lose_the_job(ways: Ways) -> None:
    def raising(_snapshot: object) -> None:
        raise LookupError("mine")

    with serving(scripted(MADE, READY)) as server, pytest.raises(LookupError) as caught:
        ways.run(request_to(server.url), on_snapshot=raising)
    assert '"id":"r1"' in "".join(caught.value.__notes__)


def test_wrong_arguments_are_refused_before_anything_is_sent(ways: Ways) -> None:
    with serving(answering(MADE)) as server:
        request = request_to(server.url)
        with pytest.raises(ValueError, match=r"^timeout: "):
            ways.run(request, timeout=-1)
        with pytest.raises(TypeError, match=r"^polling: "):
            ways.run(request, polling="often")
        with pytest.raises(TypeError, match=r"^request: expected a JobRequest, got str"):
            ways.submit("renders")  # type: ignore[arg-type] # the point
        with pytest.raises(TypeError, match=r"^requests: .* got a single JobRequest"):
            ways.submit_all(request)
        with pytest.raises(ValueError, match=r"^concurrency: "):
            ways.submit_all([request], concurrency=0)
        with pytest.raises(ValueError, match=r"^rate: 0 requests a second"):
            ways.submit_all([request], rate=0)
        assert server.requests == []


@pytest.mark.parametrize(
    ("wrong", "kind", "says"),
    [
        ({"json": {"size": math.nan}}, ValueError, "request: cannot be built: Out of range"),
        ({"json": {"prompt": "\ud800"}}, ValueError, "request: cannot be built: .*surrogate"),
        ({"json": {"when": object()}}, TypeError, "request: cannot be built: .*object"),
        ({"url": "/a\0"}, ValueError, "request: cannot be built: Invalid"),
        ({"url": "http://localhost:9/x"}, ValueError, "Provider: request: goes to http://local"),
    ],
)
def test_what_cannot_be_built_is_told_before_any_other_is_sent(
    wrong: dict[str, Any], kind: type[Exception], says: str, ways: Ways
) -> None:
    with serving(answering(MADE)) as server:
        origin = Origin(server.url)
        made = {"method": "post", "url": "/renders", **wrong}
        bad = renders().submission(origin, "create", made)
        for submits in (
            lambda: ways.submit(bad),
            lambda: ways.run(bad),
            lambda: ways.submit_all([request_to(server.url), bad], concurrency=1),
        ):
            with pytest.raises(kind, match=f"^{says}"):
                submits()
        assert server.requests == []


def test_many_are_submitted_in_their_order_whatever_becomes_of_each(ways: Ways) -> None:
    def speak(connection: socket.socket, request: bytes) -> None:
        number = json.loads(request.partition(b"\r\n\r\n")[2])["number"]
        if number % 4 == 1:
            connection.sendall(response(b"{}", status=422))
        elif number % 4 == 2:
            connection.sendall(response(b"{}", status=503))
        else:
            connection.sendall(says({"render": {"id": f"r{number}"}}))

    with serving(speak) as server:
        requests = [request_to(server.url, body={"number": number}) for number in range(24)]
        ended = ways.submit_all(requests, concurrency=5)
        assert [each.request for each in ended] == requests
        for number, each in enumerate(ended):
            if number % 4 in (1, 2):
                kind = SubmitRejected if number % 4 == 1 else SubmitUncertain
                assert (type(each.error), each.job) == (kind, None)
                with pytest.raises(kind):
                    each.unwrap()
            else:
                assert each.unwrap().id == f"r{number}"
        assert posts(server) == 24


def test_many_go_by_the_user_s_own_client(ways: Ways) -> None:
    with serving(answering(MADE)) as server:
        with clients(ways, server.url, headers={"x-team": "night"}) as client:
            ended = ways.submit_all([request_to(client) for _ in range(3)])
        assert [each.unwrap().id for each in ended] == ["r1"] * 3
        assert [b"x-team: night" in request.lower() for request in server.requests] == [True] * 3


def test_none_at_all_are_submitted_too(ways: Ways) -> None:
    assert ways.submit_all([]) == []


def test_a_rate_spreads_them(ways: Ways) -> None:
    with serving(answering(MADE)) as server:

        def all_made(seconds: float) -> bool:
            # The rate alone takes longer: nobody's own time runs before the rate lets it go.
            requests = [request_to(server.url) for _ in range(4)]
            ended = ways.submit_all(requests, rate=2.5 / seconds, timeout=seconds)
            return all(each.job for each in ended)

        assert any(map(all_made, ever_more(0.5)))


def test_no_log_line_holds_a_key_or_a_body(ways: Ways, caplog: pytest.LogCaptureFixture) -> None:
    busy = says({"error": {"message": f"{SECRET} {KEY}"}}, status=429)
    with caplog.at_level(logging.DEBUG, "tilldone"), serving(scripted(busy, MADE)) as server:
        ways.submit(request_to(server.url))
    lines = [record.getMessage() for record in caplog.records if record.name == "tilldone"]
    assert [line.partition(":")[0] for line in lines] == ["renders create"] * 4
    assert not any(SECRET in line or KEY in line for line in lines)
