"""Every way in which an answer can go wrong, seen from the other end of a bare socket."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING

import psutil
import pytest
from tests.waits.harness import HUNG

from tilldone.simulator import Step, steps

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from tests.simulator.conftest import Client

    Parse: TypeAlias = Callable[[bytes], tuple[dict[str, str], dict[str, object]]]

WHOLE = 100_000


def read(connection: socket.socket, size: int = WHOLE) -> bytes:
    """All that comes until the server ends the connection, or `size` bytes."""
    parts = [b""]
    while (missing := size - sum(map(len, parts))) > 0 and (part := connection.recv(missing)):
        parts.append(part)
    return b"".join(parts)


def read_until_reset(connection: socket.socket) -> bytes:
    """All that comes before an RST. An orderly end fails."""
    parts: list[bytes] = []
    while True:
        try:
            part = connection.recv(65536)
        except ConnectionResetError:
            return b"".join(parts)
        assert part, "the connection was closed in order"
        parts.append(part)


# Cut off


def test_reset_before_any_byte(client: Client) -> None:
    with client.dial(steps.reset()) as connection:
        assert read_until_reset(connection) == b""


def test_reset_in_the_headers(client: Client) -> None:
    with client.dial(steps.reset_in_headers()) as connection:
        said = read_until_reset(connection)
    assert said.startswith(b"HTTP/1.1 200 OK\r\ncontent-type")
    assert b"\r\n\r\n" not in said


def test_reset_in_the_body(client: Client) -> None:
    with client.dial(steps.reset_in_body()) as connection:
        head, _, body = read_until_reset(connection).partition(b"\r\n\r\n")
    promised = int(head.split(b"content-length: ")[1].split(b"\r\n")[0])
    assert 0 < len(body) < promised


@pytest.mark.parametrize("step", [steps.reset_in_headers(), steps.reset_in_body()])
def test_who_hangs_up_before_the_reset_is_no_trouble(
    client: Client, step: Step, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tilldone.simulator._deliveries._SETTLE", HUNG)
    with client.dial(step) as connection:
        assert connection.recv(1)
    # By then the server is done with the one that has hung up.
    assert [client.say(steps.done()).status_code for _ in range(2)] == [200, 200]


def test_a_truncated_body_is_shorter_than_its_length(client: Client, head_and_body: Parse) -> None:
    with client.dial(steps.truncated()) as connection:
        said = read(connection)
    headers, value = head_and_body(said)
    assert value["status"] == "processing"
    assert int(headers["content-length"]) > len(said.partition(b"\r\n\r\n")[2])


# Without end


def test_who_hangs_keeps_the_connection_and_says_nothing(client: Client) -> None:
    with client.dial(steps.hang()) as connection:
        connection.settimeout(0.5)
        with pytest.raises(TimeoutError):
            connection.recv(1)
        assert client.simulator.connections == 1


@pytest.mark.parametrize(
    ("step", "at_once"),
    [
        (steps.drip(0.25), ""),
        (steps.drip_headers(0.25), "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"),
        (
            steps.drip_body(0.25),
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n",
        ),
    ],
    ids=["drip", "drip_headers", "drip_body"],
)
def test_drips_come_byte_by_byte(client: Client, step: Step, at_once: str) -> None:
    with client.dial(step) as connection:
        assert read(connection, len(at_once)).decode() == at_once
        alone = told = 0
        # Several at once, where this process was kept from reading for a while.
        while alone < 4:
            more = connection.recv(65536)
            alone += len(more) == 1
            told += len(more)
            assert more
            assert told < 100


@pytest.mark.parametrize("step", [steps.drip(0), steps.drip_body(0)], ids=["drip", "drip_body"])
def test_a_drip_is_a_running_job_followed_by_spaces_for_ever(
    client: Client, head_and_body: Parse, step: Step
) -> None:
    with client.dial(step) as connection:
        said = read(connection, 5000)
    assert len(said) == 5000
    headers, value = head_and_body(said)
    assert "content-length" not in headers
    assert value["status"] == "processing"
    assert said[-3000:] == b" " * 3000


def test_dripped_headers_never_end(client: Client) -> None:
    with client.dial(steps.drip_headers(0)) as connection:
        said = read(connection, 5000)
    assert len(said) == 5000
    assert said.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"\r\n\r\n" not in said
    assert said.endswith(b"." * 4000)


def test_an_endless_body_keeps_nobody_else_waiting(client: Client, head_and_body: Parse) -> None:
    with client.dial(steps.endless_body()) as connection:
        said = read(connection, 5_000_000)
        assert len(said) == 5_000_000
        assert head_and_body(said)[1]["status"] == "processing"
        # Others are served all the same.
        assert client.say(steps.running()).status_code == 200


def test_an_endless_body_waits_for_its_reader(client: Client) -> None:
    before = psutil.Process().memory_info().rss
    with client.dial(steps.endless_body()) as connection:
        connection.recv(1)
        time.sleep(0.5)
        assert psutil.Process().memory_info().rss - before < 50_000_000


ENDLESS = [
    steps.hang(),
    steps.drip(0.01),
    steps.drip_headers(0.01),
    steps.drip_body(60),
    steps.endless_body(),
    steps.slow(60, steps.running()),
]


@pytest.mark.parametrize("step", ENDLESS, ids=lambda step: step.name)
def test_all_of_it_ends_when_the_client_goes(
    client: Client, eventually: Callable[[Callable[[], bool]], None], step: Step
) -> None:
    with client.dial(step):
        eventually(lambda: client.simulator.connections == 1)
    eventually(lambda: client.simulator.connections == 0)


def test_a_client_that_leaves_amid_its_own_request_is_no_error(
    client: Client, eventually: Callable[[Callable[[], bool]], None]
) -> None:
    with socket.create_connection(client.address) as connection:
        key = client.key("zai")["Authorization"]
        connection.sendall(
            b"POST /api/v1/agents/async-result HTTP/1.1\r\nHost: simulator\r\n"
            b"Authorization: " + key.encode() + b"\r\nContent-Length: 100\r\n\r\n{"
        )
        eventually(lambda: client.simulator.connections == 1)
    # The log is checked after every test.
    eventually(lambda: client.simulator.connections == 0)


# Unusual, and legal


def test_a_chunked_answer_has_no_length_and_leaves_the_connection(client: Client) -> None:
    job_id = client.simulator.submit(
        "edenai", script=[steps.chunked(steps.running()), steps.done()]
    )
    with socket.create_connection(client.address, timeout=HUNG) as connection:
        connection.sendall(client.request(job_id))
        said = b""
        while not said.endswith(b"0\r\n\r\n"):
            said += connection.recv(65536)
        head, _, body = said.partition(b"\r\n\r\n")
        assert b"transfer-encoding: chunked" in head.lower()
        assert b"content-length" not in head.lower()
        assert body.count(b"\r\n") >= 2 * 3
        # The connection is as good as before.
        connection.sendall(client.request(job_id))
        assert connection.recv(65536).startswith(b"HTTP/1.1 200 OK")


def test_a_body_without_a_length_ends_with_the_connection(
    client: Client, head_and_body: Parse
) -> None:
    with client.dial(steps.close_delimited(steps.done())) as connection:
        said = read(connection)
    headers, value = head_and_body(said)
    assert value["status"] == "success"
    assert headers["connection"] == "close"
    assert not {"content-length", "transfer-encoding"} & set(headers)


@pytest.mark.parametrize("change", [steps.chunked, steps.close_delimited])
def test_a_chunked_answer_reads_like_any_other(
    client: Client, change: Callable[[Step], Step]
) -> None:
    answer = client.say(change(steps.retry_after(2, steps.failed())), "viddyscribe")
    assert answer.json()["error"] == "standard_ad_not_enough_gaps"
    assert answer.headers["retry-after"] == "2"


def test_slow_steps_add_up(client: Client) -> None:
    started = time.monotonic()
    answer = client.say(steps.slow(0.3, steps.slow(0.2, steps.done())))
    assert answer.json()["status"] == "success"
    assert time.monotonic() - started > 0.45


def test_slow_answers_keep_nobody_else_waiting(
    client: Client, eventually: Callable[[Callable[[], bool]], None]
) -> None:
    slow = client.simulator.submit("edenai", script=[steps.slow(2 * HUNG, steps.done())])
    with socket.create_connection(client.address) as connection:
        connection.sendall(client.request(slow))
        eventually(lambda: len(client.simulator.polls(slow)) == 1)
        assert client.say(steps.done()).status_code == 200
