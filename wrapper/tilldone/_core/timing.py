"""What providers tell of a job's time: how far it is, and since when it exists."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime

__all__ = ["epoch_seconds", "remaining_by", "share_of"]

# Later seconds since the epoch (in the year 5138) are milliseconds.
_LATEST = 1e11


def share_of(told: object, *, percentage: bool = False) -> float | None:
    """Read a progress as a share, from 0 to 1; None where it makes no sense.

    Args:
        told: a number, or the text of one: a share up to 1, and a percentage from there to 100.
        percentage: whether it is a percentage even where it is 1 or less.
    """
    if isinstance(told, bool) or not isinstance(told, int | float | str):
        return None
    try:
        number = float(told)
    except (ValueError, OverflowError):
        return None
    share = number / 100 if percentage or number > 1 else number
    return share if 0 <= share <= 1 else None


def remaining_by(seen: Sequence[tuple[float, float]]) -> float | None:
    """Give the seconds that are left of a job, if it goes on as it did from first to last sight.

    None where it has not moved, or seems to be at its end and is not finished.

    Args:
        seen: moments (s) and shares, in order of time.
    """
    if len(seen) < 2:
        return None
    (began, share), (now, reached) = seen[0], seen[-1]
    if now <= began or not share < reached < 1:
        return None
    left = (now - began) * (1 - reached) / (reached - share)
    return left if left < math.inf else None


def epoch_seconds(told: object) -> float | None:
    """Read a moment as seconds since the epoch; None where it makes no sense.

    Args:
        told: text in ISO 8601, UTC where it names no zone; or seconds or milliseconds since then.
    """
    if isinstance(told, bool) or not isinstance(told, int | float | str):
        return None
    try:
        if isinstance(told, str):
            moment = datetime.fromisoformat(told)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
        seconds = float(told)
    except (ValueError, OverflowError):
        return None
    return seconds / 1000 if abs(seconds) > _LATEST else seconds
