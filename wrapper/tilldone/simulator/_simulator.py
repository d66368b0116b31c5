"""`Simulator`: what applications, demos and tests hold in their hands."""

from __future__ import annotations

import contextlib
import threading
from types import MappingProxyType
from typing import TYPE_CHECKING, Self

from tilldone._core.registry import provider_named, provider_names
from tilldone.simulator._app import PROVIDERS, application
from tilldone.simulator._declared import DeclaredProvider
from tilldone.simulator._jobs import JobStore
from tilldone.simulator._server import Server
from tilldone.simulator._step import SAMPLE

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence
    from types import TracebackType

    from tilldone.simulator._jobs import PollRecord
    from tilldone.simulator._provider import SimulatedProvider
    from tilldone.simulator._step import Step


class Simulator:
    """The five providers, and every declared one, on one port of this machine.

    Real HTTP, no network, no keys, no cost. A provider that `tilldone.Provider` declares, in an
    installed package or in this program, is asked for by its name as the five are.

    Used as a context manager, or with `start()` and `stop()`; it can be started again.

    Args:
        host: The address to listen on.
        port: The port to listen on; 0 takes a free one.
        tokens: Keys to accept, by provider. The others accept `simulator-<provider>-key`; one that
            is not of the five accepts any.

    Raises:
        ValueError: An unknown provider, or a key that is empty or holds control characters.
    """

    def __init__(
        self, *, host: str = "127.0.0.1", port: int = 0, tokens: Mapping[str, str] | None = None
    ) -> None:
        self._host = host
        self._port = port
        self._tokens = {name: default_token(name) for name in PROVIDERS}
        self._declared: dict[str, DeclaredProvider] = {}
        self._declaring = threading.Lock()
        for name, token in (tokens or {}).items():
            if not token or not token.isprintable():
                raise ValueError(f"the key for {name} is empty or holds control characters")
            self._tokens[self._provider(name).name] = token
        self._jobs = JobStore()
        self._server: Server | None = None

    def start(self) -> None:
        """Listen, and return once requests are served.

        Raises:
            RuntimeError: It runs already.
            OSError: The address cannot be listened on.
        """
        if self._server is not None:
            raise RuntimeError("the simulator runs already")
        app = application(self._jobs, self._tokens, self._declared)
        server = Server(app, self._host, self._port)
        server.launch()
        self._server = server

    def stop(self) -> None:
        """Drop every connection, and return once the thread and the sockets are gone.

        Takes well under a second, whatever hangs. Stopping what does not run does nothing.
        """
        server, self._server = self._server, None
        if server is not None:
            server.halt()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def url(self, provider: str) -> str:
        """Give the base URL to hand to the provider's `connect()`."""
        server = self._running()
        return origin_of(server.host, server.port) + self._provider(provider).base_path

    def token(self, provider: str) -> str:
        """Give the key that the provider's routes accept."""
        return self._tokens[self._provider(provider).name]

    def submit(
        self,
        provider: str,
        *,
        duration: float = 1.0,
        fail: bool = False,
        script: Sequence[Step] | None = None,
        result: object = SAMPLE,
        id: str | None = None,
        extras: Mapping[str, str] = MappingProxyType({}),
    ) -> str:
        """Register a job and return its id.

        Args:
            provider: `videodb`, `vessl`, `viddyscribe`, `edenai`, `zai`, or one that is declared.
            duration: Seconds until the job ends: queued for the first third where the provider has
                a word for that, then running.
            fail: Whether it ends in failure.
            script: What each poll is told, one step after the other, instead of `duration` and
                `fail`; made with `tilldone.simulator.steps`.
            result: What the job results in, any JSON value; a realistic sample if not given. Of a
                declared provider, the fields of its body, without the status.
            id: The job's id; a new one in the provider's form if not given.
            extras: What else the job is named by. The `agent_id` of `zai` is `vidu_template_agent`
                if not given.

        Raises:
            ValueError: An unknown provider, a duration that is negative or not finite, a script
                without a step or along with `fail`, a result that is not JSON, an id that is blank
                or taken; a step that the declaration of the provider has no word for.
            TypeError: A script with something in it that is not a step, or extras that are not
                those of the provider.
        """
        simulated = self._provider(provider)
        known = provider_named(provider).extras
        if extras.keys() - set(known):
            raise TypeError(
                f"{provider}: a job's extras are {', '.join(known) or 'none'}; got {sorted(extras)}"
            )
        job = self._jobs.submit(
            simulated,
            id=id,
            duration=duration,
            fail=fail,
            script=script,
            result=result,
            request=dict(extras),
        )
        return job.id

    def polls(self, job_id: str) -> list[PollRecord]:
        """List every poll of a job so far, in order.

        Raises:
            ValueError: There is no such job.
        """
        try:
            return list(self._jobs[job_id].polls)
        except KeyError:
            raise ValueError(f"there is no job {job_id!r}") from None

    @property
    def connections(self) -> int:
        """How many client connections are open. One that was closed counts until it is noticed."""
        return len(self._running().server_state.connections)

    @contextlib.contextmanager
    def down(self) -> Generator[None]:
        """Take the server away: open connections are dropped, new ones refused.

        When the block is left, it is back on the same port, with all its jobs.
        """
        with self._running().down():
            yield

    def _provider(self, name: str) -> SimulatedProvider:
        if name in PROVIDERS:
            return PROVIDERS[name]
        declared = provider_named(name)
        with self._declaring:
            found = self._declared.get(name)
            # A program may declare its own anew.
            if found is None or found.declared is not declared:
                self._tokens.setdefault(name, default_token(name))
                found = self._declared[name] = DeclaredProvider(declared)
        return found

    def _running(self) -> Server:
        if self._server is None:
            raise RuntimeError("the simulator does not run: enter it with `with`, or call start()")
        return self._server


def known_names() -> list[str]:
    """Name the five, and the providers that installed packages declare; none is imported for it."""
    return [*PROVIDERS, *(name for name in provider_names() if name not in PROVIDERS)]


def simulated(name: str) -> SimulatedProvider:
    """Give what a provider looks like here.

    Raises:
        ValueError: there is no such provider, or it cannot be had.
    """
    return PROVIDERS.get(name) or DeclaredProvider(provider_named(name))


def origin_of(host: str, port: int) -> str:
    """Give the URL that leads to a server on this machine that listens there."""
    # An address that stands for all of them is none to connect to.
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 # not to listen on
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def default_token(provider: str) -> str:
    """Give the key that is accepted where no other was asked for."""
    return f"simulator-{provider}-key"
