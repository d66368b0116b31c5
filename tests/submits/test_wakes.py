"""Where Ctrl-C is heard between two waits for a lock only, no wait is endless."""

import threading

import pytest
from tests.submits.world import request_to
from tests.waits.sockets import answering, response, serving

from tilldone import submit_all

MADE = response(b'{"render": {"id": "r1"}}')


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float | None]:
    """Note how long the main thread waits for an event at most."""
    noted: list[float | None] = []
    wait = threading.Event.wait

    def noting(event: threading.Event, timeout: float | None = None) -> bool:
        if threading.current_thread() is threading.main_thread():
            noted.append(timeout)
        return wait(event, timeout)

    monkeypatch.setattr(threading.Event, "wait", noting)
    return noted


def test_many_submissions_are_waited_for_in_short_waits(
    monkeypatch: pytest.MonkeyPatch, pauses: list[float | None]
) -> None:
    monkeypatch.setattr("tilldone._drivers.submit.WAKE", 0.01)
    with serving(answering(MADE)) as server:
        (made,) = submit_all([request_to(server.url)])
    assert made.unwrap().id == "r1"
    assert 0.01 in pauses
