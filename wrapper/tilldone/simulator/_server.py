"""The server: uvicorn in a background thread, on a port that it can also be taken away from."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING

import uvicorn

from tilldone.simulator._wire import WireProtocol

if TYPE_CHECKING:
    from collections.abc import Coroutine, Generator

    from starlette.types import ASGIApp

_BACKLOG = 2048
# What was accepted last shows up among the connections some turns of the loop later.
_QUIET_TURNS = 5


class Server(uvicorn.Server):
    """A uvicorn server in a thread of its own, which stops promptly, whatever hangs on it."""

    def __init__(self, app: ASGIApp, host: str, port: int) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=WireProtocol,
                ws="none",
                lifespan="off",
                log_config=None,
                proxy_headers=False,
                server_header=False,
                backlog=_BACKLOG,
                timeout_keep_alive=75,
            )
        )
        self._listener = _listen(host, port)
        self.host = host
        self.port: int = self._listener.getsockname()[1]
        self._loop: Future[asyncio.AbstractEventLoop] = Future()
        self._halted = asyncio.Event()
        self._thread = threading.Thread(
            target=self._serve_in_thread, name="tilldone-simulator", daemon=True
        )

    def launch(self) -> None:
        """Start, and return once requests are served."""
        self._thread.start()
        self._loop.result()

    def halt(self) -> None:
        """Stop, and return once the thread and every socket are gone."""
        self._loop.result().call_soon_threadsafe(self._halted.set)
        self._thread.join()

    @contextlib.contextmanager
    def down(self) -> Generator[None]:
        """Be gone for a while: connections are refused, and those that were open are dropped."""
        self._in_loop(self._leave())
        try:
            yield
        finally:
            self._in_loop(self._return())

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self._loop.done():
            self._loop.set_result(asyncio.get_running_loop())

    async def main_loop(self) -> None:
        """Tick as uvicorn does, and end without waiting for the next tick."""
        ticking = asyncio.create_task(super().main_loop())
        await self._halted.wait()
        ticking.cancel()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:  # noqa: ARG002 -- uvicorn's signature
        """Drop what is open. uvicorn would wait for it, and what hangs here hangs for ever."""
        await self._leave()

    def _serve_in_thread(self) -> None:
        try:
            # A selector's loop on every platform: _leave() relies on its readers.
            with (
                self._listener,
                asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner,
            ):
                runner.run(self.serve(sockets=[self._listener]))
        except BaseException as error:
            if self._loop.done():
                raise
            self._loop.set_exception(error)

    def _in_loop(self, coroutine: Coroutine[object, object, None]) -> None:
        asyncio.run_coroutine_threadsafe(coroutine, self._loop.result()).result()

    async def _leave(self) -> None:
        loop = asyncio.get_running_loop()
        for listener in [listener for server in self.servers for listener in server.sockets]:
            # To close it now would make asyncio lose, unclosed, what it is about to set up.
            loop.remove_reader(listener.fileno())
        state, quiet = self.server_state, 0
        while quiet < _QUIET_TURNS:
            for connection in list(state.connections):
                connection.transport.abort()
            quiet = 0 if state.connections or state.tasks else quiet + 1
            await asyncio.sleep(0)
        for server in self.servers:
            server.close()

    async def _return(self) -> None:
        await self.startup([_listen(self.host, self.port)])


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        # Python adds to strerror what is said here; an errno below 0 is the resolver's.
        why = (error.strerror or str(error)).partition(" (while ")[0]
        reason = f"cannot listen on {host}, port {port}: {why}"
        raise OSError(error.errno, reason) from error
    # Connections inherit it. asyncio would set it on each, but not where the listener's protocol
    # number is 0, as it is here; without it, every answer takes 40 ms.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def origin_of(host: str, port: int) -> str:
    """Give the URL that leads to a server on this machine that listens there."""
    # An address that stands for all of them is none to connect to.
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 # not to listen on
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
