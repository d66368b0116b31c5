"""Polling one provider's jobs, for all the waits that a process carries."""

import asyncio
import math

import anyio

from tilldone._core.job import target_of
from tilldone._core.poller import Poller
from tilldone._core.polling import Polling
from tilldone._core.response import Response, TransportError, retry_after
from tilldone._http.lanes import Lanes, open_lanes
from tilldone.durable import _wall as wall

__all__ = ["RateLimitedPoller"]

_AT_ONCE = 100
_HOLDING = frozenset({429, 503})


class RateLimitedPoller:
    """Sends polls through connections that all waits share, no faster than the provider allows.

    Belongs to the event loop that its first poll is sent on, and closes its connections when that
    loop is shut down.

    Args:
        rate: polls a second; infinity is no limit.
    """

    def __init__(self, client: object, *, rate: float) -> None:
        self.client = client
        self._spacing = 1 / rate
        self._slot = -math.inf
        self._lanes: dict[int, Lanes] = {}
        self._room: anyio.CapacityLimiter | None = None
        self._keeper: asyncio.Task[None] | None = None

    async def poll(self, poller: Poller[object], polling: Polling) -> None:
        """Send a poll when its turn comes, and tell the poller.

        However late that is: a process that was away past the deadline still sends the last poll,
        since the job may be done and paid for.
        """
        if self._room is None:
            self._room = anyio.CapacityLimiter(_AT_ONCE)
            self._keeper = asyncio.create_task(self._keep())
        async with self._room:
            await wall.sleep(self._turn(wall.now()))
            target, poll = target_of(poller.job), poller.begin_poll(wall.now())
            event = await self._lanes_for(polling).poll(target, poll)
            now = wall.now()
            self._heed(event, now)
            poller.receive(event, now)

    def _turn(self, now: float) -> float:
        """Take the next turn; give the seconds until then."""
        turn = max(self._slot, now)
        self._slot = turn + self._spacing
        return turn - now

    def _heed(self, event: Response | TransportError, now: float) -> None:
        if isinstance(event, Response) and event.status_code in _HOLDING:
            # The limit is the host's, not the job's: the others would only meet it again.
            self._slot = max(self._slot, now + retry_after(event))

    def _lanes_for(self, polling: Polling) -> Lanes:
        # Of all that a wait may choose about its polling, connections know of this one.
        if polling.max_body not in self._lanes:
            self._lanes[polling.max_body] = open_lanes(self.client, polling, _AT_ONCE)
        return self._lanes[polling.max_body]

    async def _keep(self) -> None:
        try:
            await anyio.sleep_forever()
        finally:
            for lanes in self._lanes.values():
                await lanes.aclose()
