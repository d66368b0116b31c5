"""One simulator for the crowds of these tests, and what must be gone after each of them."""

from collections.abc import Iterator

import pytest
from tests.many.crowd import BACKENDS, Backend
from tests.waits.harness import Bench

from tilldone.simulator import Simulator


@pytest.fixture(scope="session")
def bench() -> Iterator[Bench]:
    with Simulator() as simulator:
        yield Bench(simulator)


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> Backend:
    return Backend(request.param)


@pytest.fixture
def only_httpx(monkeypatch: pytest.MonkeyPatch) -> None:
    """Go without the extra `fast`."""
    monkeypatch.setattr("tilldone._http.transports._has_aiohttp", lambda: False)
