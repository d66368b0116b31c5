"""A durable submission as DBOS runs it: at least once, and what it sends once all the same.

The core decides what is sent and when, here as in every other driver. Here the mark is put into
the submission's row before each sending, and taken out or turned into an end after it. A run that
finds the mark of another knows that its process died between the two, and tells the core so, for
which that is a request that was sent and had no answer.

DBOS only remembers that there is something to carry, and takes it to the next process. Nothing
that it runs again can send a second time: the row says how far it was.
"""

import asyncio
import json
import math
import uuid
from collections.abc import Callable, Generator
from contextlib import aclosing, contextmanager
from functools import cache
from threading import Condition
from typing import Protocol, TypeVar

import anyio.lowlevel
from attrs import evolve
from dbos import DBOS

from tilldone._core.actions import Send, Sleep
from tilldone._core.errors import SubmitError, SubmitRejected
from tilldone._core.job import Job, making_of, take_answer
from tilldone._core.job_request import Submission
from tilldone._core.rate_limit import RateLimit
from tilldone._core.registry import base_url_variable
from tilldone._core.response import Response, TransportError
from tilldone._core.submission import Submitted, Submitter
from tilldone._core.text import excerpt
from tilldone._drivers.clock import clock
from tilldone._drivers.submitting import LONGEST, MAX_BODY, Sendings
from tilldone._http.settings import host_of, submission_settings
from tilldone._http.transports import open_httpx_transport
from tilldone._log import logger
from tilldone.durable._database import quiet_dbos
from tilldone.durable._segment import KEY_REFUSED, Carrier, wall
from tilldone.durable._store import SUBMISSION, WaitStore, stem_of
from tilldone.durable._stored import NotUnderstood, WaitRequest, answer_to, making_to
from tilldone.durable._stored_submission import (
    SubmissionRequest,
    error_to,
    standing_from,
    standing_to,
)
from tilldone.durable._submissions import StoredSubmission, SubmissionStore

__all__ = ["Sender", "register_submissions"]


T = TypeVar("T")

# Requests of one process that are on their way at once.
_AT_ONCE = 10

# Between two tries to record something while the database does not answer, in seconds.
_TRYING_ON = 1.0

# What is on its way when a process ends has so long to come back, in seconds: what is cut off
# leaves a doubt for good.
_GRACE = 8.0

_DIED = "the process that sent it ended before it had recorded an answer"


class Sender:
    """What it takes to carry submissions: the waits' carrier, the rows, and what is sent now."""

    def __init__(self, carrier: Carrier, waits: WaitStore) -> None:
        self.carrier = carrier
        self.waits = waits
        self.rows = SubmissionStore(waits)
        self.slots = asyncio.Semaphore(_AT_ONCE)
        self.limits: dict[str, RateLimit] = {}
        self._on_their_way = 0
        self._closing = False
        self._changed = Condition()

    @contextmanager
    def on_its_way(self) -> Generator[None]:
        """Count one that is sent now, and have `close` wait for it.

        Raises:
            CancelledError: nothing may be sent any more.
        """
        with self._changed:
            if self._closing:
                raise asyncio.CancelledError
            self._on_their_way += 1
        try:
            yield
        finally:
            with self._changed:
                self._on_their_way -= 1
                self._changed.notify_all()

    def close(self) -> None:
        """Send nothing more, and give what is on its way the time to come back."""
        with self._changed:
            self._closing = True
            self._changed.wait_for(lambda: not self._on_their_way, timeout=_GRACE)


_senders: list[Sender] = []


def register_submissions(sender: Sender) -> None:
    """Make the workflow known to DBOS, and this what carries its submissions."""
    _senders[:] = [sender]
    _register()


@cache
def _register() -> None:
    DBOS.workflow(name=SUBMISSION, max_recovery_attempts=None)(_submission)


async def _submission(id: str) -> str:
    sender = _senders[0]
    try:
        await _Run(id, sender).carry()
    except NotUnderstood:
        await sender.carrier.set_aside(id)
        raise
    return "null"


async def _recorded(change: Callable[[], T]) -> T:
    """Do something with the database, for as long as it takes: what is known must not be lost."""
    while True:
        try:
            try:
                return await asyncio.to_thread(change)
            except RuntimeError:
                # The interpreter is at its end and starts no more threads.
                return change()
        except ConnectionError as error:
            quiet_dbos.outage.began(error)
            await asyncio.sleep(_TRYING_ON)


class _Transport(Protocol):
    async def send(
        self, target: Submission[object], attempt: Send
    ) -> Response | TransportError: ...


