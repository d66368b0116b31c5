"""The databases of these tests: SQLite's files, and databases of a real PostgreSQL."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest
from dbos import DBOS
from tests.durable.postgres import Server, programs, serving

from tilldone.durable import _worker
from tilldone.durable._settings import SCHEMA
from tilldone.simulator import Simulator

Fresh: TypeAlias = Callable[[], str]


@pytest.fixture(scope="session", autouse=True)
def quick_watch() -> Iterator[None]:
    """Have workers in this process look after the others many times a second."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_worker, "_BEAT", 0.2)
        yield


@pytest.fixture(scope="session")
def simulator() -> Iterator[Simulator]:
    with Simulator() as running:
        yield running


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    found = programs()
    if found is None:
        missing = "NO POSTGRESQL SERVER IS INSTALLED, so durable waits are not tested on Postgres"
        if "CI" in os.environ:
            pytest.fail(missing)
        pytest.skip(f"{missing}; scripts/postgres installs one")
    with serving(found, "-F") as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres: Server) -> str:
    """A database that is migrated once: doing it anew for each test takes seconds."""
    made = postgres.fresh()
    DBOS.migrate(made, schema=SCHEMA)
    return made.rpartition("/")[2]


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def fresh(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Fresh:
    """Make databases of either kind; give what `configure` takes for one."""
    if request.param == "sqlite":
        return lambda: str(tmp_path_factory.mktemp("waits") / "waits.sqlite")
    server: Server = request.getfixturevalue("postgres")
    template: str = request.getfixturevalue("postgres_template")
    return lambda: server.fresh(like=template)


@pytest.fixture
def database(fresh: Fresh) -> str:
    return fresh()


@pytest.fixture
def sqlite(tmp_path: Path) -> str:
    return str(tmp_path / "waits.sqlite")
