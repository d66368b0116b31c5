"""The durable submissions that a database keeps, one row each: what is sent once, whoever sends it.

All that "once" rests on is the row. Before a request is sent, `take` writes into it, in a
transaction of its own, who is about to send; that succeeds for one run alone. `give_back` takes it
out again where it is certain that the provider has not taken the request. Whoever finds another's
mark and no end knows that something was sent, and does not send.
"""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from attrs import frozen
from sqlalchemy import RowMapping, and_, exists, false, or_, select, text, true, update

from tilldone.durable._store import (
    ACTIVE,
    SUBMISSION,
    VERSION,
    WaitStore,
    submission_queue_of,
)
from tilldone.durable._stored import NotUnderstood, finite, read_object
from tilldone.durable._stored_submission import SubmissionRequest
from tilldone.durable._tables import submissions_table, workflows_table

if TYPE_CHECKING:
    from dbos import EnqueueOptions

__all__ = ["StoredSubmission", "SubmissionStore", "moment"]

# Wherever it is shown, it lies within the years that Python counts.
_LAST = datetime(9999, 1, 1, tzinfo=UTC).timestamp()


@frozen(kw_only=True)
class StoredSubmission:
    """A submission, as it stood when it was asked about."""

    id: str
    key: str
    number: int
    """Which of the submissions of its key it is."""

    provider: str
    operation: str

    problem: str | None
    """Why this version cannot read it; None as a rule."""

    run: str | None
    """Who is sending it, or was when its process ended."""

    standing: str | None
    """Where it stands between two sendings."""

    job: Mapping[str, Any] | None
    """The job that it made: its `ref`, the `answer` where that ended it, and how it was made."""

    error: Mapping[str, Any] | None
    """What it ended with instead."""

    cancelled: bool
    began: datetime
    deadline: datetime | None
    """None is for ever."""

    ended: datetime | None

    @property
    def over(self) -> bool:
        """Whether nothing will be sent any more, and what came of it is known."""
        return bool(self.job or self.error or (self.cancelled and self.run is None))


