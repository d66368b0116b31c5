"""specs/lock.toml: what generated/ was last written from, and with what.

It tells which of them has moved when generated/ is no longer what specs/ makes: the provider's
text, our overlay, a tool, or somebody's hand in the generated tree.
"""

from __future__ import annotations

import hashlib
import tomllib
from typing import TYPE_CHECKING, TypeAlias

from . import trees
from .errors import PipelineError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .project import Project

__all__ = ["LOCK", "moved", "write"]

LOCK = "specs/lock.toml"

_Entries: TypeAlias = dict[str, dict[str, str]]
_TOOLS = ("openapi-python-client", "ruff")
_HEADER = "# Written by scripts/regenerate.py: what generated/ was made from. Do not edit.\n"


def moved(project: Project, names: Iterable[str]) -> Iterator[str]:
    """Name everything that is no longer as it was when generated/ was written."""
    locked, actual = _read(project), _actual(project)
    for section in ("tools", *names):
        was, now = locked.get(section, {}), actual[section]
        for what in sorted(now.keys() | was.keys()):
            if was.get(what) != now.get(what):
                before, after = was.get(what, "nothing"), now.get(what, "nothing")
                yield f"{section}: {what} ({before[:12]} -> {after[:12]})"


def write(project: Project, names: Iterable[str]) -> None:
    """Lock the tools and the providers that were just written; others keep their entries."""
    locked, actual = _read(project), _actual(project)
    fresh = {"tools", *names}
    entries = {
        section: values if section in fresh else locked.get(section, {})
        for section, values in actual.items()
    }
    parts = [_HEADER]
    for section, values in entries.items():
        if values:
            lines = "".join(f'{_key(what)} = "{value}"\n' for what, value in values.items())
            parts.append(f"[{section}]\n{lines}")
    (project.root / LOCK).write_text("\n".join(parts), encoding="utf-8", newline="\n")


def _actual(project: Project) -> _Entries:
    entries = {"tools": {tool: project.pins.get(tool, "unpinned") for tool in _TOOLS}}
    for name in project.sources:
        files = [*map(project.document, project.sources[name].documents), project.overlay(name)]
        entries[name] = {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in files
            if path.exists()
        }
        if (project.generated / name).exists():
            entries[name]["generated"] = trees.digest(project.generated / name)
    return entries


def _key(name: str) -> str:
    return f'"{name}"' if "." in name else name


def _read(project: Project) -> _Entries:
    try:
        entries: _Entries = tomllib.loads((project.root / LOCK).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PipelineError(LOCK, f"{error}; remove it and regenerate") from error
    return entries
