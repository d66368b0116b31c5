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
from collections.abc import Mapping
from functools import cache

import anyio
import anyio.to_thread
from attrs import define
from dbos import DBOS

from tilldone._core.poller import Poller
from tilldone._core.registry import provider_named
from tilldone._drivers.clock import clock
from tilldone.durable._polls import Polls
from tilldone.durable._store import WORKFLOW, WaitStore
from tilldone.durable._stored import (
    NotUnderstood,
    WaitRequest,
    checkpoint_from,
    checkpoint_to,
    outcome_to,
)

__all__ = ["Carrier", "carry_with", "wall"]

_SHORTEST = 60.0
_LONGEST = 900.0

# How much longer than it should a pause of DBOS's may take before it is cut, in seconds.
_SLACK = 5.0


def wall() -> float:
    """Give the seconds since the epoch: what is recorded is read later, and elsewhere."""
    return time.time()


def segment_length(elapsed: float) -> float:
    """Give the length of a segment that begins so long after the wait began (all in seconds)."""
    return min(max(elapsed, _SHORTEST), _LONGEST)


class Carrier:
    """What it takes to carry waits: the polls of each provider, and the store of the waits."""

    def __init__(self, polls: Mapping[str, Polls], store: WaitStore) -> None:
        self.polls = polls
        self._store = store
        self._aside: set[str] = set()

    async def set_aside(self, id: str) -> None:
        """Leave a wait to workers that understand it."""
        self._aside.add(id)
        await anyio.to_thread.run_sync(self._store.set_aside, id)

    def take_back(self) -> None:
        """Try the waits that others did not understand, each once."""
        self._store.take_back(self.polls, without=self._aside)


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

    What is recorded are moments of the wall clock. Here the wait keeps the steady clock that it has
    read off the wall once, so that a clock that is set forward or back while it goes on means
    nothing; and where it was set back between two processes, time goes on from the record.
    """

    request: WaitRequest
    carrier: Carrier
    _ahead: float | None = None
    """How far the steady clock is ahead of the wall clock."""

    async def run(self, state: str) -> str:
        """Poll until the wait is over, or pauses; give what is to be recorded."""
        request, recorded = self.request, json.loads(state)
        polls, ref = self.carrier.polls[request.provider], request.ref
        try:
            job = provider_named(request.provider).resume(polls.client, ref)
        except ValueError as error:
            raise NotUnderstood(f"the ref: {error}") from error
        steady = clock()
        if self._ahead is None:
            since = request.started if recorded is None else recorded["at"] + recorded["pause"]
            self._ahead = steady.now() - max(wall(), since)
        began = request.started + self._ahead
        poller = Poller(
            job, timeout=request.timeout, polling=request.polling, now=began, traced=False
        )
        now = steady.now()
        if recorded is not None:
            poller.restore(checkpoint_from(recorded["checkpoint"], job, later=self._ahead), now=now)
        await polls.follow(poller, request.polling, until=now + segment_length(now - began))
        if poller.stop is not None:
            return json.dumps({"ended": outcome_to(poller)})
        now = steady.now()
        return json.dumps(
            {
                "pause": max(poller.due - now, 0.001),
                "at": now - self._ahead,
                "checkpoint": checkpoint_to(poller.checkpoint(), later=-self._ahead),
            }
        )
