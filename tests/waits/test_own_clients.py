"""A provider of one's own is polled by whatever client one has: httpx's, an origin, a generated."""

import copy
import json
import pickle
import re
from collections.abc import Callable, Mapping
from typing import Any

import attrs
import httpx
import pytest
from attrs import define
from tests.many.crowd import Backend as Crowd
from tests.submits.world import Ways
from tests.waits.harness import QUICK, Backend
from tests.waits.sockets import RawServer, answering, refusing, response, serving

from tilldone import Job, Origin, Phase, PollRejected, Provider, WaitError, edenai
from tilldone_clients.edenai import AuthenticatedClient, Client

KEY = "key-of-ones-own-5f2a+/="
HEADERS = {"Authorization": f"Bearer {KEY}"}
DONE = response(json.dumps({"status": "done", "frames": 7}).encode())


@define
class Render:
    """A result."""

    frames: int


def parse(body: Mapping[str, Any]) -> Render:
    return Render(body["frames"])


RENDERS = Provider(
    name="renders",
    request=lambda job_id: {"method": "GET", "url": f"/jobs/{job_id}"},
    parse=parse,
    phases={"running": Phase.RUNNING, "done": Phase.SUCCEEDED},
    submitted="id",
)
WHOLE = Provider(
    name="whole",
    request=lambda job_id: httpx.Request("GET", job_id),
    parse=parse,
    phases={"done": Phase.SUCCEEDED},
)

KINDS = ("origin", "httpx", "generated", "generated with a token")


def client_of(kind: str, backend: str, url: str) -> Any:  # noqa: ANN401 # what a job takes
    match kind:
        case "origin":
            return Origin(url, headers=HEADERS)
        case "httpx" if backend == "sync":
            return httpx.Client(base_url=url, headers=HEADERS)
        case "httpx":
            return httpx.AsyncClient(base_url=url, headers=HEADERS)
        case "generated":
            return Client(base_url=url, headers=HEADERS)
        case _:
            return AuthenticatedClient(base_url=url, token=KEY)


def wait(backend: Backend, job: Job[Any], *, many: bool) -> Any:  # noqa: ANN401 # any result
    if not many:
        return backend.wait(job, polling=QUICK)
    return Crowd(backend.name).wait_all([job], polling=QUICK)[0].unwrap()


