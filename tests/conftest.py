"""What holds for all tests: those that share something costly share a worker, too."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent

# A built wheel, a database server, a regenerated tree: made once for all tests of the folder.
SHARING = {"durable", "packaging", "recipes"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        folder = item.path.relative_to(HERE).parts[0]
        if folder in SHARING:
            item.add_marker(pytest.mark.xdist_group(folder))
