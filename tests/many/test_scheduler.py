"""The scheduler by property: any jobs, hosts, answers and latencies, without I/O and in no time."""

import heapq
import json
import math
from collections import Counter
from dataclasses import dataclass, field
from itertools import count, pairwise

import httpx
from hypothesis import given, settings
from hypothesis import strategies as st

from tilldone import Job, JobTimeout, Outcome, Polling, PollRejected, edenai, zai
from tilldone._core.response import Response, TransportError
from tilldone._core.scheduler import Dispatch, ScheduledWait, Scheduler
from tilldone._http.enquiry import host_of

EPSILON = 1e-6


def answer(word: str, *, code: int = 200, hint: float | None = None) -> Response:
    body = {
        "status": word,
        "cost": "0.1",
        "provider": "p",
        "feature": "audio",
        "subfeature": "s",
        "public_id": "j",
        "created_at": "2026-01-01T00:00:00Z",
    }
    headers = {} if hint is None else {"retry-after": str(hint)}
    return Response(code, httpx.Headers(headers), json.dumps(body).encode(), 0.0)


EVENTS = st.one_of(
    st.sampled_from(
        [
            answer("processing"),
            answer("success"),
            answer("fail"),
            answer("dreaming"),
            answer("no", code=403),
            answer("no", code=404),
            answer("no", code=500),
            TransportError("reset"),
        ]
    ),
    st.builds(
        lambda code, hint: answer("no", code=code, hint=hint),
        st.sampled_from([429, 503]),
        st.integers(0, 30).map(float),
    ),
)


@dataclass
class Script:
    """How one job's polls go: what each brings after how long (s), the last one for ever."""

    host: int
    polls: list[tuple[Response | TransportError, float]]
    times: int = 1


SCRIPTS = st.builds(
    Script,
    host=st.integers(0, 2),
    polls=st.lists(st.tuples(EVENTS, st.floats(0, 3, allow_nan=False)), min_size=1, max_size=5),
    times=st.integers(1, 2),
)


@dataclass
class Run:
    """What an engine with a perfect clock saw of a scheduler."""

    outcomes: list[tuple[float, Outcome[object]]] = field(default_factory=list)
    polls: list[tuple[float, int, Job[object], float]] = field(default_factory=list)
    holds: list[tuple[float, int, float]] = field(default_factory=list)
    ended: float = 0.0


def drive(
    scripts: list[Script],
    *,
    timeout: float,
    polling: Polling,
    rate: float | None,
    concurrency: int,
) -> tuple[Run, dict[Job[object], Script]]:
    """Do what the scheduler says, each poll taking as long as its script has it."""
    clients = [edenai.connect("k", base_url=f"https://host{number}") for number in range(3)]
    jobs: dict[Job[object], Script] = {
        edenai.job(clients[script.host], f"job-{number}"): script
        for number, script in enumerate(scripts)
    }
    told = Counter[Job[object]]()
    given_jobs = [job for job, script in jobs.items() for _ in range(script.times)]
    scheduler: Scheduler[object] = Scheduler(
        given_jobs, timeout=timeout, polling=polling, rate=rate, host_of=host_of, now=0.0
    )
    run, now, order = Run(), 0.0, count()
    flying: list[tuple[float, int, ScheduledWait[object], Response | TransportError]] = []
    for _ in range(200_000):
        run.outcomes += [(now, outcome) for outcome in scheduler.expire(now)]
        while len(flying) < concurrency and (dispatch := scheduler.next_dispatch(now)) is not None:
            heapq.heappush(flying, fly(dispatch, jobs, told, run, now, next(order)))
        if not scheduler.running:
            run.ended = now
            return run, jobs
        pause = now + scheduler.pause(now, room=len(flying) < concurrency)
        now = max(now, min(pause, flying[0][0] if flying else math.inf))
        while flying and flying[0][0] <= now:
            _, _, scheduled, event = heapq.heappop(flying)
            if isinstance(event, Response) and (hint := event.headers.get("retry-after")):
                run.holds.append((now, jobs[scheduled.poller.job].host, now + float(hint)))
            run.outcomes += [(now, outcome) for outcome in scheduler.receive(scheduled, event, now)]
    raise AssertionError("the scheduler comes to no end")


def fly(
    dispatch: Dispatch[object],
    jobs: dict[Job[object], Script],
    told: Counter[Job[object]],
    run: Run,
    now: float,
    turn: int,
) -> tuple[float, int, ScheduledWait[object], Response | TransportError]:
    job, limit = dispatch.scheduled.poller.job, dispatch.poll.timeout
    script = jobs[job]
    event, latency = script.polls[min(told[job], len(script.polls) - 1)]
    told[job] += 1
    run.polls.append((now, script.host, job, limit))
    if latency > limit:
        return now + limit, turn, dispatch.scheduled, TransportError("no answer")
    return now + latency, turn, dispatch.scheduled, event


