"""No wait of many ends later than its deadline and the last poll after it."""

import math
import time
from collections.abc import Callable

import anyio
import pytest
from tests.many.crowd import BRISK, Backend, jobs_of
from tests.waits.faults import ENDLESS
from tests.waits.harness import Bench

import tilldone
from tilldone import JobTimeout, Outcome, Polling, aio
from tilldone.testing import done, hang, running, slow

TIMEOUT = 0.6
LAST_POLL = 0.3
TIGHT = Polling(schedule=lambda _: 0.05, last_poll=LAST_POLL)


IN_TIME = TIMEOUT + LAST_POLL + 0.25


def elapsed(
    wait: Callable[[], list[Outcome[object]]],
    *,
    tries: int = 5,
    wished: Callable[[list[Outcome[object]]], bool] = lambda _: True,
) -> tuple[list[Outcome[object]], float]:
    """Time a wait. A busy machine is late with everything, also with beginning a last poll in time:
    a wait that was late, or did not end as wished, is tried again."""
    while True:
        began = time.monotonic()
        outcomes = wait()
        took = time.monotonic() - began
        tries -= 1
        if (took <= IN_TIME and wished(outcomes)) or not tries:
            return outcomes, took


def polled_twice(outcomes: list[Outcome[object]]) -> bool:
    return all(" and 2 polls" in str(outcome.error) for outcome in outcomes)


def succeeded(outcomes: list[Outcome[object]]) -> bool:
    return all(outcome.error is None for outcome in outcomes)


@pytest.mark.parametrize("lanes", ["aiohttp", "httpx"])
def test_a_server_without_end_ends_no_wait_late(
    bench: Bench,
    backend: Backend,
    lanes: str,
    request: pytest.FixtureRequest,
) -> None:
    if lanes == "httpx":
        request.getfixturevalue("only_httpx")
    jobs = [job for fault in ENDLESS.values() for job in jobs_of(bench, 3, fault)]
    outcomes, took = elapsed(
        lambda: backend.wait_all(jobs, timeout=TIMEOUT, polling=TIGHT), wished=polled_twice
    )
    assert all(isinstance(outcome.error, JobTimeout) for outcome in outcomes)
    assert all("last fault: no complete answer" in str(outcome.error) for outcome in outcomes)
    assert TIMEOUT <= took <= IN_TIME
    # The last poll was sent, too.
    assert polled_twice(outcomes)


def test_last_polls_that_find_no_room_end_in_time_all_the_same(
    bench: Bench, backend: Backend
) -> None:
    jobs = jobs_of(bench, 30, hang())
    outcomes, took = elapsed(
        lambda: backend.wait_all(jobs, timeout=TIMEOUT, polling=TIGHT, concurrency=3)
    )
    assert all(isinstance(outcome.error, JobTimeout) for outcome in outcomes)
    assert took <= IN_TIME
    assert sum("has not been seen, after" in str(outcome.error) for outcome in outcomes) >= 20


def test_a_rate_that_leaves_no_room_for_last_polls_ends_in_time(
    bench: Bench, backend: Backend
) -> None:
    outcomes, took = elapsed(
        lambda: backend.wait_all(
            jobs_of(bench, 30, running()), timeout=TIMEOUT, polling=TIGHT, rate=10
        )
    )
    assert all(isinstance(outcome.error, JobTimeout) for outcome in outcomes)
    assert took <= IN_TIME
    polls = sum(len(bench.told(outcome.job)) for outcome in outcomes)
    assert polls <= 10 * (TIMEOUT + LAST_POLL) + 1


def test_jobs_that_are_done_in_time_are_returned_after_a_sleep_past_the_deadline(
    bench: Bench, backend: Backend
) -> None:
    lazy = Polling(schedule=lambda _: 60.0, last_poll=LAST_POLL)
    outcomes, took = elapsed(
        lambda: backend.wait_all(
            jobs_of(bench, 10, running(), done()), timeout=TIMEOUT, polling=lazy
        ),
        wished=succeeded,
    )
    assert succeeded(outcomes)
    assert TIMEOUT <= took <= IN_TIME


def test_a_consumer_that_is_slow_does_not_stop_the_polls(bench: Bench, backend: Backend) -> None:
    prompt = jobs_of(bench, 1, done())
    later = jobs_of(bench, 10, running(times=3), done())
    jobs = [*prompt, *later]

    def plain() -> int:
        taken = 0
        for _ in tilldone.as_completed(jobs, timeout=20, polling=BRISK, rate=math.inf):
            taken += 1
            time.sleep(0.4)
        return taken

    async def coroutine() -> int:
        taken = 0
        async for _ in aio.as_completed(jobs, timeout=20, polling=BRISK, rate=math.inf):
            taken += 1
            await anyio.sleep(0.4)
        return taken

    assert backend.run(plain, coroutine) == len(jobs)
    # Eleven outcomes are more than four seconds of the consumer's own time.
    assert max(at for job in later for at in bench.times(job)) < bench.times(prompt[0])[0] + 3.6


def test_a_slow_answer_is_waited_for_while_others_go_on(bench: Bench, backend: Backend) -> None:
    slower = jobs_of(bench, 1, slow(1.5, done()))
    others = jobs_of(bench, 5, running(times=2), done())
    came = backend.as_completed([*slower, *others], timeout=5)
    assert came[-1].job == slower[0]
    assert came[-1].error is None
