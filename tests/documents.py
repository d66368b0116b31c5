"""The documents, and the blocks of code in them, which the tests run."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
DOCUMENTS = (
    README,
    ROOT / "CONTRIBUTING.md",
    ROOT / "SECURITY.md",
    ROOT / "tests/benchmarks/README.md",
    *sorted((ROOT / "wrapper/guides").glob("*.md")),
)
# Headings, and the code between fences, each with the name of its language.
_PARTS = re.compile(
    r"^#+ (?P<heading>[^\n]*)$|^```(?P<language>\w+)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@frozen
class Block:
    document: Path
    heading: str
    """The one above it; a second block of its language under the same one has ` (2)` behind it."""
    language: str
    text: str


def _blocks(document: Path) -> Iterator[Block]:
    heading, seen = "", Counter[tuple[str, str]]()
    for found in _PARTS.finditer(document.read_text(encoding="utf-8")):
        if found["heading"] is not None:
            heading = found["heading"]
            continue
        language = found["language"]
        seen[heading, language] += 1
        number = seen[heading, language]
        named = heading if number == 1 else f"{heading} ({number})"
        yield Block(document, named, language, found["text"])


def _lines(text: str) -> Iterator[str]:
    """Give the commands of a shell block; a backslash leads to the next line."""
    for line in text.replace("\\\n", " ").splitlines():
        if line.strip() and not line.startswith("#"):
            yield " ".join(line.split())


BLOCKS = [block for document in DOCUMENTS for block in _blocks(document)]
PYTHON = {block.heading: block for block in BLOCKS if block.language == "python"}
# Each command once, whoever shows it.
SHELL = list(
    dict.fromkeys(line for block in BLOCKS if block.language == "sh" for line in _lines(block.text))
)
