"""The waits that a database keeps: begun, found, listed and cancelled from any process."""

import contextlib
import hashlib
from collections import defaultdict
from collections.abc import Collection, Generator
from datetime import UTC, datetime
from threading import Lock
from typing import TYPE_CHECKING, Any

from attrs import frozen
from dbos import DBOSClient, DBOSPortableJSONSerializer, EnqueueOptions, WorkflowStatus
from dbos import error as dbos_error
from sqlalchemy import Connection, event
from sqlalchemy.pool import ConnectionPoolEntry

from tilldone.durable._database import SCHEMA, database_errors, open_database, quiet_dbos
from tilldone.durable._leaving import leaving
from tilldone.durable._settings import Settings
from tilldone.durable._stored import NotUnderstood, StoredOutcome, WaitRequest

if TYPE_CHECKING:
    from sqlalchemy import Engine

__all__ = [
    "ACTIVE",
    "APPLICATION",
    "SUBMISSION",
    "VERSION",
    "WORKFLOW",
    "StoredWait",
    "WaitStore",
    "queue_of",
    "stem_of",
    "submission_queue_of",
]

APPLICATION = "tilldone"
WORKFLOW = "tilldone.wait"
SUBMISSION = "tilldone.submission"
_BOTH = [WORKFLOW, SUBMISSION]

VERSION = "1"
"""Of what is recorded, not of tilldone: waits outlive its releases."""

ACTIVE = ["ENQUEUED", "DELAYED", "PENDING"]
_ENDED = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]

# Waits that the worker that had them in hand did not understand. No worker listens to this queue:
# each goes through it, and takes out what it does understand.
_ASIDE = "tilldone-aside"

# SQLite takes only so many values in one statement.
_BATCH = 500


def queue_of(provider: str) -> str:
    """Name the queue that a provider's waits go through."""
    return f"tilldone-{provider}"


def submission_queue_of(provider: str) -> str:
    """Name the queue that a provider's submissions go through: they do not wait behind waits."""
    return f"tilldone-submit-{provider}"


@frozen(kw_only=True)
class StoredWait:
    """A wait, as it stood when it was asked about."""

    id: str
    status: str
    """DBOS's word for where it stands."""

    request: WaitRequest | None
    """What was asked; None where this version cannot read it."""

    outcome: StoredOutcome | None
    problem: str | None
    """Why it cannot be read, or could not be carried out."""

    begun: datetime
    ended: datetime | None

    @property
    def provider(self) -> str:
        """Whose job it is, be the rest of it understood or not."""
        return self.request.provider if self.request else self.id.rsplit("-", 2)[0]

    @property
    def active(self) -> bool:
        """Whether it goes on."""
        return self.status in ACTIVE

    @property
    def carried(self) -> bool:
        """Whether a worker has it in hand."""
        return self.status == "PENDING"

    @property
    def cancelled(self) -> bool:
        """Whether it was cancelled."""
        return self.status == "CANCELLED"

    @property
    def number(self) -> int:
        """Which of the waits for its job it is."""
        return int(self.id.rpartition("-")[2])

    def answers(self, *, again: bool) -> bool:
        """Say whether this wait is the answer to one more start for its job."""
        if self.active or self.outcome is None:
            return self.active
        return self.outcome.final or (self.outcome.name == "JobTimeout" and not again)


