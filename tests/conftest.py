"""What holds for all tests: what they share, and which of them mind the time."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

HERE = Path(__file__).parent

# A built wheel is made once for all tests of the folder.
SHARING = {"packaging", "recipes"}

# Waits that end in time, or do not: they run apart from what keeps every core busy.
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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        folder = item.path.relative_to(HERE).parts[0]
        if folder in SHARING:
            item.add_marker(pytest.mark.xdist_group(folder))
        if folder in TIMED:
            item.add_marker(pytest.mark.timed)
