"""Durable submissions, by the caller's own key: each is sent once, over processes and crashes."""

from datetime import timedelta
from typing import TypeVar

import anyio
import anyio.to_thread

from tilldone._core.declaration import Phase
from tilldone._core.errors import SubmitError
from tilldone._core.job import Job, resumed_job
from tilldone._core.job_request import JobRequest, submission_of
from tilldone._core.polling import Polling, checked, seconds_until_deadline
from tilldone._http.settings import submission_settings
from tilldone.durable._handle import Handle, OfSubmission
from tilldone.durable._segment import wall
from tilldone.durable._session import serving
from tilldone.durable._store import WaitStore
from tilldone.durable._stored import NotUnderstood
from tilldone.durable._stored_submission import SubmissionRequest, error_to
from tilldone.durable._submissions import StoredSubmission, SubmissionStore

__all__ = ["submit", "submit_async"]

R = TypeVar("R")

_DEFAULT = Polling()

# An index of Postgres holds some 2,700 bytes.
_LONGEST_KEY = 500


def submit(
    request: JobRequest[R],
    *,
    key: str,
    timeout: float | timedelta | None,
    polling: Polling = _DEFAULT,
    resubmit: bool = False,
) -> Handle[R]:
    """Submit a job and wait for it, durably; or join the submission of that key.

    The same key is sent once, whoever asks and however often processes die. The request is kept in
    the database before it is sent, with its body and without its key; what came of it is recorded
    after. It is sent by the process that carries it, with a client of that process's own: this one,
    or a worker. Where it is certain that the provider has not taken it (no connection, or a 429) it
    is sent again until the deadline, by the next process if need be.

    The handle raises `SubmitUncertain` where a process ended after it began to send and before it
    had recorded the answer: the job may exist, and is not bought again. It raises `SubmitRejected`
    where the provider refused it. Both are kept. A submission that ended with nothing taken, by its
    deadline or by `cancel`, is begun anew by the next `submit` of its key.

    Args:
        request: from one of the operations of a provider's module, or `Provider.submission`.
        key: your own name for this piece of work, such as the id of an order.
        timeout: seconds or a timedelta for the submission and the wait together, from now on; None
            is for ever. Who joins gets the deadline of who began.
        polling: how often to poll, and what to bear; with the usual schedule.
        resubmit: send it again where it ended without a job, be that in doubt, or where the job
            failed. It may buy a second job: look at the provider's own list before.

    Raises:
        ValueError: an argument is wrong; the key is that of another request; or this process
            should send it itself and has no key for the provider.
        TypeError: an argument is wrong, or the request cannot be kept, such as a stream.
        ConnectionError: the database cannot be used.
    """
    submission = submission_of(request)
    now = wall()
    asked = SubmissionRequest.of(
        submission,
        started=now,
        deadline=now + seconds_until_deadline(timeout),
        polling=checked(polling),
    )
    submission_settings(submission)
    _check_key(key)
    waits = serving(asked.provider)
    rows = SubmissionStore(waits)
    kept = _begun(rows, waits, key, asked, resubmit=resubmit)

    def resume(ref: str) -> Job[R]:
        return resumed_job(submission.provider, submission.client, ref)

    return Handle(OfSubmission(kept.id, key, request, resume, rows), waits)


async def submit_async(
    request: JobRequest[R],
    *,
    key: str,
    timeout: float | timedelta | None,  # noqa: ASYNC109 # the contract's own word
    polling: Polling = _DEFAULT,
    resubmit: bool = False,
) -> Handle[R]:
    """Submit a job durably from async code, on asyncio or on trio; see `submit`."""
    return await anyio.to_thread.run_sync(
        lambda: submit(request, key=key, timeout=timeout, polling=polling, resubmit=resubmit)
    )


def _check_key(key: object) -> None:
    if not isinstance(key, str):
        raise TypeError(f"key: expected text, got {type(key).__name__}")
    if not key.strip():
        raise ValueError("key: blank; give your own name for this piece of work")
    if len(key) > _LONGEST_KEY:
        raise ValueError(f"key: {len(key)} characters; at most {_LONGEST_KEY} can be looked up")
    if not key.isprintable():
        raise ValueError(f"key: {key!r} holds characters that cannot be printed")


def _begun(
    rows: SubmissionStore,
    waits: WaitStore,
    key: str,
    asked: SubmissionRequest,
    *,
    resubmit: bool,
) -> StoredSubmission:
    """Find the submission of this key, or begin one."""
    while True:
        last = rows.latest(key)
        if last is not None:
            _check_same(last, rows, asked)
            if not last.over and not waits.is_active(last.id):
                # Nobody carries it any more. Nobody shall, for another is begun in its place.
                _close(rows, last.id)
                continue
            if not _may_be_sent_again(last, waits, resubmit=resubmit):
                _wait_again(last, rows, waits, asked)
                return last
        # Who was first decides; whoever else is here finds that one the next time round.
        rows.begin(key, asked, after=0 if last is None else last.number)


def _close(rows: SubmissionStore, id: str) -> None:
    # Read only now: it may have come to its end since.
    kept = rows.submission(id)
    if not kept.over:
        subject = OfSubmission.of_stored(kept, rows)
        rows.end_with_error(id, error_to(subject.error(kept)), wall())


def _may_be_sent_again(last: StoredSubmission, waits: WaitStore, *, resubmit: bool) -> bool:
    if last.job is not None:
        wait = waits.latest(last.provider, str(last.job["ref"])) if resubmit else None
        outcome = None if wait is None else wait.outcome
        return outcome is not None and outcome.name == Phase.FAILED.value
    if not last.over:
        return False
    # That one by itself is the error of what was not taken; no error is a cancellation.
    return resubmit or last.error is None or last.error["type"] == SubmitError.__name__


def _wait_again(
    last: StoredSubmission, rows: SubmissionStore, waits: WaitStore, asked: SubmissionRequest
) -> None:
    """Begin a wait anew that was cancelled, or ended with an error; see `start`."""
    if last.cancelled:
        rows.uncancel(last.id)
        # Read only now: whoever recorded a job before that begins no wait for it.
        last = rows.submission(last.id)
    elif waits.is_active(last.id):
        return
    if last.job is not None:
        waits.begin(asked.wait(last.key, last.job))


def _check_same(last: StoredSubmission, rows: SubmissionStore, asked: SubmissionRequest) -> None:
    try:
        if last.problem is not None:
            raise NotUnderstood(last.problem)
        kept = rows.request(last.id)
    except NotUnderstood as error:
        raise ValueError(
            f"key: the submission {last.key!r} cannot be read by this version of tilldone: {error}"
        ) from None
    if difference := kept.differs(asked):
        raise ValueError(
            f"key: {last.key!r} is that of another request: {difference}; each piece of work has a "
            "key of its own"
        )
