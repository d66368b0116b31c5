"""When a job will be finished, by what others of its kind took, and when to poll it by that.

The durations of a kind are taken for log-normal. What is not known of its two parameters is part
of the forecast: it is Student's t on the logarithms, wider than a fit where there are few.
"""

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Protocol

from attrs import frozen

__all__ = ["FEWEST", "KEPT", "Forecast", "PastDurations", "doubt_of", "forecast_of", "pause_by"]

FEWEST = 8
"""Fewer durations than these are no forecast."""

KEPT = 64
"""More durations of a kind than these, the latest ones, are not looked at."""

# What is held to be true before the first duration is seen, as if of so many: that jobs of a kind
# spread by so much. Durations that happen to be alike shall not make a forecast sure of itself.
_PRIOR, _PRIOR_SPREAD = 2, 0.2

# Seconds of lateness for which one more poll would be worth while, twice.
_PRICE = 0.12

# No forecast, however sure, polls more often than this (s).
_SHORTEST = 0.4

_STEPS = 16
_REACH, _GRAIN = 12.0, 0.05

# Younger than this (s) is newborn, and a logarithm above this one is for ever: no float overflows.
_NEWBORN, _FOREVER = 1e-9, 700.0


class PastDurations(Protocol):
    """What remembers how long jobs took, as the core sees it. None of it raises."""

    @property
    def at_worst(self) -> float:
        """How many times as long as the schedule's own a pause may be made."""
        ...

    def forecast(self, kind: str, /) -> "Forecast | None":
        """Give the forecast for a job of this kind, None where too little is known."""
        ...

    def learn(self, kind: str, seconds: float, /) -> None:
        """Take note of how long a job of this kind took."""
        ...


@frozen
class Forecast:
    """A distribution of a job's duration: Student's t on its logarithm. Times are in seconds."""

    mean: float
    scale: float
    freedom: int

    def density(self, age: float) -> float:
        """Give the density of jobs that finish at this age."""
        if age <= _NEWBORN:
            return 0.0
        z = (math.log(age) - self.mean) / self.scale
        return _density(z, self.freedom) / (self.scale * age)

    def survival(self, age: float) -> float:
        """Give the share of jobs that are not finished at this age."""
        return (
            1.0 if age <= 0 else _survival((math.log(age) - self.mean) / self.scale, self.freedom)
        )

    def hazard(self, age: float, *, doubt: float) -> float:
        """Give how likely it is to finish now, by the second, if it has not until this age.

        The less likely it was to become so old, the less likely it is that the forecast is right:
        `doubt` is the chance that it never was.
        """
        return self.density(age) / (self.survival(age) + doubt)

    def remaining(self, age: float, *, doubt: float) -> float | None:
        """Give the median of what is left; None for a job that the forecast is likely wrong for."""
        share = self.survival(age)
        if share < doubt:
            return None
        low, high = -_REACH, _REACH
        while high - low > 1e-6:
            middle = (low + high) / 2
            if _survival(middle, self.freedom) > share / 2:
                low = middle
            else:
                high = middle
        end = math.exp(min(self.mean + self.scale * high, _FOREVER))
        return max(end - max(age, 0.0), 0.0)


def doubt_of(at_worst: float) -> float:
    """Give the chance that a forecast is wrong from the start, for one who bears so much of that.

    The more is borne, the less it is minded. By an eighth of its inverse, a forecast that is ten
    times too long or too short costs 1.25 times the polls at most where 1.2 is borne
    (tests/benchmarks/history.py).
    """
    return 1 / (8 * at_worst)


def forecast_of(durations: Sequence[float]) -> Forecast | None:
    """Learn from durations (s), each above 0 and finite; None where there are too few."""
    logs = [math.log(each) for each in durations[-KEPT:]]
    count = len(logs)
    if count < FEWEST:
        return None
    mean = math.fsum(logs) / count
    squares = math.fsum((each - mean) ** 2 for each in logs) + _PRIOR * _PRIOR_SPREAD**2
    freedom = count - 1 + _PRIOR
    return Forecast(mean, math.sqrt(squares / freedom * (1 + 1 / count)), freedom)


def pause_by(hazard: Callable[[float], float], *, longest: float) -> float:
    """Give the pause (s) until the next poll.

    With a hazard h and the price c of a poll in seconds of lateness, the best distance of polls is
    √(2c/h) (Keller 1974). Polls stand so densely, and nowhere less densely than one each `longest`
    seconds; the next one is due when the density has summed up to a whole poll.

    Args:
        hazard: seconds from now to how likely the job is to finish then, by the second.
        longest: what the pause is where the hazard is none, and at most (s).
    """
    if longest <= _SHORTEST:
        return longest
    step, least = longest / _STEPS, 1 / longest**2
    polls = 0.0
    for number in range(_STEPS):
        more = step * math.sqrt(hazard((number + 0.5) * step) / _PRICE + least)
        if polls + more >= 1:
            return max(step * (number + (1 - polls) / more), _SHORTEST)
        polls += more
    return longest


def _density(z: float, freedom: int) -> float:
    return _factor(freedom) * math.pow(1 + z * z / freedom, -(freedom + 1) / 2)


@lru_cache
def _factor(freedom: int) -> float:
    gamma = math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2)
    return math.exp(gamma) / math.sqrt(freedom * math.pi)


def _survival(z: float, freedom: int) -> float:
    place = (z + _REACH) / _GRAIN
    if place <= 0:
        return 1.0
    shares = _survivals(freedom)
    below = int(place)
    if below + 1 >= len(shares):
        return 0.0
    return shares[below] + (place - below) * (shares[below + 1] - shares[below])


@lru_cache
def _survivals(freedom: int) -> Sequence[float]:
    """Sum the density up, from the right, over a grid that leaves out next to nothing."""
    size = round(2 * _REACH / _GRAIN)
    shares = [0.0] * (size + 1)
    for place in range(size, 0, -1):
        right, left = -_REACH + place * _GRAIN, -_REACH + (place - 1) * _GRAIN
        mean = (_density(left, freedom) + _density(right, freedom)) / 2
        shares[place - 1] = shares[place] + mean * _GRAIN
    return [share / shares[0] for share in shares]
