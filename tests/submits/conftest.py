"""What the tests of submissions share."""

import ssl

import pytest
import trustme
from tests.submits.world import BACKENDS, Ways


@pytest.fixture(params=BACKENDS)
def ways(request: pytest.FixtureRequest) -> Ways:
    return Ways(request.param)


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def secured(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    return context
