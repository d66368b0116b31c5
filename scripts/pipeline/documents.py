"""YAML and JSON documents as plain JSON values.

Specs come from strangers' web pages, so what may be in one is decided here and nowhere else: YAML's
safe subset, string keys, JSON's own types, no value that contains itself, and no more than anyone
writes for a job's sake: not as text, and not once every alias stands for what it names.
"""

from __future__ import annotations

import hashlib
import json
import math
from typing import TYPE_CHECKING, NoReturn, TypeAlias, cast

from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from .errors import PipelineError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["JSON", "MAX_BYTES", "Document", "Location", "json_path", "load", "name_of", "parse"]

JSON: TypeAlias = "dict[str, JSON] | list[JSON] | str | int | float | bool | None"
Document: TypeAlias = dict[str, JSON]
Location: TypeAlias = tuple[str | int, ...]

# Twice what the largest API that is published this way takes.
MAX_BYTES = 25_000_000
_MAX_VALUES = 2_000_000
_MAX_BITS = 1024
_READ: dict[bytes, str] = {}


def load(path: Path) -> Document:
    """Read the YAML (or JSON) mapping in `path`, or say on which line it goes wrong."""
    place = name_of(path)
    try:
        return parse(path.read_bytes(), place=place)
    except FileNotFoundError as error:
        raise PipelineError(place, "no such file") from error


def parse(content: bytes, *, place: str) -> Document:
    """Read the YAML (or JSON) mapping in `content`; `place` names it in errors."""
    # A large file takes long, and is read several times; each caller has a copy of its own.
    digest = hashlib.sha256(content).digest()
    if digest not in _READ:
        _READ[digest] = json.dumps(_parse(content, place=place))
    return cast("Document", json.loads(_READ[digest]))


def _parse(content: bytes, *, place: str) -> Document:
    if len(content) > MAX_BYTES:
        raise PipelineError(place, f"has more than {MAX_BYTES:,} bytes")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise PipelineError(place, f"not UTF-8 at byte {error.start}") from error
    try:
        document = _plain(_read(text), (), place=place, inside=())
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{place}, line {mark.line + 1}, column {mark.column + 1}" if mark else place
        raise PipelineError(where, str(error.problem or error.context)) from error
    except YAMLError as error:
        raise PipelineError(place, " ".join(str(error).split())) from error
    except RecursionError as error:
        raise PipelineError(place, "nested too deeply to be read") from error
    except ValueError as error:  # a number of more digits than Python reads, for one
        raise PipelineError(place, str(error)) from error
    if not isinstance(document, dict):
        raise PipelineError(place, "the document is not a mapping")
    return document


def name_of(path: Path) -> str:
    """Name a file as people know it: specs/videodb.yaml, wherever the project lies."""
    return f"{path.parent.name}/{path.name}"


def json_path(location: Location) -> str:
    """Write a place in a document as a normalized JSONPath."""
    return "$" + "".join(f"[{part!r}]" for part in location)


def _read(text: str) -> object:
    # JSON first: YAML refuses some of it, halves of characters that make a whole one for example,
    # and takes some for something else.
    if text.lstrip("\ufeff \t\r\n").startswith("{"):
        try:
            return json.loads(
                text.removeprefix("\ufeff"), object_pairs_hook=_object, parse_constant=_refuse
            )
        except json.JSONDecodeError:
            pass  # YAML that begins as JSON does, or neither: its own reader says what is wrong
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = _Constructor
    return yaml.load(text)


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice!r} occurs twice in one object")
    return found


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a JSON number")


class _Constructor(SafeConstructor):
    """YAML's dates stay the text that they are: JSON has no dates."""

    def construct_document(self, node: Node) -> object:
        # Before anything is built: ten aliases of ten aliases of ten are soon more than memory.
        if _count(node, {}) > _MAX_VALUES:
            raise YAMLError(f"stands for more than {_MAX_VALUES:,} values")
        return super().construct_document(node)


_Constructor.add_constructor("tag:yaml.org,2002:timestamp", SafeConstructor.construct_yaml_str)


def _count(node: Node, counted: dict[int, int]) -> int:
    """Count the values that `node` stands for, aliases included, visiting each node once."""
    if id(node) not in counted:
        counted[id(node)] = 1  # what holds itself is refused later, where its place is known
        children: list[Node] = []
        if isinstance(node, SequenceNode):
            children = node.value
        elif isinstance(node, MappingNode):
            children = [child for pair in node.value for child in pair]
        counted[id(node)] = 1 + sum(_count(child, counted) for child in children)
    return counted[id(node)]


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
            if not _is_text(name):
                raise PipelineError(where, f"the key {name!r} holds half a character")
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
        raise PipelineError(where, f"{value} is not a JSON number")
    if isinstance(value, str) and not _is_text(value):
        raise PipelineError(where, "holds half a character (a lone surrogate)")
    if isinstance(value, int) and value.bit_length() > _MAX_BITS:
        raise PipelineError(where, f"a number of more than {_MAX_BITS} bits")
    if value is None or isinstance(value, (str, int, float)):
        return value
    raise PipelineError(where, f"a value of type {type(value).__name__} cannot be written as JSON")


def _is_text(value: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in value)
