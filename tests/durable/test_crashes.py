"""kill -9 in every phase of a wait, many times over, on both databases.

The provider is another process than those that are killed, and counts.
"""

import random
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import product

import pytest
from tests.durable.world import LOST, RECORDING_WORKER, WORKER, crew, eden_job, session, until
from tests.soak import SOAK

from tilldone import Job, JobFailed, durable
from tilldone.durable import Handle
from tilldone.simulator import Simulator, Step
from tilldone.simulator.steps import done, failed, pending, running, slow
from tilldone_clients.edenai.models import UniversalAIAsyncResponse

Jobs = Sequence[Job[UniversalAIAsyncResponse]]

KINDS = ("sqlite", "postgres")
PROGRAMS = {"as-it-is": WORKER, "recording": RECORDING_WORKER}
CASES = (
    list(product(KINDS, PROGRAMS, range(25)))
    if SOAK
    else [("sqlite", "as-it-is", 0), ("postgres", "recording", 1)]
)


def scripts() -> list[list[Step]]:
    """Give jobs that are at different phases at any one time; the fifth poll or so ends them."""
    return [
        [pending(), running(3), slow(0.3, done({"text": "0"}))],
        [running(4), done({"text": "1"})],
        [slow(0.4, running(2)), running(3), done({"text": "2"})],
        [pending(2), slow(0.2, running(3)), done({"text": "3"})],
        [running(3), failed("E4", "as planned")],
        [slow(1.0, running(2)), done({"text": "5"})],
    ]


def moments(simulator: Simulator, jobs: Jobs, chance: random.Random) -> list[Callable[[], None]]:
    """Give the moments to kill a worker at; each returns when it has come."""

    def polls() -> int:
        return sum(len(simulator.polls(job.id)) for job in jobs)

    def ended() -> int:
        seen = [poll.answered for job in jobs for poll in simulator.polls(job.id)]
        return sum("done" in answer or "failed" in answer for answer in seen)

    def while_it_starts() -> None:
        time.sleep(chance.uniform(0.2, 1.5))

    def in_a_poll_or_just_after() -> None:
        goal = polls() + chance.randint(1, 4)
        until(lambda: polls() >= goal or not durable.waiting())

    def in_a_pause() -> None:
        in_a_poll_or_just_after()
        time.sleep(chance.uniform(0.1, 0.5))

    def when_an_end_was_told() -> None:
        before = ended()
        until(lambda: ended() > before)

    every = [while_it_starts, in_a_poll_or_just_after, in_a_pause, when_an_end_was_told]
    return every if SOAK else every[chance.randrange(2) :: 2]


@pytest.mark.soak
@pytest.mark.parametrize(("fresh", "program", "turn"), CASES, indirect=["fresh"])
def test_every_wait_survives_kill_9(
    simulator: Simulator, database: str, program: str, turn: int
) -> None:
    chance = random.Random(turn)
    jobs = [eden_job(simulator, script=script) for script in scripts()]
    submitted = len(simulator._jobs)
    with session(database, work=False), crew(simulator, database, PROGRAMS[program]) as workers:
        handles = [durable.start(job, timeout=3600) for job in jobs]
        first = deadlines()
        planned = moments(simulator, jobs, chance)
        for moment in planned:
            if all(handle.done() for handle in handles):
                break
            hand = workers.hire()
            moment()
            assert deadlines().items() <= first.items()
            workers.kill(hand)
        workers.hire()
        for number, handle in enumerate(handles):
            assert ending(handle) == (str(number) if number != 4 else "E4")
        for job, handle in zip(jobs, handles, strict=True):
            # Joined, not begun anew: there is one end, and it is recorded.
            polls = durable.start(job, timeout=1).snapshot(timeout=LOST).polls
            assert polls == handle.snapshot().polls
            if program == "recording":
                # A poll that is recorded is not repeated: a kill costs the one in flight.
                assert 0 <= len(simulator.polls(job.id)) - polls <= len(planned)
    assert len(simulator._jobs) == submitted


def ending(handle: Handle[UniversalAIAsyncResponse]) -> object:
    try:
        output = handle.result(timeout=LOST).output
    except JobFailed as error:
        return error.code
    assert isinstance(output, dict)
    return output["text"]


def deadlines() -> dict[str, datetime | None]:
    return {each.ref: each.deadline for each in durable.waiting()}
