"""One simulator for the jobs whose results are downloaded, and three ways to download."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import pytest
from tests.waits.conftest import authority, secured, trusting
from tests.waits.harness import BACKENDS, Bench, within

import tilldone
from tilldone import aio
from tilldone.simulator import Simulator
from tilldone.testing import ManualClock

__all__ = ["authority", "secured", "trusting"]


@pytest.fixture(scope="session")
def bench() -> Iterator[Bench]:
    with Simulator() as simulator:
        yield Bench(simulator)


@dataclass(frozen=True)
class Download:
    """`tilldone.download`, called in one of three ways; the links lead to this machine."""

    way: str

    def __call__(self, link: object, path: Path | str, **how: Any) -> Path:  # noqa: ANN401 # wrong ones as well
        how.setdefault("allow_private", True)

        def call(function: Callable[..., Any]) -> Any:  # noqa: ANN401 # as above
            return function(link, path, **how)

        if self.way == "sync":
            plain: Path = within(lambda: call(tilldone.download))
            return plain

        async def main() -> Path:
            path: Path = await call(aio.download)
            return path

        return within(lambda: anyio.run(main, backend=self.way))


@pytest.fixture(params=BACKENDS)
def download(request: pytest.FixtureRequest) -> Download:
    return Download(request.param)


@pytest.fixture
def clock() -> Iterator[ManualClock]:
    """Let the pauses between attempts take no time."""
    with ManualClock() as clock:
        yield clock


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "result.mp4"


def left_in(folder: Path) -> set[str]:
    """Name what is in a folder."""
    return {path.name for path in folder.iterdir()}
