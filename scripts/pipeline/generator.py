"""openapi-python-client, for several clients at a time.

Importing it takes longer than writing a client, so one process writes all that it is asked for.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from . import toolchain
from .errors import PipelineError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["GenerateRequest", "generate", "told_of"]

_NAME = "openapi_python_client"
_PROGRAM = Path(__file__).with_name("generator_run.py")
_SUBJECT = re.compile(r"(?:schema|parsing) (?P<what>(?:[A-Z]+ )?/\S+)")
_NOTHING_SAID = re.compile(
    r"(?:Unable to parse this part of your OpenAPI document|Problem creating a \w+): : "
    r"|<[\w.]+ object at 0x[0-9a-f]+>|Failure to process schema has resulted in the removal of:.*",
    re.DOTALL,
)
# What follows from another failure, which is told itself.
_CONSEQUENCE = re.compile(r"Could not find reference|was not processed")
_PLAIN = {
    re.compile(pattern): told
    for pattern, told in {
        "Cannot take allOf a non-object": "combines with allOf what is no object",
        "duplicate models": "has the name of another schema's class",
        "Invalid property in union": "has a branch that no class can be made of",
        "can't be merged|can't redefine|conflicting properties|Attempted to merge": (
            "defines a field twice, in ways that exclude each other"
        ),
        r"Enum values must|Unsupported enum|Got \{<class": "lists values that no enum can have",
        "must have items": "is a list, and says nothing of its items",
        "same python_name": "has two fields that are called the same in Python",
        "Unsupported content": "has no form that the generator knows",
        "Invalid default value|Cannot convert": "has a default that it does not allow",
    }.items()
}
_LONGEST = 300


@dataclass(frozen=True, kw_only=True)
class GenerateRequest:
    """A client to write: from which OpenAPI document, by which configuration, to what directory.

    `place` names the spec in errors.
    """

    place: str
    document: Path
    config: Path
    client: Path

    @property
    def as_dict(self) -> dict[str, str]:
        """What the program is told."""
        return {each: str(getattr(self, each)) for each in ("document", "config", "client")}


def generate(requests: Sequence[GenerateRequest], *, scratch: Path) -> list[PipelineError | None]:
    """Write a client for each request; gives what went wrong with it, if anything.

    Where the generator does not get through, that is one error for all of them.
    """
    asked = json.dumps([request.as_dict for request in requests])
    try:
        said = toolchain.run_python(
            (str(_PROGRAM), asked),
            cwd=scratch,
            name=_NAME,
            place=", ".join(request.place for request in requests),
        )
    except PipelineError as error:
        return [error] * len(requests)
    return [
        PipelineError(request.place, told_of(found)) if found else None
        for request, found in zip(requests, json.loads(said), strict=True)
    ]


def told_of(failures: Sequence[tuple[str, str]]) -> str:
    """Say in a line what the generator could not take: the first cause, and how many there are."""
    causes = [each for each in failures if not _CONSEQUENCE.search(each[1])] or [*failures]
    header, detail = causes[0]
    subject = _SUBJECT.search(header)
    why = " ".join(_NOTHING_SAID.sub("", f"{'' if subject else header} {detail}").split())
    plain = next((told for pattern, told in _PLAIN.items() if pattern.search(detail)), None)
    if subject is None:
        told = f"failed: {why[:_LONGEST]}"
    else:
        what = subject["what"].removeprefix("/").rstrip(":.")
        told = (
            f"can't take {what}, which {plain}" if plain else f"can't take {what}: {why[:_LONGEST]}"
        )
    more = f" (and {len(causes) - 1} more)" if len(causes) > 1 else ""
    return f"{_NAME} {told}{more}"
