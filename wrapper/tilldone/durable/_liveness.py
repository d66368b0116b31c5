"""Telling the living workers from the dead, so that the waits of the dead can be taken over.

A worker holds a lock for as long as it lives, and the system lets go of it when it dies, however it
does: an advisory lock of its session in Postgres, a locked file beside SQLite's. No clocks, no
heartbeats in the database.
"""

import contextlib
import hashlib
import sqlite3
from collections.abc import Generator
from pathlib import Path
from typing import Any, Protocol

import psycopg

from tilldone.durable._settings import Settings

__all__ = ["Liveness", "liveness"]

# A machine that has lost its power sends no farewell; the server asks after it. Seconds.
_KEEPALIVE: dict[str, Any] = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "connect_timeout": 10,
    "options": "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3",
}


class Liveness(Protocol):
    """The lock of one worker, and a way to try those of the others."""

    def assure(self) -> bool:
        """Take the lock if it is not held; say whether it was held all the time."""
        ...

    @contextlib.contextmanager
    def bury(self, worker: str) -> Generator[bool]:
        """Hold another worker's lock, if it is dead; say whether it is."""
        ...

    def close(self) -> None:
        """Let go of the lock."""
        ...


def liveness(settings: Settings, worker: str) -> Liveness:
    """Give the kind of lock that suits the database."""
    if settings.file is not None:
        return _FileLocks(settings.file, worker)
    return _SessionLocks(settings.url, worker)


class _SessionLocks:
    def __init__(self, url: str, worker: str) -> None:
        self._url = url
        self._worker = worker
        self._session: psycopg.Connection[tuple[bool]] | None = None

    def assure(self) -> bool:
        if self._session is not None:
            try:
                self._session.execute("SELECT true")
            except psycopg.OperationalError:
                self.close()
            else:
                return True
        self._session = psycopg.connect(self._url, autocommit=True, **_KEEPALIVE)
        self._session.execute("SELECT pg_advisory_lock(%s)", [_key(self._worker)])
        return False

    @contextlib.contextmanager
    def bury(self, worker: str) -> Generator[bool]:
        if self._session is None:
            yield False
            return
        row = self._session.execute("SELECT pg_try_advisory_lock(%s)", [_key(worker)]).fetchone()
        dead = row is not None and row[0]
        try:
            yield dead
        finally:
            if dead:
                self._session.execute("SELECT pg_advisory_unlock(%s)", [_key(worker)])

    def close(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None


def _key(worker: str) -> int:
    digest = hashlib.sha256(f"tilldone worker {worker}".encode()).digest()
    return int.from_bytes(digest[:8], signed=True)


class _FileLocks:
    """SQLite's own locks on empty files: they work wherever SQLite does."""

    def __init__(self, database: Path, worker: str) -> None:
        self._database = database
        self._worker = worker
        self._lock: sqlite3.Connection | None = None

    def assure(self) -> bool:
        if self._lock is not None:
            return True
        self._lock = self._locked(self._worker)
        return False

    @contextlib.contextmanager
    def bury(self, worker: str) -> Generator[bool]:
        lock = self._locked(worker)
        try:
            yield lock is not None
        finally:
            if lock is not None:
                lock.close()
                self._file(worker).unlink(missing_ok=True)

    def close(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None
            self._file(self._worker).unlink(missing_ok=True)

    def _file(self, worker: str) -> Path:
        return self._database.with_name(f"{self._database.name}.{worker}.lock")

    def _locked(self, worker: str) -> sqlite3.Connection | None:
        lock = sqlite3.connect(
            self._file(worker), timeout=0, isolation_level=None, check_same_thread=False
        )
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            lock.close()
            return None
        return lock
