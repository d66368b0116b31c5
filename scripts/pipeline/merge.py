"""A provider's documents made one: the operations that were chosen, and all that they refer to.

Each document may be far larger than what is chosen of it. What two of them call by one name must be
the same in both; one document may also refer to another by its file, `other.yaml#/components/...`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from .errors import PipelineError
from .openapi import METHODS, NAMING, key_of, look_up, operations, release_of, resolve
from .schema_facts import texts_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from .documents import JSON, Document

__all__ = ["Part", "merge"]

_DATA = frozenset({"example", "default", "enum", "const"})
_SHOWN = 12
_LEFT_OUT = frozenset({"components", "paths", "tags", "webhooks"})


@dataclass(frozen=True, kw_only=True)
class Part:
    """A document, by its file in specs/, and the operations of it that are wanted; () for all."""

    file: str
    document: Document
    operations: Sequence[str] = ()


def merge(parts: Sequence[Part]) -> Document:
    """Make one document of the wanted operations of `parts`, and of nothing that they do not need.

    The first part gives title, servers and keys; what another has of its own is written into its
    operations.

    Raises:
        PipelineError: an operation is not there, or two documents contradict each other.
    """
    first = parts[0]
    for part in parts[1:]:
        releases = [release_of(each.document, place=_place(each.file)) for each in (first, part)]
        if releases[0] != releases[1]:
            told = f"is OpenAPI {releases[1]}, and {_place(first.file)} is OpenAPI {releases[0]}"
            raise PipelineError(_place(part.file), told)
    whole = _Merger({part.file: part.document for part in parts})
    for part in parts:
        whole.add(part, first.document)
    return whole.finish(first.document)


def _place(file: str) -> str:
    return f"specs/{file}"


class _Merger:
    """What was taken over so far, and from which file, so that a clash can name both."""

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self._documents = documents
        self._paths: dict[str, Document] = {}
        self._origins: dict[tuple[str, ...], str] = {}
        self._components: dict[tuple[str, str], JSON] = {}
        self._wanted: list[tuple[str, str, str]] = []
        self._taken_over: set[tuple[str, str, str]] = set()

    def add(self, part: Part, first: Document) -> None:
        """Take over the operations that are wanted of a part, and what they refer to."""
        document, place = part.document, _place(part.file)
        known = operations(document)
        wanted = set(part.operations or known)
        if missing := [each for each in part.operations if each not in known]:
            more = f" and {len(known) - _SHOWN} more" if len(known) > _SHOWN else ""
            told = f"{', '.join(known[:_SHOWN]) or 'none'}{more}"
            raise PipelineError(place, f"does not describe {missing[0]}; it describes {told}")
        own = {"servers": document["servers"]} if "servers" in document else {}
        if "security" in document or "security" in first:
            own["security"] = document.get("security", [])
        own = {key: value for key, value in own.items() if value != first.get(key)}
        for path, item in resolve(document.get("paths"), document).items():
            held = resolve(item, document)
            methods = [each for each in METHODS if f"{each.upper()} {path}" in wanted]
            if methods:
                self._add_path(part, path, held, methods, own)
        while self._wanted:
            self._take_component(self._wanted.pop())

    def finish(self, first: Document) -> Document:
        """Put the document together, everything in the order of the documents that it is from."""
        whole = {key: value for key, value in first.items() if key not in _LEFT_OUT}
        tags = {tag for operation in self._operations() for tag in texts_of(operation.get("tags"))}
        described = [
            tag
            for document in self._documents.values()
            for tag in _objects(document.get("tags"))
            if tag.get("name") in tags
        ]
        if described:
            whole["tags"] = [*{str(tag["name"]): cast("JSON", tag) for tag in described}.values()]
        whole["paths"] = cast("JSON", self._paths)
        components: dict[str, JSON] = {}
        for document in self._documents.values():
            for section, named in resolve(document.get("components"), document).items():
                for name in resolve(named, document):
                    if (section, name) in self._components:
                        kept = cast("Document", components.setdefault(section, {}))
                        kept.setdefault(name, self._components[section, name])
        if components:
            whole["components"] = components
        return whole

    def _operations(self) -> Iterator[Document]:
        for item in self._paths.values():
            yield from (resolve(item[method], {}) for method in METHODS if method in item)

    def _add_path(
        self, part: Part, path: str, item: Document, methods: list[str], own: Document
    ) -> None:
        kept = self._paths.setdefault(path, {})
        for key, value in item.items():
            if key in METHODS and key not in methods:
                continue
            taken = self._taken(value, part.file)
            if key in METHODS and isinstance(taken, dict):
                # Where it is said for all of a document, that holds for it alone.
                said = {each: self._taken(own[each], part.file) for each in own}
                if "servers" in item:
                    said.pop("servers", None)
                taken = {**said, **taken}
                asked = taken.get("security", part.document.get("security"))
                for choice in _objects(asked):
                    self._wanted += [(part.file, "securitySchemes", name) for name in choice]
            self._keep(("paths", path, key), taken, kept.get(key), part.file)
            kept[key] = taken

    def _take_component(self, wanted: tuple[str, str, str]) -> None:
        file, section, name = wanted
        held = resolve(resolve(self._documents[file].get("components"), {}).get(section), {})
        if name not in held or wanted in self._taken_over:
            return  # what is not there is told when the whole is validated
        self._taken_over.add(wanted)
        if (elsewhere := self._stands_for(held[name], wanted)) is not None:
            self._wanted.append(elsewhere)
            return
        before = self._components.get((section, name))
        taken = self._taken(held[name], file)
        self._keep(("components", section, name), taken, before, file)
        self._components[section, name] = taken

    def _stands_for(self, value: JSON, named: tuple[str, str, str]) -> tuple[str, str, str] | None:
        """Give the component of another document that one of the same name only refers to."""
        reference = value.get("$ref") if isinstance(value, dict) else None
        if not isinstance(reference, str):
            return None
        _, section, name = named
        origin, pointer = self._target(reference, named[0])
        same = pointer.split("/")[2:] == [section, name]
        return (origin, section, name) if same and origin != named[0] else None

    def _keep(self, place: tuple[str, ...], taken: JSON, before: JSON, file: str) -> None:
        origin = self._origins.setdefault(place, file)
        if origin != file and taken != before:
            told = f"{' '.join(place)} is not what it is in {_place(origin)}"
            raise PipelineError(_place(file), told)

    def _taken(self, value: JSON, file: str, *, inside: str = "") -> JSON:
        """Copy a value, which stands `inside` a key, and note what it refers to."""
        if isinstance(value, list):
            return [self._taken(item, file) for item in value]
        if not isinstance(value, dict):
            return value
        is_naming = inside in NAMING
        copied = {
            # An example is data: what looks like a reference there is none.
            key: item if key in _DATA and not is_naming else self._taken(item, file, inside=key)
            for key, item in value.items()
        }
        reference = value.get("$ref")
        if isinstance(reference, str):
            origin, pointer = self._target(reference, file)
            if not pointer.startswith("#/components/"):
                # A place in a path, which may not be wanted itself: what stands there, then.
                found, target = look_up(pointer, self._documents[origin])
                if found and target is not value:
                    return self._taken(target, origin)
            return {**copied, "$ref": pointer}
        mapping = resolve(value.get("discriminator"), {}).get("mapping")
        if isinstance(mapping, dict):
            named = {key: self._mapped(target, file) for key, target in mapping.items()}
            copied["discriminator"] = {**resolve(copied["discriminator"], {}), "mapping": named}
        return copied

    def _mapped(self, target: JSON, file: str) -> JSON:
        if not isinstance(target, str):
            return target
        is_name = "/" not in target and "#" not in target and not target.endswith(".yaml")
        _, pointer = self._target(f"#/components/schemas/{target}" if is_name else target, file)
        return target if is_name else pointer

    def _target(self, reference: str, file: str) -> tuple[str, str]:
        """Give the file and the place in it that are referred to, and want what is there."""
        other, separator, pointer = reference.partition("#")
        origin = other or file
        if not separator or origin not in self._documents:
            raise PipelineError(_place(file), f"{reference!r} lies outside the document")
        match pointer.split("/"):
            case ["", "components", section, name, *_]:
                self._wanted.append((origin, section, key_of(name)))
            case _:
                pass
        return origin, f"#{pointer}"


def _objects(value: JSON) -> list[Document]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
