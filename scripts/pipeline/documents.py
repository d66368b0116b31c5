"""YAML documents as plain JSON values.

Specs come from strangers' web pages, so what may be in one is decided here and nowhere else: YAML's
safe subset, string keys, JSON's own types, no value that contains itself.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from .errors import PipelineError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["JSON", "Document", "Location", "json_path", "load", "name_of"]

JSON: TypeAlias = "dict[str, JSON] | list[JSON] | str | int | float | bool | None"
Document: TypeAlias = dict[str, JSON]
Location: TypeAlias = tuple[str | int, ...]


def load(path: Path) -> Document:
    """Read the YAML (or JSON) mapping in `path`, or say on which line it goes wrong."""
    place = name_of(path)
    try:
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError as error:
        raise PipelineError(place, "there is no such file") from error
    except UnicodeDecodeError as error:
        raise PipelineError(place, f"not UTF-8 at byte {error.start}") from error
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = _Constructor
    try:
        document = _plain(yaml.load(text), (), place=place, inside=())
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{place}, line {mark.line + 1}, column {mark.column + 1}" if mark else place
        raise PipelineError(where, str(error.problem or error.context)) from error
    except YAMLError as error:
        raise PipelineError(place, " ".join(str(error).split())) from error
    except RecursionError as error:
        raise PipelineError(place, "nested too deeply to be read") from error
    if not isinstance(document, dict):
        raise PipelineError(place, "the document is not a mapping")
    return document


def name_of(path: Path) -> str:
    """Name a file as people know it: specs/videodb.yaml, wherever the project lies."""
    return f"{path.parent.name}/{path.name}"


def json_path(location: Location) -> str:
    """Write a place in a document as a normalized JSONPath."""
    return "$" + "".join(f"[{part!r}]" for part in location)


class _Constructor(SafeConstructor):
    """YAML's dates stay the text that they are: JSON has no dates."""


_Constructor.add_constructor("tag:yaml.org,2002:timestamp", SafeConstructor.construct_yaml_str)


def _plain(value: object, location: Location, *, place: str, inside: tuple[int, ...]) -> JSON:
    where = f"{place}, {json_path(location)}"
    if id(value) in inside:
        raise PipelineError(where, "a value that contains itself")
    if isinstance(value, dict):
        plain: Document = {}
        for key, item in value.items():
            # An unquoted 200 under `responses` is an integer to YAML and a string to OpenAPI.
            name = str(key) if type(key) is int else key
            if not isinstance(name, str):
                raise PipelineError(where, f"the key {key!r} is not a string")
            if name in plain:
                raise PipelineError(where, f"the key {name!r} occurs twice")
            plain[name] = _plain(item, (*location, name), place=place, inside=(*inside, id(value)))
        return plain
    if isinstance(value, list):
        return [
            _plain(item, (*location, index), place=place, inside=(*inside, id(value)))
            for index, item in enumerate(value)
        ]
    if isinstance(value, float) and not math.isfinite(value):
        raise PipelineError(where, f"{value} is no JSON number")
    if value is None or isinstance(value, (str, int, float)):
        return value
    raise PipelineError(where, f"a {type(value).__name__} has no place in JSON")
