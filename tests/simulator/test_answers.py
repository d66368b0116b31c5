"""Answers that arrive as they should and are wrong all the same, and steps that cannot be."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest

from tilldone.simulator import Step, steps

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx
    from tests.simulator.conftest import Client


def packed(client: Client, step: Step) -> tuple[httpx.Headers, bytes]:
    """The headers and the body of an answer, the body as it was on the wire."""
    job_id = client.simulator.submit("edenai", script=[step])
    url = f"{client.simulator.url('edenai')}/v3/universal-ai/async/{job_id}"
    with client.http.stream("GET", url, headers=client.key("edenai")) as answer:
        return answer.headers, b"".join(answer.iter_raw())


@pytest.mark.parametrize("value", [5, "0.5", "Wed, 21 Oct 2026 07:28:00 GMT"])
def test_retry_after_is_added_to_any_answer(client: Client, value: str | int) -> None:
    answer = client.say(steps.retry_after(value, steps.status(503)))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, str(value))
    assert client.say(steps.retry_after(value, steps.redirect("/"))).status_code == 302


def test_a_redirect_leads_where_it_says(client: Client) -> None:
    answer = client.say(steps.redirect("http://127.0.0.1:1/elsewhere", code=307))
    assert (answer.status_code, answer.headers["location"]) == (307, "http://127.0.0.1:1/elsewhere")
    assert answer.content == b""


@pytest.mark.parametrize("code", [200, 502])
def test_a_page_has_the_status_that_is_asked_for(client: Client, code: int) -> None:
    answer = client.say(steps.html(code))
    assert (answer.status_code, answer.headers["content-type"]) == (
        code,
        "text/html; charset=utf-8",
    )
    assert answer.text.startswith("<!doctype html>")


def test_an_empty_answer_is_json_by_its_type_alone(client: Client) -> None:
    answer = client.say(steps.empty())
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"] == "application/json"


def test_what_is_not_utf8_would_else_be_a_running_job(client: Client) -> None:
    content = client.say(steps.not_utf8()).content
    with pytest.raises(UnicodeDecodeError):
        content.decode()
    assert json.loads(content.decode("latin-1"))["status"] == "processing"


def test_what_calls_itself_gzip_cannot_be_unpacked(client: Client) -> None:
    headers, body = packed(client, steps.bad_gzip())
    assert headers["content-encoding"] == "gzip"
    with pytest.raises(gzip.BadGzipFile):
        gzip.decompress(body)


@pytest.mark.parametrize("size", [1, 4 * 2**20, 4 * 2**20 + 1])
def test_a_gzip_bomb_is_small_and_swells_to_its_size(client: Client, size: int) -> None:
    headers, body = packed(client, steps.gzip_bomb(size))
    assert headers["content-encoding"] == "gzip"
    unpacked = gzip.decompress(body)
    # What is smaller than a running job's answer can only be that answer.
    assert len(unpacked) == max(size, len(unpacked.rstrip()))
    assert len(body) < 300 + size / 500
    assert json.loads(unpacked)["status"] == "processing"


def test_no_provider_says_a_status_that_is_to_be_missing(client: Client, provider: str) -> None:
    assert "status" not in client.say(steps.missing_status(), provider).json()


def test_a_status_brings_the_body_and_the_headers_that_are_given(client: Client) -> None:
    def seen(answer: httpx.Response) -> tuple[int, bytes, str | None]:
        return answer.status_code, answer.content, answer.headers.get("x-more")

    assert seen(client.say(steps.status(204))) == (204, b"", None)
    assert seen(client.say(steps.status(500, body=b""))) == (500, b"", None)
    more = {"X-More": "1"}
    assert seen(client.say(steps.status(418, body={"a": 1}, headers=more))) == (
        418,
        b'{"a":1}',
        "1",
    )
    answer = client.say(steps.status(503, headers=more))
    assert answer.json() == {"error": {"type": "http_503", "message": "Service Unavailable"}}
    assert answer.headers["x-more"] == "1"


@pytest.mark.parametrize(
    ("raw", "content"),
    [
        (b"\x00", b"\x00"),
        ("é", "é".encode()),
        ([1, {"a": None}], b'[1,{"a":null}]'),
        (None, b"null"),
    ],
)
def test_a_body_is_said_as_it_is_and_is_json_unless_told(
    client: Client, raw: object, content: bytes
) -> None:
    answer = client.say(steps.body(raw))
    assert (answer.status_code, answer.content) == (200, content)
    assert answer.headers["content-type"] == "application/json"
    typed = client.say(steps.body(raw, status=202, headers={"Content-Type": "text/plain"}))
    assert (typed.status_code, typed.content) == (202, content)
    assert typed.headers.get_list("content-type") == ["text/plain"]


@pytest.mark.parametrize(
    "make",
    [
        lambda: steps.status(99),
        lambda: steps.status(600),
        lambda: steps.status(204, body=b"x"),
        lambda: steps.body({}, status=304),
        lambda: steps.body({1, 2}),
        lambda: steps.body(float("inf")),
        lambda: steps.body({}, headers={"two words": "x"}),
        lambda: steps.body({}, headers={"x": "two\r\nlines"}),
        lambda: steps.redirect("/", code=200),
        lambda: steps.redirect("http://a\r\nset-cookie: b"),
        lambda: steps.html(700),
        lambda: steps.retry_after("1\n2", steps.running()),
        lambda: steps.running(times=0),
        lambda: steps.pending(times=-1),
        lambda: steps.done({1}),
        lambda: steps.done(extra={1}),
        lambda: steps.failed(extra={1}),
        lambda: steps.slow(-1, steps.done()),
        lambda: steps.slow(float("nan"), steps.done()),
        lambda: steps.drip(float("inf")),
        lambda: steps.drip_headers(-1),
        lambda: steps.drip_body(-1),
        lambda: steps.gzip_bomb(0),
        lambda: steps.chunked(steps.hang()),
        lambda: steps.close_delimited(steps.chunked(steps.done())),
    ],
)
def test_what_cannot_be_is_refused_where_it_is_made(make: Callable[[], Step]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        make()


def test_a_step_shows_what_it_is() -> None:
    step = steps.slow(1, steps.retry_after(2, steps.chunked(steps.done())))
    assert repr(step) == "<step slow(1) retry_after(2) chunked done>"


def test_every_maker_of_steps_is_exported() -> None:
    makers = {
        name
        for name, value in vars(steps).items()
        if callable(value) and getattr(value, "__annotations__", {}).get("return") == "Step"
    }
    assert {*makers, "SAMPLE", "Step"} == set(steps.__all__)