@pytest.mark.parametrize("many", [False, True], ids=["one", "many"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.together("backend", "kind")
def test_each_kind_of_client_carries_the_polls(backend: Backend, kind: str, many: bool) -> None:
    with serving(answering(DONE)) as server:
        client = client_of(kind, backend.name, server.url)
        done = wait(backend, RENDERS.job(client, "7"), many=many)

        assert done == Render(7)
        assert server.targets == ["/jobs/7"]
        assert f"Bearer {KEY}".encode() in server.requests[0]
        if isinstance(client, httpx.Client | httpx.AsyncClient):
            assert not client.is_closed
        if isinstance(client, httpx.Client):
            assert client.get("/own").status_code == 200
            client.close()


@pytest.mark.parametrize("kind", KINDS)
def test_no_key_of_any_client_shows(backend: Backend, kind: str) -> None:
    spelled = "".join(f"\\u{ord(character):04X}" for character in KEY)
    told = f'{{"detail": "not {KEY} nor {spelled}"}}'.encode()
    with serving(answering(response(told, status=403))) as server:
        client = client_of(kind, backend.name, server.url)
        job = RENDERS.job(client, "7")
        with pytest.raises(PollRejected) as caught:
            backend.wait(job)
        if isinstance(client, httpx.Client):
            client.close()
    assert caught.value.body == {"detail": "not *** nor ***"}
    assert KEY not in f"{job!r} {job.ref} {caught.value!r}"


def test_what_is_named_a_secret_does_not_show() -> None:
    told = b"no such tenant: tenant-4711-secret, or pass-phrase-0815"
    with serving(answering(response(told, status=403))) as server:
        origin = Origin(
            server.url,
            headers={"x-tenant": "tenant-4711-secret"},
            secrets=("X-Tenant", "pass-phrase-0815"),
        )
        with pytest.raises(PollRejected) as caught:
            Backend("sync").wait(RENDERS.job(origin, "7"))
    assert caught.value.body == "no such tenant: ***, or ***"


@pytest.mark.parametrize("many", [False, True], ids=["one", "many"])
def test_the_wrong_kind_of_httpx_client_is_refused(backend: Backend, many: bool) -> None:
    with refusing() as nowhere:
        wrong = "asyncio" if backend.name == "sync" else "sync"
        job = RENDERS.job(client_of("httpx", wrong, nowhere), "7")
        with pytest.raises(TypeError, match=r"^client: your httpx\.\w+ cannot be used by"):
            wait(backend, job, many=many)


OUTSIDE = "http://api.example"
UNENCRYPTED = (
    r"^client: 'http://api\.example/?' would send the key unencrypted; use https://, or let "
    r"connect\(\) or Provider\(\) allow it \(allow_http=True\) if you must$"
)


def outside_by(kind: str, backend: str, proxy: str) -> Any:  # noqa: ANN401 # what a job takes
    """Make a client of a host that is not this machine, and is spoken to in plain http."""
    match kind:
        case "httpx":
            own = httpx.Client if backend == "sync" else httpx.AsyncClient
            return own(base_url=OUTSIDE, headers=HEADERS, proxy=proxy)
        case "generated":
            return Client(base_url=OUTSIDE, headers=HEADERS, httpx_args={"proxy": proxy})
        case _:
            return AuthenticatedClient(base_url=OUTSIDE, token=KEY, httpx_args={"proxy": proxy})


def closed(client: object) -> None:
    if isinstance(client, httpx.Client):
        client.close()


@pytest.mark.parametrize("many", [False, True], ids=["one", "many"])
@pytest.mark.parametrize("kind", KINDS[1:])
def test_plain_http_to_another_machine_is_refused(backend: Backend, kind: str, many: bool) -> None:
    with serving(answering(DONE)) as proxy:
        client = outside_by(kind, backend.name, proxy.url)
        with pytest.raises((ValueError, WaitError)) as caught:
            wait(backend, RENDERS.job(client, "7"), many=many)
        said = caught.value.__cause__ if isinstance(caught.value, WaitError) else caught.value
        assert isinstance(said, ValueError)
        assert re.search(UNENCRYPTED, str(said))
        assert proxy.requests == []
        closed(client)


@pytest.mark.parametrize("kind", KINDS[1:])
def test_no_job_is_submitted_over_plain_http_to_another_machine(
    backend: Backend, kind: str
) -> None:
    with serving(answering(DONE)) as proxy, serving(answering(DONE)) as near:
        client = outside_by(kind, backend.name, proxy.url)
        request = RENDERS.submission(client, "create", {"method": "POST", "url": "/jobs"})
        fine = client_of(kind, backend.name, near.url)
        beside = RENDERS.submission(fine, "create", {"method": "POST", "url": "/jobs"})
        with pytest.raises(ValueError, match=UNENCRYPTED):
            Ways(backend.name).submit(request)
        with pytest.raises(ValueError, match=UNENCRYPTED):
            Ways(backend.name).submit_all([beside, request])
        assert [*proxy.requests, *near.requests] == []
        closed(client)
        closed(fine)


@pytest.mark.parametrize("many", [False, True], ids=["one", "many"])
@pytest.mark.parametrize("kind", KINDS[1:])
def test_a_provider_may_allow_plain_http(backend: Backend, kind: str, many: bool) -> None:
    near = attrs.evolve(RENDERS, allow_http=True)
    with serving(answering(DONE)) as proxy:
        client = outside_by(kind, backend.name, proxy.url)
        assert wait(backend, near.job(client, "7"), many=many) == Render(7)
        assert proxy.requests[0].startswith(b"GET http://api.example/jobs/7 ")
        closed(client)


@pytest.mark.parametrize(
    "derived",
    [
        lambda client: client,
        lambda client: client.with_headers({"x-team": "night"}).with_timeout(httpx.Timeout(7)),
        copy.deepcopy,
        lambda client: pickle.loads(pickle.dumps(client)),
    ],
    ids=["itself", "with headers", "copied", "pickled"],
)
def test_what_connect_allowed_holds_for_the_clients_made_of_its_client(
    backend: Backend, derived: Callable[[AuthenticatedClient], AuthenticatedClient]
) -> None:
    with serving(answering(DONE)) as proxy:
        client = edenai.connect(
            KEY, base_url=OUTSIDE, allow_http=True, httpx_args={"proxy": proxy.url}
        )
        assert wait(backend, RENDERS.job(derived(client), "7"), many=False) == Render(7)
        assert len(proxy.requests) == 1


def test_a_request_with_a_whole_url_goes_where_it_says(backend: Backend) -> None:
    kind = httpx.Client if backend.name == "sync" else httpx.AsyncClient
    with serving(answering(DONE)) as server:
        client = kind(headers=HEADERS)
        assert backend.wait(WHOLE.job(client, f"{server.url}/jobs/9")).frames == 7
        if isinstance(client, httpx.Client):
            client.close()
        assert server.targets == ["/jobs/9"]
    with pytest.raises(ValueError, match="unencrypted"):
        backend.wait(WHOLE.job(kind(headers=HEADERS), "http://api.example/jobs/9"))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.together("backend", "kind")
def test_a_key_goes_to_its_own_origin_alone(backend: Backend, kind: str) -> None:
    def told(server: RawServer) -> int:
        return len(server.requests)

    with serving(answering(DONE)) as own, serving(answering(DONE)) as other:
        job = WHOLE.job(client_of(kind, backend.name, own.url), f"{other.url}/jobs/9")
        with pytest.raises(ValueError, match="a key goes to its own origin alone"):
            backend.wait(job)
        assert told(own) + told(other) == 0


def test_a_closed_httpx_client_is_refused() -> None:
    client = httpx.Client(base_url="https://api.example")
    client.close()
    with pytest.raises(ValueError, match=r"^client: the httpx\.Client is closed"):
        Backend("sync").wait(RENDERS.job(client, "7"))


def test_what_is_no_client_is_named(backend: Backend) -> None:
    with pytest.raises(TypeError, match=r"^client: expected a client generated by .* got str"):
        backend.wait(RENDERS.job("https://api.example", "7"))
