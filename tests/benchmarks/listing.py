"""More jobs than a host's rate can serve: asking for the list of jobs, against one poll a job.

    python tests/benchmarks/listing.py

Eden AI allows ten requests a second, and lists up to 1,000 jobs in one answer. The scheduler is
driven by a virtual clock against a model of that API; all requests of either kind count.
"""

import heapq
import json
import math
import random
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

from _harness import KEY, alternating, median, report, summary
from attrs import evolve

from tilldone import Polling, Provider, edenai
from tilldone._core.poller import Poller
from tilldone._core.response import Response
from tilldone._core.scheduler import PageDispatch, Scheduler

SIZES = (1_000, 10_000)
MEDIAN, SIGMA = 600.0, 0.8
TRIP = 0.1
PAGE = 1_000
IN_FLIGHT = 100


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

    def __init__(self, durations: dict[str, float]) -> None:
        self.durations = durations
        self._ids = [*durations]
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
        return "success" if self.durations[job_id] <= now else "processing"

    def _answer(self, body: object) -> Response:
        self.requests += 1
        return Response(200, {}, json.dumps(body).encode(), 0.0)


def take_turn(number: int, provider: Provider[Any], seed: int) -> Turn:
    """Wait for so many jobs that begin at the same moment."""
    dice = random.Random(seed)
    durations = {f"job-{n}": dice.lognormvariate(math.log(MEDIAN), SIGMA) for n in range(number)}
    server = Server(durations)
    client = edenai.connect(KEY)
    scheduler: Scheduler[Any] = Scheduler()
    for job_id in durations:
        job = provider.job(client, job_id)
        poller = Poller(job, timeout=math.inf, polling=Polling(), now=0.0, spread=dice.random)
        scheduler.add(poller, host="edenai", rate=10.0, now=0.0, client=client)
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
                late.append(now - durations[job_id])

        return receive

    while scheduler.running:
        while len(flying) < IN_FLIGHT and (dispatch := scheduler.next_dispatch(now)) is not None:
            heapq.heappush(flying, (now + TRIP, next(order), send(dispatch)))
        pause = scheduler.pause(now, room=len(flying) < IN_FLIGHT)
        now = min(now + pause, flying[0][0] if flying else math.inf)
        while flying and flying[0][0] <= now:
            heapq.heappop(flying)[2]()
    late.sort()
    return Turn(late[number // 2], late[number * 99 // 100], server.requests / number)


CONTENDERS: dict[str, Provider[Any]] = {
    "with the list": edenai.PROVIDER,
    "one poll a job": evolve(edenai.PROVIDER, listing=None),
}


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
        for name, found in turns.items():
            rows.append(
                [
                    name,
                    f"{size:,}",
                    f"{median([turn.late for turn in found]):.1f}",
                    f"{median([turn.latest for turn in found]):.1f}",
                    f"{median([turn.requests for turn in found]):.1f}",
                ]
            )
    report(
        "Ten requests a second",
        ["how", "jobs", "late, s", "late, 99 %, s", "requests a job"],
        rows,
        f"Log-normal durations, median {MEDIAN:.0f} s, sigma {SIGMA}, all begun at once, on a "
        f"virtual clock; {asked.rounds} rounds, medians. An answer takes {TRIP} s.",
    )


if __name__ == "__main__":
    main()
