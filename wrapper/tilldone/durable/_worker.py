"""The part of a process that carries waits: DBOS, launched, and an eye on the other workers."""

import uuid
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread

import dbos._dbos
from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer

from tilldone._log import logger
from tilldone.durable._database import SCHEMA, Trouble, database_errors, quiet_dbos, without_console
from tilldone.durable._liveness import liveness
from tilldone.durable._polls import Polls
from tilldone.durable._segment import Carrier, carry_with
from tilldone.durable._sending import Sender, register_submissions
from tilldone.durable._settings import Settings
from tilldone.durable._store import (
    APPLICATION,
    VERSION,
    WaitStore,
    queue_of,
    submission_queue_of,
)

__all__ = ["Worker"]


# How often the others are looked after, in seconds.
_BEAT = 3.0

_ONE_DBOS = (
    "a process can run one DBOS application; leave the polling to `tilldone worker`, and call "
    "durable.configure(work=False) here before all else"
)


class _OurDBOS(DBOS):
    """The process's one DBOS while durable waits poll here: not to be taken for the user's own."""

    refusing = False

    def __init__(
        self,
        *,
        config: DBOSConfig,
        conductor_url: str | None = None,
        conductor_key: str | None = None,
    ) -> None:
        # DBOS() gives out the instance that there is, whatever configuration it is called with.
        if self.refusing:
            raise RuntimeError(f"durable waits are polled in this process by a DBOS: {_ONE_DBOS}")
        super().__init__(config=config, conductor_url=conductor_url, conductor_key=conductor_key)


class Worker:
    """Carries the waits for all providers that it has clients for, until it is closed.

    Raises:
        ValueError: there is no client for any of them.
        RuntimeError: the process runs a DBOS application of its own.
        ConnectionError: the database cannot be used.
    """

    def __init__(self, settings: Settings, store: WaitStore) -> None:
        if dbos._dbos._dbos_global_instance is not None:  # pyright: ignore[reportPrivateUsage] # there is no public way to ask
            raise RuntimeError(f"this process runs a DBOS application of its own: {_ONE_DBOS}")
        self._carrier = Carrier(Polls(settings), store)
        self._sender = Sender(self._carrier, store)
        self.providers = tuple(self._carrier.polls.clients)
        self.missing = self._carrier.polls.missing
        self._id = uuid.uuid4().hex
        self._settings = settings
        self._store = store
        self._liveness = liveness(settings, store.engine, self._id)
        self._stopping = Event()
        self._watch = Thread(target=self._keep_watch, name="tilldone-worker", daemon=True)
        self._trouble = Trouble(
            "the other workers cannot be looked after; trying on", "other workers are looked after"
        )
        for name in self.providers:
            store.add_queues(name, concurrency=settings.concurrency)
        carry_with(self._carrier)
        register_submissions(self._sender)
        # DBOS would take the event loop of the thread that launches it for its own.
        with ThreadPoolExecutor(1) as outside:
            launched = outside.submit(self._launch)
        if launched.exception() is not None:
            self.close()
        launched.result()
        logger.info("durable waits: at work for %s", ", ".join(self.providers))
        for name, why in self.missing.items():
            logger.info("durable waits: not for %s (%s)", name, why)

    def _launch(self) -> None:
        quiet_dbos.at_work = True
        config: DBOSConfig = {
            "name": APPLICATION,
            "system_database_engine": self._store.engine,
            "dbos_system_schema": SCHEMA,
            "application_version": VERSION,
            "executor_id": self._id,
            "serializer": DBOSPortableJSONSerializer(),
            # Each writes what a wait records, and needs one of the connections for it.
            "max_executor_threads": 16,
        }
        with database_errors(self._settings, "cannot be used"):
            # Before anything is carried: who carries without it passes for dead.
            self._liveness.acquire()
            with without_console():
                _OurDBOS.refusing = False
                _OurDBOS(config=config)
                _OurDBOS.refusing = True
            names = self.providers
            DBOS.listen_queues([*map(queue_of, names), *map(submission_queue_of, names)])
            DBOS.launch()
        self._liveness.clear()
        self._take_over(self._store.carriers())
        self._watch.start()

    def _keep_watch(self) -> None:
        while not self._stopping.wait(_BEAT):
            try:
                with database_errors(self._settings, "cannot be used"):
                    held = self._liveness.acquire()
                # Where the lock was lost, so were the others', and all of them live.
                if held:
                    self._take_over(self._store.carriers())
                    self._carrier.take_back()
            except ConnectionError as error:
                quiet_dbos.outage.began(error, reading=True)
            except Exception as error:  # noqa: BLE001 # takeovers must go on, whatever it is
                self._trouble.began(error)
            else:
                self._trouble.ended()

    def _take_over(self, carriers: Iterable[str]) -> None:
        for worker in set(carriers) - {self._id}:
            with self._liveness.claim_if_dead(worker) as dead:
                if dead and (number := self._store.release(worker)):
                    logger.info("durable waits: %d of a worker that died go on", number)

    def forked(self) -> None:
        """Leave all of it to the parent, in a forked child, which has none of the threads."""
        self._liveness.forked()
        dbos._dbos._dbos_global_instance = None  # pyright: ignore[reportPrivateUsage] # destroy() would act on what the parent has
        quiet_dbos.at_work = False

    def close(self) -> None:
        """Stop at once; what is not at its end goes on with the next worker.

        A request that is on its way is given a few seconds to come back.
        """
        self._stopping.set()
        self._sender.close()
        with self._store.leaving():
            if self._watch.is_alive():
                self._watch.join()
            DBOS.destroy()
        quiet_dbos.at_work = False
        # Only now: until here this worker may have recorded something.
        self._liveness.close()