@settings(max_examples=300)
@given(
    scripts=st.lists(SCRIPTS, min_size=1, max_size=25),
    timeout=st.floats(0, 40, allow_nan=False),
    rate=st.one_of(st.none(), st.just(math.inf), st.floats(0.2, 50)),
    concurrency=st.integers(1, 12),
    interval=st.floats(0.05, 5),
    last_poll=st.floats(0.1, 3),
)
def test_whatever_happens(
    scripts: list[Script],
    timeout: float,
    rate: float | None,
    concurrency: int,
    interval: float,
    last_poll: float,
) -> None:
    polling = Polling(
        schedule=lambda _: interval, request_timeout=2.0, last_poll=last_poll, tolerate=10.0
    )
    run, jobs = drive(scripts, timeout=timeout, polling=polling, rate=rate, concurrency=concurrency)
    # One outcome for each time that a job was given, and none too late.
    reported = Counter(outcome.job for _, outcome in run.outcomes)
    assert reported == {job: script.times for job, script in jobs.items()}
    assert run.ended <= timeout + last_poll + EPSILON
    # Every poll ends by the end, and so does none begin at it.
    assert all(at + limit <= timeout + last_poll + EPSILON for at, _, _, limit in run.polls)
    spacing = 1 / (10.0 if rate is None else rate)
    for host in range(3):
        times = [at for at, where, _, _ in run.polls if where == host]
        assert all(later - earlier >= spacing - EPSILON for earlier, later in pairwise(times))
        # A host is left alone as long as it asks, save for the last polls.
        for since, where, until in run.holds:
            if where == host:
                assert not any(since < at < min(until, timeout) - EPSILON for at in times)
    # Who timed out has been polled after the deadline, or there was no room for it.
    full = rate is not None and rate < math.inf
    for at, outcome in run.outcomes:
        if isinstance(outcome.error, JobTimeout):
            last = max((when for when, _, job, _ in run.polls if job == outcome.job), default=-1.0)
            assert last >= timeout or at >= timeout + last_poll - EPSILON or full


@settings(max_examples=60)
@given(
    number=st.integers(2, 30),
    rate=st.floats(5, 40),
    interval=st.floats(0.01, 0.5),
    concurrency=st.integers(1, 8),
)
def test_no_job_starves(number: int, rate: float, interval: float, concurrency: int) -> None:
    scripts = [Script(0, [(answer("processing"), 0.01)]) for _ in range(number)]
    polling = Polling(schedule=lambda _: interval, jitter=0.0, last_poll=0.1)
    run, jobs = drive(scripts, timeout=30.0, polling=polling, rate=rate, concurrency=concurrency)
    polls = Counter(job for at, _, job, _ in run.polls if at < 30.0)
    assert set(polls) == set(jobs)
    assert max(polls.values()) - min(polls.values()) <= 1


def test_no_host_is_preferred_where_the_polls_in_flight_are_what_is_scarce() -> None:
    crowded = [Script(0, [(answer("processing"), 0.1)]) for _ in range(60)]
    lonely = [Script(host, [(answer("processing"), 0.1)]) for host in (1, 2)]
    polling = Polling(schedule=lambda _: 0.05, jitter=0.0, last_poll=0.1)
    run, jobs = drive(
        [*crowded, *lonely], timeout=60.0, polling=polling, rate=math.inf, concurrency=2
    )
    polls = Counter(job for at, _, job, _ in run.polls if at < 60.0)
    assert set(polls) == set(jobs)
    assert max(polls.values()) - min(polls.values()) <= 1


def test_a_rate_next_to_nothing_ends_in_time_all_the_same() -> None:
    scripts = [Script(0, [(answer("processing"), 0.1)]) for _ in range(2)]
    run, _ = drive(scripts, timeout=1.0, polling=Polling(), rate=1e-309, concurrency=2)
    assert run.ended <= 1.0 + Polling().last_poll + EPSILON
    assert len(run.outcomes) == 2


def test_one_job_that_is_refused_for_good_does_not_stop_its_host() -> None:
    # Z.AI's 429 with this code says that the account is empty.
    refusal = json.dumps({"error": {"code": "1113", "message": "no money"}}).encode()
    client = zai.connect("key-for-tests")
    jobs = [zai.job(client, each, agent_id="a") for each in ("1", "2")]
    scheduler = Scheduler(
        jobs, timeout=60, polling=Polling(), rate=math.inf, host_of=host_of, now=0.0
    )
    dispatch = scheduler.next_dispatch(0.0)
    assert dispatch is not None
    headers = httpx.Headers({"retry-after": "30"})
    (outcome,) = scheduler.receive(dispatch.scheduled, Response(429, headers, refusal, 0.0), 0.1)
    assert isinstance(outcome.error, PollRejected)
    assert scheduler.next_dispatch(0.1) is not None


def test_a_host_is_that_of_the_url_and_not_of_the_client() -> None:
    urls = [
        "https://a.example",
        "https://a.example:443/",
        "https://b.example",
        "https://a.example:8443",
    ]
    jobs = [edenai.job(edenai.connect("k", base_url=url), "1") for url in urls]
    scheduler = Scheduler(jobs, timeout=10, polling=Polling(), rate=1.0, host_of=host_of, now=0.0)
    begun = []
    while (dispatch := scheduler.next_dispatch(0.0)) is not None:
        begun.append(jobs.index(dispatch.scheduled.poller.job))
    assert begun == [0, 2, 3]
    assert scheduler.pause(0.0, room=True) == 1.0
