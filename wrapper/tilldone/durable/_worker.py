"""The part of a process that carries waits: DBOS, launched, and an eye on the other workers."""

import logging
import math
import sqlite3
import uuid
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread

import dbos._dbos
import psycopg
from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer
from dbos import error as dbos_error
from sqlalchemy.exc import SQLAlchemyError

from tilldone._core.registry import provider_named
from tilldone.durable._clients import clients_for
from tilldone.durable._liveness import liveness
from tilldone.durable._rate_limited_poller import RateLimitedPoller
from tilldone.durable._settings import Settings
from tilldone.durable._store import APPLICATION, SCHEMA, VERSION, Store, queue_of
from tilldone.durable._workflow import register

__all__ = ["Worker"]

_logger = logging.getLogger("tilldone")

# How often the others are looked after, in seconds.
_BEAT = 3.0


class Worker:
    """Carries the waits for all providers that it has clients for, until it is closed.

    Raises:
        ValueError: there is no client for any of them.
        RuntimeError: the process runs a DBOS application of its own.
    """

    def __init__(self, settings: Settings, store: Store) -> None:
        if dbos._dbos._dbos_global_instance is not None:  # pyright: ignore[reportPrivateUsage] # there is no public way to ask
            raise RuntimeError(
                "this process runs a DBOS application of its own; leave the polling to "
                "`tilldone worker` and call durable.configure(work=False) here"
            )
        clients, self.missing = clients_for(settings)
        if not clients:
            raise ValueError(f"no provider can be polled; {'; '.join(self.missing.values())}")
        self.providers = tuple(clients)
        self._id = uuid.uuid4().hex
        self._store = store
        self._liveness = liveness(settings, self._id)
        self._stopping = Event()
        self._watch = Thread(target=self._keep_watch, name="tilldone-worker", daemon=True)
        pollers: dict[str, RateLimitedPoller] = {}
        for name, client in clients.items():
            rate = settings.rates.get(name, provider_named(name).rate or math.inf)
            store.add_queue(name, concurrency=settings.concurrency, rate=rate)
            pollers[name] = RateLimitedPoller(client, rate=rate)
        register(pollers)
        # DBOS would take the event loop of the thread that launches it for its own.
        with ThreadPoolExecutor(1) as outside:
            launched = outside.submit(self._launch, settings)
        if launched.exception() is not None:
            self.close()
        launched.result()
        _logger.info("durable waits: at work for %s", ", ".join(self.providers))
        for name, why in self.missing.items():
            _logger.info("durable waits: not for %s (%s)", name, why)

    def _launch(self, settings: Settings) -> None:
        # Before anything is carried: who carries without it passes for dead.
        self._liveness.assure()
        config: DBOSConfig = {
            "name": APPLICATION,
            "system_database_url": settings.url,
            "dbos_system_schema": SCHEMA,
            "application_version": VERSION,
            "executor_id": self._id,
            "serializer": DBOSPortableJSONSerializer(),
            # Each writes what a wait records, and needs one of twenty connections for it.
            "max_executor_threads": 16,
            "log_level": "WARNING",
        }
        DBOS(config=config)
        DBOS.listen_queues([queue_of(name) for name in self.providers])
        DBOS.launch()
        self._take_over(self._store.carriers())
        self._watch.start()

    def _keep_watch(self) -> None:
        while not self._stopping.wait(_BEAT):
            try:
                # Where the lock was lost, so were the others', and all of them live.
                if self._liveness.assure():
                    self._take_over(self._store.carriers())
            except (
                SQLAlchemyError,
                dbos_error.DBOSException,
                psycopg.Error,
                sqlite3.Error,
            ) as error:
                _logger.warning("durable waits: the database cannot be asked: %s", error)

    def _take_over(self, carriers: Iterable[str]) -> None:
        for worker in set(carriers) - {self._id}:
            with self._liveness.bury(worker) as dead:
                if dead and (number := self._store.release(worker)):
                    _logger.info("durable waits: %d of a worker that died go on", number)

    def close(self) -> None:
        """Stop at once; what is not at its end goes on with the next worker."""
        self._stopping.set()
        if self._watch.is_alive():
            self._watch.join()
        DBOS.destroy()
        # Only now: until here this worker may have recorded something.
        self._liveness.close()
