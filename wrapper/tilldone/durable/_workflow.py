"""The wait as DBOS runs it: legs, each recorded as a step, and long pauses between them.

DBOS only remembers and sleeps. Where a process has died, the next one is given the recorded legs
and pauses back, and goes on with the leg that has no record.
"""

import json
from collections.abc import Mapping
from functools import cache

from dbos import DBOS

from tilldone._core.poller import Poller
from tilldone._core.registry import provider_named
from tilldone.durable import _wall as wall
from tilldone.durable._ending import ending_of
from tilldone.durable._leg import leg_of, travel
from tilldone.durable._order import Order, position_from, position_to
from tilldone.durable._rate_limited_poller import RateLimitedPoller
from tilldone.durable._store import WORKFLOW

__all__ = ["register"]

_pollers: dict[str, RateLimitedPoller] = {}


def register(pollers: Mapping[str, RateLimitedPoller]) -> None:
    """Make the workflow known to DBOS, and these the ones that poll.

    Not done on import: it would change the version of a DBOS application that only starts waits.
    """
    _pollers.clear()
    _pollers.update(pollers)
    _register()


@cache
def _register() -> None:
    # A wait that dies with every process that carries it must outlive the last of them, too.
    DBOS.workflow(name=WORKFLOW, max_recovery_attempts=None)(_wait)


async def _wait(order: str) -> str:
    state = "null"
    while True:
        state = await DBOS.run_step_async({"name": "leg", "preemptible": True}, _leg, order, state)
        told = json.loads(state)
        if "ended" in told:
            return state
        # From the record, not from the clock: a second run must take the same steps.
        await DBOS.sleep_async(told["pause"])


async def _leg(order: str, state: str) -> str:
    ordered = Order.read(order)
    rate_limited = _pollers[ordered.provider]
    job = provider_named(ordered.provider).resume(rate_limited.client, ordered.ref)
    poller = Poller(
        job,
        timeout=ordered.timeout,
        polling=ordered.polling,
        now=ordered.started,
        traced=False,
    )
    now = wall.now()
    before = json.loads(state)
    if before is not None:
        poller.restore(position_from(before["position"], job), now=now)
    await travel(
        poller,
        until=now + leg_of(now - ordered.started),
        poll=lambda: rate_limited.poll(poller, ordered.polling),
    )
    if poller.stop is not None:
        return json.dumps({"ended": ending_of(poller)})
    pause = max(poller.due - wall.now(), 0.001)
    return json.dumps({"pause": pause, "position": position_to(poller.checkpoint())})
