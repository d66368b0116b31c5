"""Bad input is refused before any poll, in words that name the argument and never show a key."""

import json
from urllib.parse import unquote, unquote_plus

import pytest
from tests.waits.harness import AGENT_ID, PROVIDERS, Backend, connect, name_job
from tests.waits.sockets import answering, response, serving

from tilldone import PollRejected, vessl, zai

VARIABLES = {
    "videodb": "VIDEO_DB_API_KEY",
    "vessl": "VESSL_TOKEN",
    "viddyscribe": "VIDDYSCRIBE_API_KEY",
    "edenai": "EDENAI_API_KEY",
    "zai": "ZAI_API_KEY",
}
KEY = "sk-not-to-be-shown"

# Ids that another client would make another path, query or header of.
ODD = [
    "a/b",
    "../../admin",
    "a/../b",
    "a?key=1&b",
    "a#b",
    "a%2Fb",
    "%2e%2e",
    "a b",
    " a",
    "a;b=c",
    "a\\b",
    "ключ 🗝",
    "a+b@c:d",
]


@pytest.mark.parametrize("id", ["", " ", "\t", ".", "..", "a\nb", "a\r\nx: y", "\x00", "a\x7f"])
def test_an_id_that_names_no_job_is_refused(provider: str, id: str) -> None:
    with pytest.raises(ValueError, match=r"^id: "):
        name_job(provider, connect(provider, "https://api.example", KEY), id)


@pytest.mark.parametrize("id", [None, 7, b"x"])
def test_an_id_that_is_no_text_is_refused(provider: str, id: str) -> None:
    with pytest.raises(TypeError, match=r"^id: expected text"):
        name_job(provider, connect(provider, "https://api.example", KEY), id)


def test_an_endless_id_is_refused(provider: str) -> None:
    with pytest.raises(ValueError, match=r"^id: 5000 characters"):
        name_job(provider, connect(provider, "https://api.example", KEY), "x" * 5000)


@pytest.mark.parametrize("agent_id", ["", "a\nb"])
def test_an_agent_id_is_held_to_the_same(agent_id: str) -> None:
    with pytest.raises(ValueError, match=r"^agent_id: "):
        zai.job(zai.connect(KEY), "x", agent_id=agent_id)


TARGETS = {
    "videodb": "/async-response/{}",
    "vessl": "/prefix/async/{}/output",
    "viddyscribe": "/enterprise/api/get_results?job_id={}",
    "edenai": "/v3/universal-ai/async/{}",
    "zai": "/v1/agents/async-result",
}


@pytest.mark.parametrize("id", ODD)
def test_an_odd_id_is_one_quoted_name_and_never_another_path(
    backend: Backend, provider: str, id: str
) -> None:
    with serving(answering(response(b"{}", status=400))) as server:
        base = f"{server.url}/prefix" if provider == "vessl" else server.url
        with pytest.raises(PollRejected):
            backend.wait(name_job(provider, connect(provider, base, KEY), id))

        (target,) = server.targets
        before, _, after = TARGETS[provider].partition("{}")
        assert target.startswith(before)
        assert target.endswith(after)
        if provider == "zai":
            assert _json(server.requests[0]) == {"agent_id": AGENT_ID, "async_id": id}
        else:
            quoted = target.removeprefix(before).removesuffix(after)
            assert not set(quoted) & set("/?#&; \\")
            assert _unquoted(provider, quoted) == id


def _json(request: bytes) -> object:
    return json.loads(request.partition(b"\r\n\r\n")[2])


def _unquoted(provider: str, text: str) -> str:
    return unquote_plus(text) if provider == "viddyscribe" else unquote(text)


