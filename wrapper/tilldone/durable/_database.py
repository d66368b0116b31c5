"""The database of durable waits, opened through one engine that DBOS is given and makes no own.

What is particular about it:

- A database server's database is opened, never made: a misspelt name is an error.
- Whatever a row claims to be, it is read as JSON. DBOS would unpickle a row that says so, and with
  it run the code of whoever can write to the database.
- SQLite before 3.42 has no `unixepoch('subsec')`, which DBOS asks for on Python 3.12 and newer. It
  is put in its place, and gives what a newer SQLite gives.
- A disk that is full, or fails, is an outage of the database, as a server's is: it passes. It can
  be read as ever meanwhile, so the end of the outage is the first write, not the first answer.
- What DBOS logs of our waits stays out of the user's log, save that the database is gone, and back.
"""

import contextlib
import logging
import re
import sqlite3
import time
from collections.abc import Generator
from contextvars import ContextVar
from pathlib import Path
from threading import Lock
from typing import Any

import psycopg
import sqlalchemy
from dbos import DBOS, DBOSPortableJSONSerializer
from dbos import error as dbos_error
from psycopg.conninfo import make_conninfo
from psycopg.pq import Format
from psycopg.types.string import TextLoader
from sqlalchemy import URL, Connection, Engine, ExceptionContext, event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from tilldone._core.text import excerpt
from tilldone._log import logger
from tilldone.durable._settings import SCHEMA, Settings
from tilldone.durable._tables import make_tables

__all__ = [
    "SCHEMA",
    "Trouble",
    "database_errors",
    "open_database",
    "postgres_session",
    "quiet_dbos",
    "without_console",
]

_dbos_lines = logging.getLogger("tilldone.dbos")

_PICKLE = "py_pickle"
_JSON = DBOSPortableJSONSerializer().name()

# How many changes a connection had made when it was taken, or last undone.
_CHANGES = "tilldone_changes"

# DBOS's own figures for its engines: connections of a worker and of a client, seconds.
_CONNECTIONS = 25
_BUSY = 30
_IDLE = 60

# What SQLite answers while it cannot write, or not even be opened.
_PASSING = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
    }
)

# What SQLite says to one of several that make the same tables at once.
_RACE = re.compile("database is locked|already exists")


def open_database(settings: Settings) -> Engine:
    """Give an engine of a database that is there, and has DBOS's tables.

    Raises:
        ConnectionError: it cannot be opened.
    """
    with database_errors(settings, "cannot be opened"):
        given_up = time.monotonic() + _BUSY
        while True:
            try:
                return _opened(settings)
            except (sqlite3.Error, SQLAlchemyError, dbos_error.DBOSException) as error:
                # Of processes that open a new file at once, one makes it what it is to be.
                if not _RACE.search(str(error)) or time.monotonic() > given_up:
                    raise
                time.sleep(0.05)


def _opened(settings: Settings) -> Engine:
    if settings.file is not None:
        _make_file(settings.file)
    engine = sqlalchemy.create_engine(
        settings.url,
        pool_size=_CONNECTIONS,
        max_overflow=0,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={} if settings.file is not None else _postgres_arguments(settings.url),
    )
    event.listen(
        engine, "connect", _prepare_sqlite if settings.file is not None else _prepare_postgres
    )
    event.listen(engine, "handle_error", _tried_again)
    if settings.file is not None:
        _heed_writes(engine)
    try:
        # Before DBOS, which makes a database where there is none.
        with engine.connect() as connection:
            connection.execute(sqlalchemy.text("SELECT 1"))
        DBOS.migrate(settings.url.render_as_string(hide_password=False), schema=SCHEMA)
        make_tables(engine, settings.schema)
    except BaseException:
        engine.dispose()
        raise
    return engine


def postgres_session(engine: Engine, *, options: str, **settings: int) -> str:
    """Give what psycopg takes for a session of its own, from the URL as the engine reads it."""
    arguments: dict[str, Any] = dict(engine.dialect.create_connect_args(engine.url)[1])
    options = f"{arguments.get('options', '')} {options}".strip()
    # SQLAlchemy's own, for the connections that it makes.
    arguments.pop("context", None)
    arguments = {"connect_timeout": 10} | arguments | settings | {"options": options}
    return make_conninfo("", **arguments)


@contextlib.contextmanager
def database_errors(settings: Settings, what: str) -> Generator[None]:
    """Do something with the database, quietly, and say in our words how it failed.

    Raises:
        ConnectionError: it failed. The database is named; of a URL, only host and name.
    """
    token = _ours.set(True)
    try:
        yield
    except (OSError, sqlite3.Error, psycopg.Error, SQLAlchemyError, dbos_error.DBOSException) as e:
        cause = getattr(e, "orig", None) or e
        said = excerpt(str(cause))
        if settings.url.password:
            said = said.replace(str(settings.url.password), "***")
        raise ConnectionError(f"database {_name(settings.url)} {what}: {said}") from None
    finally:
        _ours.reset(token)


def _name(url: URL) -> str:
    return repr(url.database) + (f" at {url.host}" if url.host else "")


def _make_file(file: Path) -> None:
    # Results are their owner's alone.
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file.touch(mode=0o600)
    with contextlib.closing(sqlite3.connect(file)) as database:
        # Readers and the writer no longer wait for each other; the file itself remembers it.
        database.execute("PRAGMA journal_mode = WAL")


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = "IMMEDIATE"
    connection.execute(f"PRAGMA busy_timeout = {_BUSY * 1000}")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.text_factory = _text_as_json
    if sqlite3.sqlite_version_info < (3, 42):
        connection.create_function("unixepoch", 1, _unixepoch)


