"""The wall clock: what a durable wait records is read later, elsewhere, and after a reboot."""

import time

import anyio

__all__ = ["now", "sleep"]


def now() -> float:
    """Give the seconds since the epoch. They go on while a machine is asleep."""
    return time.time()


async def sleep(seconds: float) -> None:
    """Let this much time pass, and other waits go on meanwhile."""
    await anyio.sleep(seconds)
