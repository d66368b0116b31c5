"""The wait as DBOS runs it: segments, each recorded as a step, and long pauses between them.

A segment polls at short intervals between two records of where the wait stands. The core decides,
here as in every other driver; a segment only polls and sleeps. It ends with the wait itself, or
before a pause that would outlast it. Segments grow with the wait, so that the first hour takes
eight of them.

DBOS only remembers and sleeps. Where a process has died, the next one is given the recorded
segments and pauses back, and goes on with the segment that has no record.
"""

import json
import time
from functools import cache
from typing import Any

import anyio
import anyio.to_thread
from attrs import define, evolve
from dbos import DBOS

from tilldone._core.actions import Checkpoint, Observer
from tilldone._core.job import Job, carry_answer, made, target_of
from tilldone._core.poller import Poller
from tilldone._core.registry import provider_named
from tilldone._core.snapshot import PollRejected
from tilldone._drivers.clock import clock
from tilldone._drivers.instrumentation import Instrumentation
from tilldone.durable._polls import Polls
from tilldone.durable._store import WORKFLOW, WaitStore
from tilldone.durable._stored import (
    NotUnderstood,
    WaitRequest,
    answer_from,
    checkpoint_from,
    checkpoint_to,
    making_from,
    outcome_to,
)

__all__ = ["KEY_REFUSED", "Carrier", "carry_with", "observers", "wall"]

observers: dict[str, Observer] = {}
"""By the ref of a job, who is to be told in this process how its wait goes."""

_SHORTEST = 60.0
_LONGEST = 900.0

KEY_REFUSED = frozenset({401, 403})
"""Answers to a key that is not valid, or not any more."""

# How much longer than it should a pause of DBOS's may take before it is cut, in seconds.
_SLACK = 5.0


def wall() -> float:
    """Give the seconds since the epoch: what is recorded is read later, and elsewhere."""
    return time.time()


_STEADY = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", None))


def steady() -> float:
    """Give the seconds on a clock that nobody sets, and that goes on while the machine sleeps."""
    return time.monotonic() if _STEADY is None else time.clock_gettime(_STEADY)


def segment_length(elapsed: float) -> float:
    """Give the length of a segment that begins so long after the wait began (all in seconds)."""
    return min(max(elapsed, _SHORTEST), _LONGEST)


class Carrier:
    """What it takes to carry waits: the polls, and the store of those that are not understood."""

    def __init__(self, polls: Polls, store: WaitStore) -> None:
        self.polls = polls
        self._store = store
        self._aside: set[str] = set()

    async def set_aside(self, id: str) -> None:
        """Leave a wait to workers that understand it."""
        self._aside.add(id)
        await anyio.to_thread.run_sync(self._store.set_aside, id)

    def take_back(self) -> None:
        """Try the waits that others did not understand, each once."""
        self._store.take_back(self.polls.clients, without=self._aside)


_carriers: list[Carrier] = []


def carry_with(carrier: Carrier) -> None:
    """Make the workflow known to DBOS, and this what carries its waits.

    Not done on import: it would change the version of a DBOS application that only starts waits.
    """
    _carriers[:] = [carrier]
    _register()


@cache
def _register() -> None:
    # A wait that dies with every process that carries it must outlive the last of them, too.
    DBOS.workflow(name=WORKFLOW, max_recovery_attempts=None)(_wait)


async def _wait(text: str) -> str:
    carrier = _carriers[0]
    try:
        request = WaitRequest.read(text)
        segment = _Segment(request, carrier)
        state = "null"
        while True:
            # Here and not in the step, of which DBOS would record that it failed.
            segment.prepare(state)
            state = await DBOS.run_step_async(
                {"name": "segment", "preemptible": True}, segment.run, state
            )
            recorded = json.loads(state)
            if "ended" in recorded:
                return state
            # From the record, not from the clock: a second run must take the same steps.
            pause = recorded["pause"]
            # A second run sleeps until the moment that the first one recorded; where the clock has
            # been set back since, that is too far off.
            with anyio.move_on_after(pause + _SLACK):
                await DBOS.sleep_async(pause)
    except NotUnderstood:
        await carrier.set_aside(str(DBOS.workflow_id))
        # From here on the wait is not this run's any more, and DBOS records nothing of it.
        raise


