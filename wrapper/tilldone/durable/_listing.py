"""What a database has of durable waits and submissions: those that go on, and those that ended."""

from datetime import UTC, datetime, timedelta
from typing import Any

from attrs import frozen

from tilldone._core.arguments import expect
from tilldone._core.job import parse_ref
from tilldone.durable._handle import OfSubmission
from tilldone.durable._segment import wall
from tilldone.durable._session import store
from tilldone.durable._store import ACTIVE, StoredWait
from tilldone.durable._stored_submission import SubmitCancelled
from tilldone.durable._submissions import StoredSubmission, SubmissionStore, moment

__all__ = ["Ended", "Waiting", "ended", "forget", "waiting"]


@frozen(kw_only=True)
class _Listed:
    provider: str

    id: str
    """The job's id; empty where none is known, or this version of tilldone cannot read it."""

    ref: str
    """The job's ref; empty like its id."""

    key: str | None
    """What its submission was called, where it was a durable one."""

    started: datetime

    deadline: datetime | None
    """None is for ever."""


@frozen(kw_only=True)
class Waiting(_Listed):
    """A durable wait that goes on, or a submission before it."""

    carried: bool
    """Whether a worker has it in hand; it waits in the queue otherwise."""

    submitting: bool
    """Whether the job has yet to be made, or to be known."""

    problem: str | None
    """Why this version of tilldone cannot read the wait; None as a rule. A newer worker can."""


@frozen(kw_only=True)
class Ended(_Listed):
    """A durable wait that is over and not forgotten, or a submission that came to none."""

    ended: datetime

    outcome: str
    """`"succeeded"` or `"failed"`, as the job ended; `"cancelled"`; or the name of the error that
    it ended with, such as `"JobTimeout"` or `"SubmitUncertain"`."""

    error: str | None
    """What that error says."""


def waiting() -> list[Waiting]:
    """List the durable waits and submissions that go on, the oldest first.

    Raises:
        ConnectionError: the database cannot be opened.
    """
    # In this order: what becomes a wait meanwhile is found as one, or as both.
    unwaited = SubmissionStore(store()).unwaited()
    waits = [
        Waiting(**_shown(wait), carried=wait.carried, submitting=False, problem=wait.problem)
        for wait in store().active()
    ]
    waited = {each.key for each in waits}
    submissions = [
        Waiting(
            **_shown_submission(kept),
            carried=status == "PENDING",
            submitting=kept.job is None,
            problem=kept.problem,
        )
        for kept, status in unwaited
        if _goes_on(kept, status) and kept.key not in waited
    ]
    return sorted([*waits, *submissions], key=lambda each: each.started)


def ended() -> list[Ended]:
    """List the durable waits that are over and not forgotten, the oldest first.

    A submission that made no job is one of them, or whose job was not to be waited for any more.

    Raises:
        ConnectionError: the database cannot be opened.
    """
    submissions = [
        _shown_unwaited(kept)
        for kept, status in SubmissionStore(store()).unwaited()
        if not _goes_on(kept, status)
    ]
    waits = [_shown_ended(wait) for wait in store().ended()]
    return sorted([*waits, *submissions], key=lambda each: each.started)


def _goes_on(kept: StoredSubmission, status: str | None) -> bool:
    done = kept.cancelled if kept.job is not None else kept.over
    return status in ACTIVE and not done


def forget(*, older_than: timedelta) -> int:
    """Delete the waits that ended at least so long ago, with their results; say how many.

    Nothing is deleted by itself. A job that was forgotten is a new one to `start`, and a key one
    to `submit`, which sends it again: a submission is kept as long as any wait for its job is.

    Raises:
        TypeError, ValueError: older_than is no timedelta, or negative.
        ConnectionError: the database cannot be opened.
    """
    expect("older_than", older_than, timedelta, "a timedelta")
    if older_than < timedelta():
        raise ValueError(f"older_than: {older_than} is negative; such waits have not ended yet")
    try:
        before = datetime.fromtimestamp(wall(), UTC) - older_than
    except OverflowError:  # before the year 1, when none had ended
        return 0
    return store().forget(before) + SubmissionStore(store()).forget(before)


def _shown(wait: StoredWait) -> dict[str, Any]:
    request = wait.request
    if request is None:
        unread = {"id": "", "ref": "", "key": None, "started": wait.begun, "deadline": None}
        return {"provider": wait.provider} | unread
    return {
        "provider": request.provider,
        "id": parse_ref(request.ref).id,
        "ref": request.ref,
        "key": request.key,
        "started": datetime.fromtimestamp(request.started, UTC),
        "deadline": moment(request.deadline),
    }


def _shown_submission(kept: StoredSubmission) -> dict[str, Any]:
    ref = "" if kept.job is None else str(kept.job["ref"])
    return {
        "provider": kept.provider,
        "id": parse_ref(ref).id if ref else "",
        "ref": ref,
        "key": kept.key,
        "started": kept.began,
        "deadline": kept.deadline,
    }


def _shown_unwaited(kept: StoredSubmission) -> Ended:
    error = OfSubmission.of_stored(kept, SubmissionStore(store())).error(kept)
    cancelled = isinstance(error, SubmitCancelled)
    return Ended(
        **_shown_submission(kept),
        ended=kept.ended or kept.began,
        outcome="cancelled" if cancelled else type(error).__name__,
        error=None if cancelled else str(error),
    )


def _shown_ended(wait: StoredWait) -> Ended:
    error = wait.problem
    if wait.outcome is not None:
        outcome = wait.outcome.name
        error = None if wait.outcome.error is None else str(wait.outcome.error["text"])
    else:
        outcome = "cancelled" if wait.cancelled else "WaitError"
    shown = _shown(wait)
    # On an old SQLite, DBOS's times are whole seconds.
    ended = max(wait.ended or wait.begun, shown["started"])
    return Ended(**shown, ended=ended, outcome=outcome, error=error)
