"""Directories are compared byte for byte, and swapped whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import trees


def grow(root: Path, files: dict[str, str]) -> Path:
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content, encoding="utf-8")
    return root


def shape(root: Path) -> dict[str, str]:
    return {
        path.relative_to(root).as_posix(): path.read_text(encoding="utf-8")
        for path in root.rglob("*")
        if path.is_file()
    }


def test_differences_are_told_apart(tmp_path: Path) -> None:
    expected = grow(tmp_path / "new", {"same": "1", "a/changed": "1", "a/missing": "1"})
    actual = grow(tmp_path / "old", {"same": "1", "a/changed": "2", "b/stray": "1"})
    assert list(trees.differences(actual, expected)) == [
        ("changed", "a/changed"),
        ("missing", "a/missing"),
        ("stray", "b/stray"),
    ]


def test_what_python_caches_is_no_difference(tmp_path: Path) -> None:
    expected = grow(tmp_path / "new", {"a/m.py": "1"})
    actual = grow(tmp_path / "old", {"a/m.py": "1", "a/__pycache__/m.pyc": "2"})
    assert list(trees.differences(actual, expected)) == []


def test_everything_is_missing_from_a_directory_that_is_not_there(tmp_path: Path) -> None:
    expected = grow(tmp_path / "new", {"m.py": "1"})
    assert list(trees.differences(tmp_path / "old", expected)) == [("missing", "m.py")]


def test_a_directory_takes_anothers_place(tmp_path: Path) -> None:
    fresh = grow(tmp_path / "new", {"a/m.py": "new"})
    target = grow(tmp_path / "home" / "old", {"a/m.py": "old", "b/stray.py": "old"})
    trees.replace(target, fresh)
    assert shape(tmp_path / "home") == {"old/a/m.py": "new"}
    assert shape(fresh) == {"a/m.py": "new"}


def test_a_directory_may_be_the_first_in_its_place(tmp_path: Path) -> None:
    fresh = grow(tmp_path / "new", {"m.py": "new"})
    (tmp_path / "home").mkdir()
    trees.replace(tmp_path / "home" / "first", fresh)
    assert shape(tmp_path / "home") == {"first/m.py": "new"}


def test_what_an_earlier_interruption_left_behind_is_cleared_away(tmp_path: Path) -> None:
    fresh = grow(tmp_path / "new", {"m.py": "new"})
    home = grow(tmp_path / "home", {"t/m.py": "old", ".t.new/x": "half", ".t.old/x": "half"})
    trees.replace(home / "t", fresh)
    assert shape(home) == {"t/m.py": "new"}


@pytest.mark.parametrize("failing", [1, 2])
def test_a_failing_swap_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    fresh = grow(tmp_path / "new", {"m.py": "new"})
    target = grow(tmp_path / "home" / "t", {"m.py": "old"})
    rename, calls = Path.rename, 0

    def fail_once(path: Path, to: Path) -> Path:
        nonlocal calls
        calls += 1
        if calls == failing:
            raise KeyboardInterrupt
        return rename(path, to)

    monkeypatch.setattr(Path, "rename", fail_once)
    with pytest.raises(KeyboardInterrupt):
        trees.replace(target, fresh)
    assert shape(tmp_path / "home") == {"t/m.py": "old"}


def test_a_copy_that_fails_changes_nothing(tmp_path: Path) -> None:
    target = grow(tmp_path / "home" / "t", {"m.py": "old"})
    with pytest.raises(FileNotFoundError):
        trees.replace(target, tmp_path / "nowhere")
    assert shape(tmp_path / "home") == {"t/m.py": "old"}
