"""How to poll: the schedule of polls and the patience with what goes wrong."""

import math
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, Literal

from attrs import Attribute, field, frozen

from tilldone._core.arguments import expect, field_check
from tilldone._core.forecast import PastDurations

__all__ = ["Polling", "checked", "checked_callback", "default_schedule", "seconds_until_deadline"]

_LONGEST = 30.0


def default_schedule(elapsed: float) -> float:
    """Give the pause after a poll: 0.5·√(elapsed + 1), up to 30 (all in seconds).

    A short job is noticed promptly and a long one is asked about rarely: the pause is a share
    of the time already waited that shrinks as the wait grows.
    """
    return min(0.5 * math.sqrt(elapsed + 1), _LONGEST)


_check = partial(field_check, by_class=False)
_number = partial(_check, (int, float), "a number")

_is_choice = _check(
    object, "", lambda word: word in ("wait", "raise"), 'is neither "wait" nor "raise"', but=()
)
_is_size = _check(int, "whole bytes", lambda size: size >= 1, "is below 1")
_above_0 = _number(lambda number: number > 0, "is not above 0")
_from_0 = _number(lambda number: number >= 0, "is not 0 or more")
_below_1 = _number(lambda number: 0 <= number < 1, "is not from 0 to below 1")


def _is_callable(_instance: object, attribute: "Attribute[Any]", value: object) -> None:
    if not callable(value):
        expect(attribute.name, value, (), "a function of elapsed seconds to seconds")


def _is_history(_instance: object, attribute: "Attribute[Any]", value: object) -> None:
    names = ("at_worst", "forecast", "learn")
    if value is not None and not all(hasattr(value, name) for name in names):
        raise TypeError(f"{attribute.name}: expected a History, got {type(value).__name__}")


@frozen(kw_only=True)
class Polling:
    """How a wait polls, and what it bears. Times are in seconds.

    Raises:
        TypeError, ValueError: an argument is of the wrong kind or out of range; it is named.
    """

    schedule: Callable[[float], float] = field(default=default_schedule, validator=_is_callable)
    """Seconds since the wait began to seconds until the next poll."""

    history: PastDurations | None = field(default=None, validator=_is_history)
    """What remembers how long jobs took, a `History`: a job is polled rarely while jobs of its kind
    never end, and often when most of them do. Without one, or as long as it knows too few, by the
    schedule alone."""

    request_timeout: float = field(default=30.0, validator=_above_0)
    """What one poll may take, all in all."""

    tolerate: float = field(default=120.0, validator=_from_0)
    """How long a row of faults may last before the wait ends with `PollUnavailable`."""

    not_found_grace: float = field(default=5.0, validator=_from_0)
    """How long a row of 404s may last before it is believed (`JobNotFound`).

    Only a readable answer ends such a row: after a 404 at 0 s and faults for a minute, a 404 is
    believed at once.
    """

    last_poll: float = field(default=2.0, validator=_above_0)
    """What the one poll after the deadline may take."""

    unknown: Literal["wait", "raise"] = field(default="wait", validator=_is_choice)
    """What to do at a status word that the provider's documentation does not know."""

    jitter: float = field(default=0.1, validator=_below_1)
    """The share by which an interval is shortened or lengthened at random."""

    max_body: int = field(default=64 * 1024 * 1024, validator=_is_size)
    """Bytes of an answer, unpacked, that are read before it counts as unreadable."""

    def interval(self, elapsed: float) -> float:
        """Ask the schedule for the pause at this point; a ValueError says that it gave none."""
        seconds = self.schedule(elapsed)
        if not 0 <= seconds < math.inf:
            raise ValueError(
                f"schedule: it gave {seconds!r} s at {elapsed:.1f} s; "
                "give seconds that are 0 or more, and finite"
            )
        return seconds


def checked(polling: Polling) -> Polling:
    """Give a polling back, if it is one; else a TypeError."""
    expect("polling", polling, Polling, "a Polling")
    return polling


def checked_callback(on_snapshot: Callable[..., object] | None) -> None:
    """Check what is to be called with each snapshot, before anything is sent for its sake."""
    if on_snapshot is not None and not callable(on_snapshot):
        expect("on_snapshot", on_snapshot, (), "a function of a Snapshot")


def seconds_until_deadline(timeout: float | timedelta | None) -> float:
    """Read a timeout: seconds or a timedelta; None is for ever (infinity).

    Raises:
        TypeError: it is neither.
        ValueError: it is negative, NaN or too large.
    """
    if timeout is None:
        return math.inf
    if isinstance(timeout, timedelta):
        timeout = timeout.total_seconds()
    expect("timeout", timeout, (int, float), "seconds, a timedelta or None")
    try:
        seconds = float(timeout)
    except OverflowError:
        raise ValueError("timeout: the number is too large; None is for ever") from None
    if math.isnan(seconds):
        raise ValueError("timeout: not a number (NaN)")
    if seconds < 0:
        raise ValueError(f"timeout: {timeout} is negative; 0 is a single poll, None is for ever")
    return seconds
