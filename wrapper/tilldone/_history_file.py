"""The file that durations are kept in, shared by processes. Whatever is wrong with it is logged.

It is SQLite's, which locks it on every system, and is opened anew each time, so that a fork shares
nothing. It is bounded, and may be thrown away without loss of anything but time.
"""

import logging
import math
import os
import sqlite3
import time
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

from tilldone._core.forecast import KEPT
from tilldone._log import logger

__all__ = ["HistoryFile"]


# How long another process that writes is waited for (s).
_PATIENCE = 0.2

# What says that a file is ours: a number of our own choice, and the version of its form.
_MARK, _FORM = 0x7469_6C6C, 1


class HistoryFile:
    """The durations in a file, each by the hash of its kind, and those yet to be written.

    Args:
        path: where it is, or will be.
        kinds: beyond so many, the one is forgotten first whose jobs ended the longest ago.
    """

    def __init__(self, path: Path, *, kinds: int) -> None:
        self._kinds = kinds
        self.level = logging.WARNING
        """How what is wrong with the file is logged."""
        self.path = path
        self.pending: list[tuple[str, float]] = []
        self._process = os.getpid()
        self._written_at = -math.inf
        self._told: set[str] = set()

    def read(self) -> list[tuple[str, float]] | None:
        """Give all durations, the latest last; None where the file cannot be read now."""
        with self._careful("read"):
            if not self.path.exists():
                return []
            with self._opened() as connection:
                found: list[tuple[object, object]] = (
                    [] if _is_empty(connection) else connection.execute(_ALL).fetchall()
                )
            return [
                (kind, seconds)
                for kind, seconds in found
                if isinstance(kind, str) and isinstance(seconds, float) and 0 < seconds < math.inf
            ]
        return None

    def add(self, kind: str, seconds: float) -> None:
        """Take what is to be written."""
        self._leave_to_parent()
        self.pending.append((kind, seconds))

    def _leave_to_parent(self) -> None:
        """Forget what was unwritten before a fork: that is its parent's to write."""
        if os.getpid() != self._process:
            self._process = os.getpid()
            self.pending.clear()

    def write(self, *, between: float = 0.0) -> None:
        """Add what is not written yet, unless the last time is not so long ago (s)."""
        self._leave_to_parent()
        now = time.monotonic()
        if not self.pending or now - self._written_at < between:
            return
        self._written_at = now
        with self._careful("written"):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self._opened() as connection:
                connection.execute("BEGIN IMMEDIATE")
                for statement in _CREATE if _is_empty(connection) else ():
                    connection.execute(statement)
                connection.executemany(_ADD, self.pending)
                connection.execute(_FORGET_OLD, (KEPT,))
                connection.execute(_FORGET_KINDS, (self._kinds,))
                connection.execute("COMMIT")
            self.pending.clear()
        # What is left is for another time, and not more of it than could be of use.
        del self.pending[: -KEPT * self._kinds]

    @contextmanager
    def _careful(self, done: str) -> Generator[None]:
        """Log what goes wrong with the file, once each; a damaged one is moved aside."""
        try:
            yield
        except _NotOurs as error:
            self._tell(f"history: {self.path} is left alone: {error}")
        except (OSError, sqlite3.Error) as error:
            # What is no database, or a malformed one, is told by this class itself, by none below.
            if type(error) is sqlite3.DatabaseError:
                self._move_aside(error)
            else:
                self._tell(f"history: {self.path} cannot be {done}: {error}")

    def _tell(self, text: str) -> None:
        if text not in self._told:
            self._told.add(text)
            logger.log(self.level, "%s; durations are remembered in this process alone", text)

    def _move_aside(self, error: sqlite3.Error) -> None:
        aside = self.path.with_name(f"{self.path.name}.damaged")
        try:
            self.path.replace(aside)
        except OSError as failure:
            self._tell(f"history: {self.path} is damaged ({error}), and stays in place: {failure}")
        else:
            logger.log(
                self.level,
                "history: %s is damaged (%s); it is now %s, and a new one is begun",
                *(self.path, error, aside),
            )

    @contextmanager
    def _opened(self) -> Generator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.path, timeout=_PATIENCE, isolation_level=None)) as opened:
            # Whoever loses power may lose the file with it; no wait is to stand still for a disk.
            opened.execute("PRAGMA synchronous = OFF")
            yield opened


class _NotOurs(Exception):
    """The file is something else, or of a newer version."""


def _is_empty(connection: sqlite3.Connection) -> bool:
    """Say whether the file is new.

    Raises:
        _NotOurs: it has something in it that this version does not understand.
    """
    mark, form, tables = (
        connection.execute(query).fetchone()[0]
        for query in (
            "PRAGMA application_id",
            "PRAGMA user_version",
            "SELECT count(*) FROM sqlite_master",
        )
    )
    if tables and mark != _MARK:
        raise _NotOurs("it is a database of something else")
    if tables and form != _FORM:
        raise _NotOurs(f"its form is {form}, and this version of tilldone knows {_FORM}")
    return not tables


_CREATE = (
    "CREATE TABLE durations (number INTEGER PRIMARY KEY, kind TEXT, seconds REAL)",
    f"PRAGMA application_id = {_MARK}",
    f"PRAGMA user_version = {_FORM}",
)

_ALL = "SELECT kind, seconds FROM durations ORDER BY number"

_ADD = "INSERT INTO durations (kind, seconds) VALUES (?, ?)"

_FORGET_OLD = """
DELETE FROM durations WHERE number NOT IN (
    SELECT number FROM (
        SELECT number, row_number() OVER (PARTITION BY kind ORDER BY number DESC) AS place
        FROM durations
    ) WHERE place <= ?
)"""

_FORGET_KINDS = """
DELETE FROM durations WHERE kind NOT IN (
    SELECT kind FROM durations GROUP BY kind ORDER BY max(number) DESC LIMIT ?
)"""