class _Run:
    """One run of one submission."""

    def __init__(self, id: str, sender: Sender) -> None:
        self._id = id
        self._sender = sender
        self._rows = sender.rows
        self._name = uuid.uuid4().hex
        self._recorded_end = False

    async def carry(self) -> None:
        """Send what is to be sent, and have the job waited for.

        Raises:
            NotUnderstood: another version wrote it.
        """
        try:
            kept = await self._read()
            request = await _recorded(lambda: self._rows.request(self._id))
            if not kept.over:
                await self._submit(kept, request)
                kept = await self._read()
            if kept.over and kept.ended is None:
                # It was cancelled while it was on its way, and came back without a job.
                await _recorded(lambda: self._rows.cancel(self._id, wall()))
            if kept.job is not None and not kept.cancelled:
                await self._begin_wait(request.wait(kept.key, kept.job))
        except LookupError:
            logger.info("durable submissions: one was forgotten before it was carried out")

    async def _read(self) -> StoredSubmission:
        kept = await _recorded(lambda: self._rows.submission(self._id))
        if kept.problem is not None:
            raise NotUnderstood(kept.problem)
        return kept

    async def _submit(self, kept: StoredSubmission, request: SubmissionRequest) -> None:
        submitter = self._submitter(kept, request)
        if kept.run is not None:
            submitter.receive(TransportError(_DIED), clock().now())
        if submitter.end is None:
            try:
                self._check_host(submitter, request.host)
                settings = submission_settings(submitter.submission)
                opened = open_httpx_transport(settings, max_body=MAX_BODY)
            except (TypeError, ValueError, RuntimeError) as error:
                submitter.abandon(f"cannot be sent by this process: {excerpt(error)}")
            else:
                async with aclosing(opened) as transport:
                    if not await self._drive(submitter, transport, over=kept.run):
                        return
        await self._record_end(submitter)

    def _submitter(self, kept: StoredSubmission, request: SubmissionRequest) -> Submitter[object]:
        client = self._sender.carrier.polls.clients[request.provider]
        limit = self._sender.limits.setdefault(request.provider, RateLimit())
        now, at = clock().now(), wall()
        submitter = Submitter(
            request.request(client),
            timeout=request.timeout,
            # A clock that was set back meanwhile gives no more time than there was.
            begun=now - max(at - request.started, 0.0),
            longest=LONGEST,
            limit=limit,
        )
        limit.tighten(submitter.submission.provider.rate or math.inf)
        if kept.standing is not None:
            submitter.restore(standing_from(kept.standing, later=now - at))
        return submitter

    def _check_host(self, submitter: Submitter[object], meant: str) -> None:
        """Send it nowhere but where it was made for: a job at another place is another job.

        Raises:
            ValueError: the client here speaks to another host.
        """
        mine = host_of(submitter.submission.client)
        if mine != meant:
            raise ValueError(
                f"its client speaks to {mine}, and the request was made for {meant}; "
                f"set {base_url_variable(submitter.submission.provider.name)}, or "
                "durable.configure(clients=...)"
            )

    async def _drive(
        self, submitter: Submitter[object], transport: _Transport, *, over: str | None
    ) -> bool:
        """Do what the submitter says until its end; say whether that was left to this run."""
        while True:
            # What waits for its turn has not been told to be sent: time goes on meanwhile.
            async with self._sender.slots:
                action = submitter.next_action(clock().now())
                if isinstance(action, Send):
                    with self._sender.on_its_way():
                        if not await self._send(submitter, action, transport, over=over):
                            return False
            match action:
                case Sleep():
                    await asyncio.sleep(action.seconds)
                case Submitted():
                    return True
                case _:
                    pass

    async def _send(
        self,
        submitter: Submitter[object],
        action: Send,
        transport: _Transport,
        *,
        over: str | None,
    ) -> bool:
        """Send it once, with a mark before and what came of it after; say whether it was ours."""
        # Its first use imports what it needs, and who is killed meanwhile should leave no doubt.
        await anyio.lowlevel.checkpoint()
        began = clock().now()
        if not await _recorded(lambda: self._rows.take(self._id, self._name, over=over)):
            return False
        event: Response | TransportError = TransportError(
            "the database did not answer in time", unsent=True
        )
        left = action.timeout - (clock().now() - began)
        if left > 0:
            event = await transport.send(submitter.submission, evolve(action, timeout=left))
        Sendings(submitter, traced=False).received(event)
        if submitter.end is not None:
            # Here and not later: until it is recorded, it is on its way.
            await self._record_end(submitter)
            return True
        standing = standing_to(submitter.standing(), later=wall() - clock().now())
        await _recorded(lambda: self._rows.give_back(self._id, self._name, standing))
        return True

    async def _record_end(self, submitter: Submitter[object]) -> None:
        end = submitter.end
        if end is None or self._recorded_end:
            return
        self._recorded_end = True
        try:
            job = end.unwrap()
        except SubmitError as error:
            await self._record_error(error, submitter.submission)
        else:
            await self._record_job(job, submitter.name)

    async def _record_error(self, error: SubmitError, submission: Submission[object]) -> None:
        text = error_to(error)
        await _recorded(lambda: self._rows.end_with_error(self._id, text, wall()))
        if isinstance(error, SubmitRejected) and error.status_code in KEY_REFUSED:
            # Not for this one, whose answer was a final no, but for those to come.
            self._sender.carrier.polls.renewed(submission.provider.name, submission.client)

    async def _record_job(self, job: Job[object], name: str) -> None:
        answer, making = take_answer(job), making_of(job)
        known = {"ref": job.ref, "answer": answer and answer_to(answer)}
        if making is not None:
            known["making"] = making_to(making, later=wall() - clock().now())
        told = json.dumps(known)
        stem = stem_of(job.provider, job.ref)

        def record() -> None:
            try:
                self._rows.end_with_job(self._id, told, stem, wall())
            except ConnectionError:
                # It has been paid for, and nobody else knows of it yet.
                logger.warning("%s: made %s, which is yet to be recorded", name, job.ref)
                raise

        await _recorded(record)

    async def _begin_wait(self, wait: WaitRequest) -> None:
        waits = self._sender.waits
        # One that was begun by a run before this one may have ended, or been cancelled.
        if await _recorded(lambda: waits.latest(wait.provider, wait.ref)) is None:
            begun = await _recorded(lambda: waits.begin(wait))
            if (await self._read()).cancelled:
                await _recorded(lambda: waits.cancel(begun))
