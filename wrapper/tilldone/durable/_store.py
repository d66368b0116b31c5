"""The waits that a database keeps: begun, found, listed and cancelled from any process."""

import hashlib
import math
import sqlite3
from collections import defaultdict
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer, EnqueueOptions, WorkflowStatus
from dbos import error as dbos_error
from sqlalchemy.exc import SQLAlchemyError

from tilldone._core.text import excerpt
from tilldone.durable._ending import Ending
from tilldone.durable._kept import ACTIVE, ENDED, Kept
from tilldone.durable._order import Order
from tilldone.durable._settings import Settings

__all__ = ["APPLICATION", "SCHEMA", "VERSION", "WORKFLOW", "Store", "queue_of"]

APPLICATION = "tilldone"
SCHEMA = "tilldone"
WORKFLOW = "tilldone.wait"

VERSION = "1"
"""Of what is recorded, not of tilldone: waits outlive its releases."""


# SQLite takes only so many values in one statement.
_BATCH = 500


def queue_of(provider: str) -> str:
    """Name the queue that a provider's waits go through."""
    return f"tilldone-{provider}"


class Store:
    """A database of waits, opened; made where there is none.

    Raises:
        ConnectionError: it cannot be opened.
    """

    def __init__(self, settings: Settings) -> None:
        try:
            if settings.file is not None:
                _prepare(settings.file)
            DBOS.migrate(settings.url, schema=SCHEMA)
            self._client = DBOSClient(
                system_database_url=settings.url,
                dbos_system_schema=SCHEMA,
                serializer=DBOSPortableJSONSerializer(),
                application_name=APPLICATION,
            )
        except (OSError, sqlite3.Error, SQLAlchemyError, dbos_error.DBOSException) as error:
            raise ConnectionError(f"database: it cannot be opened: {excerpt(error)}") from error

    def begin(self, order: Order) -> str:
        """Begin a wait for a job, or find the one that there is; give its id.

        A wait that ended and left its job unfinished, such as by its deadline, is begun anew.
        """
        number = 1
        while True:
            name = f"{_stem(order.provider, order.ref)}{number}"
            options: EnqueueOptions = {
                "workflow_name": WORKFLOW,
                "queue_name": queue_of(order.provider),
                "workflow_id": name,
                "workflow_id_reuse_policy": "reject",
                "app_version": VERSION,
            }
            try:
                self._client.enqueue(options, order.text())
            except dbos_error.DBOSWorkflowIDInUseError:
                # Whoever was first decided on timeout and polling; the others share that wait.
                last = self.latest(order.provider, order.ref)
                if last is not None and (last.active or last.final):
                    return last.id
                number = number + 1 if last is None else _number(last) + 1
            else:
                return name

    def latest(self, provider: str, ref: str) -> Kept | None:
        """Give the last wait for a job, if there ever was one."""
        found = self._client.list_workflows(workflow_id_prefix=_stem(provider, ref))
        return max(map(_read, found), key=_number, default=None)

    def kept(self, id: str) -> Kept:
        """Give a wait as it is now.

        Raises:
            LookupError: it was forgotten.
        """
        try:
            return _read(self._client.retrieve_workflow(id).get_status())
        except dbos_error.DBOSNonExistentWorkflowError as error:
            raise LookupError(f"the durable wait {id} was forgotten, with its result") from error

    def active(self) -> list[Kept]:
        """Give all that goes on, the oldest first."""
        return [_read(each) for each in self._client.list_workflows(status=ACTIVE)]

    def cancel(self, id: str) -> None:
        """End a wait, whoever carries it; nothing where it has ended."""
        self._client.cancel_workflow(id)

    def forget(self, before: datetime) -> int:
        """Delete the waits that were over before then; say how many."""
        forgotten = 0
        while found := self._client.list_workflows(
            name=WORKFLOW,
            status=ENDED,
            completed_before=before.isoformat(),
            limit=_BATCH,
            load_input=False,
            load_output=False,
        ):
            self._client.delete_workflows([each.workflow_id for each in found])
            forgotten += len(found)
        return forgotten

    def add_queue(self, provider: str, *, concurrency: int, rate: float) -> None:
        """Make the queue of a provider's waits, or change its limits.

        Args:
            provider: whose waits go through it.
            concurrency: waits that one worker carries at once.
            rate: waits that all workers together begin in a second, each with a poll.
        """
        self._client.register_queue(
            queue_of(provider),
            worker_concurrency=concurrency,
            limiter=None if rate == math.inf else {"limit": max(1, int(rate)), "period": 1.0},
            polling_interval_sec=0.25,
        )

    def carriers(self) -> set[str]:
        """Name the workers, living or dead, that have waits in hand."""
        return {each.executor_id for each in self._in_hand() if each.executor_id is not None}

    def release(self, worker: str) -> int:
        """Give the waits of a dead worker back to their queues; say how many."""
        queues: dict[str | None, list[str]] = defaultdict(list)
        for each in self._in_hand(executor_id=worker):
            queues[each.queue_name].append(each.workflow_id)
        for queue, ids in queues.items():
            self._client.resume_workflows(ids, queue_name=queue)
        return sum(map(len, queues.values()))

    def close(self) -> None:
        """Close the connections to the database."""
        self._client.destroy()

    def _in_hand(self, *, executor_id: str | None = None) -> list[WorkflowStatus]:
        return self._client.list_workflows(
            status="PENDING",
            name=WORKFLOW,
            executor_id=executor_id,
            load_input=False,
            load_output=False,
        )


def _read(status: WorkflowStatus) -> Kept:
    inputs: Any = status.input
    return Kept(
        id=status.workflow_id,
        status=status.status,
        order=Order.read(inputs["args"][0]),
        ending=Ending.read(str(status.output)) if status.status == "SUCCESS" else None,
        trouble=None if status.error is None else str(status.error),
    )


def _prepare(file: Path) -> None:
    # Results are their owner's alone.
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file.touch(mode=0o600)
    with closing(sqlite3.connect(file)) as database:
        # Readers and the writer no longer wait for each other; the file itself remembers it.
        database.execute("PRAGMA journal_mode = WAL")


def _stem(provider: str, ref: str) -> str:
    # A ref can be longer than an index bears.
    return f"{provider}-{hashlib.sha256(ref.encode()).hexdigest()[:32]}-"


def _number(kept: Kept) -> int:
    return int(kept.id.rpartition("-")[2])
