"""Where Ctrl-C is heard between two waits for a lock only, as on Windows, a worker's is short."""

import threading
from pathlib import Path

import pytest

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
