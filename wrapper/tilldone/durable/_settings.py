"""What a process is told of durable waits: where they are kept, and what it does for them."""

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from attrs import field, frozen

from tilldone._core.registry import provider_names

__all__ = ["Factory", "Settings", "checked_settings"]

Factory = Callable[[], object]

_VARIABLE = "TILLDONE_DATABASE_URL"
_FILE = "waits.sqlite"


@frozen(kw_only=True)
class Settings:
    """What `configure` was told, checked."""

    url: str = field(repr=False)  # it may hold the database's password
    """The database's URL as SQLAlchemy reads it: `sqlite:///...` or `postgresql://...`."""

    clients: Mapping[str, Factory]
    providers: tuple[str, ...]
    concurrency: int
    rates: Mapping[str, float]
    work: bool

    @property
    def file(self) -> Path | None:
        """SQLite's file, None for Postgres."""
        found = self.url.removeprefix("sqlite:///")
        return None if found == self.url else Path(found)


def checked_settings(
    *,
    database: str | os.PathLike[str] | None = None,
    clients: Mapping[str, Factory] | None = None,
    providers: Iterable[str] | None = None,
    concurrency: int = 1000,
    rates: Mapping[str, float] | None = None,
    work: bool = True,
) -> Settings:
    """Check the arguments of `configure`.

    Raises:
        ValueError: one of them cannot be used; it is named.
    """
    if concurrency < 1:
        raise ValueError(f"concurrency: {concurrency} is below 1")
    for name, rate in (rates or {}).items():
        if not rate > 0:
            raise ValueError(f"rates: {rate} polls a second for {name} is not above 0")
    known = provider_names()
    wanted = known if providers is None else list(dict.fromkeys(providers))
    given = {"clients": clients or {}, "providers": wanted, "rates": rates or {}}
    for argument, names in given.items():
        for name in names:
            if name not in known:
                raise ValueError(f"{argument}: {name!r} is none of {', '.join(known)}")
    return Settings(
        url=_url(database),
        clients=dict(clients or {}),
        providers=tuple(wanted),
        concurrency=concurrency,
        rates=dict(rates or {}),
        work=work,
    )


def _url(database: str | os.PathLike[str] | None) -> str:
    source = "database"
    if database is None:
        source = _VARIABLE
        database = os.environ.get(_VARIABLE, "").strip() or _data_folder() / _FILE
    text = os.fspath(database)
    if "://" not in text:
        return f"sqlite:///{Path(text).expanduser().absolute()}"
    scheme = text.partition("://")[0]
    if scheme == "sqlite":
        path = text.removeprefix("sqlite:///")
        if path in {text, "", ":memory:"}:
            raise ValueError(f"{source}: {text!r} names no file; write sqlite:///waits.sqlite")
        return f"sqlite:///{Path(path).absolute()}"
    # From here on the text may hold a password and is never shown.
    if scheme not in {"postgresql", "postgres"}:
        raise ValueError(f"{source}: {scheme}:// is neither sqlite:// nor postgresql://")
    parts = urlsplit(text)
    if not parts.path.strip("/"):
        raise ValueError(f"{source}: it names no database; write postgresql://host/database")
    return f"postgresql://{text.partition('://')[2]}"


def _data_folder() -> Path:
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA")
        return Path(base or Path.home() / "AppData" / "Local") / "tilldone"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "tilldone"
    base = os.environ.get("XDG_DATA_HOME")
    return Path(base or Path.home() / ".local" / "share") / "tilldone"
