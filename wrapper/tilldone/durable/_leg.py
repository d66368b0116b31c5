"""A leg of a durable wait: polls at short intervals, between two records of where the wait stands.

The core decides, here as in every other driver; a leg only polls and sleeps. It ends with the wait
itself, or before a pause that would outlast it. Legs grow with the wait, so that the first hour
takes eight of them.
"""

from collections.abc import Awaitable, Callable

from tilldone._core.poller import Poller
from tilldone.durable import _wall as wall

__all__ = ["leg_of", "travel"]

_SHORTEST = 60.0
_LONGEST = 900.0


def leg_of(elapsed: float) -> float:
    """Give the length of a leg that begins so long after the wait began (all in seconds)."""
    return min(max(elapsed, _SHORTEST), _LONGEST)


async def travel(
    poller: Poller[object], *, until: float, poll: Callable[[], Awaitable[None]]
) -> None:
    """Drive the poller until it stops, or until its next poll is due after this moment.

    Args:
        poller: its times are the wall clock's.
        until: the end of the leg.
        poll: sends the poll that is due, and tells the poller.
    """
    while poller.stop is None:
        pause = poller.due - wall.now()
        if pause <= 0:
            await poll()
        elif poller.due > until:
            return
        else:
            await wall.sleep(pause)
