"""Where everything lies in a checkout, and where each document comes from."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .errors import PipelineError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["APPLICATIONS", "SOURCES", "Project", "ProviderSources", "SpecSource"]

APPLICATIONS = "tests/apps"
SOURCES = "specs/sources.toml"
_FILE = re.compile(r"[\w.-]+\.yaml")


@dataclass(frozen=True, kw_only=True)
class SpecSource:
    """A document's origin: where it was found, and what of it is generated."""

    page: str
    hand_written: bool = False
    sources: tuple[str, ...] = ()
    """What a document that was written by hand rests on, beside its page."""
    operations: tuple[str, ...] = ()
    """Such as ``GET /jobs/{id}``; all that it describes where there are none."""
    retrieved: dt.date
    sha256: str


@dataclass(frozen=True, kw_only=True)
class ProviderSources:
    """A provider's documents, by their files in specs/, and the operation that polls a job."""

    job: str
    status: str = "status"
    """Where an answer has its status: a field, or fields with a dot between them."""
    documents: Mapping[str, SpecSource]

    @property
    def job_file(self) -> str:
        """The document that describes the poll."""
        holders = [file for file, each in self.documents.items() if self.job in each.operations]
        return (holders or [*self.documents])[0]

    @property
    def page(self) -> str:
        """The page that describes the poll."""
        return self.documents[self.job_file].page


@dataclass(frozen=True)
class Project:
    """A checkout, by its root."""

    root: Path

    @property
    def generated(self) -> Path:
        """The package of all clients."""
        return self.root / "generated" / "tilldone_clients"

    @cached_property
    def sources(self) -> dict[str, ProviderSources]:
        """The known providers and their documents, in the order of specs/sources.toml."""
        entries = _read_toml(self.root / SOURCES, SOURCES)
        return {name: _sources_of(name, entry) for name, entry in entries.items()}

    def document(self, file: str) -> Path:
        """Locate one of a provider's documents."""
        return self.root / "specs" / file

    def spec(self, name: str) -> Path:
        """Locate the document that describes how a provider's jobs are polled."""
        return self.document(self.sources[name].job_file)

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


def _sources_of(name: str, entry: dict[str, Any]) -> ProviderSources:
    place = f"{SOURCES}, [{name}]"
    if not name.isidentifier():
        raise PipelineError(place, "not a valid name for a Python package")
    try:
        listed = {file: _source_of(each) for file, each in entry.pop("documents").items()}
        found = ProviderSources(documents=listed, **entry)
    except KeyError as error:
        raise PipelineError(place, f"lacks {error}") from error
    except (AttributeError, TypeError) as error:
        raise PipelineError(place, str(error)) from error
    if not found.documents:
        raise PipelineError(place, "names no document")
    for file in found.documents:
        if not _FILE.fullmatch(file):
            raise PipelineError(place, f"{file!r} is not the name of a YAML file in specs/")
    return found


def _source_of(entry: dict[str, Any]) -> SpecSource:
    for key in ("operations", "sources"):
        if key in entry:
            entry[key] = tuple(entry[key])
    return SpecSource(**entry)


def _read_toml(path: Path, place: str) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, tomllib.TOMLDecodeError) as error:
        raise PipelineError(place, str(error)) from error
