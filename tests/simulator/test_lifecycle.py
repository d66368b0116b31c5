"""Starting, stopping, being away for a while, and leaving nothing behind."""

from __future__ import annotations

import contextlib
import gc
import socket
import threading
from typing import TYPE_CHECKING

import httpx
import psutil
import pytest
from tests.waits.harness import within

from tilldone.simulator import Simulator, steps

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.simulator.conftest import Client

ENDLESS = [
    steps.hang(),
    steps.drip(),
    steps.drip_headers(),
    steps.drip_body(),
    steps.endless_body(),
]


def port_of(simulator: Simulator) -> int:
    port = httpx.URL(simulator.url("zai")).port
    assert port is not None
    return port


def listens(port: int) -> bool:
    with contextlib.closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def is_closed(connection: socket.socket) -> bool:
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        # The server had not read the request yet.
        return True


def test_it_stops_at_once_with_hundreds_of_connections_hanging(
    simulator: Simulator, client: Client, eventually: Callable[[Callable[[], bool]], None]
) -> None:
    with contextlib.ExitStack() as open_connections:
        for number in range(200):
            step = ENDLESS[number % len(ENDLESS)]
            open_connections.enter_context(client.dial(step))
        eventually(lambda: simulator.connections == 200)
        within(simulator.stop)
    simulator.start()
    assert client.say(steps.done()).status_code == 200


def test_it_leaves_no_thread_and_no_socket() -> None:
    process = psutil.Process()
    gc.collect()
    # Windows counts handles instead.
    held = getattr(process, "num_fds" if hasattr(process, "num_fds") else "num_handles")
    threads, descriptors = set(threading.enumerate()), held()
    for _ in range(3):
        with Simulator() as simulator:
            hanging = simulator.submit("edenai", script=[steps.hang()])
            key = {"Authorization": f"Bearer {simulator.token('edenai')}"}
            url = f"{simulator.url('edenai')}/v3/universal-ai/async/"
            with httpx.Client(headers=key) as idle:
                assert idle.get(url + "nobody").status_code == 404
                with pytest.raises(httpx.ReadTimeout):
                    idle.get(url + hanging, timeout=0.1)
                port = port_of(simulator)
                simulator.stop()
        assert not listens(port)
    assert set(threading.enumerate()) <= threads
    assert held() <= descriptors


def test_one_client_counts_once(
    simulator: Simulator, client: Client, eventually: Callable[[Callable[[], bool]], None]
) -> None:
    assert simulator.connections == 0
    for _ in range(5):
        client.say(steps.running())
    assert simulator.connections == 1
    client.http.close()
    eventually(lambda: simulator.connections == 0)


def test_start_and_stop_by_hand() -> None:
    simulator = Simulator()
    for ask in (lambda: simulator.url("zai"), lambda: simulator.connections):
        with pytest.raises(RuntimeError, match="does not run"):
            ask()
    simulator.stop()
    job_id = simulator.submit("edenai", duration=0)
    simulator.start()
    try:
        with pytest.raises(RuntimeError, match="runs already"):
            simulator.start()
        key = {"Authorization": f"Bearer {simulator.token('edenai')}"}
        url = f"{simulator.url('edenai')}/v3/universal-ai/async/{job_id}"
        assert httpx.get(url, headers=key).json()["status"] == "success"
    finally:
        simulator.stop()
        simulator.stop()
    assert len(simulator.polls(job_id)) == 1


def test_it_stops_when_the_block_is_left_by_an_exception() -> None:
    simulator = Simulator()
    ports: list[int] = []

    def fail_inside() -> None:
        with simulator:
            ports.append(port_of(simulator))
            raise KeyError

    with pytest.raises(KeyError):
        fail_inside()
    assert not listens(*ports)


def test_a_port_that_is_taken() -> None:
    with Simulator() as first:
        port = port_of(first)
        with pytest.raises(OSError, match=rf"cannot listen on 127\.0\.0\.1, port {port}"):
            Simulator(port=port).start()


def test_several_at_once() -> None:
    with Simulator() as one, Simulator() as other:
        assert one.url("zai") != other.url("zai")
        job_id = one.submit("zai")
        with pytest.raises(ValueError, match="no job"):
            other.polls(job_id)


def test_other_loopback_addresses() -> None:
    with Simulator(host="localhost") as simulator:
        assert httpx.post(simulator.url("zai") + "/v1/agents").status_code == 401


@pytest.mark.skipif(not socket.has_ipv6, reason="this Python knows no IPv6")
def test_ipv6() -> None:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")
    with Simulator(host="::1") as simulator:
        assert simulator.url("zai").startswith("http://[::1]:")
        assert httpx.post(simulator.url("zai") + "/v1/agents").status_code == 401


def test_down_for_a_while(client: Client, simulator: Simulator) -> None:
    job_id = simulator.submit("edenai", script=[steps.running(), steps.done()])
    url = simulator.url("edenai")
    assert client.poll("edenai", job_id).json()["status"] == "processing"
    with client.dial(steps.hang()) as hanging, simulator.down():
        assert simulator.connections == 0
        assert is_closed(hanging)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(client.address)
        assert simulator.url("edenai") == url
    assert client.poll("edenai", job_id).json()["status"] == "success"


def test_no_connection_outlives_the_server(client: Client, simulator: Simulator) -> None:
    # Those that it is only about to accept are the ones that would.
    for round_ in range(100):
        with contextlib.ExitStack() as stack:
            arriving = [
                stack.enter_context(client.dial(steps.hang())) for _ in range(round_ % 5 + 1)
            ]
            with simulator.down():
                for connection in arriving:
                    assert is_closed(connection)


def test_stopping_while_it_is_down(simulator: Simulator) -> None:
    port = port_of(simulator)
    with simulator.down():
        assert not listens(port)
    assert listens(port)
    simulator.stop()
    assert not listens(port)
