"""The tools do the same wherever they run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline import toolchain
from pipeline.errors import PipelineError

if TYPE_CHECKING:
    from pathlib import Path


def test_every_directory_is_formatted_whatever_it_is_called(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("*\n", encoding="utf-8")
    (tmp_path / "ruff.toml").write_text("line-length = 20\n", encoding="utf-8")
    modules = [tmp_path / name / "module.py" for name in ("api", "dist", "build", "venv", "tests")]
    for module in modules:
        module.parent.mkdir()
        module.write_text("import sys, os\nnames = [ 'one', 'two',  os.name ]\n", encoding="utf-8")
    toolchain.format_code(tmp_path, place="jobs")
    for module in modules:
        assert module.read_text() == 'import os\n\nnames = ["one", "two", os.name]\n'


def test_code_that_cannot_be_formatted_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text("def broken(:\n", encoding="utf-8")
    with pytest.raises(PipelineError, match=r"(?s)^jobs: ruff failed: .*module\.py"):
        toolchain.format_code(tmp_path, place="jobs")


def test_a_tool_that_is_not_installed_as_pinned_is_named_with_the_way_out() -> None:
    with pytest.raises(PipelineError, match=r"^ruff: .* pinned to 0\.0\.1; install it with: .*==0"):
        toolchain.check_versions({"openapi-python-client": "0.29.1", "ruff": "0.0.1"})
