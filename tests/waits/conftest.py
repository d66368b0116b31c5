"""One simulator for all the scripted jobs of these tests."""

from collections.abc import Iterator

import pytest
from tests.waits.harness import BACKENDS, PROVIDERS, Backend, Bench

from tilldone.simulator import Simulator


@pytest.fixture(scope="session")
def bench() -> Iterator[Bench]:
    with Simulator() as simulator:
        yield Bench(simulator)


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> Backend:
    return Backend(request.param)


@pytest.fixture(params=PROVIDERS)
def provider(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name
