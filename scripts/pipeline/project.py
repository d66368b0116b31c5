"""Where everything lies in a checkout, and where each spec comes from."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .errors import PipelineError

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

__all__ = ["APPLICATIONS", "Project", "SpecSource"]

APPLICATIONS = "tests/apps"


@dataclass(frozen=True, kw_only=True)
class SpecSource:
    """A spec's origin: an entry of specs/sources.toml."""

    page: str
    hand_written: bool = False
    operation: str
    retrieved: dt.date
    sha256: str
    status: str = "status"
    """Where an answer has its status word: a field, or fields with a dot between them."""


@dataclass(frozen=True)
class Project:
    """A checkout, by its root."""

    root: Path

    @property
    def generated(self) -> Path:
        """The package of all clients."""
        return self.root / "generated" / "tilldone_clients"

    @cached_property
    def sources(self) -> dict[str, SpecSource]:
        """The known providers and their specs' origins, in the order of specs/sources.toml."""
        place = "specs/sources.toml"
        sources = {}
        for name, entry in _read_toml(self.root / place, place).items():
            if not name.isidentifier():
                raise PipelineError(f"{place}, [{name}]", "not a valid name for a Python package")
            try:
                sources[name] = SpecSource(**entry)
            except TypeError as error:
                raise PipelineError(f"{place}, [{name}]", str(error)) from error
        return sources

    def spec(self, name: str) -> Path:
        """Locate the provider's own text."""
        return self.root / "specs" / f"{name}.yaml"

    def overlay(self, name: str) -> Path:
        """Locate what we know better; a provider may have none."""
        return self.root / "specs" / f"{name}.overlay.yaml"

    @property
    def applications(self) -> list[str]:
        """The sample applications, without what tests them: programs that use the suite."""
        return [
            path.relative_to(self.root).as_posix()
            for path in sorted((self.root / APPLICATIONS).glob("*.py"))
            if path.name != "conftest.py" and not path.name.startswith("test_")
        ]

    @cached_property
    def pins(self) -> dict[str, str]:
        """The exactly pinned tools of the dev group in pyproject.toml, with their versions."""
        place = "pyproject.toml"
        try:
            requirements = _read_toml(self.root / place, place)["dependency-groups"]["dev"]
        except KeyError as error:
            raise PipelineError(place, f"lacks {error}") from error
        pinned = (line.split("==") for line in requirements if "==" in line)
        return {name.strip(): version.strip() for name, version in pinned}


def _read_toml(path: Path, place: str) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, tomllib.TOMLDecodeError) as error:
        raise PipelineError(place, str(error)) from error
