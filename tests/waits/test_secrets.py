"""No key in anything that a wait shows, logs, raises or stores, whatever the server does."""

import base64
import io
import json
import logging
import pickle
import traceback
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs
import httpx
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.waits.faults import ENDLESS, FAULTS
from tests.waits.harness import (
    BACKENDS,
    HUNG,
    PROVIDERS,
    QUICK,
    Backend,
    Bench,
    connect,
    name_job,
)
from tests.waits.sockets import answering, refusing, response, serving

from tilldone import (
    Job,
    Origin,
    Phase,
    Polling,
    PollRejected,
    Provider,
    Snapshot,
    WaitError,
    wait,
)
from tilldone._http.mask import Mask
from tilldone.simulator import Simulator
from tilldone.testing import ManualClock, done, failed, running, status
from tilldone_clients.edenai import AuthenticatedClient

IMPATIENT = attrs.evolve(QUICK, tolerate=0.0)
# For what never ends.
BRIEF = attrs.evolve(IMPATIENT, request_timeout=0.1, last_poll=0.1)


def canary(provider: str) -> str:
    return f"canary-{provider}-4f1d2a60"


@pytest.fixture(scope="module")
def guarded() -> Iterator[Bench]:
    """Run a simulator that knows the canaries for keys."""
    with Simulator(tokens={name: canary(name) for name in PROVIDERS}) as simulator:
        yield Bench(simulator)


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Record all that any library logs at any level, with each record's raw arguments."""

    class Whole(logging.Formatter):
        def format(self, record: logging.LogRecord) -> str:
            return f"{super().format(record)} {record.__dict__!r}"

    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(Whole())
    loud = [logging.getLogger(name) for name in ("", "tilldone", "httpx", "httpcore", "asyncio")]
    before = [logger.level for logger in loud]
    for logger in loud:
        logger.setLevel(logging.DEBUG)
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)
    for logger, level in zip(loud, before, strict=True):
        logger.setLevel(level)


def shown(job: Job[Any], snapshots: list[Snapshot[Any]], error: BaseException | None) -> str:
    """Collect all that a program could show, log or store of a wait."""
    parts: list[object] = [job, job.ref, pickle.dumps(job)]
    for snapshot in snapshots:
        parts += [snapshot, snapshot.body, pickle.dumps(snapshot)]
    while error is not None:
        trace = traceback.TracebackException.from_exception(error, capture_locals=False)
        parts += [error, str(error), vars(error), "".join(trace.format())]
        if isinstance(error, WaitError):
            parts += [pickle.dumps(error), getattr(error, "response", None)]
        error = error.__cause__ or error.__context__
    return "\n".join(repr(part) for part in parts)


def all_that_shows(backend: str, job: Job[Any], *, polling: Polling = IMPATIENT) -> str:
    snapshots: list[Snapshot[Any]] = []
    error: BaseException | None = None
    try:
        Backend(backend).wait(job, timeout=0, polling=polling, on_snapshot=snapshots.append)
    except WaitError as raised:
        error = raised
    return shown(job, snapshots, error)


STEPS = {
    **FAULTS,
    "done": done(),
    "failed": failed("E1", "It broke."),
    "running": running(),
    "refused": status(403),
}


@pytest.mark.parametrize("way", BACKENDS)
@pytest.mark.parametrize("name", STEPS)
@pytest.mark.together("name", "way")
def test_no_key_shows_whatever_happens(
    guarded: Bench, logged: io.StringIO, name: str, provider: str, way: str
) -> None:
    job = guarded.job(provider, STEPS[name])

    text = all_that_shows(way, job, polling=BRIEF if name in ENDLESS else IMPATIENT)

    assert canary(provider) not in text
    assert canary(provider) not in logged.getvalue()
    assert "unauthorized" not in guarded.told(job), "the canary was not the key"
    assert "httpcore" in logged.getvalue(), "nothing was recorded"


def test_no_key_shows_when_the_connection_is_refused(
    backend: Backend, provider: str, logged: io.StringIO
) -> None:
    with refusing() as url:
        job = name_job(provider, connect(provider, url, canary(provider)), "x")
        text = all_that_shows(backend.name, job)

    assert "PollUnavailable" in text
    assert canary(provider) not in text + logged.getvalue()


