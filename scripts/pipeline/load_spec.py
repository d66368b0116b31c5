"""From a page that someone else wrote to a spec that may be read, or a reason why not.

A page is one of three: documentation in Markdown with a fenced OpenAPI block, an OpenAPI file in
YAML or JSON, or neither. The opening line of such a block names the operation:

    ````yaml GET /jobs/{id}
    openapi: 3.0.3
    ...
    ````

What is kept is the spec's own bytes: the file, or every byte between the two fence lines, so that
what is in specs/ can be compared with the page byte for byte.
"""

from __future__ import annotations

import re
import signal
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import documents, openapi
from .errors import PipelineError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .documents import Document
    from .fetch import Page

__all__ = ["Spec", "SpecBlock", "extract_block", "load_page", "time_limit"]

_HTML = re.compile(
    rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_FILE = re.compile(
    rb"^(?:\xef\xbb\xbf)?(?:[\"']?(?:openapi|swagger)[\"']?\s*:|\s*\{)", re.MULTILINE
)
_VERSION = re.compile(
    rb"""^(openapi|swagger):[ \t]*["']?(\d{1,2}\.[\d.]{1,8})["']?[ \t\r]*$""", re.MULTILINE
)
_OPENING = re.compile(
    # Some pages name the provider's own file before the operation.
    rb"^(?P<fence>`{3,})ya?ml (?:\S+ )?"
    rb"(?P<method>get|put|post|delete|options|head|patch|trace) (?P<path>/\S*)[ \t]*\r?\n",
    re.IGNORECASE | re.MULTILINE,
)
_TIME_LIMIT = 60
_SHOWN = 12


@dataclass(frozen=True, kw_only=True)
class Spec:
    """A document: its bytes, what they say, and the one operation that its page is about."""

    content: bytes
    document: Document
    headed: str | None = None

    def follow(self, wanted: tuple[str, ...], *, place: str) -> tuple[str, ...]:
        """Give the operations that are `wanted` by what they are called now.

        A page of one operation is about that one, whatever it was called before.
        """
        there = openapi.operations(self.document)
        if set(wanted) <= set(there):
            return wanted
        of_page = (self.headed,) if self.headed else tuple(there)
        if len(wanted) == 1 == len(of_page):
            return of_page
        gone = next(each for each in wanted if each not in there)
        raise PipelineError(place, f"no longer describes {gone}; {_told(there)}")


@dataclass(frozen=True, kw_only=True)
class SpecBlock:
    """One operation, such as ``GET /jobs/{id}``, and the OpenAPI document that describes it."""

    operation: str
    content: bytes


def load_page(page: Page) -> Spec:
    """Find the document that `page` holds."""
    place = page.place
    if _HTML.match(page.content):
        raise PipelineError(
            place,
            "is an HTML page, which shows the spec and does not hold it; give its Markdown "
            "(many sites answer to the address with .md at its end) or the OpenAPI file",
        )
    if _OPENING.search(page.content) or not _FILE.search(page.content):
        block = extract_block(page.content, place=place)
        return _read(block.content, block.operation, place=f"{place}, its OpenAPI block")
    return _read(page.content, None, place=place)


@contextmanager
def time_limit(place: str) -> Iterator[None]:
    """Stop what takes too long: a spec can be written so that judging it has no end."""

    def stop(_signal: int, _frame: object) -> None:
        raise PipelineError(place, f"could not be read within {_TIME_LIMIT} s")

    before = signal.signal(signal.SIGPROF, stop)
    # Time of the processor: another program that keeps it busy is not the spec's fault.
    signal.setitimer(signal.ITIMER_PROF, _TIME_LIMIT)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def extract_block(page: bytes, *, place: str) -> SpecBlock:
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
    return SpecBlock(operation=f"{method} {path}", content=page[opening.end() : closing.start()])


def _read(content: bytes, headed: str | None, *, place: str) -> Spec:
    if named := _VERSION.search(content):  # which is said before a large file is read
        openapi.release_of({named[1].decode(): named[2].decode()}, place=place)
    document = documents.parse(content, place=place)
    openapi.release_of(document, place=place)
    found = openapi.operations(document)
    if not found:
        raise PipelineError(place, "describes no operation")
    if headed not in {None, *found}:
        raise PipelineError(place, f"is headed {headed}; {_told(found)}")
    return Spec(content=content, document=document, headed=headed)


def _told(operations: list[str]) -> str:
    more = f" and {len(operations) - _SHOWN} more" if len(operations) > _SHOWN else ""
    return f"it describes {', '.join(operations[:_SHOWN])}{more}"
