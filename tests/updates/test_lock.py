"""specs/lock.toml tells which of the things that generated/ is made of has moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline import lock

if TYPE_CHECKING:
    from .conftest import Checkout


def moved(checkout: Checkout) -> list[str]:
    found = lock.moved(checkout.project, checkout.project.sources)
    return [line.partition(" (")[0] for line in found]


@pytest.mark.parametrize(
    ("path", "change", "told"),
    [
        ("specs/zai.yaml", ("  title: Z.AI API\n", "  title: Z.AI\n"), "zai: zai.yaml"),
        ("specs/zai.overlay.yaml", ("version: 1.0.0", "version: 1.0.1"), "zai: zai.overlay.yaml"),
        ("generated/tilldone_clients/zai/errors.py", ('"""', "'''"), "zai: generated"),
        ("pyproject.toml", ('"ruff==', '"ruff==1'), "tools: ruff"),
        ("pyproject.toml", ("client==", "client==1"), "tools: openapi-python-client"),
    ],
)
def test_what_has_moved_is_named_alone(
    checkout: Checkout, path: str, change: tuple[str, str], told: str
) -> None:
    assert moved(checkout) == []
    text = (checkout.root / path).read_text(encoding="utf-8")
    assert change[0] in text
    (checkout.root / path).write_text(text.replace(*change), encoding="utf-8")
    assert moved(checkout) == [told]


def test_the_check_tells_it_and_regenerating_locks_it(checkout: Checkout) -> None:
    checkout.replace("specs/zai.yaml", ("  title: Z.AI API\n", "  title: Z.AI\n"))
    checked = checkout.run("regenerate.py", "--check", "zai")
    assert checked.returncode == 1
    (line,) = (line for line in checked.stdout.splitlines() if line.startswith("moved"))
    assert line.startswith("moved    zai: zai.yaml (56745f54732e -> ")
    before = (checkout.root / lock.LOCK).read_text(encoding="utf-8")
    assert checkout.run("regenerate.py", "zai").returncode == 0
    after = (checkout.root / lock.LOCK).read_text(encoding="utf-8")
    assert moved(checkout) == []
    changed = [
        one for one, two in zip(before.splitlines(), after.splitlines(), strict=True) if one != two
    ]
    assert [line.partition(" ")[0] for line in changed] == ['"zai.yaml"', "generated"]


def test_a_broken_lock_is_named(checkout: Checkout) -> None:
    (checkout.root / lock.LOCK).write_text("[zai", encoding="utf-8")
    checked = checkout.run("regenerate.py", "--check", "zai")
    assert checked.returncode == 1
    assert "specs/lock.toml: " in checked.stderr
    assert "remove it and regenerate" in checked.stderr
    (checkout.root / lock.LOCK).unlink()
    assert moved(checkout)[0] == "tools: openapi-python-client"
