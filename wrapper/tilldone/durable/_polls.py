"""The engine that polls for all waits that a process carries, and the clients it polls with."""

import asyncio
from collections.abc import Mapping
from contextvars import Context

from tilldone._core.poller import Poller
from tilldone._drivers.clock import clock
from tilldone._drivers.engine import Engine, EngineFailed
from tilldone._log import logger
from tilldone.durable._settings import Settings, client_of

__all__ = ["Polls"]


_AT_ONCE = 100

# Before another engine takes the place of one that failed, in seconds.
_ANEW = 1.0

# How old a client must be before its key is read anew, in seconds.
_FRESH = 1.0


class Polls:
    """One engine for all providers, on the event loop that the first poll is sent on.

    It ends when that loop is shut down.

    Raises:
        ValueError: there is no client for any of the providers.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.history = settings.history
        """What remembers how long jobs took, if anything does."""
        self._clients: dict[str, object] = {}
        self._made: dict[str, float] = {}
        self.missing: dict[str, str] = {}
        """The providers that cannot be polled, and why."""
        for name in settings.providers:
            try:
                self._make(name)
            except ValueError as error:
                self.missing[name] = str(error)
        if not self._clients:
            raise ValueError(f"no provider can be polled; {'; '.join(self.missing.values())}")
        self._engine: Engine[object] | None = None
        self._running: asyncio.Task[None] | None = None

    @property
    def clients(self) -> Mapping[str, object]:
        """The clients, by provider."""
        return self._clients

    def renewed(self, provider: str, refused: object) -> object | None:
        """Give another client than one whose key was refused; None where there is none.

        Keys are rotated; the environment, or what `configure` was given, may have the new one.
        """
        if self._clients[provider] is refused and clock().now() - self._made[provider] > _FRESH:
            try:
                self._make(provider)
            except ValueError as error:
                logger.warning("durable waits: a refused key cannot be read anew: %s", error)
        client = self._clients[provider]
        return None if client is refused else client

    async def drive(self, poller: Poller[object], *, until: float) -> None:
        """Poll for a wait until it is over, or until its next poll is due after this moment.

        An engine that fails ends no wait: all that it carried go on with another one.
        """
        rate = self._settings.rates.get(poller.job.provider)
        while True:
            engine = self._started()
            try:
                await engine.drive(poller, until=until, rate=rate)
            except EngineFailed:
                if self._engine is engine:
                    self._engine = None
                    logger.exception("durable waits: an error in tilldone; going on")
                # What fails at once each time is not to keep the machine busy.
                await asyncio.sleep(_ANEW)
            else:
                return

    def _started(self) -> Engine[object]:
        if self._engine is None or self._running is None or self._running.done():
            self._engine = Engine(concurrency=_AT_ONCE)
            # Of the wait that happens to be the first, it is to know nothing.
            self._running = asyncio.get_running_loop().create_task(
                self._engine.run(), context=Context()
            )
            self._running.add_done_callback(lambda task: task.cancelled() or task.exception())
        return self._engine

    def _make(self, provider: str) -> None:
        self._clients[provider] = client_of(provider, self._settings.clients.get(provider))
        self._made[provider] = clock().now()
