"""An httpx client that the user put into the generated one is used, or refused with the reason."""

import asyncio
import base64
import gc
import json
import socket
import ssl
from typing import Any

import attrs
import httpx
import pytest
from tests.core.world import DONE
from tests.many.crowd import Backend as Crowd
from tests.waits.harness import QUICK, Backend, Bench, connect, name_job
from tests.waits.sockets import answering, dripping, refusing, response, serving

from tilldone import (
    Job,
    JobTimeout,
    Phase,
    PollRejected,
    PollUnavailable,
    Provider,
    SubmitRejected,
    submit,
    wait,
)
from tilldone._http.settings import settings_of
from tilldone.testing import done, running
from tilldone_clients.edenai import AuthenticatedClient
from tilldone_clients.edenai.api.universal_ai import get_async_job

FINISHED = response(json.dumps(DONE.body).encode())
HEADERS = {"x-team": "night"}

# For what never ends.
BRIEF = attrs.evolve(QUICK, last_poll=0.3, request_timeout=0.3)


def with_clients(client: Any, **settings: Any) -> Any:  # noqa: ANN401 # a generated client
    """Put httpx clients of a user's own into a generated one."""
    return client.set_httpx_client(httpx.Client(**settings)).set_async_httpx_client(
        httpx.AsyncClient(**settings)
    )


def wait_either(name: str, many: bool, job: Job[Any], **how: Any) -> Any:  # noqa: ANN401 # any result
    if not many:
        return Backend(name).wait(job, **how)
    return Crowd(name).wait_all([job, job], **how)[0].unwrap()


@pytest.mark.parametrize("many", [False, True], ids=["one", "many"])
def test_the_users_proxy_and_headers_carry_the_polls(backend: Backend, many: bool) -> None:
    with serving(answering(FINISHED)) as proxy, refusing() as nowhere:
        heard: list[object] = []

        async def hear(request: object) -> None:
            heard.append(request)

        client = connect("edenai", nowhere)
        settings: dict[str, Any] = {"base_url": nowhere, "headers": HEADERS, "proxy": proxy.url}
        client.set_httpx_client(httpx.Client(**settings, event_hooks={"request": [heard.append]}))
        client.set_async_httpx_client(
            httpx.AsyncClient(**settings, event_hooks={"request": [hear]})
        )

        assert wait_either(backend.name, many, name_job("edenai", client, "x")).status == "success"

        client.get_httpx_client().close()
        (request,) = proxy.requests
        assert request.startswith(f"GET {nowhere}/".encode())
        assert b"x-team: night\r\n" in request.lower()
        assert b"accept-encoding: gzip\r\n" in request.lower()
        assert len(heard) == 1


def test_the_users_client_is_held_to_the_deadline_and_left_as_it_was() -> None:
    with serving(dripping()) as server, serving(answering(FINISHED)) as good:
        own = httpx.Client(base_url=server.url, timeout=None)
        client = connect("edenai", server.url).set_httpx_client(own)
        # Without a deadline, what drips never ends.
        with pytest.raises(JobTimeout):
            Backend("sync").wait(name_job("edenai", client, "x"), timeout=0.3, polling=BRIEF)

        pool: Any = own._transport._pool  # type: ignore[attr-defined] # httpx has no reader for it
        assert type(pool._network_backend).__module__.startswith("httpcore")
        assert not own.is_closed
        assert own.get(good.url).status_code == 200
        own.close()


def test_the_users_async_client_serves_one_loop_after_another(bench: Bench) -> None:
    client = with_clients(
        bench.client("edenai"),
        base_url=bench.simulator.url("edenai"),
        headers={"authorization": f"Bearer {bench.simulator.token('edenai')}", **HEADERS},
    )
    for name in ("asyncio", "asyncio", "sync", "asyncio"):
        job = bench.job("edenai", running(), done(), client=client)
        assert Backend(name).wait(job).status == "success"
        assert bench.simulator.polls(job.id)[0].headers["x-team"] == "night"
    client.get_httpx_client().close()


async def _get(client: httpx.AsyncClient) -> None:
    await client.get("/")


# The connection that the dead loop left is collected within the test.
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("many", [False, True], ids=["one", "many"])
@pytest.mark.parametrize("loop", ["asyncio", "trio"])
@pytest.mark.together("loop", "many")
def test_an_async_client_of_another_loop_is_refused(bench: Bench, loop: str, many: bool) -> None:
    url = bench.simulator.url("edenai")
    own = httpx.AsyncClient(base_url=url, headers=HEADERS)
    job = bench.job("edenai", done(), client=bench.client("edenai").set_async_httpx_client(own))

    asyncio.run(_get(own))
    with pytest.raises(RuntimeError, match=r"^client: .* another event loop"):
        wait_either(loop, many, job)
    del own, job
    gc.collect()


