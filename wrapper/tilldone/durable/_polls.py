"""Polling one provider's jobs, for all the waits that a process carries."""

import asyncio
import logging
import math
from collections.abc import Callable

import anyio
from attrs import evolve

from tilldone._core.job import Target, target_of
from tilldone._core.poller import Poller
from tilldone._core.polling import Polling
from tilldone._core.response import Response, TransportError, retry_after
from tilldone._drivers.clock import clock
from tilldone._http.transports import Transport, open_transport

__all__ = ["Polls"]

_logger = logging.getLogger("tilldone")

_AT_ONCE = 100
_HOLDING = frozenset({429, 503})

# Answers to a key that is not valid, or not any more.
_KEY_REFUSED = frozenset({401, 403})

# How old a client must be before its key is read anew, in seconds.
_FRESH = 1.0


class Polls:
    """Sends polls through connections that all waits share, no faster than the provider allows.

    Belongs to the event loop that its first poll is sent on, and closes its connections when that
    loop is shut down.

    Args:
        client: the provider's, as this process has made it.
        renewed: makes another one, from what the environment says by then.
        rate: polls a second; infinity is no limit.
    """

    def __init__(self, client: object, renewed: Callable[[], object], *, rate: float) -> None:
        self.client = client
        self._renewed = renewed
        self._made = clock().now()
        self._spacing = 1 / rate
        self._slot = -math.inf
        self._transports: dict[tuple[int, int], Transport] = {}
        self._room: anyio.CapacityLimiter | None = None
        self._keeper: asyncio.Task[None] | None = None

    async def follow(self, poller: Poller[object], polling: Polling, *, until: float) -> None:
        """Drive the poller until it stops, or until its next poll is due after this moment."""
        time = clock()
        while poller.stop is None:
            pause = poller.due - time.now()
            if pause <= 0:
                await self._poll(poller, polling)
            elif poller.due > until:
                return
            else:
                await time.sleep_async(pause)

    async def _poll(self, poller: Poller[object], polling: Polling) -> None:
        """Send a poll when its turn comes, and tell the poller.

        However late that is: a process that was away past the deadline still sends the last poll,
        since the job may be done and paid for.
        """
        time = clock()
        if self._room is None:
            self._room = anyio.CapacityLimiter(_AT_ONCE)
            self._keeper = asyncio.create_task(self._keep())
        async with self._room:
            await time.sleep_async(self._turn(time.now()))
            client, event = self.client, await self._ask(poller, polling)
            if _refuses_the_key(event) and self._renew(client):
                event = await self._ask(poller, polling)
            now = time.now()
            self._heed(event, now)
            poller.receive(event, now)

    async def _ask(self, poller: Poller[object], polling: Polling) -> Response | TransportError:
        target = evolve(target_of(poller.job), client=self.client)
        poll = poller.begin_poll(clock().now())
        return await self._transport(target, polling).send(target, poll)

    def _renew(self, refused: object) -> bool:
        """Read the key anew; say whether there is another client now than the refused one."""
        now = clock().now()
        if self.client is refused and now - self._made > _FRESH:
            try:
                self.client, self._made = self._renewed(), now
            except ValueError as error:
                _logger.warning("durable waits: a refused key cannot be read anew: %s", error)
        return self.client is not refused

    def _turn(self, now: float) -> float:
        """Take the next turn; give the seconds until then."""
        turn = max(self._slot, now)
        self._slot = turn + self._spacing
        return turn - now

    def _heed(self, event: Response | TransportError, now: float) -> None:
        if isinstance(event, Response) and event.status_code in _HOLDING:
            # The limit is the host's, not the job's: the others would only meet it again.
            self._slot = max(self._slot, now + retry_after(event))

    def _transport(self, target: Target[object], polling: Polling) -> Transport:
        # Of all that a wait may choose about its polling, transports know of this one.
        key = id(target.client), polling.max_body
        if key not in self._transports:
            self._transports[key] = open_transport(
                target.client, max_body=polling.max_body, concurrency=_AT_ONCE
            )
        return self._transports[key]

    async def _keep(self) -> None:
        try:
            await anyio.sleep_forever()
        finally:
            for transport in self._transports.values():
                await transport.aclose()


def _refuses_the_key(event: Response | TransportError) -> bool:
    return isinstance(event, Response) and event.status_code in _KEY_REFUSED
