"""`Simulator`: what applications, demos and tests hold in their hands."""

from __future__ import annotations

import contextlib
import threading
from types import MappingProxyType
from typing import TYPE_CHECKING, Self

from tilldone._core.registry import provider_named
from tilldone.simulator._app import Identity, application
from tilldone.simulator._declared import SUBMIT, DeclaredProvider
from tilldone.simulator._jobs import DURATION, JobStore, Script
from tilldone.simulator._known import PROVIDERS, default_token
from tilldone.simulator._provider import SAMPLE
from tilldone.simulator._routes import ProviderRoutes
from tilldone.simulator._server import Server, origin_of
from tilldone.simulator._step import checked_duration
from tilldone.simulator._submissions import Submissions

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    from tilldone.simulator._provider import PollRecord, SimulatedProvider, Step
    from tilldone.simulator._submissions import SubmissionRecord


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
        duration: How long a job lasts (s) that a client submits; the header
            `x-simulator-duration` and scripts say otherwise.

    Raises:
        ValueError: An unknown provider, a key that is empty or holds control characters, or a
            duration that is negative or not finite.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        tokens: Mapping[str, str] | None = None,
        duration: float = DURATION,
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
        self._submissions = Submissions()
        self._duration = checked_duration("duration", duration)
        self._server: Server | None = None

    def start(self) -> None:
        """Listen, and return once requests are served.

        Raises:
            RuntimeError: It runs already.
            OSError: The address cannot be listened on.
        """
        if self._server is not None:
            raise RuntimeError("the simulator runs already")
        app = application(self._routes_of, self._declared, Identity(self._duration))
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

    def __exit__(self, *_raised: object) -> None:
        self.stop()

    def url(self, provider: str) -> str:
        """Give the base URL to hand to the provider's `connect()`."""
        server = self._running()
        return origin_of(server.host, server.port) + self._provider(provider).base_path

    def token(self, provider: str) -> str:
        """Give the key that the provider's routes accept."""
        return self._tokens[self._provider(provider).name]

    def script_submissions(
        self, provider: str, script: Sequence[Step], *, operation: str | None = None
    ) -> None:
        """Say what clients are told that submit jobs, one step after the other, from now on.

        Without a script each is `accepted`, if its body is what the operation takes: a body that
        is not gets the provider's refusal, and no step.

        Args:
            provider: As for `submit`.
            script: The steps, made with `tilldone.simulator.steps`; the last one repeats.
            operation: The operation of the provider's module, such as `index_scenes`; None is all
                of them that have no script of their own.

        Raises:
            ValueError: An unknown provider or operation, a script without a step or with one that
                is for polls alone, or a step that the provider has no word for.
            TypeError: A script with something in it that is not a step.
        """
        simulated = self._provider(provider)
        if operation not in (None, SUBMIT):
            provider_named(provider).operation(operation)
        steps = Script(script, of="submissions")
        for step in steps.steps:
            step.say(self._jobs.make(simulated, **(step.job or {})))
        self._submissions.script(provider, operation, steps)

    def submissions(self, provider: str | None = None) -> list[SubmissionRecord]:
        """List all requests to make a job so far, in order; None is those at any provider.

        Also those that were refused or broken off: a client that submits twice is seen twice.
        """
        return [
            record
            for record in list(self._submissions.records)
            if provider is None or record.provider == provider
        ]

    def submit(
        self,
        provider: str,
        *,
        duration: float = DURATION,
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
        job = self._jobs.make(
            simulated,
            id=id,
            duration=duration,
            fail=fail,
            script=script,
            result=result,
            request=dict(extras),
        )
        self._jobs.add(job)
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

    def _routes_of(self, provider: SimulatedProvider) -> ProviderRoutes:
        token = self._tokens[provider.name]
        return ProviderRoutes(provider, token, self._jobs, self._submissions, self._duration)

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