@pytest.mark.parametrize("many", [False, True], ids=["one", "many"])
def test_a_client_for_the_other_kind_of_code_only_is_refused(backend: Backend, many: bool) -> None:
    with refusing() as nowhere:
        client = connect("edenai", nowhere)
        if backend.name == "sync":
            client.set_async_httpx_client(httpx.AsyncClient(base_url=nowhere, headers=HEADERS))
        else:
            client.set_httpx_client(httpx.Client(base_url=nowhere, headers=HEADERS))
        with pytest.raises(TypeError, match=r"^client: your httpx\.\w+ cannot be used"):
            wait_either(backend.name, many, name_job("edenai", client, "x"))


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("name", ["videodb", "vessl", "viddyscribe", "edenai", "zai"])
@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"headers": HEADERS},
        {"timeout": 7.0},
        {"httpx_args": {"http2": False, "params": {"a": "1"}, "trust_env": False}},
        {"httpx_args": {"event_hooks": {"request": []}, "proxy": "http://127.0.0.1:9"}},
        {"httpx_args": {"mounts": {"http://": httpx.HTTPTransport()}}},
    ],
)
def test_what_the_generated_client_made_itself_is_not_the_users(
    name: str, settings: dict[str, Any]
) -> None:
    client = connect(name, "https://api.example", **settings)
    client.get_httpx_client().cookies.set("lane", "7")
    client.get_async_httpx_client()
    found = settings_of(client)
    assert (found.client, found.async_client) == (None, None)
    # What a server set goes along.
    assert dict(httpx.Client(**found.arguments).cookies) == {"lane": "7"}


# What a generated client makes its httpx clients with.
MADE: dict[str, Any] = {
    "base_url": "https://api.example",
    "headers": {"authorization": "Bearer key-for-tests"},
    "timeout": 30.0,
}

CONTEXT = ssl.create_default_context()
CONTEXT.check_hostname = False


@pytest.mark.parametrize(
    "settings",
    [
        {"headers": HEADERS},
        {"timeout": 5},
        {"base_url": "https://gateway.example"},
        {"proxy": "http://127.0.0.1:9"},
        {"verify": False},
        {"verify": CONTEXT},
        {"transport": httpx.MockTransport(lambda _: httpx.Response(200))},
        {"mounts": {"https://": httpx.HTTPTransport()}},
        {"event_hooks": {"response": [print]}},
        {"auth": ("user", "password")},
        {"params": {"a": "1"}},
        {"trust_env": False},
        {"limits": httpx.Limits(max_connections=1)},
    ],
    ids=lambda settings: next(iter(settings)),
)
def test_whatever_the_user_set_on_it_makes_it_theirs(settings: dict[str, Any]) -> None:
    client = connect("edenai", "https://api.example")
    # From now on it could have been made by the generated client itself.
    client.get_httpx_client()
    client.set_httpx_client(httpx.Client(**MADE))
    assert settings_of(client).client is None
    theirs = httpx.Client(**{**MADE, **settings})
    client.set_httpx_client(theirs)
    assert settings_of(client).client is theirs


@pytest.mark.parametrize("verify", [True, ssl.create_default_context()], ids=["same", "context"])
def test_what_a_generated_client_cannot_have_made_is_the_users(verify: Any) -> None:  # noqa: ANN401 # as httpx has it
    # No one can see from outside whether a context holds a certificate of the client's.
    client = connect("edenai", "https://api.example")
    theirs = httpx.Client(**{**MADE, "verify": verify})
    theirs_async = httpx.AsyncClient(**{**MADE, "verify": verify})
    client.set_httpx_client(theirs).set_async_httpx_client(theirs_async)
    found = settings_of(client)
    assert (found.client, found.async_client) == (theirs, theirs_async)


SECRET = "key-of-the-users-own-7c1e"
BASIC = base64.b64encode(f"user:{SECRET}".encode()).decode()


