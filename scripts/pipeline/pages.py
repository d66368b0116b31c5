"""The OpenAPI block of a documentation page.

The providers' pages carry their spec in a fenced block, whose opening line names the operation:

    ````yaml GET /jobs/{id}
    openapi: 3.0.3
    ...
    ````

The block is every byte between the two fence lines, so that what is kept in specs/ can be compared
with the page byte for byte.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .errors import PipelineError

__all__ = ["Block", "extract_block", "has_block"]

_OPENING = re.compile(
    # Some pages name the provider's own file before the operation.
    rb"^(?P<fence>`{3,})ya?ml (?:\S+ )?"
    rb"(?P<method>get|put|post|delete|options|head|patch|trace) (?P<path>/\S*)[ \t]*\r?\n",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, kw_only=True)
class Block:
    """One operation, such as ``GET /jobs/{id}``, and the OpenAPI document that describes it."""

    operation: str
    content: bytes


def has_block(page: bytes) -> bool:
    """Whether there is an OpenAPI block at all, whole or broken."""
    return _OPENING.search(page) is not None


def extract_block(page: bytes, *, place: str) -> Block:
    """Find the only OpenAPI block of `page`; `place` names the page in errors."""
    openings = list(_OPENING.finditer(page))
    if not openings:
        raise PipelineError(
            place, "no fenced OpenAPI block; expected a line such as ````yaml GET /jobs/{id}"
        )
    if len(openings) > 1:
        lines = ", ".join(str(page.count(b"\n", 0, found.start()) + 1) for found in openings)
        raise PipelineError(place, f"more than one OpenAPI block, on lines {lines}")
    opening = openings[0]
    closing = re.compile(rb"^" + opening["fence"] + rb"[ \t]*\r?$", re.MULTILINE).search(
        page, opening.end()
    )
    if closing is None:
        line = page.count(b"\n", 0, opening.start()) + 1
        raise PipelineError(place, f"the OpenAPI block of line {line} is never closed")
    method, path = opening["method"].decode().upper(), opening["path"].decode()
    return Block(operation=f"{method} {path}", content=page[opening.end() : closing.start()])