@pytest.mark.parametrize(
    ("base_url", "said"),
    [
        ("api.example.com", "should begin with https://"),
        ("", "base_url"),
        ("ftp://api.example.com", "should begin with https://"),
        ("file:///etc/passwd", "should begin with https://"),
        ("https://", "name a host"),
        ("https://user:word@api.example.com", "a user name or a password"),
        ("https://api.example.com?x=1", "query"),
        ("https://api.example.com#x", "fragment"),
        ("http://api.example.com", "unencrypted"),
        ("http://192.168.1.7:8080", "unencrypted"),
        ("http://127.0.0.1.example.com", "unencrypted"),
        ("http://localhost.example.com", "unencrypted"),
        ("https://api.example.com:port", "invalid URL"),
        ("https://api.example.com:65979", "a port that is not between 1 and 65535"),
        ("https://api.example.com:0", "a port that is not between 1 and 65535"),
        ("https://api..example.com", "names an impossible host"),
        (f"https://{'a' * 64}.example.com", "names an impossible host"),
        ("https://xn--a.example.com", "names an impossible host"),
    ],
)
def test_a_base_url_that_cannot_be_used_is_named(provider: str, base_url: str, said: str) -> None:
    with pytest.raises(ValueError, match=r"^base_url: ") as caught:
        connect(provider, base_url, KEY)
    assert said in str(caught.value)
    assert KEY not in str(caught.value)
    assert "word" not in str(caught.value).replace("password", "")


@pytest.mark.parametrize(
    "base_url", ["http://localhost:1", "http://127.0.0.1:1", "http://127.8.9.1", "http://[::1]:1"]
)
def test_plain_http_to_this_machine_is_taken(provider: str, base_url: str) -> None:
    connect(provider, base_url, KEY)


def test_plain_http_elsewhere_is_taken_when_asked_for(provider: str) -> None:
    connect(provider, "http://api.example.com", KEY, allow_http=True)


@pytest.mark.parametrize("name", ["base_url", "headers", "timeout"])
def test_an_httpx_argument_that_connect_has_itself_is_named(provider: str, name: str) -> None:
    with pytest.raises(ValueError, match=f"^httpx_args: '{name}' has an argument of its own"):
        connect(provider, "https://api.example", httpx_args={name: None})


@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_missing_key_names_its_variable(
    provider: str, value: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLES[provider], raising=False)
    if value is not None:
        monkeypatch.setenv(VARIABLES[provider], value)
    with pytest.raises(ValueError, match=VARIABLES[provider]):
        PROVIDERS[provider].connect(base_url="https://api.example")


def test_an_empty_key_is_a_missing_one(provider: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLES[provider], KEY)
    with pytest.raises(ValueError, match=r"^token: no API key"):
        connect(provider, "https://api.example", " ")


@pytest.mark.parametrize("tail", ["\nx: y", "é", "\x00"])
def test_a_key_that_no_header_can_carry_is_named_and_not_shown(provider: str, tail: str) -> None:
    with pytest.raises(ValueError, match=r"^token: the key holds characters") as caught:
        connect(provider, "https://api.example", KEY + tail + KEY)
    assert KEY not in str(caught.value)


def test_a_key_out_of_the_environment_is_sent_without_its_newline(
    backend: Backend, provider: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLES[provider], f" {KEY}\n")
    with serving(answering(response(b"{}", status=400))) as server:
        client = PROVIDERS[provider].connect(base_url=server.url)
        with pytest.raises(PollRejected):
            backend.wait(name_job(provider, client, "x"))

        lines = server.requests[0].decode().split("\r\n")
        assert next(line for line in lines if KEY in line).endswith(KEY)


def test_vessl_reads_its_base_url_from_the_environment(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VESSL_BASE_URL", raising=False)
    with pytest.raises(ValueError, match=r"^base_url: .*VESSL_BASE_URL"):
        vessl.connect(KEY)

    with serving(answering(response(b"{}", status=400))) as server:
        monkeypatch.setenv("VESSL_BASE_URL", f"{server.url}/api/v1/services/demo")
        with pytest.raises(PollRejected):
            backend.wait(vessl.job(vessl.connect(KEY), "x"))

        assert server.targets == ["/api/v1/services/demo/async/x/output"]
