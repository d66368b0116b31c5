"""The operations of a new provider that make jobs, and where their answers have the job's id."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import PipelineError
from pipeline.openapi import resolve
from pipeline.statuses import submitted_schema, variants_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipeline.documents import Document

    from .client_ast import SubmitOperation

__all__ = ["PRIVATE", "Submitted", "draft_operation", "function_name", "submitted_by"]

_IDS = (
    *("id", "job_id", "jobId", "task_id", "taskId", "request_id", "requestId", "operation_id"),
    *("operationId", "public_id", "uuid"),
)
_HOLDERS = ("data", "job", "task", "result", "output", "response", "request")
_TAKEN = {"connect", "job", "resume"}
_PLAIN = {"Any", "None", "Unset", "bool", "dict", "float", "int", "list", "str"}
PRIVATE = "  # pyright: ignore[reportPrivateUsage] # its builder has no public name"
"""What the line ends with that names a builder; a line of its own, however long what is given."""

_SHOWN = re.compile(r"[A-Z]+ /[\w/{}.:~-]{,50}")


@dataclass(frozen=True, kw_only=True)
class Submitted:
    """Where the answers to all submissions have what names a job."""

    ids: tuple[str, ...]
    """Dotted paths to the id, of which each answer has one."""
    extras: tuple[str, ...] = ()
    """What answers have beside it, and their requests lack."""
    asked: Mapping[str, tuple[str, ...]]
    """The extras that each operation's caller is asked for."""

    @property
    def declared(self) -> str:
        """What `Provider(submitted=...)` is given."""
        alone = len(self.ids) == 1 and not self.extras
        return json.dumps(self.ids[0]) if alone else "_submitted"

    @property
    def function(self) -> str:
        """The function that reads an answer, where one path does not do."""
        if not self.ids or self.declared != "_submitted":
            return ""
        reads = [_read(each) for each in (*self.ids, *self.extras)]
        lines = dict.fromkeys(line for holders, _ in reads for line in holders)
        values = [value for _, value in reads]
        given, extras = " or ".join(values[: len(self.ids)]), values[len(self.ids) :]
        kind = "str | None"
        if extras:
            named = zip(("id", *self.extras), (given, *extras), strict=True)
            kind = "Mapping[str, Any]"
            given = f"{{{', '.join(f'{json.dumps(each)}: {value}' for each, value in named)}}}"
        told = "".join(f"    {line}\n" for line in lines)
        return f"\n\ndef _submitted(body: Body) -> {kind}:\n{told}    return {given}\n"


def submitted_by(
    name: str,
    document: Document,
    operations: Mapping[str, SubmitOperation],
    *,
    id: str,
    extras: Sequence[str],
    said: str | None,
) -> Submitted:
    """Find where the answers to `operations` have the job's id, which a poll calls `id`.

    `said` is where they have it, as a person says.
    """
    ids: list[str] = []
    found: list[str] = []
    asked: dict[str, tuple[str, ...]] = {}
    for named, operation in operations.items():
        fields = _fields(submitted_schema(document, named), document)
        place = said or _place_of_id(fields, document, like=id)
        if place is None:
            told = ", ".join(fields) or "nothing that its spec describes"
            raise PipelineError(
                name,
                f"{named} answers with {told}: say where the answer has the job's id, with "
                "--submitted, such as id or data.id",
            )
        ids.append(place)
        answered = [each for each in extras if each not in operation.parameters and each in fields]
        asked[named] = tuple(each for each in extras if each not in answered)
        found += answered
    return Submitted(ids=tuple(dict.fromkeys(ids)), extras=tuple(dict.fromkeys(found)), asked=asked)


def function_name(operation: SubmitOperation) -> str:
    """Name the function of the module after the operation."""
    taken = operation.operation in _TAKEN
    return f"submit_{operation.operation}" if taken else operation.operation


