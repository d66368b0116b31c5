"""Where a signal is heard between two waits for a lock only, a worker's are short."""

import signal
import threading
import time
from pathlib import Path

import pytest
from tests.durable.world import LOST

from tilldone import durable


def test_a_worker_waits_for_its_end_in_short_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tilldone.durable._session.WAKE", 0.01)
    monkeypatch.setenv("EDENAI_API_KEY", "key")
    pauses: list[float | None] = []

    class Stopping(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            pauses.append(timeout)
            return len(pauses) > 2

    durable.configure(database=tmp_path / "waits.sqlite", providers=["edenai"])
    durable.work(Stopping())
    assert pauses == [0.01] * 3


def test_a_signal_that_another_thread_has_taken_stops_a_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDENAI_API_KEY", "key")
    heard = threading.Event()

    class Stopping(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            threading.Thread(target=take, daemon=True).start()
            # Nobody else ends a wait that the signal does not.
            rescue.start()
            self.wait = super().wait  # type: ignore[method-assign] # once
            return self.wait(timeout)

    def take() -> None:
        # The main thread is waiting by then; where it is not, it hears of the signal all the same.
        time.sleep(0.5)
        signal.pthread_kill(threading.get_ident(), signal.SIGTERM)

    def stop(*_signal: object) -> None:
        heard.set()
        stopping.set()

    def rescued() -> None:
        lost.set()
        stopping.set()

    stopping = Stopping()
    lost = threading.Event()
    rescue = threading.Timer(LOST, rescued)
    before = signal.signal(signal.SIGTERM, stop)
    try:
        durable.configure(database=tmp_path / "waits.sqlite", providers=["edenai"])
        durable.work(stopping)
    finally:
        rescue.cancel()
        signal.signal(signal.SIGTERM, before)
    assert heard.is_set()
    assert not lost.is_set()
