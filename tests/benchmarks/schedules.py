"""Schedules: how late a job's end is noticed, against how many polls that takes.

    python tests/benchmarks/schedules.py

Ours is played on the core itself, with the clock in hand; the others are their pauses, by default
and as their sources have them, until they give up. Every poll takes the same time for all.
"""

import math
import random
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from statistics import fmean

from _harness import report, summary

from tilldone import Polling, edenai
from tilldone._core.actions import Poll, Sleep
from tilldone._core.poller import Poller
from tilldone._core.response import Response

Pauses = Callable[[random.Random], Iterator[float]]

OURS = "**tilldone**"
JOB = edenai.job(edenai.connect("key"), "job")
MEDIANS = (2.0, 40.0, 600.0)
SIGMAS = (0.3, 0.8, 1.2)
LATENCY = 0.2
"""What a poll takes (s)."""


def every(seconds: float, *, first: float = 0.0, most: float = math.inf) -> Pauses:
    """Poll once, or after a first pause, then at fixed distances, so many times at most."""

    def pauses(_dice: random.Random) -> Iterator[float]:
        yield first
        polls = 1
        while polls < most:
            yield seconds
            polls += 1

    return pauses


def google(dice: random.Random) -> Iterator[float]:
    """Poll once, then after a random part of a delay that grows by half; give up at 900 s."""
    yield 0.0
    delay, slept = 1.0, 0.0
    while slept < 900:
        pause = dice.uniform(0.0, delay)
        slept += pause + LATENCY
        yield pause
        delay = min(delay * 1.5, 20.0)


def runway(dice: random.Random) -> Iterator[float]:
    """Sleep for 6 s, give or take 1.5, before each poll; give up at 600 s."""
    slept = 0.0
    while slept <= 600:
        pause = 6 + dice.random() * 3 - 1.5
        slept += pause + LATENCY
        yield pause


PEERS: Mapping[str, Pauses] = {
    # openai 1.x and 2.x, resources/beta/threads/runs/runs.py and resources/vector_stores/files.py:
    # 1000 ms where the server's header openai-poll-after-ms names no other.
    "OpenAI": every(1.0),
    # azure-core 1.41.0, azure/core/polling/base_polling.py: LROBasePolling(timeout=30). The answer
    # to the submission counts as a poll; the first pause comes before the first one of its own.
    "Azure": every(30.0, first=30.0),
    # google-api-core 2.x, google/api_core/future/polling.py: DEFAULT_POLLING, and the generator in
    # google/api_core/retry/retry_base.py: initial 1.0, maximum 20.0, multiplier 1.5, full jitter.
    "Google": google,
    # botocore 1.x, botocore/data/ec2/2016-11-15/waiters-2.json: InstanceRunning has delay 15 and
    # maxAttempts 40.
    "botocore": every(15.0, most=40),
    # fal-client 0.x, fal_client/client.py: iter_events(interval=0.1), which get() goes through.
    "fal": every(0.1),
    # runwayml 3.x, runwayml/lib/polling.py: POLL_TIME = 6, POLL_JITTER = 3, the sleep comes first.
    "Runway": runway,
    # tenacity 9.x, tenacity/__init__.py: wait_none() and stop_never, so only the polls take time.
    "tenacity": every(0.0),
    # videodb 0.x, videodb/_utils/_http_client.py: backoff.constant with an interval of 5 and a
    # max_time of 500, no jitter.
    "VideoDB": every(5.0, most=500 / (5 + LATENCY)),
}


@dataclass(frozen=True)
class Ending:
    """How late (s) a job's end is noticed, with how many polls; lateness None: it gives up."""

    late: float | None
    polls: int


def played(pauses: Iterator[float], duration: float) -> Ending:
    """Play a peer's pauses against a job of that duration (s)."""
    now, polls = 0.0, 0
    for polls, pause in enumerate(pauses, start=1):
        asked = now + pause
        now = asked + LATENCY
        if asked >= duration:
            return Ending(now - duration, polls)
    return Ending(None, polls)


def ours(duration: float, dice: random.Random) -> Ending:
    """Play a wait with the default `Polling` on the core."""
    poller = Poller(JOB, timeout=math.inf, polling=Polling(), now=0.0, spread=dice.random)
    now, polls = 0.0, 0
    while True:
        match poller.next_action(now):
            case Sleep(seconds):
                now += seconds
            case Poll():
                polls += 1
                seen = answer(done=now >= duration)
                now += LATENCY
                poller.receive(seen, now)
            case _:
                return Ending(now - duration, polls)


def answer(*, done: bool) -> Response:
    """Say where the job stands."""
    return Response(200, {}, b'{"status":"success"}' if done else b'{"status":"processing"}', 0.0)


@dataclass(frozen=True)
class Figures:
    """Means over many durations, of those whose end was noticed."""

    late: float
    polls: float
    given_up: float

    def better(self, other: "Figures") -> bool:
        """Say whether it notices every end, earlier and with fewer polls."""
        return not self.given_up and self.late < other.late and self.polls < other.polls

    def __str__(self) -> str:
        lost = f" (gives up on {self.given_up:.0%})" if self.given_up else ""
        return f"{self.late:.2f} s, {self.polls:.1f}{lost}"


def figures(
    play: Callable[[float, random.Random], Ending], median: float, *, sigma: float, jobs: int
) -> Figures:
    """Play the same many durations, drawn around a median (s)."""
    drawn, dice = random.Random(int(median)), random.Random(1)
    ends = [play(drawn.lognormvariate(math.log(median), sigma), dice) for _ in range(jobs)]
    late = [end.late for end in ends if end.late is not None]
    return Figures(fmean(late), fmean(end.polls for end in ends), 1 - len(late) / len(ends))


def by(pauses: Pauses) -> Callable[[float, random.Random], Ending]:
    """Play a peer's pauses."""
    return lambda duration, dice: played(pauses(dice), duration)


def main() -> None:
    """Simulate and print, a table for each spread of the durations."""
    options = ArgumentParser(description=summary(__doc__))
    options.add_argument("--jobs", type=int, default=10_000, help="durations drawn (%(default)s)")
    options.add_argument(
        "--sigma",
        type=float,
        nargs="+",
        default=SIGMAS,
        help="standard deviations of the durations' logarithm (%(default)s)",
    )
    asked = options.parse_args()
    for sigma in asked.sigma:
        compare(sigma, asked.jobs)


def compare(sigma: float, jobs: int) -> None:
    """Play all of them against the same durations, and print."""
    plays = {OURS: ours, **{name: by(pauses) for name, pauses in PEERS.items()}}
    found = {
        name: [figures(play, median, sigma=sigma, jobs=jobs) for median in MEDIANS]
        for name, play in plays.items()
    }
    better = [
        f"{name} at {median:g} s"
        for name, theirs in found.items()
        for median, their, own in zip(MEDIANS, theirs, found[OURS], strict=True)
        if their.better(own)
    ]
    report(
        f"Schedules, at sigma {sigma}",
        ["default of", *(f"median {median:g} s: late, polls" for median in MEDIANS)],
        [[name, *map(str, each)] for name, each in found.items()],
        f"Log-normal durations, {jobs} for each median, means; a poll takes {LATENCY} s. Better in "
        f"both lateness and polls: {', '.join(better) or 'none'}. Goal: none.",
    )


if __name__ == "__main__":
    main()