def echoes(key: str, provider: str) -> dict[str, bytes]:
    """Write answers that give the key back, each in a place of its own."""
    failing = "fail" if provider == "edenai" else "failed"
    told = f"the key {key} is wrong"
    return {
        "in_a_refusal": response(json.dumps({"detail": told}).encode(), status=401),
        "in_the_text_of_a_refusal": response(told.encode(), status=403),
        "in_a_failure": response(
            json.dumps(
                {"status": failing, "message": told, "error": told, "fail_reason": told}
            ).encode()
        ),
        "in_a_status_word": response(json.dumps({"status": told}).encode()),
        "in_no_json": response(told.encode()),
        "in_a_redirect": response(told.encode(), status=302),
    }


@pytest.mark.parametrize("place", list(echoes("", "")))
def test_no_key_shows_when_the_server_gives_it_back(
    backend: Backend, provider: str, logged: io.StringIO, place: str
) -> None:
    key = canary(provider)
    with serving(answering(echoes(key, provider)[place])) as server:
        job = name_job(provider, connect(provider, server.url, key), "x")
        text = all_that_shows(backend.name, job)

        assert key in server.requests[0].decode()
    assert "***" in text
    assert key not in text + logged.getvalue()


ODD_KEY = r'can/ary"4f\1d+2a60'