@define
class _Segment:
    """The segments of one wait, as far as this process carries it.

    What is recorded are moments of the wall clock. Here the wall clock is read once, and from then
    on the steady one, so that a clock that is set forward or back meanwhile means nothing; and
    where it was set back between two processes, time goes on from the record.
    """

    request: WaitRequest
    carrier: Carrier
    _behind: float | None = None
    """How far the steady clock is behind the wall clock."""

    _ahead: float = 0.0
    """How far the clock of the polls is ahead of it, in this segment."""

    _recorded: dict[str, Any] | None = None

    def prepare(self, state: str) -> None:
        """Read where the wait stands by the record.

        Raises:
            NotUnderstood: this version cannot.
        """
        self._recorded = json.loads(state)
        self._read(self.carrier.polls.clients[self.request.provider])

    def _read(self, client: object) -> tuple[Job[object], Checkpoint[object] | None]:
        try:
            job = provider_named(self.request.provider).resume(client, self.request.ref)
        except ValueError as error:
            raise NotUnderstood(f"the ref: {error}") from error
        if self.request.making is not None:
            job = made(job, making_from(self.request.making, later=self._ahead))
        if self._recorded is None and self.request.answer is not None:
            carry_answer(job, answer_from(self.request.answer))
        if self._recorded is None or "ended" in self._recorded:
            return job, None
        stored = self._recorded["checkpoint"]
        return job, checkpoint_from(stored, job, later=self._ahead)

    async def run(self, _state: str) -> str:
        """Poll until the wait is over, or pauses; give what is to be recorded."""
        recorded = self._recorded
        time, polls = clock(), self.carrier.polls
        if self._behind is None:
            since = self.request.started
            if recorded is not None:
                since = recorded["at"] + recorded["pause"]
            self._behind = max(wall(), since) - steady()
        self._ahead = time.now() - (steady() + self._behind)
        job, checkpoint = self._read(polls.clients[self.request.provider])
        poller = self._poller(job, checkpoint)
        now = time.now()
        until = now + segment_length(now - self.request.started - self._ahead)
        await polls.drive(poller, until=until)
        if _refused_the_key(poller):
            client = polls.renewed(job.provider, target_of(job).client)
            if client is not None:
                # Once more, before that is believed.
                checkpoint = evolve(poller.checkpoint(), due=time.now())
                poller = self._poller(self._read(client)[0], checkpoint)
                await polls.drive(poller, until=until)
        if poller.stop is not None:
            return json.dumps({"ended": outcome_to(poller)})
        now = time.now()
        return json.dumps(
            {
                "pause": max(poller.due - now, 0.001),
                "at": now - self._ahead,
                "checkpoint": checkpoint_to(poller.checkpoint(), later=-self._ahead),
            }
        )

    def _poller(self, job: Job[object], checkpoint: Checkpoint[object] | None) -> Poller[object]:
        request = self.request
        # Whom nobody could carry before its end has its last poll all the same.
        latest = clock().now() - request.timeout
        poller = Poller(
            job,
            timeout=request.timeout,
            polling=evolve(request.polling, history=self.carrier.polls.history),
            now=max(request.started + self._ahead, latest),
            observer=observers.get(job.ref) or Instrumentation(job, traced=False),
        )
        if checkpoint is not None:
            poller.restore(checkpoint, now=clock().now())
        return poller


def _refused_the_key(poller: Poller[object]) -> bool:
    error = None if poller.stop is None else poller.stop.error
    return isinstance(error, PollRejected) and error.status_code in KEY_REFUSED
