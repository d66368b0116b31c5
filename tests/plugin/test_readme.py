"""The README's example of the fixture, run by a pytest of its own."""

from pathlib import Path

from tests.documents import PYTHON
from tests.plugin.test_plugin import pytest_on


def test_the_example_passes_and_could_fail(tmp_path: Path) -> None:
    text = PYTHON["In pytest"].text
    ran = pytest_on(tmp_path, test_example=text)
    assert "1 passed" in ran.stdout, ran.stdout

    ran = pytest_on(
        tmp_path,
        test_example=text.replace("script_submissions", "submissions").replace(", [reset()]", ""),
    )
    assert "1 failed" in ran.stdout
