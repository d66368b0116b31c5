"""What a process has open for durable waits: a database, and a worker if it polls itself."""

import atexit
import os
import threading
from collections.abc import Iterable, Mapping
from threading import Event, RLock

from tilldone._core.arguments import expect
from tilldone._drivers.clock import WAKE
from tilldone._history import History
from tilldone.durable._settings import Factory, Settings, checked_settings
from tilldone.durable._store import WaitStore
from tilldone.durable._worker import Worker

__all__ = ["close", "configure", "serving", "store", "work"]


class _Session:
    def __init__(self) -> None:
        self._lock = RLock()
        self._settings: Settings | None = None
        self._store: WaitStore | None = None
        self._worker: Worker | None = None
        # Not to be collected, and with it closed.
        self._inherited: list[Worker] = []

    def configure(self, settings: Settings) -> None:
        with self._lock:
            if self._store is not None:
                raise RuntimeError(
                    "durable waits are in use in this process; call configure() before all "
                    "else, or close() before it"
                )
            self._settings = settings

    def settings(self) -> Settings:
        with self._lock:
            self._settings = self._settings or checked_settings()
            return self._settings

    def store(self) -> WaitStore:
        with self._lock:
            self._store = self._store or WaitStore(self.settings())
            return self._store

    def worker(self) -> Worker:
        with self._lock:
            self._worker = self._worker or Worker(self.settings(), self.store())
            return self._worker

    def close(self) -> None:
        with self._lock:
            worker, self._worker = self._worker, None
            store, self._store = self._store, None
            if worker is not None:
                worker.close()
            if store is not None:
                store.close()

    def forked(self) -> None:
        """Leave what is open to the parent, in a forked child, and have what is needed anew."""
        self._lock = RLock()
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.forked()
            self._inherited.append(worker)
        if self._store is not None:
            self._store.forked()


_session = _Session()
# Not with atexit's: by then Python has waited for all threads, DBOS's included, and of those some
# end only when they are told to. A Python without this name has the worker closed later.
getattr(threading, "_register_atexit", atexit.register)(_session.close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_session.forked)


def configure(
    *,
    database: str | os.PathLike[str] | None = None,
    clients: Mapping[str, Factory] | None = None,
    providers: Iterable[str] | None = None,
    concurrency: int = 1000,
    rates: Mapping[str, float] | None = None,
    history: History | bool = True,
    work: bool = True,
) -> None:
    """Say where durable waits are kept and what this process does for them, before the first one.

    Args:
        database: a file for SQLite, made where there is none, or `postgresql://...` of a database
            that is there. None reads `TILLDONE_DATABASE_URL`, and where that is not set takes
            `waits.sqlite` in the platform's data folder.
        clients: by provider, what makes the client that this process polls with; called again when
            the provider refuses the key (401, 403), since keys are rotated. The others' are made by
            `connect()`, with the base URL from `TILLDONE_<PROVIDER>_BASE_URL` where that is set.
        providers: those whose jobs this process polls; None is all that it has keys for.
        concurrency: waits of each provider that this process carries at once.
        rates: by provider, the polls a second that this process takes, `math.inf` being no limit.
            The others' are what each provider documents for an account (none where it documents
            none): divide that by the number of workers.
        history: what remembers how long jobs took, so that they are polled when they are likely to
            end. True is one in the platform's data folder, which `tilldone wait` uses, too; False
            is none, and polls by the schedule alone.
        work: whether this process polls jobs itself. False leaves that to workers: it starts
            waits and reads their ends.

    Raises:
        ValueError: an argument cannot be used; it is named.
        RuntimeError: durable waits are in use here already.
    """
    settings = checked_settings(
        database=database,
        clients=clients,
        providers=providers,
        concurrency=concurrency,
        rates=rates,
        history=history,
        work=work,
    )
    _session.configure(settings)


def store() -> WaitStore:
    """Give the database of waits.

    Raises:
        ConnectionError: it cannot be opened.
    """
    return _session.store()


def serving(provider: str) -> WaitStore:
    """Give the database of waits, with somebody at work on this provider's.

    Raises:
        ValueError: that should be this process, and it has no client for them.
        ConnectionError: the database cannot be opened.
    """
    if _session.settings().work:
        worker = _session.worker()
        if provider not in worker.providers:
            why = worker.missing.get(provider, "it is not among configure(providers=...)")
            raise ValueError(
                f"this process cannot poll {provider} jobs: {why}; "
                "durable.configure(work=False) leaves that to workers"
            )
    return _session.store()


def work(until: Event | None = None) -> None:
    """Poll the jobs of all waits in the database, until the event is set or Ctrl-C.

    Raises:
        ValueError: there is no key for any provider.
        ConnectionError: the database cannot be opened.
    """
    if until is not None:
        expect("until", until, Event, "a threading.Event or None")
    _session.worker()
    try:
        stopping = until or Event()
        while not stopping.wait(WAKE):
            pass
    finally:
        _session.close()


def close() -> None:
    """Stop what this process does for durable waits.

    Those that it carried go on with the next worker, or when this process is back.
    """
    _session.close()
