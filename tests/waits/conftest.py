"""One simulator for all the scripted jobs of these tests."""

import ssl
from collections.abc import Iterator

import pytest
import trustme
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


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def secured(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    return context


@pytest.fixture
def trusting(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context