def draft_operation(
    name: str,
    named: str,
    operation: SubmitOperation,
    *,
    known_as: Mapping[str, str],
    extras: Iterable[str],
    packed: bool,
) -> str:
    """Write the function that prepares a job by one operation.

    Args:
        name: the provider.
        named: the operation in its spec, such as ``POST /v1/takes``.
        operation: the same in the generated client.
        known_as: what the module calls the client's models.
        extras: those that the job is named by, and the answer does not tell.
        packed: whether the module rests on nothing but what tilldone makes public.
    """
    parameters = {each: _type(name, named, kind, known_as) for each, kind in _needs(operation)}
    body = "None = None" if operation.body is None else parameters.pop("body")
    asked = {**parameters, **{each: "str" for each in extras if each not in parameters}}
    star = "".join([", *", *(f", {each}: {kind}" for each, kind in asked.items())]) if asked else ""
    given = [f"{each}={each}" for each in parameters]
    given += ["body=body"] if operation.body is not None else []
    function = function_name(operation)
    naming = "".join(f", {each}={each}" for each in extras)
    what = named if _SHOWN.fullmatch(named) else function
    texts = [each for each, kind in parameters.items() if kind == "str"]
    raises = (
        f"""

    Raises:
        ValueError: {" or ".join(texts)} is blank, or cannot be one segment of a path.
    """
        if texts
        else ""
    )
    check = "_segment" if packed else "checked_id"
    checks = "".join(f"    {check}({each}, name={json.dumps(each)})\n" for each in texts)
    return (
        f"\n\ndef {function}(client: Client, body: {body}{star})"
        " -> JobRequest[Result]:\n"
        f'    """Prepare a job by `{what}`; nothing is sent before it is submitted.{raises}"""\n'
        f"{checks}"
        f"    build = _{operation.operation}._get_kwargs{PRIVATE}\n"
        f"    request = build({', '.join(given)})\n"
        f"    return PROVIDER.submission(client, {json.dumps(function)}, request{naming})\n"
    )


def _needs(operation: SubmitOperation) -> Iterable[tuple[str, str]]:
    yield from operation.parameters.items()
    if operation.body is not None:
        yield "body", operation.body


def _type(name: str, named: str, kind: str, known_as: Mapping[str, str]) -> str:
    """Write a type of the generated client as the module can."""
    words = set(re.findall(r"[A-Za-z_][\w.]*", kind))
    strange = sorted(words - _PLAIN - known_as.keys())
    if strange:
        raise PipelineError(
            name,
            f"{named} takes a {' and a '.join(strange)}, which is not drafted: leave it out of "
            "--submit, and write its function by hand",
        )
    return re.sub(r"[A-Za-z_]\w*", lambda word: known_as.get(word[0], word[0]), kind)


def _place_of_id(fields: Mapping[str, Document], document: Document, *, like: str) -> str | None:
    """Give the field of an answer that a job's id is most likely to stand in."""
    own = [each for each in fields if _bare(each) == _bare(like)]
    here = [*own, *(each for each in _IDS if each in fields)]
    if here:
        return here[0]
    for holder in (each for each in _HOLDERS if each in fields):
        inner = _place_of_id(_fields(fields[holder], document), document, like=like)
        if inner is not None:
            return f"{holder}.{inner}"
    return None


def _fields(schema: Document, document: Document) -> dict[str, Document]:
    return {
        name: resolve(value, document)
        for each in variants_of(schema, document)
        for name, value in resolve(each.get("properties"), document).items()
    }


def _read(path: str) -> tuple[list[str], str]:
    """Write the lines that open what holds the end of a dotted path, and what reads the end."""
    *holders, last = path.split(".")
    lines: list[str] = []
    inside = "body"
    for each in holders:
        opened = f"{inside}_{_identifier(each)}" if lines else f"in_{_identifier(each)}"
        lines.append(f"{opened}: Body = {inside}.get({json.dumps(each)}) or {{}}")
        inside = opened
    return lines, f"{inside}.get({json.dumps(last)})"


def _identifier(text: str) -> str:
    return re.sub(r"\W+", "_", text)


def _bare(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).lower()