class SubmissionStore:
    """The submissions in the database of waits."""

    def __init__(self, waits: WaitStore) -> None:
        self.waits = waits
        self._table = submissions_table(waits.schema)
        self._workflows = workflows_table(waits.schema)
        # A body may be large; only who sends it, or compares it, needs it.
        self._told = [each for each in self._table.c if each.name != "request"]

    def begin(self, key: str, request: SubmissionRequest, *, after: int) -> bool:
        """Keep a new submission of this key, and have it carried out; say whether it was the first.

        Args:
            key: the caller's name for it.
            request: what is to be sent.
            after: the number of the one before it.
        """
        number = after + 1
        name = f"{request.provider}-{uuid.uuid4().hex}-{number}"
        options: EnqueueOptions = {
            "workflow_name": SUBMISSION,
            "queue_name": submission_queue_of(request.provider),
            "workflow_id": name,
            "workflow_id_reuse_policy": "reject",
            "app_version": VERSION,
        }
        with self.waits.transaction() as connection:
            row = {
                "key": key,
                "number": number,
                "id": name,
                "provider": request.provider,
                "operation": request.operation,
                "request": request.text(),
                "cancelled": False,
                "began": request.started,
                "deadline": finite(request.deadline),
            }
            names, values = ", ".join(row), ", ".join(f":{each}" for each in row)
            kept = connection.execute(
                text(
                    f"INSERT INTO {self._table.fullname} ({names}) VALUES ({values})"  # noqa: S608 # our own names
                    " ON CONFLICT DO NOTHING"
                ),
                row,
            )
            if kept.rowcount != 1:
                return False
            self.waits.enqueue_in(connection, options, name)
            return True

    def latest(self, key: str) -> StoredSubmission | None:
        """Give the last submission of a key, if there ever was one."""
        with self.waits.transaction() as connection:
            columns = self._table.c
            asked = select(*self._told).where(columns.key == key).order_by(columns.number.desc())
            row = connection.execute(asked.limit(1)).mappings().first()
        return None if row is None else _read(row)

    def submission(self, id: str) -> StoredSubmission:
        """Give a submission as it is now.

        Raises:
            LookupError: it was forgotten.
        """
        with self.waits.transaction() as connection:
            asked = select(*self._told).where(self._table.c.id == id)
            row = connection.execute(asked).mappings().first()
        if row is None:
            raise LookupError(f"the durable submission {id} was forgotten")
        return _read(row)

    def request(self, id: str) -> SubmissionRequest:
        """Give what is to be sent.

        Raises:
            LookupError: it was forgotten.
            NotUnderstood: another version wrote it.
        """
        with self.waits.transaction() as connection:
            asked = select(self._table.c.request).where(self._table.c.id == id)
            text_ = connection.execute(asked).scalar()
        if text_ is None:
            raise LookupError(f"the durable submission {id} was forgotten")
        return SubmissionRequest.read(text_)

    def unwaited(self) -> list[tuple[StoredSubmission, str | None]]:
        """Give all without a wait for their job, the oldest first, each with DBOS's word for it.

        They have made no job, or were cancelled meanwhile, or have made it only just now.
        """
        kept, workflow = self._table.c, self._workflows.c
        status = select(workflow.status).where(workflow.workflow_uuid == kept.id).scalar_subquery()
        waits = exists().where(workflow.workflow_uuid.like(kept.stem.concat("%")))
        may_lack_one = or_(kept.cancelled, status.in_(ACTIVE))
        asked = (
            select(*self._told, status.label("status"))
            .where(or_(kept.job.is_(None), and_(may_lack_one, ~waits)))
            .order_by(kept.began)
        )
        with self.waits.transaction() as connection:
            rows = connection.execute(asked).mappings().all()
        return [(_read(row), row["status"]) for row in rows]

    def take(self, id: str, run: str, *, over: str | None) -> bool:
        """Mark as being sent by this run; say whether it is. Nothing may be sent without that.

        Args:
            id: the submission's.
            run: the run's own name.
            over: the name of one whose mark this run may replace.
        """
        columns = self._table.c
        free = or_(columns.run.is_(None), columns.run.in_([run, over or run]))
        return self._changed(
            id,
            and_(
                free, columns.job.is_(None), columns.error.is_(None), columns.cancelled.is_(false())
            ),
            run=run,
        )

    def give_back(self, id: str, run: str, standing: str) -> None:
        """Take this run's mark out again: the provider has not taken the request."""
        self._changed(id, self._table.c.run == run, run=None, standing=standing)

    def end_with_job(self, id: str, job: str, stem: str, now: float) -> None:
        """Record the job: it is worth more than whatever another run took for the end."""
        self._changed(id, true(), job=job, stem=stem, ended=now, error=None)

    def end_with_error(self, id: str, error: str, now: float) -> None:
        """Record the error that it ended with; nothing where the end is known."""
        columns = self._table.c
        open_ = and_(columns.job.is_(None), columns.error.is_(None))
        self._changed(id, open_, error=error, ended=now)

    def cancel(self, id: str, now: float) -> None:
        """Have it never sent, if it is not on its way; and no wait begun for what it makes."""
        columns = self._table.c
        self._changed(id, columns.error.is_(None), cancelled=True)
        # One that is on its way ends when that does.
        self._changed(id, and_(columns.ended.is_(None), columns.run.is_(None)), ended=now)

    def uncancel(self, id: str) -> None:
        """Have its job waited for again, also where it is only on its way to make one."""
        columns = self._table.c
        on_its_way = and_(columns.run.is_not(None), columns.ended.is_(None))
        self._changed(id, or_(columns.job.is_not(None), on_its_way), cancelled=False)

    def forget(self, before: datetime) -> int:
        """Delete those that ended before then and whose jobs no wait is kept of.

        Say how many of them had made no job.
        """
        schema = "" if self.waits.schema is None else f"{self.waits.schema}."
        statuses = ", ".join(f"'{status}'" for status in ACTIVE)
        with self.waits.transaction() as connection:
            gone = connection.execute(
                text(
                    f"DELETE FROM {self._table.fullname} AS kept WHERE ended <= :before"  # noqa: S608 # our own names
                    f" AND NOT EXISTS (SELECT 1 FROM {schema}workflow_status WHERE"
                    f" (workflow_uuid = kept.id AND status IN ({statuses}))"
                    " OR (kept.stem IS NOT NULL AND workflow_uuid LIKE kept.stem || '%'))"
                    " RETURNING job"
                ),
                {"before": before.timestamp()},
            )
            return sum(job is None for (job,) in gone)

    def _changed(self, id: str, where: Any, **values: object) -> bool:  # noqa: ANN401 # a condition of SQLAlchemy's
        with self.waits.transaction() as connection:
            how = update(self._table).where(self._table.c.id == id, where).values(**values)
            return connection.execute(how).rowcount == 1


def _read(row: RowMapping) -> StoredSubmission:
    problem = job = error = None
    try:
        job = _told(row["job"], "the job", {"ref", "answer"}, "making")
        error = _told(row["error"], "the error", {"type", "text"}, "status_code", "body")
    except NotUnderstood as damage:
        problem = str(damage)
    same = ("id", "key", "number", "provider", "operation", "run", "standing")
    return StoredSubmission(
        **{name: row[name] for name in same},
        problem=problem,
        job=job,
        error=error,
        cancelled=bool(row["cancelled"]),
        began=datetime.fromtimestamp(row["began"], UTC),
        deadline=moment(row["deadline"]),
        ended=moment(row["ended"]),
    )


def moment(seconds: float | None) -> datetime | None:
    """Give the time of a clock; None is never, and so is what lies beyond the calendar's end."""
    return None if seconds is None or seconds > _LAST else datetime.fromtimestamp(seconds, UTC)


def _told(
    stored: str | None, what: str, expected: set[str], *optional: str
) -> Mapping[str, Any] | None:
    return None if stored is None else read_object(stored, what, expected, frozenset(optional))
