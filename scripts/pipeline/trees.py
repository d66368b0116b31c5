"""Compare two directories byte for byte; put one in the place of another."""

from __future__ import annotations

import hashlib
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["differences", "digest", "replace"]


def differences(actual: Path, expected: Path) -> Iterator[tuple[str, str]]:
    """Each file of `actual` that is not as in `expected`: what is wrong with it, and its path."""
    ours, theirs = _files(actual), _files(expected)
    for path in sorted(ours | theirs):
        if path not in ours:
            yield "missing", path
        elif path not in theirs:
            yield "stray", path
        elif (actual / path).read_bytes() != (expected / path).read_bytes():
            yield "changed", path


def digest(directory: Path) -> str:
    """Hash a directory's files, names and contents."""
    whole = hashlib.sha256()
    for path in sorted(_files(directory)):
        content = hashlib.sha256((directory / path).read_bytes()).hexdigest()
        whole.update(f"{content}  {path}\n".encode())
    return whole.hexdigest()


def replace(target: Path, fresh: Path) -> None:
    """Put a copy of `fresh` where `target` is, by renaming; on any failure `target` stays."""
    incoming = target.with_name(f".{target.name}.new")
    outgoing = target.with_name(f".{target.name}.old")
    for leftover in (incoming, outgoing):
        if leftover.exists():
            shutil.rmtree(leftover)
    try:
        shutil.copytree(fresh, incoming)
        if target.exists():
            target.rename(outgoing)
        incoming.rename(target)
    except BaseException:
        if outgoing.exists() and not target.exists():
            outgoing.rename(target)
        shutil.rmtree(incoming, ignore_errors=True)  # what went wrong first is what matters
        raise
    if outgoing.exists():
        shutil.rmtree(outgoing)


def _files(directory: Path) -> set[str]:
    return {
        path.relative_to(directory).as_posix()
        for path in directory.rglob("*")
        # Written by Python, not by us, whenever something imports the clients.
        if path.is_file() and "__pycache__" not in path.parts
    }