class WaitStore:
    """A database of waits, opened; a file is made where there is none.

    Raises:
        ConnectionError: it cannot be opened.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = Lock()
        self._inherited: list[object] = []
        self._open()

    def _open(self) -> None:
        self.engine: Engine = open_database(self._settings)
        with database_errors(self._settings, "cannot be opened"):
            self._client = DBOSClient(
                system_database_engine=self.engine,
                dbos_system_schema=SCHEMA,
                serializer=DBOSPortableJSONSerializer(),
                application_name=APPLICATION,
            )
        event.listen(self.engine, "checkin", self._checked_in)
        self._ours, self._closed = True, False

    def _checked_in(self, _connection: object, record: ConnectionPoolEntry) -> None:
        # One that a thread of DBOS's still had in use when the others were closed.
        if self._closed:
            record.invalidate()

    def leaving(self) -> contextlib.AbstractContextManager[None]:
        """Have nobody wait for the database to be back, while the worker is closed."""
        return leaving(self._client)

    def forked(self) -> None:
        """Open the database anew, when it is used next: the connections are the parent's."""
        self._lock = Lock()
        # To be collected would be to be closed.
        self._inherited += [self.engine, self._client]
        self._ours = False

    @contextlib.contextmanager
    def _asked(self) -> Generator[DBOSClient]:
        """Give the client, on connections of this process's own.

        Raises:
            ConnectionError: the database cannot be used.
        """
        with self._lock:
            if not self._ours:
                self._open()
        with database_errors(self._settings, "cannot be used"):
            yield self._client
        quiet_dbos.outage.ended(reading=self._settings.file is not None)

    @contextlib.contextmanager
    def transaction(self) -> Generator[Connection]:
        """Give a connection, for one transaction of its own.

        Raises:
            ConnectionError: the database cannot be used.
        """
        with self._asked(), self.engine.begin() as connection:
            yield connection

    def enqueue_in(self, connection: Connection, options: EnqueueOptions, argument: str) -> None:
        """Have a workflow carried out once the transaction is committed."""
        self._client.enqueue_in_transaction(connection, options, argument)

    @property
    def schema(self) -> str | None:
        """The schema of all tables; SQLite has none."""
        return self._settings.schema

    def begin(self, request: WaitRequest, *, again: bool = False) -> str:
        """Begin a wait for a job, or find the one that there is; give its id.

        One that ended by its deadline is only begun anew where that is asked for, and one that
        ended with the end of its job never.
        """
        number = 1
        while True:
            name = f"{stem_of(request.provider, request.ref)}{number}"
            options: EnqueueOptions = {
                "workflow_name": WORKFLOW,
                "queue_name": queue_of(request.provider),
                "workflow_id": name,
                "workflow_id_reuse_policy": "reject",
                "app_version": VERSION,
            }
            in_use = dbos_error.DBOSWorkflowIDInUseError
            with self._asked() as client, contextlib.suppress(in_use):
                client.enqueue(options, request.text())
                return name
            # Whoever was first decided on timeout and polling; the others share that wait.
            last = self.latest(request.provider, request.ref)
            if last is not None and last.answers(again=again):
                return last.id
            number = number + 1 if last is None else last.number + 1

    def latest(self, provider: str, ref: str) -> StoredWait | None:
        """Give the last wait for a job, if there ever was one."""
        found = self._list(workflow_id_prefix=stem_of(provider, ref))
        return max(map(_read, found), key=lambda each: each.number, default=None)

    def wait(self, id: str) -> StoredWait:
        """Give a wait as it is now.

        Raises:
            LookupError: it was forgotten.
        """
        found = self._list(workflow_ids=[id])
        if not found:
            raise LookupError(f"the durable wait {id} was forgotten, with its result")
        return _read(found[0])

    def active(self) -> list[StoredWait]:
        """Give all that goes on, the oldest first."""
        return [_read(each) for each in self._list(name=WORKFLOW, status=ACTIVE)]

    def ended(self) -> list[StoredWait]:
        """Give all that is over and not forgotten, the oldest first."""
        return [_read(each) for each in self._list(name=WORKFLOW, status=_ENDED)]

    def cancel(self, id: str) -> None:
        """End a wait, whoever carries it; nothing where it has ended."""
        with self._asked() as client:
            client.cancel_workflow(id)

    def forget(self, before: datetime) -> int:
        """Delete the waits that were over before then; say how many."""
        forgotten = 0
        while found := self._list(
            name=_BOTH,
            status=_ENDED,
            completed_before=before.isoformat(),
            limit=_BATCH,
            load_input=False,
            load_output=False,
        ):
            with self._asked() as client:
                client.delete_workflows([each.workflow_id for each in found])
            forgotten += sum(each.name == WORKFLOW for each in found)
        return forgotten

    def is_active(self, id: str) -> bool:
        """Say whether a submission is still carried, or waits for a worker."""
        found = self._list(workflow_ids=[id], load_input=False, load_output=False)
        return any(each.status in ACTIVE for each in found)

    def add_queues(self, provider: str, *, concurrency: int) -> None:
        """Make the queues of a provider, or change how many of each a worker carries at once."""
        for queue in (queue_of(provider), submission_queue_of(provider)):
            with self._asked() as client:
                client.register_queue(
                    queue, worker_concurrency=concurrency, polling_interval_sec=0.25
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
            with self._asked() as client:
                client.resume_workflows(ids, queue_name=queue)
        return sum(map(len, queues.values()))

    def set_aside(self, id: str) -> None:
        """Leave a wait to workers that understand it."""
        with self._asked() as client:
            client.resume_workflows([id], queue_name=_ASIDE)

    def take_back(self, providers: Collection[str], *, without: Collection[str]) -> None:
        """Give the waits of these providers that were set aside back to their queues."""
        aside = self._list(queue_name=_ASIDE, status="ENQUEUED", load_input=False)
        for each in aside:
            provider = each.workflow_id.rsplit("-", 2)[0]
            if provider in providers and each.workflow_id not in without:
                queue = submission_queue_of if each.name == SUBMISSION else queue_of
                with self._asked() as client:
                    client.resume_workflows([each.workflow_id], queue_name=queue(provider))

    def close(self) -> None:
        """Close the connections to the database."""
        if self._ours:
            self._closed = True
            # Nothing is asked by that, and so nothing known of an outage.
            with database_errors(self._settings, "cannot be closed"):
                self._client.destroy()
            self.engine.dispose()

    def _in_hand(self, *, executor_id: str | None = None) -> list[WorkflowStatus]:
        return self._list(
            status="PENDING",
            name=_BOTH,
            executor_id=executor_id,
            load_input=False,
            load_output=False,
        )

    def _list(self, **which: Any) -> list[WorkflowStatus]:  # noqa: ANN401 # what DBOS takes
        with self._asked() as client:
            return client.list_workflows(**which)


def _read(status: WorkflowStatus) -> StoredWait:
    request = outcome = problem = None
    try:
        request = WaitRequest.read(_argument(status.input))
        if status.status == "SUCCESS":
            outcome = StoredOutcome.read(status.output)
        elif status.error is not None:
            problem = str(status.error)
    except NotUnderstood as error:
        problem = str(error)
    return StoredWait(
        id=status.workflow_id,
        status=status.status,
        request=request,
        outcome=outcome,
        problem=problem,
        begun=_moment(status.created_at or 0),
        ended=None if status.completed_at is None else _moment(status.completed_at),
    )


def _argument(inputs: Any) -> object:  # noqa: ANN401 # what DBOS has read of what is stored
    try:
        return inputs["args"][0]
    except (TypeError, KeyError, IndexError):
        # What it could not read it gives back as text.
        return None


def _moment(milliseconds: float) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def stem_of(provider: str, ref: str) -> str:
    """Give what the ids of all waits for a job begin with."""
    # A ref can be longer than an index bears.
    return f"{provider}-{hashlib.sha256(ref.encode()).hexdigest()[:32]}-"
