"""A running simulator, and a client that knows the five wires from their pages alone."""

from __future__ import annotations

import json
import logging
import socket
import ssl
import time
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from tests.waits.harness import HUNG

from tilldone.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tilldone.simulator import Step

AGENT_ID = "vidu_template_agent"


@dataclass(frozen=True)
class Wire:
    method: str
    path: str
    key: str


WIRES = {
    "videodb": Wire("GET", "/async-response/{job_id}", "x-access-token: {token}"),
    "vessl": Wire("GET", "/async/{job_id}/output", "Authorization: Bearer {token}"),
    "viddyscribe": Wire("GET", "/enterprise/api/get_results?job_id={job_id}", "X-API-Key: {token}"),
    "edenai": Wire("GET", "/v3/universal-ai/async/{job_id}", "Authorization: Bearer {token}"),
    "zai": Wire("POST", "/v1/agents/async-result", "Authorization: Bearer {token}"),
}


_DESCRIBED = {"input": {"type": "url", "url": "https://files.example/harbour.mp4"}}

OPERATIONS: dict[str, tuple[str, str, int, Any]] = {
    "videodb.upload": (
        *("videodb", "/collection/default/upload", 200),
        {"url": "https://files.example/harbour.mp4", "media_type": "video"},
    ),
    "videodb.index_scenes": (
        *("videodb", "/video/m-1/index/scene/", 200),
        {"extraction_type": "shot", "prompt": "Which ships?"},
    ),
    "vessl.create": ("vessl", "/async", 201, {"data": {"prompt": "Say hello."}, "path": "/say"}),
    "viddyscribe.generate_text": (
        *("viddyscribe", "/enterprise/api/generate_ad_text", 200),
        {**_DESCRIBED, "generation_config": {"format": "vtt", "auto_fit": True}},
    ),
    "viddyscribe.generate_video": (
        *("viddyscribe", "/enterprise/api/generate_ad_video", 200),
        _DESCRIBED,
    ),
    "viddyscribe.generate_audio": (
        *("viddyscribe", "/enterprise/api/generate_ad_audio", 200),
        _DESCRIBED,
    ),
    "edenai.create": (
        *("edenai", "/v3/universal-ai/async", 202),
        {
            "model": "audio/speech_to_text_async/deepgram",
            "input": {"file": "https://files.example/harbour.mp3"},
            "fallbacks": ["audio/speech_to_text_async/openai"],
            "show_original_response": None,
            "webhook_receiver": "https://hooks.example/1",
        },
    ),
    "zai.invoke": (
        *("zai", "/v1/agents", 200),
        {
            "agent_id": AGENT_ID,
            "messages": [
                {
                    "role": "user",
                    "content": [
                        {"type": "text", "text": "A dancer"},
                        {"type": "image_url", "image_url": "https://files.example/1.png"},
                    ],
                }
            ],
            "custom_variables": {"template": "bodyshake"},
        },
    ),
}
"""Provider, path, HTTP status and a body of each operation that makes jobs."""


class Client:
    """Polls and submits by httpx, and by bare sockets where httpx would hide the wire."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        # An empty context, since loading the certificates takes longer than most of these tests.
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.http = httpx.Client(timeout=HUNG, verify=context, trust_env=False)

    def key(self, provider: str, token: str | None = None) -> dict[str, str]:
        shown = self.simulator.token(provider) if token is None else token
        name, value = WIRES[provider].key.format(token=shown).split(": ")
        return {name: value}

    def poll(self, provider: str, job_id: str, *, token: str | None = None) -> httpx.Response:
        wire = WIRES[provider]
        asked = {"agent_id": AGENT_ID, "async_id": job_id} if wire.method == "POST" else None
        url = self.simulator.url(provider) + wire.path.format(job_id=job_id)
        return self.http.request(wire.method, url, json=asked, headers=self.key(provider, token))

    def submit(self, operation: str, *, body: object = None, **headers: str) -> httpx.Response:
        provider, path, _, usual = OPERATIONS[operation]
        shown = {k.replace("_", "-"): v for k, v in headers.items()}
        url = self.simulator.url(provider) + path
        told = usual if body is None else body
        return self.http.post(url, json=told, headers={**self.key(provider), **shown})

    def say(self, step: Step, provider: str = "edenai") -> httpx.Response:
        """What a poll is answered with by `step`."""
        return self.poll(provider, self.simulator.submit(provider, script=[step]))

    def dial(self, step: Step) -> socket.socket:
        """A socket on which a poll of a job with that one step was sent, and nothing read."""
        job_id = self.simulator.submit("edenai", script=[step])
        connection = socket.create_connection(self.address, timeout=HUNG)
        connection.sendall(self.request(job_id))
        return connection

    def request(self, job_id: str) -> bytes:
        key = WIRES["edenai"].key.format(token=self.simulator.token("edenai"))
        path = WIRES["edenai"].path.format(job_id=job_id)
        return f"GET {path} HTTP/1.1\r\nHost: simulator\r\n{key}\r\n\r\n".encode()

    @property
    def address(self) -> tuple[str, int]:
        url = httpx.URL(self.simulator.url("edenai"))
        assert url.port is not None
        return url.host, url.port


@pytest.fixture(autouse=True)
def nothing_goes_wrong_in_the_server(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield
    # What waits tell of is the client's side.
    records = [r for r in caplog.get_records("call") if r.name != "tilldone"]
    trouble = [r.getMessage() for r in records if r.levelno >= logging.WARNING]
    assert trouble == []


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator


@pytest.fixture
def client(simulator: Simulator) -> Iterator[Client]:
    client = Client(simulator)
    with client.http:
        yield client


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Set the clock that the jobs of simulators go by (s, monotonic), and have it stand."""

    def stand(at: float) -> None:
        standing = SimpleNamespace(monotonic=lambda: at)
        monkeypatch.setattr("tilldone.simulator._provider.time", standing)

    return stand


@pytest.fixture(params=list(WIRES))
def provider(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def eventually() -> Callable[[Callable[[], bool]], None]:
    """Waits for something that another thread does soon, and fails if it never does."""

    def wait(happened: Callable[[], bool]) -> None:
        give_up = time.monotonic() + HUNG
        while not happened():
            assert time.monotonic() < give_up, "it never happened"
            time.sleep(0.01)

    return wait


@pytest.fixture
def head_and_body() -> Callable[[bytes], tuple[dict[str, str], dict[str, object]]]:
    """Takes an answer apart: its headers in lower case, and the JSON value its body starts with."""

    def parse(raw: bytes) -> tuple[dict[str, str], dict[str, object]]:
        head, _, body = raw.partition(b"\r\n\r\n")
        status, *lines = head.decode().split("\r\n")
        assert status == "HTTP/1.1 200 OK"
        headers = {name.lower(): value for name, value in (line.split(": ") for line in lines)}
        value: dict[str, object] = json.JSONDecoder().raw_decode(body.decode())[0]
        return headers, value

    return parse
