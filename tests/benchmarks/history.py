"""Waits that learn: what a `History` of twenty jobs is worth, and what one costs that is wrong.

    python tests/benchmarks/history.py

Played on the core itself, with the clock in hand and without jitter. Beside it stand the default
schedule and the best constant interval: one that knows the true durations, and is tuned to the
same number of polls. How much less late than that any pauses can be is known, too.
"""

import math
import random
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import NormalDist, fmean

from _harness import report, summary
from schedules import JOB, LATENCY, answer

from tilldone import Polling
from tilldone._core.actions import Poll, Sleep
from tilldone._core.forecast import Forecast, forecast_of
from tilldone._core.poller import Poller

SIGMAS = (0.4, 0.8)
MEDIANS = (2.0, 40.0, 600.0)
WRONG = {"ten times too long": 10.0, "ten times too short": 0.1}
AT_WORST = (1.2, 40.0)
PAST = 20


@dataclass(frozen=True)
class Known:
    """A history that knows one forecast, and learns nothing."""

    at_worst: float
    known: Forecast | None

    def forecast(self, _kind: str) -> Forecast | None:
        """Give the one that there is."""
        return self.known

    def learn(self, kind: str, seconds: float) -> None:
        """Stay as it is."""


def polls_by(polling: Polling, until: float) -> list[float]:
    """Give the moments (s) at which a job that never ends is polled."""
    poller = Poller(JOB, timeout=math.inf, polling=polling, now=0.0)
    moments: list[float] = []
    now = 0.0
    while not moments or moments[-1] < until:
        match poller.next_action(now):
            case Sleep(seconds):
                now += seconds
            case Poll():
                moments.append(now)
                now += LATENCY
                poller.receive(answer(done=False), now)
            case _:
                raise AssertionError("a wait without a deadline, for a job without an end")
    return moments


@dataclass(frozen=True)
class Jobs:
    """Jobs whose durations (s) are log-normal."""

    median: float
    sigma: float

    def unfinished(self, age: float) -> float:
        """Give the share of jobs that take longer (s)."""
        return 1 - NormalDist(0, self.sigma).cdf(math.log(age / self.median)) if age > 0 else 1.0

    def measured(self, moments: Sequence[float]) -> tuple[float, float]:
        """Give mean lateness (s) and polls, if they are polled at these moments (s)."""
        shares = [self.unfinished(moment) for moment in moments]
        noticed = sum(
            share * (later - moment)
            for share, (moment, later) in zip(shares, pairwise(moments), strict=False)
        )
        mean = self.median * math.exp(self.sigma**2 / 2)
        return noticed - mean + LATENCY, 1 + sum(shares[:-1])

    def late_at_constant(self, polls: float) -> float:
        """Give the mean lateness (s) by the constant interval that takes so many polls."""
        low, high = self.median / 1000, self.longest
        for _ in range(30):
            interval = math.sqrt(low * high)
            _, counted = self.measured([*self.each(interval)])
            low, high = (interval, high) if counted > polls else (low, interval)
        return self.measured([*self.each(low)])[0]

    def each(self, interval: float) -> Iterator[float]:
        """Give moments at that distance (s), until all jobs are done."""
        yield from (number * interval for number in range(math.ceil(self.longest / interval) + 2))

    @property
    def longest(self) -> float:
        """How long next to all jobs take no longer than (s)."""
        return self.median * math.exp(5 * self.sigma)


def bound(sigma: float) -> float:
    """Give how much less late than the best constant interval any pauses can be, at most.

    With hazard h and survival S, pauses of √(λ/h) are best, and lateness times polls is then
    (∫S√h)²/2, where the constant interval has ∫S/2. It holds for many polls a job, by someone who
    knows the distribution.
    """
    normal = NormalDist()
    step = 1e-4
    whole = 0.0
    for z in (-8 + step * number for number in range(round(16 / step))):
        time = math.exp(sigma * z)
        survival = 1 - normal.cdf(z)
        whole += math.sqrt(survival * normal.pdf(z) * sigma * time) * step
    return 1 - whole**2 / math.exp(sigma**2 / 2)


@dataclass
class Row:
    """Means over histories."""

    late: float
    polls: float
    against_default: tuple[float, float]
    against_constant: float
    wrong: dict[str, tuple[float, float]]


def row(jobs: Jobs, at_worst: float, *, histories: int) -> Row:
    """Measure histories of such jobs, right and wrong."""
    drawn = random.Random(7)
    plain = jobs.measured(polls_by(Polling(jitter=0), jobs.longest))
    right: list[tuple[float, float]] = []
    wrong: dict[str, list[tuple[float, float]]] = {name: [] for name in WRONG}
    for _ in range(histories):
        past = [drawn.lognormvariate(math.log(jobs.median), jobs.sigma) for _ in range(PAST)]
        right.append(jobs.measured(learned(past, at_worst, jobs.longest)))
        for name, factor in WRONG.items():
            misled = learned([each * factor for each in past], at_worst, jobs.longest)
            wrong[name].append(jobs.measured(misled))
    late, polls = means(right)
    return Row(
        late,
        polls,
        (late / plain[0], polls / plain[1]),
        1 - late / jobs.late_at_constant(polls),
        {name: over(means(found), plain) for name, found in wrong.items()},
    )


def learned(past: Sequence[float], at_worst: float, until: float) -> list[float]:
    """Give the moments of polls (s) by a history of these durations."""
    known = Known(at_worst, forecast_of(past))
    return polls_by(Polling(history=known, jitter=0), until)


def means(found: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Give mean lateness and polls."""
    return fmean(late for late, _ in found), fmean(polls for _, polls in found)


def over(these: tuple[float, float], those: tuple[float, float]) -> tuple[float, float]:
    """Give lateness and polls as multiples of others."""
    return these[0] / those[0], these[1] / those[1]


def main() -> None:
    """Simulate and print."""
    options = ArgumentParser(description=summary(__doc__))
    options.add_argument("--histories", type=int, default=40, help="for each row (%(default)s)")
    asked = options.parse_args()
    rows = [
        [f"{at_worst:g}", f"{sigma}", f"{median:g} s", *told(found)]
        for at_worst in AT_WORST
        for sigma in SIGMAS
        for median in MEDIANS
        for found in [row(Jobs(median, sigma), at_worst, histories=asked.histories)]
    ]
    most = ", ".join(f"{bound(sigma):.0%} at sigma {sigma}" for sigma in SIGMAS)
    report(
        "Histories",
        [
            *("at_worst", "sigma", "median", "late, polls", "of the default's"),
            *("less late than constant", *WRONG),
        ],
        rows,
        f"Log-normal durations, {PAST} of them known; means over {asked.histories} histories for "
        f"each row; a poll takes {LATENCY} s. Pairs are lateness and polls, "
        "where not in seconds as multiples of the default schedule's. Constant: the best constant "
        "interval for the true durations, with as many polls; less late than that by a distance of "
        f"polls that is best for a known distribution, and costs whatever it may where it is "
        f"wrong: {most}. Goal at 1.2: no multiple above 1.25.",
    )


def told(found: Row) -> list[str]:
    """Write the figures down."""
    return [
        f"{found.late:.2f} s, {found.polls:.1f}",
        "{:.2f}, {:.2f}".format(*found.against_default),
        f"{found.against_constant:.0%}",
        *("{:.2f}, {:.2f}".format(*each) for each in found.wrong.values()),
    ]


if __name__ == "__main__":
    main()