@pytest.mark.parametrize(
    ("settings", "key"),
    [({"headers": {"X-API-Key": SECRET}}, SECRET), ({"auth": ("user", SECRET)}, BASIC)],
    ids=["header", "auth"],
)
def test_no_key_of_the_users_client_shows(
    backend: Backend, settings: dict[str, Any], key: str
) -> None:
    with serving(answering(response(f"not {key}".encode(), status=403))) as server:
        client = with_clients(connect("edenai", server.url), base_url=server.url, **settings)
        with pytest.raises(PollRejected) as caught:
            backend.wait(name_job("edenai", client, "x"))
        client.get_httpx_client().close()
        assert key.encode() in server.requests[0]
    assert caught.value.body == "not ***"
    assert key not in repr(caught.value)


def test_generated_calls_and_waits_go_the_same_way(backend: Backend) -> None:
    with serving(answering(FINISHED)) as proxy, refusing() as nowhere:
        client = with_clients(
            connect("edenai", nowhere), base_url=nowhere, proxy=proxy.url, headers=HEADERS
        )
        get_async_job.sync("x", client=client)
        backend.wait(name_job("edenai", client, "x"))

        client.get_httpx_client().close()
        called, polled = (request.split(b"\r\n") for request in proxy.requests)
        assert called[0] == polled[0]
        assert b"x-team: night" in {line.lower() for line in polled}
        assert not {line for line in polled if line.lower().startswith(b"authorization")}


def hooked(kind: str, url: str, *, read: bool = False) -> httpx.Client | httpx.AsyncClient:
    """Make a client with the hook that httpx's documentation gives as an example."""

    def check(answer: httpx.Response) -> None:
        if read:
            answer.read()
        answer.raise_for_status()

    async def check_async(answer: httpx.Response) -> None:
        if read:
            await answer.aread()
        answer.raise_for_status()

    if kind == "sync":
        return httpx.Client(base_url=url, event_hooks={"response": [check]})
    return httpx.AsyncClient(base_url=url, event_hooks={"response": [check_async]})


RENDERS = Provider(
    name="hooked",
    request=lambda id: {"method": "GET", "url": f"/{id}"},  # noqa: A006 # as it is called
    parse=dict[str, Any],
    phases={"done": Phase.SUCCEEDED},
    submitted="id",
)


@pytest.mark.parametrize("many", [False, True], ids=["one", "many"])
def test_a_hook_that_raises_for_a_status_leaves_it_what_it_is(backend: Backend, many: bool) -> None:
    with serving(answering(response(b'{"why": "no"}', status=402))) as server:
        for read, body in ((True, {"why": "no"}), (False, "")):
            client = hooked(backend.name, server.url, read=read)
            with pytest.raises(PollRejected) as caught:
                wait_either(backend.name, many, RENDERS.job(client, "x"), polling=QUICK)
            assert (caught.value.status_code, caught.value.body) == (402, body)
            if isinstance(client, httpx.Client):
                client.close()


def test_a_hook_that_raises_for_a_status_hides_no_answer_to_a_submission() -> None:
    answers = [
        response(b"", status=429, headers="retry-after: 0\r\n"),
        response(b"", status=422),
    ]

    def speak(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(answers.pop(0))

    with serving(speak) as server, hooked("sync", server.url) as client:  # type: ignore[union-attr] # a synchronous one
        request = RENDERS.submission(client, "make", {"method": "POST", "url": "/"})
        with pytest.raises(SubmitRejected) as caught:
            submit(request, timeout=30)
    assert caught.value.status_code == 422
    assert not answers


def test_a_hook_that_takes_the_body_away_is_one_poll_s_fault() -> None:
    def take(answer: httpx.Response) -> None:
        assert [*answer.iter_raw()]

    with (
        serving(answering(FINISHED)) as server,
        httpx.Client(base_url=server.url, event_hooks={"response": [take]}) as client,
        pytest.raises(PollUnavailable, match="ResponseNotRead"),
    ):
        wait(RENDERS.job(client, "x"), timeout=None, polling=attrs.evolve(QUICK, tolerate=0.0))


@pytest.mark.parametrize("many", [False, True], ids=["one", "many"])
def test_headers_among_the_arguments_for_httpx_leave_the_key_in(
    backend: Backend, many: bool
) -> None:
    with serving(answering(response(b'{"status": "done"}'))) as server:
        client = AuthenticatedClient(
            server.url, SECRET, httpx_args={"headers": {"X-Team": "night"}}
        )
        assert wait_either(backend.name, many, RENDERS.job(client, "x"), polling=QUICK)
    sent = server.requests[0].lower()
    assert b"x-team: night\r\n" in sent
    assert f"authorization: bearer {SECRET}\r\n".encode() in sent
