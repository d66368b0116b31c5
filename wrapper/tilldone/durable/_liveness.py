"""Telling the living workers from the dead, so that the waits of the dead can be taken over.

A worker holds a lock for as long as it lives, and the system releases it when the worker dies,
however it does: an advisory lock of its session in Postgres, a locked file beside SQLite's. No
clocks, no heartbeats in the database.
"""

import contextlib
import hashlib
import os
import sqlite3
import time
from collections.abc import Generator
from pathlib import Path
from typing import Protocol

import psycopg
from sqlalchemy import Engine

from tilldone.durable._database import postgres_session
from tilldone.durable._settings import Settings

__all__ = ["Liveness", "liveness"]

# A machine that loses its power does not close its connections; the server asks after it. Seconds.
_KEEPALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
_SERVER_KEEPALIVE = " ".join(f"-c tcp_{name}={value}" for name, value in _KEEPALIVE.items())


class Liveness(Protocol):
    """The lock of one worker, and a way to try those of the others."""

    def acquire(self) -> bool:
        """Take the lock if it is not held; say whether it was held all the time."""
        ...

    @contextlib.contextmanager
    def claim_if_dead(self, worker: str) -> Generator[bool]:
        """Hold another worker's lock, if it is dead; say whether it is."""
        ...

    def clear(self) -> None:
        """Remove what dead workers left behind."""
        ...

    def forked(self) -> None:
        """Leave the lock to the parent, in a forked child."""
        ...

    def close(self) -> None:
        """Release the lock."""
        ...


def liveness(settings: Settings, engine: Engine, worker: str) -> Liveness:
    """Give the kind of lock that suits the database."""
    if settings.file is not None:
        return _FileLocks(settings.file, worker)
    how = postgres_session(engine, options=_SERVER_KEEPALIVE, **_KEEPALIVE)
    return _SessionLocks(how, worker)


class _SessionLocks:
    def __init__(self, how: str, worker: str) -> None:
        self._how = how
        self._worker = worker
        self._session: psycopg.Connection[tuple[bool]] | None = None

    def acquire(self) -> bool:
        if self._session is not None:
            try:
                self._session.execute("SELECT true")
            except psycopg.OperationalError:
                self.close()
            else:
                return True
        self._session = psycopg.connect(self._how, autocommit=True)
        self._session.execute("SELECT pg_advisory_lock(%s)", [_key(self._worker)])
        return False

    @contextlib.contextmanager
    def claim_if_dead(self, worker: str) -> Generator[bool]:
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

    def clear(self) -> None:
        """Do nothing: a session takes its locks with it."""

    def forked(self) -> None:
        # Not by psycopg, which would end the parent's session; but a socket that the child held
        # open would have the parent live on for the server after its death.
        if self._session is not None:
            os.close(self._session.fileno())

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

    def acquire(self) -> bool:
        if self._lock is not None:
            return True
        self._lock = _locked(self._file(self._worker))
        return False

    @contextlib.contextmanager
    def claim_if_dead(self, worker: str) -> Generator[bool]:
        file = self._file(worker)
        lock = _locked(file)
        try:
            yield lock is not None
        finally:
            if lock is not None:
                _remove(file, lock)

    def clear(self) -> None:
        for file in self._database.parent.glob(f"{self._database.name}.*.lock"):
            worker = file.name.removeprefix(f"{self._database.name}.").removesuffix(".lock")
            with contextlib.suppress(FileNotFoundError):
                # A worker that has just made its file has yet to lock it.
                if worker != self._worker and time.time() - file.stat().st_mtime > _NEW:
                    with self.claim_if_dead(worker) as dead:
                        if dead:
                            file.with_name(f"{file.name}-journal").unlink(missing_ok=True)

    def forked(self) -> None:
        """Do nothing: SQLite's locks stay with the process that took them."""

    def close(self) -> None:
        if self._lock is not None:
            _remove(self._file(self._worker), self._lock)
            self._lock = None

    def _file(self, worker: str) -> Path:
        return self._database.with_name(f"{self._database.name}.{worker}.lock")


_NEW = 60.0


def _locked(file: Path) -> sqlite3.Connection | None:
    lock = sqlite3.connect(file, timeout=0, isolation_level=None, check_same_thread=False)
    try:
        # A journal in a file of its own would outlive a killed process.
        lock.execute("PRAGMA journal_mode = MEMORY")
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError:
        lock.close()
        return None
    return lock


def _remove(file: Path, lock: sqlite3.Connection) -> None:
    try:
        # While it is locked, so that nobody locks what is about to go ...
        file.unlink(missing_ok=True)
    except PermissionError:
        # ... save on Windows, where an open file stays, and another's too.
        lock.close()
        with contextlib.suppress(PermissionError):
            file.unlink(missing_ok=True)
    finally:
        lock.close()
