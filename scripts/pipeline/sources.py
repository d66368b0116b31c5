"""Write an entry of specs/sources.toml, and leave every other line of it as people wrote it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import tomllib
from dataclasses import fields
from typing import TYPE_CHECKING

from .errors import PipelineError
from .project import SpecSource

if TYPE_CHECKING:
    from pathlib import Path

    from .load_spec import Spec

__all__ = ["source_of", "write_source"]

_HAND = b"# Written by hand"


def source_of(spec: Spec, *, page: str, status: str) -> SpecSource:
    """Make the entry of a spec that was retrieved today from `page`."""
    return SpecSource(
        page=page,
        operation=spec.operation,
        retrieved=dt.datetime.now(dt.UTC).date(),
        sha256=hashlib.sha256(spec.content).hexdigest(),
        hand_written=spec.content.startswith(_HAND),
        status=status,
    )


def write_source(file: Path, name: str, source: SpecSource) -> None:
    """Put `source` in the place of the entry `name`, or at the end where there is none."""
    text = file.read_text(encoding="utf-8")
    if name in tomllib.loads(text):
        head, entry, tail = _split(text, name)
    else:
        head, entry, tail = f"{text.rstrip()}\n\n", f"[{name}]\n", ""
    before: list[str] = []
    for field in fields(SpecSource):
        value = getattr(source, field.name)
        entry = _set(entry, field.name, None if value == field.default else value, before)
        before.append(field.name)
    changed = head + entry + tail
    if tomllib.loads(changed)[name] != _entry(source):
        raise PipelineError(
            f"specs/sources.toml, [{name}]",
            "is written in a way that can't be edited; do it by hand",
        )
    file.write_text(changed, encoding="utf-8", newline="\n")


def _entry(source: SpecSource) -> dict[str, object]:
    values = {field: getattr(source, field.name) for field in fields(SpecSource)}
    return {field.name: value for field, value in values.items() if value != field.default}


def _split(text: str, name: str) -> tuple[str, str, str]:
    headers = [*re.finditer(r"^\[([^]]+)\][^\n]*\n", text, re.MULTILINE)]
    for number, header in enumerate(headers):
        if header[1].strip() == name:
            end = headers[number + 1].start() if number + 1 < len(headers) else len(text)
            return text[: header.start()], text[header.start() : end], text[end:]
    raise PipelineError(f"specs/sources.toml, [{name}]", "has no header of its own")


def _set(entry: str, key: str, value: object, before: list[str]) -> str:
    """Write a line into an entry; a new one goes below those that come `before` it, by their order.

    So a line that is taken out and put back stands where it stood.
    """
    line = _line(key)
    if value is None:
        return line.sub("", entry)
    shown = value.isoformat() if isinstance(value, dt.date) else json.dumps(value)
    assignment = f"{key} = {shown}\n"
    if line.search(entry):
        return line.sub(lambda _: assignment, entry, count=1)
    above = [match.end() for each in before for match in _line(each).finditer(entry)]
    end = max(above, default=entry.index("\n") + 1)
    return f"{entry[:end]}{assignment}{entry[end:]}"


def _line(key: str) -> re.Pattern[str]:
    return re.compile(rf"^{key} *=[^\n]*\n", re.MULTILINE)
