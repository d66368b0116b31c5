"""For the tests of applications that wait: a clock moved by hand, and scripts of answers.

    from tilldone.simulator import Simulator
    from tilldone.testing import ManualClock, accepted, done, running, status

    with Simulator() as simulator, ManualClock():
        script = [running(), status(502), done()]
        simulator.script_submissions("edenai", [status(429), accepted(script=script)])
        client = edenai.connect(simulator.token("edenai"), base_url=simulator.url("edenai"))
        run(edenai.create(client, body), timeout=3600)    # an hour's patience, and no time at all

The steps of a script are those of `tilldone.simulator.steps`, carried out over real HTTP. They
need the extra `simulator`; the clock does not.
"""

import threading
from typing import TYPE_CHECKING, Self

import anyio
import anyio.lowlevel

from tilldone._drivers.clock import Clock, set_clock

if TYPE_CHECKING:
    from tilldone.simulator import steps
    from tilldone.simulator.steps import *  # noqa: F403 # each name stands once, there

    __all__ = ["ManualClock"]
    __all__ += steps.__all__
else:  # a type checker that saw this would let any name pass

    def __getattr__(name: str) -> object:
        """Fetch a step only when it is asked for: the clock shall do without the extra."""
        if name == "__all__" or not name.startswith("_"):
            from tilldone.simulator import steps

            if name == "__all__":
                return ["ManualClock", *steps.__all__]
            if name in steps.__all__:
                return getattr(steps, name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


_TICK = 0.5

# How often a wait on an event loop checks whether the clock has moved: it may be moved by a thread.
_GLANCE = 0.001


class ManualClock:
    """A clock for waits, in seconds, that stands still until it is moved.

    In a `with` block it is the clock of every wait that begins there, in all threads and event
    loops. Polls still take the real time that they take; only the pauses between them are the
    clock's.

    Args:
        automatic: a pause moves the clock on by itself and takes no time. With False, a pause
            lasts until `advance` has moved the clock past its end.
    """

    def __init__(self, *, automatic: bool = True) -> None:
        self._automatic = automatic
        self._now = 0.0
        self._moved = threading.Condition()
        self._sleepers = 0
        self._before: Clock | None = None

    def now(self) -> float:
        """Give the clock's time; it begins at 0."""
        return self._now

    @property
    def sleepers(self) -> int:
        """How many waits are in a pause at this moment."""
        return self._sleepers

    def advance(self, seconds: float) -> None:
        """Move the clock on, and wake the waits whose pause is over.

        Raises:
            ValueError: seconds is negative; time does not run back.
        """
        if seconds < 0:
            raise ValueError(f"seconds: {seconds} is negative; time does not run back")
        with self._moved:
            self._now += seconds
            self._moved.notify_all()

    def sleep(self, seconds: float) -> None:
        """Pause a wait."""
        if self._automatic:
            self.advance(max(seconds, 0.0))
            return
        with self._moved:
            end = self._now + seconds
            self._sleepers += 1
            try:
                # On Windows, Ctrl-C is only heard between two waits.
                while not self._moved.wait_for(lambda: self._now >= end, timeout=_TICK):
                    pass
            finally:
                self._sleepers -= 1

    async def sleep_async(self, seconds: float) -> None:
        """Pause an async wait; others run meanwhile."""
        if self._automatic:
            self.advance(max(seconds, 0.0))
            await anyio.lowlevel.checkpoint()
            return
        end = self._now + seconds
        self._sleepers += 1
        try:
            while self._now < end:  # noqa: ASYNC110 # an Event cannot be set from another thread
                await anyio.sleep(_GLANCE)
        finally:
            self._sleepers -= 1

    async def pause(self, stir: anyio.Event, seconds: float, *, busy: bool) -> None:
        """Pause many waits at once, until the event is set at the latest."""
        if self._automatic and not busy:
            await self.sleep_async(0.0 if stir.is_set() else seconds)
            return
        end = self._now + seconds
        # Also where no time is to pass: what the engine waits for may be another task's to do.
        await anyio.lowlevel.checkpoint()
        self._sleepers += not busy
        try:
            while not stir.is_set() and (self._automatic or self._now < end):  # noqa: ASYNC110 # as above
                await anyio.sleep(_GLANCE)
        finally:
            self._sleepers -= not busy

    def __enter__(self) -> Self:
        """Put the clock in place.

        Raises:
            RuntimeError: it is in place already.
        """
        if self._before is not None:
            raise RuntimeError("this ManualClock is in place already; make another one")
        self._before = set_clock(self)
        return self

    def __exit__(self, *_raised: object) -> None:
        """Put back the clock that was in place before."""
        if self._before is not None:
            set_clock(self._before)
            self._before = None