SPELLINGS = (
    ODD_KEY,
    r"can/ary\"4f\\1d+2a60",  # in JSON
    r"can\/ary\"4f\\1d+2a60",  # in JSON, as PHP writes it
    r"can/ary\u00224f\u005c1d\u002B2a60",  # in JSON, as .NET writes it
    "".join(f"\\u{ord(character):04x}" for character in ODD_KEY),  # in JSON, in ASCII alone
    r"can\\/ary\\\"4f\\\\1d\\u002b2a60",  # in JSON in a text in JSON
    "can%2Fary%224f%5C1d%2B2a60",  # in a URL
    "can%2fary%224f%5c1d%2b2a60",  # in a URL, in lower case
    "can%252Fary%25224f%255C1d%252B2a60",  # in a URL in a URL
    "can/ary&quot;4f\\1d&#43;2a60",  # in HTML
    r"can\u002fary%224f\\1d+2a60",  # each character in a way of its own
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32-le"])
@pytest.mark.parametrize("spelled", SPELLINGS)
def test_no_key_shows_however_the_server_spells_it(
    backend: Backend, spelled: str, encoding: str
) -> None:
    told = f"not {spelled}!".encode(encoding)
    with serving(answering(response(told, status=403))) as server:
        job = name_job("edenai", connect("edenai", server.url, ODD_KEY), "x")
        with pytest.raises(PollRejected) as caught:
            backend.wait(job)
    masked = "not ***!".encode(encoding)
    assert caught.value.body == masked.decode("utf-8", errors="replace")


@given(st.data())
def test_nothing_but_the_key_is_masked(data: st.DataObject) -> None:
    alphabet = st.sampled_from('ab+/=\\"u0%&;é')
    key = data.draw(st.text(alphabet, min_size=8, max_size=12))
    texts = data.draw(st.lists(st.text(alphabet | st.characters(codec="utf-8"), max_size=12)))
    # Which of several backslashes is the key's own first or last character, nobody can tell.
    assume(not key.startswith("\\") and not key.endswith("\\"))
    assume(not any(key in text for text in texts))

    def spelled(text: str) -> str:
        forms = [st.just(json.dumps(c)[1:-1]) for c in text]
        escaped = [
            "".join(f"\\u{unit}" for unit in c.encode("utf-16-be").hex(" ", 2).split())
            for c in text
        ]
        either = [
            form | st.sampled_from([u, u.upper().replace("U", "u")])
            for form, u in zip(forms, escaped, strict=True)
        ]
        return f'"{"".join(data.draw(form) for form in either)}"'

    written = ", ".join([*map(spelled, texts), spelled(f"<{key}>")])
    encoding = data.draw(st.sampled_from(["utf-8", "utf-16", "utf-16-be", "utf-32-le"]))
    content = f"[{written}]".encode(encoding)

    masked = Mask([key]).content(content)

    read = json.loads(masked)
    assert read[-1] == "<***>"
    for text, original in zip(read[:-1], texts, strict=True):
        # What decodes to the key once more, as a URL would, may be masked; nothing else changes.
        assert text == original or "***" in text
    assert key not in "".join(read)


@given(st.binary(), st.text(min_size=8, max_size=20).filter(lambda key: key.isascii()))
def test_an_answer_without_the_key_stays_as_it_is(content: bytes, key: str) -> None:
    assume(key not in content.decode("latin-1"))
    assert Mask([key]).content(content) == content


def test_no_key_shows_when_a_redirect_carries_it(
    backend: Backend, provider: str, caplog: pytest.LogCaptureFixture
) -> None:
    key = canary(provider)
    caplog.set_level(logging.DEBUG)
    # httpcore itself logs the headers of an answer, at DEBUG: that is its user's to switch on.
    caplog.set_level(logging.INFO, logger="httpcore")
    answer = response(
        b"", status=302, headers=f"location: https://elsewhere.example/?key={key}\r\n"
    )
    with serving(answering(answer)) as server:
        job = name_job(provider, connect(provider, server.url, key), "x")
        text = all_that_shows(backend.name, job)

    assert "PollRejected" in text
    assert key not in text + caplog.text


HIDDEN = "hidden-key-4f1d2a60"
PAIR = base64.b64encode(f"me:{HIDDEN}".encode()).decode()


def with_user(url: str) -> str:
    return url.replace("://", f"://me:{HIDDEN}@")


CARRIERS: dict[str, Callable[[str], object]] = {
    "header": lambda url: httpx.Client(base_url=url, headers={"X-Auth-Token": HIDDEN}),
    "header of Google's": lambda url: httpx.Client(
        base_url=url, headers={"x-goog-api-key": HIDDEN}
    ),
    "header of Azure's": lambda url: Origin(url, headers={"Ocp-Apim-Subscription-Key": HIDDEN}),
    "basic header": lambda url: Origin(url, headers={"Authorization": f"Basic {PAIR}"}),
    "auth": lambda url: httpx.Client(base_url=url, auth=("me", HIDDEN)),
    "digest": lambda url: httpx.Client(base_url=url, auth=httpx.DigestAuth("me", HIDDEN)),
    "parameter": lambda url: httpx.Client(base_url=url, params={"api_key": HIDDEN}),
    "cookie": lambda url: httpx.Client(base_url=url, cookies={"session": HIDDEN}),
    "long cookie": lambda url: httpx.Client(base_url=url, cookies={"a": HIDDEN}),
    "cookie header": lambda url: Origin(url, headers={"Cookie": f"a=1; sid={HIDDEN}; b=2"}),
    "generated, header": lambda url: connect("edenai", url, headers={"X-Tenant-Secret": HIDDEN}),
    "generated, cookie": lambda url: connect("edenai", url).with_cookies({"session": HIDDEN}),
    "generated, auth": lambda url: connect("edenai", url, httpx_args={"auth": ("me", HIDDEN)}),
    "generated, parameter": lambda url: connect(
        "edenai", url, httpx_args={"params": {"key": HIDDEN}}
    ),
    "generated, proxy": lambda url: connect("edenai", url, httpx_args={"proxy": with_user(url)}),
    "proxy": lambda url: httpx.Client(base_url=url, proxy=with_user(url)),
    "proxy of a transport": lambda url: connect(
        "edenai", url, httpx_args={"transport": httpx.HTTPTransport(proxy=with_user(url))}
    ),
}


def carriers(**given: str) -> Provider[dict[str, Any]]:
    def request(id: str) -> Mapping[str, Any]:
        return {"method": "GET", "url": "/jobs", "params": {"job_key": id, **given}}

    return Provider(
        name="carriers",
        request=request,
        parse=dict[str, Any],
        phases={"done": Phase.SUCCEEDED},
    )


def told_back(client: object, **given: str) -> str:
    """Wait at a server that tells what it was sent; give all that shows of the error."""
    with pytest.raises(PollRejected) as caught:
        wait(carriers(**given).job(client, "7"), timeout=0, polling=IMPATIENT)
    frames = traceback.TracebackException.from_exception(caught.value, capture_locals=True).stack
    ours = [frame.locals for frame in frames if Path(frame.filename).parent.name == "_drivers"]
    assert any("event" in found for found in ours if found)
    return f"{vars(caught.value)} {caught.value} {ours}"


@pytest.fixture
def telling() -> Iterator[str]:
    """Run a server that refuses, and tells the key in its body and in a header."""
    told = f"not {HIDDEN} nor {PAIR}"
    head = f"HTTP/1.1 403 no\r\nX-Echo: {told}\r\nContent-Length: {len(told)}\r\n\r\n"
    with serving(answering(f"{head}{told}".encode())) as server:
        yield server.url


@pytest.mark.parametrize("carrier", CARRIERS)
def test_no_key_shows_wherever_the_client_carries_it(
    telling: str, carrier: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    client = CARRIERS[carrier](telling)
    text = told_back(client) + caplog.text
    assert "HTTP Request: " in caplog.text
    if isinstance(client, httpx.Client):
        client.close()
    assert HIDDEN not in text
    if "basic" in carrier or "auth" in carrier or "proxy" in carrier:
        assert PAIR not in text


def test_no_password_of_the_environment_s_proxy_shows(
    telling: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", with_user(telling))
    client = connect("edenai", "http://api.example.test", allow_http=True)
    assert HIDDEN not in told_back(client)


def test_no_key_shows_that_the_declaration_itself_brings(telling: str) -> None:
    assert HIDDEN in told_back(Origin(telling), page=HIDDEN)
    assert HIDDEN not in told_back(Origin(telling), token=HIDDEN)


def test_no_key_in_a_url_is_logged_by_httpx(
    telling: str, backend: Backend, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    job = carriers(token=HIDDEN).job(Origin(telling), "7")
    with pytest.raises(PollRejected):
        backend.check(job)
    assert "/jobs?job_key=7&token=*** " in caplog.text
    assert HIDDEN not in caplog.text
    # What else is asked for is none of our business.
    httpx.get(f"{telling}/?token={HIDDEN}")
    assert HIDDEN in caplog.text


UNSENDABLE = f"{HIDDEN}\u200b"


@pytest.mark.parametrize(
    "make",
    [
        lambda url: carriers().job(connect("edenai", url, headers={"X-Key": UNSENDABLE}), "7"),
        lambda url: carriers().job(AuthenticatedClient(base_url=url, token=UNSENDABLE), "7"),
        lambda url: carriers().job(
            AuthenticatedClient(
                base_url=url,
                token="key-for-tests",
                httpx_args={"headers": {"X-Key": UNSENDABLE}},
            ),
            "7",
        ),
        lambda url: attrs.evolve(
            carriers(),
            request=lambda job: {"method": "get", "url": job, "headers": {"X-Key": UNSENDABLE}},
        ).job(Origin(url), "7"),
    ],
    ids=["header", "token", "httpx_args", "request"],
)
@pytest.mark.together("backend", "make")
def test_no_key_shows_that_no_header_can_carry(
    telling: str, backend: Backend, make: Callable[[str], Job[Any]]
) -> None:
    with pytest.raises(ValueError, match="characters that no HTTP request can carry") as caught:
        backend.wait(make(telling))
    error: BaseException | None = caught.value
    while error is not None:
        assert HIDDEN not in f"{error!r} {error} {vars(error)}"
        error = error.__cause__ or error.__context__


def test_what_names_a_job_is_no_key_whatever_carries_it() -> None:
    body = {"status": "done", "id": "job-4f1d2a60"}
    with serving(answering(response(json.dumps(body).encode()))) as server:
        assert wait(carriers().job(Origin(server.url), "job-4f1d2a60"), timeout=HUNG) == body


def test_no_key_shows_in_a_client(provider: str, guarded: Bench) -> None:
    client = guarded.client(provider, headers={"x-more": "1"})
    assert canary(provider) not in repr(client)

    # Once used, the client has the key in its headers as well.
    client.get_httpx_client().close()
    assert canary(provider) not in repr(client) + str(client)


def test_no_host_in_what_is_stored(guarded: Bench, provider: str) -> None:
    job = guarded.job(provider, running())
    url = guarded.simulator.url(provider).encode()

    with ManualClock():
        error = all_that_shows("sync", job)

    assert url not in pickle.dumps(job)
    assert url.decode() not in job.ref + error
