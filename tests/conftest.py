"""What holds for all tests: what they share, and which of them mind the time."""

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from tests.sampling import case_of, is_sampled, sampled

HERE = Path(__file__).parent

# A built wheel, a generated client or what mypy has read is made once for all tests of these.
SHARING = (
    "packaging",
    "recipes",
    "apps/test_own_api.py",
    "specs/test_every_form.py",
    "updates/test_apply.py",
    "updates/test_check_api.py",
    "updates/test_new_provider.py",
    "updates/test_rehearsals.py",
    "updates/test_strangers.py",
)

# Where a test may take ten seconds: first, so that no worker is left with one at the end.
COSTLY = ("packaging", "updates", "apps")

# Waits that end in time, or do not: they wait more than they compute, beside what only computes.
TIMED = {"cli", "downloads", "durable", "many", "recipes", "submits", "waits"}


# An example takes as long as the machine lets it: no test passes or fails by that.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

# A shell without job control has what it starts in the background ignore Ctrl-C, and so would all
# that the tests start, and interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def data_folder_of_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep out of the tester's own data folder what commands remember there."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("XDG_DATA_HOME", "LOCALAPPDATA"):
            patch.setenv(name, str(tmp_path_factory.mktemp("data")))
        yield


@pytest.fixture(scope="session")
def mypy_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what an earlier check has left, for mypy to take of it what still holds.

    It is a database, and breaks where one writes into it while another copies it.
    """
    cache = tmp_path_factory.mktemp("mypy")
    if (HERE.parent / ".mypy_cache").is_dir():
        shutil.copytree(HERE.parent / ".mypy_cache", cache, dirs_exist_ok=True)
    return cache


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Read no folder of which nothing is asked for: each of many processes would read it."""
    timed = {"timed": True, "not timed": False}.get(config.option.markexpr)
    if timed is None or collection_path.parent != HERE:
        return None
    return (collection_path.name in TIMED) != timed or None


# First, since xdist reads the groups in a hook of the same name.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if is_sampled(config):
        items[:], others = sampled(items)
        config.hook.pytest_deselected(items=others)
    for item in items:
        path = item.path.relative_to(HERE).as_posix()
        folder = path.partition("/")[0]
        for shared in (folder, path):
            if shared in SHARING:
                item.add_marker(pytest.mark.xdist_group(shared))
        if folder in TIMED:
            item.add_marker(pytest.mark.timed)
        if "postgres" in getattr(item, "fixturenames", ()) or "postgres" in case_of(item).values():
            item.add_marker(pytest.mark.postgres)
    items.sort(key=lambda item: item.path.relative_to(HERE).parts[0] not in COSTLY)
