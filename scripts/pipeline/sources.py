"""Write a provider into specs/sources.toml, and leave every other line of it as people wrote it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import tomllib
from dataclasses import fields
from typing import TYPE_CHECKING

from .errors import PipelineError
from .project import SOURCES, ProviderSources, SpecSource

if TYPE_CHECKING:
    from pathlib import Path

    from .load_spec import Spec

__all__ = ["source_of", "write_sources"]

_HAND = b"# Written by hand"


def source_of(
    spec: Spec, *, page: str, operations: tuple[str, ...], sources: tuple[str, ...] = ()
) -> SpecSource:
    """Make the entry of a document that was retrieved today from `page`."""
    return SpecSource(
        page=page,
        hand_written=spec.content.startswith(_HAND),
        sources=sources,
        operations=operations,
        retrieved=dt.datetime.now(dt.UTC).date(),
        sha256=hashlib.sha256(spec.content).hexdigest(),
    )


def write_sources(file: Path, name: str, sources: ProviderSources) -> None:
    """Put `sources` in the place of what there is of provider `name`, or at the end."""
    text = file.read_text(encoding="utf-8")
    own: dict[str, object] = {"job": sources.job}
    if sources.status != ProviderSources.status:
        own["status"] = sources.status
    listed = {document: _entry(source) for document, source in sources.documents.items()}
    text = _write_table(text, name, own, above=None)
    above = name
    for document, entry in listed.items():
        header = f"{name}.documents.{json.dumps(document)}"
        text, above = _write_table(text, header, entry, above=above), header
    if tomllib.loads(text)[name] != {**own, "documents": listed}:
        raise PipelineError(
            f"{SOURCES}, [{name}]", "is written in a way that can't be edited; do it by hand"
        )
    file.write_text(text, encoding="utf-8", newline="\n")


def _entry(source: SpecSource) -> dict[str, object]:
    values = {field: getattr(source, field.name) for field in fields(SpecSource)}
    return {
        field.name: list(value) if isinstance(value, tuple) else value
        for field, value in values.items()
        if value != field.default
    }


def _write_table(text: str, header: str, values: dict[str, object], *, above: str | None) -> str:
    """Write a table's lines; a new one goes below the table `above`, or to the end."""
    found = _bounds(text, header)
    if found is None:
        _, end = (above and _bounds(text, above)) or (0, len(text))
        body = text[:end].rstrip()
        text = f"{body}\n\n[{header}]\n{text[len(body) + 1 :]}"
        found = _bounds(text, header)
    start, end = found or (0, 0)
    table = text[start:end]
    # Without its header, the lines are a document of their own.
    known = tomllib.loads(table.partition("\n")[2])
    for gone in known.keys() - values.keys():
        table = _line(gone).sub("", table)
    before: list[str] = []
    for key, value in values.items():
        if known.get(key) != value:
            table = _set(table, key, value, before)
        before.append(key)
    return text[:start] + table + text[end:]


def _bounds(text: str, header: str) -> tuple[int, int] | None:
    """Give where a table begins, and where the next one does."""
    headers = [*re.finditer(r"^\[([^\n]+)\][^\]\n]*\n", text, re.MULTILINE)]
    starts = [*(each.start() for each in headers), len(text)]
    for number, each in enumerate(headers):
        if each[1].strip() == header:
            return starts[number], starts[number + 1]
    return None


def _set(table: str, key: str, value: object, before: list[str]) -> str:
    """Write a line into a table; a new one goes below those that come `before` it, by their order.

    So a line that is taken out and put back stands where it stood.
    """
    shown = value.isoformat() if isinstance(value, dt.date) else json.dumps(value)
    assignment = f"{key} = {shown}\n"
    line = _line(key)
    if line.search(table):
        return line.sub(lambda _: assignment, table, count=1)
    above = [match.end() for each in before for match in _line(each).finditer(table)]
    end = max(above, default=table.index("\n") + 1)
    return f"{table[:end]}{assignment}{table[end:]}"


def _line(key: str) -> re.Pattern[str]:
    # A list may go over several lines, up to the one that closes it.
    return re.compile(rf"^{key} *= *(?:\[\n(?:[^\]\n][^\n]*\n)*\]|[^\n]*)\n", re.MULTILINE)
