"""More jobs than a host's rate can serve: their list or one poll a job; the likeliest first or not.

    python tests/benchmarks/listing.py

Eden AI allows ten requests a second, and lists up to 1,000 jobs in one answer. The scheduler is
driven by a virtual clock against a model of that API; all requests of either kind count.
"""

import heapq
import json
import math
import random
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any
from unittest.mock import patch

from _harness import KEY, alternating, median, report, summary
from attrs import evolve
from history import PAST, Known

from tilldone import Polling, Provider, edenai
from tilldone._core.forecast import forecast_of
from tilldone._core.poller import Poller
from tilldone._core.response import Response
from tilldone._core.scheduler import PageDispatch, Scheduler

SIZES = (1_000, 10_000)
MEDIAN, SIGMA = 600.0, 0.8
TRIP = 0.1
PAGE = 1_000
IN_FLIGHT = 100

# Seconds within which jobs begin that do not begin at once, and rounds of waits for those.
WITHIN, SEEDS = 1800.0, 3


@dataclass(frozen=True)
class Turn:
    """What waiting for all the jobs took."""

    late: float
    """Seconds from a job's end to its result, the median."""

    latest: float
    """The same for all but one in a hundred."""

    requests: float
    """Requests a job."""


class Server:
    """The model: it knows when each job ends, and answers polls and pages."""

    def __init__(self, ends: dict[str, float]) -> None:
        self._ends = ends
        self._ids = [*ends]
        self.requests = 0

    def poll(self, job_id: str, now: float) -> Response:
        """Answer a poll."""
        status = self._status(job_id, now)
        output = {"text": "done"} if status == "success" else None
        return self._answer({"public_id": job_id, "status": status, "output": output})

    def page(self, number: int, now: float) -> Response:
        """Answer with one page of the list."""
        shown = self._ids[(number - 1) * PAGE : number * PAGE]
        items = [{"public_id": each, "status": self._status(each, now)} for each in shown]
        return self._answer({"items": items, "total_pages": math.ceil(len(self._ids) / PAGE)})

    def _status(self, job_id: str, now: float) -> str:
        return "success" if self._ends[job_id] <= now else "processing"

    def _answer(self, body: object) -> Response:
        self.requests += 1
        return Response(200, {}, json.dumps(body).encode(), 0.0)


def take_turn(
    number: int, provider: Provider[Any], seed: int, *, sigma: float = SIGMA, within: float = 0.0
) -> Turn:
    """Wait for so many jobs that begin at the same moment, or within so many seconds.

    Those of the latter are waited for with a history of twenty others.
    """
    dice = random.Random(seed)

    def drawn() -> float:
        return dice.lognormvariate(math.log(MEDIAN), sigma)

    begun = {f"job-{n}": dice.uniform(0.0, within) for n in range(number)}
    ends = {job_id: moment + drawn() for job_id, moment in begun.items()}
    history = Known(1.2, forecast_of([drawn() for _ in range(PAST)])) if within else None
    polling = Polling(history=history)
    server = Server(ends)
    client = edenai.connect(KEY)
    scheduler: Scheduler[Any] = Scheduler()
    to_come = sorted(begun, key=begun.__getitem__, reverse=True)
    late: list[float] = []
    now = 0.0
    flying: list[tuple[float, int, Callable[[], None]]] = []
    order = count()

    def send(dispatch: Any) -> Callable[[], None]:  # noqa: ANN401 # of two kinds
        # The server looks at the job half-way.
        at = now + TRIP / 2
        if isinstance(dispatch, PageDispatch):
            answer = server.page(dispatch.page.number, at)
            return lambda: scheduler.receive_page(dispatch, answer, now)
        job_id = dispatch.scheduled.poller.job.id
        answer = server.poll(job_id, at)

        def receive() -> None:
            if scheduler.receive(dispatch.scheduled, answer, now):
                late.append(now - ends[job_id])

        return receive

    while scheduler.running or to_come:
        while to_come and begun[to_come[-1]] <= now:
            job = provider.job(client, to_come.pop())
            poller = Poller(job, timeout=math.inf, polling=polling, now=now, spread=dice.random)
            scheduler.add(poller, host="edenai", rate=10.0, now=now, client=client)
        while len(flying) < IN_FLIGHT and (dispatch := scheduler.next_dispatch(now)) is not None:
            heapq.heappush(flying, (now + TRIP, next(order), send(dispatch)))
        pause = scheduler.pause(now, room=len(flying) < IN_FLIGHT)
        coming = begun[to_come[-1]] if to_come else math.inf
        now = min(now + pause, coming, flying[0][0] if flying else math.inf)
        while flying and flying[0][0] <= now:
            heapq.heappop(flying)[2]()
    late.sort()
    return Turn(late[number // 2], late[number * 99 // 100], server.requests / number)


UNLISTED = evolve(edenai.PROVIDER, listing=None)
CONTENDERS: dict[str, Provider[Any]] = {
    "with the list": edenai.PROVIDER,
    "one poll a job": UNLISTED,
}


def in_turn(number: int, seed: int, sigma: float) -> Turn:
    """Wait for jobs that began within half an hour, whose polls come in turn."""
    with patch("tilldone._core.host_queue._MOST_ORDERED", 0):
        return likeliest_first(number, seed, sigma)


def likeliest_first(number: int, seed: int, sigma: float) -> Turn:
    """Wait for such jobs as it is done."""
    return take_turn(number, UNLISTED, seed, sigma=sigma, within=WITHIN)


def main() -> None:
    """Measure and print."""
    options = ArgumentParser(description=summary(__doc__))
    options.add_argument("--rounds", type=int, default=3, help="turns for each (%(default)s)")
    options.add_argument("--most", type=int, default=SIZES[-1], help="jobs at most (%(default)s)")
    asked = options.parse_args()
    seeds = {name: count() for name in CONTENDERS}
    rows = []
    for size in (each for each in SIZES if each <= asked.most):
        turns = alternating(
            {
                name: lambda name=name, size=size: take_turn(  # type: ignore[misc] # bound at once
                    size, CONTENDERS[name], next(seeds[name])
                )
                for name in CONTENDERS
            },
            rounds=asked.rounds,
        )
        rows += [row(name, f"{size:,}", found) for name, found in turns.items()]
    report(
        "Ten requests a second",
        ["how", "jobs", "late, s", "late, 99 %, s", "requests a job"],
        rows,
        f"Log-normal durations, median {MEDIAN:.0f} s, sigma {SIGMA}, all begun at once, on a "
        f"virtual clock; {asked.rounds} rounds, medians. An answer takes {TRIP} s.",
    )
    orders = {"in turn": in_turn, "the likeliest first": likeliest_first}
    report(
        "The same without a list, and with a history",
        ["whose poll is next", "sigma", "late, s", "late, 99 %, s", "requests a job"],
        [
            row(name, str(sigma), [take(SIZES[0], seed, sigma) for seed in range(SEEDS)])
            for sigma in (0.4, 0.8)
            for name, take in orders.items()
        ],
        f"{SIZES[0]:,} jobs, begun within {WITHIN / 60:.0f} minutes; {PAST} durations are known. "
        f"{SEEDS} rounds, medians.",
    )


def row(name: str, what: str, found: Sequence[Turn]) -> list[str]:
    """Put the middle of several turns into words."""
    return [
        name,
        what,
        f"{median([turn.late for turn in found]):.1f}",
        f"{median([turn.latest for turn in found]):.1f}",
        f"{median([turn.requests for turn in found]):.1f}",
    ]


if __name__ == "__main__":
    main()
