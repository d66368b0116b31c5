"""What a process is told of durable waits: where they are kept, and what it does for them."""

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from attrs import field, frozen
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from tilldone._core.arguments import expect
from tilldone._core.forecast import PastDurations
from tilldone._core.polling import Polling
from tilldone._core.provider import declared_here
from tilldone._core.registry import provider_named, provider_names
from tilldone._history import History, data_folder, shared_history
from tilldone._http.connect import connected, made_by

__all__ = ["SCHEMA", "Factory", "Settings", "checked_settings", "client_of"]

Factory = Callable[[], object]

_VARIABLE = "TILLDONE_DATABASE_URL"
_FILE = "waits.sqlite"

SCHEMA = "tilldone"
"""Where a Postgres keeps our tables and DBOS's."""


@frozen(kw_only=True)
class Settings:
    """What `configure` was told, checked."""

    url: URL = field(repr=False)  # it may hold the database's password
    """Where the database is, parsed once for all that connect to it."""

    clients: Mapping[str, Factory]
    providers: tuple[str, ...]
    concurrency: int
    rates: Mapping[str, float]
    history: PastDurations | None
    work: bool

    @property
    def file(self) -> Path | None:
        """SQLite's file, None for Postgres."""
        return Path(str(self.url.database)) if self.url.drivername == "sqlite" else None

    @property
    def schema(self) -> str | None:
        """The schema of all tables in Postgres; SQLite has none."""
        return SCHEMA if self.file is None else None


def checked_settings(
    *,
    database: str | os.PathLike[str] | None = None,
    clients: Mapping[str, Factory] | None = None,
    providers: Iterable[str] | None = None,
    concurrency: int = 1000,
    rates: Mapping[str, float] | None = None,
    history: History | bool = True,
    work: bool = True,
) -> Settings:
    """Check the arguments of `configure`.

    Raises:
        ValueError: one of them cannot be used; it is named.
    """
    expect("concurrency", concurrency, int, "a whole number")
    for argument, mapping in (("clients", clients), ("rates", rates)):
        expect(argument, mapping or {}, Mapping, "a mapping from providers' names or None")
    expect("providers", providers or (), Iterable, "several names or None", but=str)
    expect("database", database or "", (str, os.PathLike), "a path, a URL or None")
    if concurrency < 1:
        raise ValueError(f"concurrency: {concurrency} is below 1")
    for name, rate in (rates or {}).items():
        if not rate > 0:
            raise ValueError(f"rates: {rate} polls a second for {name} is not above 0")
    known = provider_names()
    named = [*known, *(clients or {})] if providers is None else providers
    wanted = list(dict.fromkeys(named))
    given = {"clients": clients or {}, "providers": wanted, "rates": rates or {}}
    for argument, names in given.items():
        for name in names:
            # A program may declare its own without making a package of it.
            if name not in known and name not in declared_here:
                raise ValueError(f"{argument}: {name!r} is not one of {', '.join(known)}")
    if isinstance(history, bool):
        # Whoever leaves the polling to others has nothing to remember.
        kept: PastDurations | None = shared_history() if history and work else None
    else:
        kept = history
    return Settings(
        url=_url(database),
        clients=dict(clients or {}),
        providers=tuple(wanted),
        concurrency=concurrency,
        rates=dict(rates or {}),
        history=Polling(history=kept).history,
        work=work,
    )


def _url(database: str | os.PathLike[str] | None) -> URL:
    source = "database"
    if database is None:
        source = _VARIABLE
        database = os.environ.get(_VARIABLE, "").strip() or data_folder() / _FILE
    text = os.fspath(database)
    if "://" not in text:
        return _file_url(text)
    scheme = text.partition("://")[0]
    if scheme == "sqlite":
        path = text.removeprefix("sqlite:///")
        if path in {text, "", ":memory:"}:
            raise ValueError(f"{source}: {text!r} names no file; write sqlite:///waits.sqlite")
        return _file_url(path)
    # From here on the text may hold a password and is never shown, nor what a parser says of it.
    if scheme not in {"postgresql", "postgres"}:
        raise ValueError(f"{source}: {scheme}:// is neither sqlite:// nor postgresql://")
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        url = None
    if url is None or "@" in (url.host or ""):
        raise ValueError(
            f"{source}: the URL cannot be read; write postgresql://user:password@host:port/database"
            ", and in a password %40 for @, %2F for / and %25 for %"
        )
    if not url.database:
        raise ValueError(f"{source}: it names no database; write postgresql://host/database")
    return url.set(drivername="postgresql+psycopg")


def _file_url(path: str) -> URL:
    return URL.create("sqlite", database=str(Path(path).expanduser().absolute()))


def client_of(provider: str, factory: Factory | None = None) -> object:
    """Make the client that this process polls a provider's jobs with.

    Raises:
        ValueError: there is no key, or no base URL where one is needed; or what makes the client
            failed, or makes none.
    """
    declared = provider_named(provider)
    if factory is not None:
        return made_by(factory, declared, what="what configure(clients=...) names")
    return connected(declared)
