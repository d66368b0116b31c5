"""The sample applications: programs that use the suite as its users do."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["APPLICATIONS", "applications"]

APPLICATIONS = "tests/apps"


def applications(root: Path) -> list[str]:
    """Give the applications of a checkout, without what tests them."""
    found = sorted((root / APPLICATIONS).glob("*.py"))
    return [
        path.relative_to(root).as_posix()
        for path in found
        if path.name != "conftest.py" and not path.name.startswith("test_")
    ]