def _tried_again(context: ExceptionContext) -> None:
    """Have DBOS try on while SQLite's disk is full, or fails, as it does while a server is gone.

    A workflow of its that fails at the database is carried by nobody any more: neither here nor, as
    long as this process lives, by another.
    """
    code = getattr(context.original_exception, "sqlite_errorcode", 0)
    if code & 0xFF not in _PASSING or _ours.get():
        return
    context.is_disconnect = True
    context.invalidate_pool_on_disconnect = False
    if context.connection is not None:
        # It will be closed without a rollback, and SQLite keeps a closed connection, lock and all,
        # as long as somebody holds on to the error, and so to the statement.
        with contextlib.suppress(sqlite3.Error):  # then it cannot even do that, and is closed
            context.connection.connection.rollback()


def _heed_writes(engine: Engine) -> None:
    """Have an outage end with a write, be it DBOS's or ours."""

    def begin(connection: sqlite3.Connection, record: ConnectionPoolEntry, _proxy: object) -> None:
        record.info[_CHANGES] = connection.total_changes

    def undo(connection: Connection) -> None:
        if not connection.invalidated:
            driver: Any = connection.connection.dbapi_connection
            connection.info[_CHANGES] = driver.total_changes

    def end(connection: sqlite3.Connection | None, record: ConnectionPoolEntry) -> None:
        # There is none where the write failed.
        if connection is not None and connection.total_changes > record.info[_CHANGES]:
            quiet_dbos.outage.ended()

    event.listen(engine, "checkout", begin)
    event.listen(engine, "rollback", undo)
    event.listen(engine, "checkin", end)


def _text_as_json(stored: bytes) -> str:
    text = stored.decode(errors="replace")
    return _JSON if text == _PICKLE else text


def _unixepoch(precision: str) -> float:
    if precision != "subsec":
        raise ValueError(f"unixepoch: only 'subsec' is known here, not {precision!r}")
    return round(time.time(), 3)


def _postgres_arguments(url: URL) -> dict[str, Any]:
    # A session left within a transaction is ended, with its locks.
    options = f"-c idle_in_transaction_session_timeout={_IDLE * 1000}"
    if "options" in url.query:
        options = f"{url.query['options']} {options}"
    return {"options": options} | (
        {} if "connect_timeout" in url.query else {"connect_timeout": 10}
    )


def _prepare_postgres(connection: "psycopg.Connection[Any]", _record: object) -> None:
    # 0 stands for types that psycopg does not know, such as an enumeration in a text's place.
    for type_ in ("text", "varchar", "bpchar", "name", 0):
        connection.adapters.register_loader(type_, _JsonOnly)
        connection.adapters.register_loader(type_, _BinaryJsonOnly)


class _JsonOnly(TextLoader):
    def load(self, data: Any) -> bytes | str:  # noqa: ANN401 # psycopg's Buffer, which it keeps to itself
        text = super().load(data)
        return _JSON if text in {_PICKLE, _PICKLE.encode()} else text


class _BinaryJsonOnly(_JsonOnly):
    format = Format.BINARY


class Trouble:
    """Something that goes wrong for a while: told once when it begins, and once when it ends."""

    def __init__(self, begins: str, ends: str) -> None:
        self._begins = begins
        self._ends = ends
        self._lock = Lock()
        self._there = self._reading = False

    def began(self, why: object, *, reading: bool = False) -> None:
        """Say so, the first time; `reading` says that it was not met by a write."""
        with self._lock:
            there, self._there = self._there, True
            self._reading = reading and (self._reading or not there)
        if not there:
            logger.warning("durable waits: %s: %s", self._begins, excerpt(str(why)))

    def ended(self, *, reading: bool = False) -> None:
        """Say so, if it had begun; what can be read again may not take a write yet."""
        with self._lock:
            there = self._there and (self._reading or not reading)
            self._there = self._there and not there
        if there:
            logger.warning("durable waits: %s", self._ends)


_ours: ContextVar[bool] = ContextVar("tilldone_dbos_call", default=False)


class _Quiet(logging.Filter):
    """Keeps DBOS's lines about our waits from the user's log, and leaves all others alone."""

    def __init__(self) -> None:
        super().__init__()
        self.at_work = False
        self.outage = Trouble("the database does not answer; trying on", "the database is back")

    def filter(self, record: logging.LogRecord) -> bool:
        if not (self.at_work or _ours.get()):
            return True
        said = record.getMessage()
        if said.startswith("Database connection failed"):
            # What follows is SQLAlchemy's: the statement, and an address of its documentation.
            self.outage.began(said.partition(": ")[2].partition("\n")[0])
        _dbos_lines.debug("%s", said)
        return False


quiet_dbos = _Quiet()
"""`at_work` says that the process's one DBOS is ours."""

_dbos_logger = logging.getLogger("dbos")
_dbos_logger.addFilter(quiet_dbos)


@contextlib.contextmanager
def without_console() -> Generator[None]:
    """Keep DBOS from writing its log to the terminal, as it does where its log has no handler."""
    handler = logging.NullHandler()
    _dbos_logger.addHandler(handler)
    try:
        yield
    finally:
        _dbos_logger.removeHandler(handler)
