"""The clock that drivers keep: the system's, unless a test moves one by hand."""

import threading
import time
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import anyio

__all__ = ["WAKE", "Clock", "SystemClock", "clock", "set_clock"]

WAKE = 0.2
"""How long the main thread may wait at once (s). On Windows, Ctrl-C is heard between two waits for
a lock, and never during one. Elsewhere the system may have another thread take a signal, as it does
on a busy machine, and that ends no wait of the main thread, which alone acts on it."""


class Clock(Protocol):
    """What a driver needs to know of time, in seconds."""

    def now(self) -> float:
        """Give the time that has passed since some fixed moment; it never runs back."""
        ...

    def sleep(self, seconds: float) -> None:
        """Let this much time pass."""
        ...

    async def sleep_async(self, seconds: float) -> None:
        """Let this much time pass, and others run meanwhile."""
        ...

    async def pause(self, stir: "anyio.Event", seconds: float, *, busy: bool) -> None:
        """Let this much time pass, or less if the event is set before.

        `busy` says that polls are in flight, so that a clock that moves by itself holds still.
        """
        ...


class SystemClock:
    """The machine's monotonic clock."""

    def now(self) -> float:
        """Give the monotonic clock's time."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Sleep; Ctrl-C ends it at once, or within `WAKE` where another thread has taken it."""
        if threading.current_thread() is threading.main_thread():
            end = self.now() + seconds
            while (seconds := end - self.now()) > WAKE:
                time.sleep(WAKE)
        time.sleep(max(seconds, 0.0))

    async def sleep_async(self, seconds: float) -> None:
        """Sleep on the running event loop, asyncio's or trio's."""
        import anyio

        await anyio.sleep(seconds)

    async def pause(self, stir: "anyio.Event", seconds: float, *, busy: bool) -> None:  # noqa: ARG002 # this one never holds still
        """Sleep until the event is set, but no longer than that."""
        import anyio

        with anyio.move_on_after(seconds):
            await stir.wait()


_clock: Clock = SystemClock()


def clock() -> Clock:
    """Give the clock that waits which begin now shall keep."""
    return _clock


def set_clock(new: Clock) -> Clock:
    """Put another clock in place, for all threads; give the one before it."""
    global _clock  # one clock for the whole process is the point
    before, _clock = _clock, new
    return before
