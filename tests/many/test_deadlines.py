"""No wait of many ends later than its deadline and the last poll after it."""

import math
import threading
import time
from collections.abc import Callable
from typing import Any

import anyio
import attrs
import pytest
from tests.many.crowd import BRISK, Backend, jobs_of, moved_by_pauses
from tests.waits.faults import ENDLESS
from tests.waits.harness import HUNG, Bench
from tests.waits.sockets import response, serving

import tilldone
from tilldone import Job, JobTimeout, Origin, Outcome, Phase, Polling, Provider, aio
from tilldone.testing import done, hang, running

TIMEOUT = 0.6
LAST_POLL = 0.3
LATE = 0.25
# What a wait's own time does not cut off hangs.
TIGHT = Polling(schedule=lambda _: 0.05, request_timeout=3600.0, last_poll=LAST_POLL)


def in_time(
    wait: Callable[[float, Polling], list[Outcome[Any]]],
    wished: Callable[[list[Outcome[Any]]], bool],
) -> list[Outcome[Any]]:
    """Wait until `LAST_POLL` after a deadline, as wished, and late by no more than `LATE`.

    A busy machine is late with everything, also with beginning a last poll in time. What it is
    late by is a smaller share of a longer wait: each try has more of all three times.
    """
    tried: list[str] = []
    for more in (1, 1, 2, 4, 8, 16):
        began = time.monotonic()
        outcomes = wait(TIMEOUT * more, attrs.evolve(TIGHT, last_poll=LAST_POLL * more))
        took = (time.monotonic() - began) / more
        assert all(isinstance(outcome.error, JobTimeout) for outcome in outcomes)
        assert took >= TIMEOUT
        if took <= TIMEOUT + LAST_POLL + LATE and wished(outcomes):
            return outcomes
        tried.append(f"with {more} times the time, {took:.2f} times that: {outcomes}")
    raise AssertionError("\n".join(tried))


def polled_twice(outcomes: list[Outcome[object]]) -> bool:
    return all(" and 2 polls" in str(outcome.error) for outcome in outcomes)


def polled_never(outcomes: list[Outcome[object]]) -> int:
    return sum("has not been seen, after" in str(outcome.error) for outcome in outcomes)


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
    # The last poll was sent, too.
    outcomes = in_time(
        lambda timeout, polling: backend.wait_all(jobs, timeout=timeout, polling=polling),
        polled_twice,
    )
    assert all("last fault: no complete answer" in str(outcome.error) for outcome in outcomes)


def test_last_polls_that_find_no_room_end_in_time_all_the_same(
    bench: Bench, backend: Backend
) -> None:
    jobs = jobs_of(bench, 30, hang())
    in_time(
        lambda timeout, polling: backend.wait_all(
            jobs, timeout=timeout, polling=polling, concurrency=3
        ),
        lambda outcomes: polled_never(outcomes) >= 20,
    )


def test_a_rate_that_leaves_no_room_for_last_polls_ends_in_time(
    bench: Bench, backend: Backend
) -> None:
    # Of a provider without a list, which would be asked for instead.
    jobs = jobs_of(bench, 30, running(), provider="vessl")
    with moved_by_pauses() as clock:
        outcomes = backend.wait_all(
            jobs, timeout=600.0, polling=Polling(last_poll=300.0), rate=0.0101
        )
    assert all(isinstance(outcome.error, JobTimeout) for outcome in outcomes)
    assert clock.now() == 900.0
    # One every 99 seconds.
    assert sum(len(bench.told(job)) for job in jobs) == 10


def test_jobs_that_are_done_in_time_are_returned_after_a_sleep_past_the_deadline(
    bench: Bench, backend: Backend
) -> None:
    jobs = jobs_of(bench, 10, running(), done())
    with moved_by_pauses():
        outcomes = backend.wait_all(
            jobs, timeout=600.0, polling=Polling(schedule=lambda _: 6000.0, last_poll=HUNG)
        )
    assert [outcome.error for outcome in outcomes] == [None] * 10
    assert [bench.times(job) for job in jobs] == [[0.0, 600.0]] * 10


def test_a_consumer_that_is_slow_does_not_stop_the_polls(bench: Bench, backend: Backend) -> None:
    prompt = jobs_of(bench, 1, done())
    later = jobs_of(bench, 10, running(times=3), done())
    jobs = [*prompt, *later]
    how: dict[str, Any] = {"timeout": None, "polling": BRISK, "rate": math.inf}

    def polled_to_their_end() -> bool:
        return all(bench.told(job)[-1:] == ["done"] for job in later)

    def plain() -> list[Job[Any]]:
        came: list[Job[Any]] = []
        for outcome in tilldone.as_completed(jobs, **how):
            came.append(outcome.job)
            while not polled_to_their_end():
                time.sleep(0.01)
        return came

    async def coroutine() -> list[Job[Any]]:
        came: list[Job[Any]] = []
        async for outcome in aio.as_completed(jobs, **how):
            came.append(outcome.job)
            while not polled_to_their_end():  # noqa: ASYNC110 # the server is in another thread
                await anyio.sleep(0.01)
        return came

    # It takes the first, and no other before all of them have been polled to their end.
    came = backend.run(plain, coroutine)
    assert came[0] == prompt[0]
    assert len(came) == len(jobs)


def test_a_slow_answer_is_waited_for_while_others_go_on(backend: Backend) -> None:
    others_ended = threading.Event()

    def speak(connection: Any, request: bytes) -> None:  # noqa: ANN401 # a socket
        if request.startswith(b"GET /slow "):
            others_ended.wait(HUNG)
        polls.append(request)
        said = b"done" if len(polls) > 10 else b"running"
        connection.sendall(response(b'{"status": "%s"}' % said))

    def then(outcome: Outcome[Any]) -> None:
        came.append(outcome.job.id)
        if len(came) == 5:
            others_ended.set()

    polls: list[bytes] = []
    came: list[str] = []
    phases = {"running": Phase.RUNNING, "done": Phase.SUCCEEDED}
    provider = Provider(
        name="any",
        request=lambda name: {"method": "get", "url": f"/{name}"},
        phases=phases,
        parse=dict,
    )
    with serving(speak) as server:
        client = Origin(server.url)
        jobs = [provider.job(client, name) for name in ("slow", *"abcde")]
        outcomes = backend.as_completed(jobs, timeout=None, then=then)
    assert [outcome.error for outcome in outcomes] == [None] * 6
    assert (came[-1], {*came}) == ("slow", {"slow", *"abcde"})
    assert others_ended.is_set()
