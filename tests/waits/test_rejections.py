"""A final no ends the wait at once and says what was said; redirects are never followed."""

import json
import socket
from typing import Any

import attrs
import httpx
import pytest
from tests.core.world import DONE
from tests.many.crowd import Backend as Crowd
from tests.waits.harness import QUICK, Backend, Bench, connect, name_job
from tests.waits.sockets import answering, response, serving

from tilldone import Job, JobFailed, PollRejected
from tilldone.simulator import Step
from tilldone.testing import body, done, html, redirect, running, status

FINAL = (400, 401, 402, 403, 405, 409, 410, 418, 422, 451)
REDIRECTS = (301, 302, 303, 307, 308)


def refused(backend: Backend, bench: Bench, provider: str, *script: Step) -> PollRejected:
    job = bench.job(provider, *script, done())
    with pytest.raises(PollRejected) as caught:
        backend.wait(job)
    assert len(bench.told(job)) == len(script)
    return caught.value


@pytest.mark.parametrize("code", FINAL)
def test_a_final_status_ends_the_wait_at_once(
    bench: Bench, backend: Backend, provider: str, code: int
) -> None:
    error = refused(backend, bench, provider, status(code, body={"why": ["no"]}))

    assert (error.status_code, error.body) == (code, {"why": ["no"]})
    assert f"HTTP {code}: {{'why': ['no']}}" in str(error)
    assert error.last is None


@pytest.mark.parametrize("code", [*REDIRECTS, 300, 304])
def test_a_3xx_is_a_final_no(bench: Bench, backend: Backend, provider: str, code: int) -> None:
    error = refused(backend, bench, provider, running(), status(code))

    assert error.status_code == code
    assert error.last is not None


def wait_either(backend: Backend, many: bool, job: Job[Any]) -> None:
    if many:
        Crowd(backend.name).wait_all([job], polling=QUICK)[0].unwrap()
    else:
        backend.wait(job, polling=QUICK)


@pytest.mark.parametrize("many", [False, True], ids=["one", "many"])
def test_a_redirect_to_no_url_is_a_final_no(backend: Backend, many: bool) -> None:
    nowhere = response(b"gone", status=307, headers="location: http://[::1\r\n")
    with serving(answering(nowhere)) as server:
        job = name_job("edenai", connect("edenai", server.url), "x")
        with pytest.raises(PollRejected) as caught:
            wait_either(backend, many, job)
    assert caught.value.status_code == 307
    assert len(server.requests) == 1


@pytest.mark.parametrize("many", [False, True], ids=["one", "many"])
def test_what_is_no_answer_at_all_passes(backend: Backend, many: bool) -> None:
    switching = b"HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\n\r\n"
    finished = response(json.dumps(DONE.body).encode())
    answers = [switching, finished]

    def speak(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(answers.pop(0))

    with serving(speak) as server:
        job = name_job("edenai", connect("edenai", server.url), "x")
        wait_either(backend, many, job)


def test_a_body_that_is_no_json_is_given_as_text(bench: Bench, backend: Backend) -> None:
    page = refused(backend, bench, "edenai", html(403)).body
    bytes_ = refused(backend, bench, "edenai", status(400, body=b"caf\xe9")).body

    assert page.startswith("<!doctype html>")
    assert bytes_ == "caf\N{REPLACEMENT CHARACTER}"


def test_a_long_body_is_shortened_in_the_text_alone(bench: Bench, backend: Backend) -> None:
    error = refused(backend, bench, "edenai", status(400, body={"why": "x" * 50_000}))

    assert len(str(error)) < 1000
    assert error.body == {"why": "x" * 50_000}


def test_zai_without_balance_is_a_final_no_in_a_429(bench: Bench, backend: Backend) -> None:
    said = {"error": {"code": "1113", "message": "Insufficient balance"}}
    error = refused(backend, bench, "zai", status(429, body=said))

    assert (error.status_code, error.body) == (429, said)


@pytest.mark.parametrize("code", ["1308", 1321])
def test_zai_with_a_used_up_plan_is_a_final_no(
    bench: Bench, backend: Backend, code: str | int
) -> None:
    error = refused(backend, bench, "zai", status(429, body={"error": {"code": code}}))

    assert error.status_code == 429


@pytest.mark.parametrize("code", ["1302", "1305", 1302])
def test_zai_with_too_many_requests_waits_on(
    bench: Bench, backend: Backend, code: str | int
) -> None:
    job = bench.job("zai", status(429, body={"error": {"code": code}}), done())

    assert backend.wait(job).status == "success"


def test_the_same_code_in_another_providers_429_waits_on(bench: Bench, backend: Backend) -> None:
    job = bench.job("edenai", status(429, body={"error": {"code": "1113"}}), done())

    assert backend.wait(job).status == "success"


def test_zai_without_balance_in_a_200_is_a_failed_job(bench: Bench, backend: Backend) -> None:
    said = {"status": "failed", "error": {"code": "1113", "message": "Insufficient balance"}}
    job = bench.job("zai", body(said))

    with pytest.raises(JobFailed) as caught:
        backend.wait(job)
    assert (caught.value.code, caught.value.message) == ("1113", "Insufficient balance")


@pytest.mark.parametrize("code", REDIRECTS)
def test_a_redirect_to_another_origin_is_not_followed(
    bench: Bench, backend: Backend, provider: str, code: int
) -> None:
    with serving(answering(response(b"{}"))) as elsewhere:
        error = refused(backend, bench, provider, redirect(f"{elsewhere.url}/steal", code))

        assert error.status_code == code
        assert elsewhere.connections == 0


@pytest.mark.parametrize("follow", [False, True])
def test_a_redirect_to_the_same_origin_is_not_followed(
    backend: Backend, provider: str, follow: bool
) -> None:
    answer = response(b"", status=307, headers="location: /elsewhere\r\n")
    with serving(answering(answer)) as server:
        # Even a client that was told to follow: its own calls may, a poll may not.
        client = attrs.evolve(connect(provider, server.url), follow_redirects=follow)
        with pytest.raises(PollRejected, match="HTTP 307"):
            backend.wait(name_job(provider, client, "x"))

        assert len(server.requests) == 1


def test_a_client_of_the_users_that_follows_does_not_in_a_wait() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(302, headers={"location": "https://elsewhere.example/"})

    mock = httpx.MockTransport(answer)
    client = connect("edenai", "https://api.example").set_httpx_client(
        httpx.Client(transport=mock, base_url="https://api.example", follow_redirects=True)
    )
    with pytest.raises(PollRejected, match="HTTP 302"):
        Backend("sync").wait(name_job("edenai", client, "x"))

    assert asked == ["/v3/universal-ai/async/x"]
