"""The scheduler by property: any jobs, hosts, answers and latencies, without I/O and in no time."""

import gc
import heapq
import json
import math
import weakref
from collections import Counter
from dataclasses import dataclass, field
from itertools import count, pairwise

import httpx
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from tilldone import Job, JobTimeout, Outcome, Polling, PollRejected, edenai, zai
from tilldone._core.forecast import Forecast, forecast_of
from tilldone._core.host_queue import ScheduledWait
from tilldone._core.poller import Poller
from tilldone._core.response import Response, TransportError
from tilldone._core.scheduler import Dispatch, Scheduler

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


@dataclass(frozen=True)
class Known:
    """A history that knows one forecast, and learns nothing."""

    at_worst: float
    known: Forecast | None

    def forecast(self, _kind: str) -> Forecast | None:
        return self.known

    def learn(self, kind: str, seconds: float) -> None: ...


@dataclass
class Script:
    """How one job's polls go: what each brings after how long (s), the last one for ever."""

    host: int
    polls: list[tuple[Response | TransportError, float]]
    added: float = 0.0
    timeout: float = 30.0
    last_poll: float = 2.0

    @property
    def deadline(self) -> float:
        return self.added + self.timeout

    @property
    def end(self) -> float:
        return self.deadline + self.last_poll


SCRIPTS = st.builds(
    Script,
    host=st.integers(0, 2),
    polls=st.lists(st.tuples(EVENTS, st.floats(0, 3, allow_nan=False)), min_size=1, max_size=5),
    added=st.floats(0, 20, allow_nan=False),
    timeout=st.floats(0, 40, allow_nan=False),
    last_poll=st.floats(0.1, 3),
)


@dataclass
class Run:
    """What an engine with a perfect clock saw of a scheduler."""

    outcomes: list[tuple[float, Outcome[object]]] = field(default_factory=list)
    polls: list[tuple[float, int, Job[object], float]] = field(default_factory=list)
    holds: list[tuple[float, int, float]] = field(default_factory=list)
    ended: float = 0.0


def drive(
    scripts: list[Script], *, polling: Polling, rate: float, concurrency: int
) -> tuple[Run, dict[Job[object], Script]]:
    """Do what the scheduler says, each poll taking as long as its script has it."""
    client = edenai.connect("k")
    jobs: dict[Job[object], Script] = {
        edenai.job(client, f"job-{number}"): script for number, script in enumerate(scripts)
    }
    told = Counter[Job[object]]()
    scheduler: Scheduler[object] = Scheduler()
    to_come = sorted(jobs, key=lambda job: jobs[job].added, reverse=True)
    run, now, order = Run(), 0.0, count()
    flying: list[tuple[float, int, ScheduledWait[object], Response | TransportError]] = []
    for _ in range(200_000):
        while to_come and jobs[to_come[-1]].added <= now:
            add(scheduler, to_come[-1], jobs[to_come.pop()], polling, rate, now)
        run.outcomes += [(now, each.poller.outcome()) for each in scheduler.expire(now)]
        while len(flying) < concurrency and (dispatch := scheduler.next_dispatch(now)) is not None:
            assert isinstance(dispatch, Dispatch)
            heapq.heappush(flying, fly(dispatch, jobs, told, run, now, next(order)))
        if not scheduler.running and not to_come:
            run.ended = now
            return run, jobs
        pause = now + scheduler.pause(now, room=len(flying) < concurrency)
        coming = jobs[to_come[-1]].added if to_come else math.inf
        now = max(now, min(pause, coming, flying[0][0] if flying else math.inf))
        while flying and flying[0][0] <= now:
            _, _, scheduled, event = heapq.heappop(flying)
            if isinstance(event, Response) and (hint := event.headers.get("retry-after")):
                run.holds.append((now, jobs[scheduled.poller.job].host, now + float(hint)))
            if scheduler.receive(scheduled, event, now):
                run.outcomes.append((now, scheduled.poller.outcome()))
    raise AssertionError("the scheduler comes to no end")


def add(
    scheduler: Scheduler[object],
    job: Job[object],
    script: Script,
    polling: Polling,
    rate: float,
    now: float,
) -> ScheduledWait[object]:
    patience = evolve(polling, last_poll=script.last_poll)
    poller = Poller(job, timeout=script.timeout, polling=patience, now=now)
    return scheduler.add(poller, host=str(script.host), rate=rate, now=now)


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
    rate=st.one_of(st.just(math.inf), st.floats(0.2, 50)),
    concurrency=st.integers(1, 12),
    interval=st.floats(0.05, 5),
)
def test_whatever_happens_each_job_has_one_outcome_in_time(
    scripts: list[Script], rate: float, concurrency: int, interval: float
) -> None:
    polling = Polling(schedule=lambda _: interval, request_timeout=2.0, tolerate=10.0)
    run, jobs = drive(scripts, polling=polling, rate=rate, concurrency=concurrency)
    # One outcome for each job, and none later than its own deadline and last poll.
    assert Counter(outcome.job for _, outcome in run.outcomes) == dict.fromkeys(jobs, 1)
    for at, outcome in run.outcomes:
        assert at <= jobs[outcome.job].end + EPSILON
    for at, _, job, limit in run.polls:
        assert at + limit <= jobs[job].end + EPSILON
    for host in range(3):
        polls = [(at, job) for at, where, job, _ in run.polls if where == host]
        assert all(
            later - earlier >= 1 / rate - EPSILON for (earlier, _), (later, _) in pairwise(polls)
        )
        # A host is left alone as long as it asks, save for the last polls.
        for since, where, until in run.holds:
            if where == host:
                assert not any(
                    since < at < min(until, jobs[job].deadline) - EPSILON for at, job in polls
                )
    # Who timed out has been polled after the deadline, or there was no room for it.
    for at, outcome in run.outcomes:
        if isinstance(outcome.error, JobTimeout):
            script = jobs[outcome.job]
            last = max((when for when, _, job, _ in run.polls if job == outcome.job), default=-1.0)
            full = rate < math.inf
            assert last >= script.deadline or at >= script.end - EPSILON or full


@settings(max_examples=60)
@given(
    number=st.integers(2, 30),
    rate=st.floats(5, 40),
    interval=st.floats(0.01, 0.5),
    concurrency=st.integers(1, 8),
)
def test_no_job_starves(number: int, rate: float, interval: float, concurrency: int) -> None:
    # Deadlines of many kinds: who has more time gets no fewer polls for it.
    scripts = [
        Script(0, [(answer("processing"), 0.01)], timeout=30.0 + job) for job in range(number)
    ]
    polling = Polling(schedule=lambda _: interval, jitter=0.0)
    run, jobs = drive(scripts, polling=polling, rate=rate, concurrency=concurrency)
    polls = Counter(job for at, _, job, _ in run.polls if at < 25.0)
    assert set(polls) == set(jobs)
    assert max(polls.values()) - min(polls.values()) <= 1


def test_where_polls_are_scarce_the_likeliest_go_first_and_nobody_is_left_out() -> None:
    running: list[tuple[Response | TransportError, float]] = [(answer("processing"), 0.01)]
    early = [Script(0, running, timeout=1000.0) for _ in range(20)]
    late = [Script(0, running, added=500.0, timeout=1000.0) for _ in range(20)]
    past = [500.0, 550.0, 600.0, 650.0, 700.0] * 4
    polling = Polling(history=Known(1.2, forecast_of(past)))
    run, jobs = drive([*early, *late], polling=polling, rate=0.5, concurrency=4)
    # From when all are polled in turn until the likelihood of those that began late grows.
    moments: dict[Job[object], list[float]] = {job: [] for job in jobs}
    for at, _, job, _ in run.polls:
        if 500.0 <= at < 850.0:
            moments[job].append(at)
    polls = Counter[float]()
    for job, each in moments.items():
        polls[jobs[job].added] += len(each)
    assert polls[0.0] > 2 * polls[500.0]
    length = len(jobs) / 0.5
    for each in moments.values():
        gaps = [later - earlier for earlier, later in pairwise([500.0, *each, 850.0])]
        assert max(gaps) <= 2.5 * length


def test_no_host_is_preferred_where_the_polls_in_flight_are_what_is_scarce() -> None:
    crowded = [Script(0, [(answer("processing"), 0.1)], timeout=60.0) for _ in range(60)]
    lonely = [Script(host, [(answer("processing"), 0.1)], timeout=60.0) for host in (1, 2)]
    polling = Polling(schedule=lambda _: 0.05, jitter=0.0)
    run, jobs = drive([*crowded, *lonely], polling=polling, rate=math.inf, concurrency=2)
    polls = Counter(job for at, _, job, _ in run.polls if at < 60.0)
    assert set(polls) == set(jobs)
    assert max(polls.values()) - min(polls.values()) <= 1


def test_a_rate_next_to_nothing_ends_in_time_all_the_same() -> None:
    scripts = [Script(0, [(answer("processing"), 0.1)], timeout=1.0) for _ in range(2)]
    run, _ = drive(scripts, polling=Polling(), rate=1e-309, concurrency=2)
    assert run.ended <= 1.0 + Polling().last_poll + EPSILON
    assert len(run.outcomes) == 2


def test_one_job_that_is_refused_for_good_does_not_stop_its_host() -> None:
    # Z.AI's 429 with this code says that the account is empty.
    refusal = json.dumps({"error": {"code": "1113", "message": "no money"}}).encode()
    client = zai.connect("key-for-tests")
    scheduler: Scheduler[object] = Scheduler()
    for each in ("1", "2"):
        job = zai.job(client, each, agent_id="a")
        add(scheduler, job, Script(0, []), Polling(), math.inf, 0.0)
    dispatch = scheduler.next_dispatch(0.0)
    assert isinstance(dispatch, Dispatch)
    headers = httpx.Headers({"retry-after": "30"})
    assert scheduler.receive(dispatch.scheduled, Response(429, headers, refusal, 0.0), 0.1)
    assert isinstance(dispatch.scheduled.poller.outcome().error, PollRejected)
    assert scheduler.next_dispatch(0.1) is not None


def some_job() -> Job[object]:
    return edenai.job(edenai.connect("k"), "1")


def one(
    *, timeout: float = 30.0, until: float = math.inf
) -> tuple[Scheduler[object], ScheduledWait[object]]:
    """Schedule a single wait, with an interval of a second."""
    scheduler: Scheduler[object] = Scheduler()
    polling = Polling(schedule=lambda _: 1.0, jitter=0.0)
    poller = Poller(some_job(), timeout=timeout, polling=polling, now=0.0)
    return scheduler, scheduler.add(poller, host="h", rate=math.inf, now=0.0, until=until)


def test_a_wait_is_given_back_before_a_poll_that_is_due_too_late() -> None:
    scheduler, scheduled = one(until=1.5)
    assert scheduler.next_dispatch(0.0) is not None
    assert not scheduler.receive(scheduled, answer("processing"), 0.0)
    assert scheduler.next_dispatch(1.0) is not None
    assert scheduler.receive(scheduled, answer("processing"), 1.0)
    assert (scheduler.running, scheduled.poller.stop, scheduled.poller.due) == (0, None, 2.0)


def test_a_wait_taken_up_past_its_end_is_polled_once_more() -> None:
    scheduler, scheduled = one(timeout=5.0)
    scheduler.remove(scheduled)
    # Its process was away for a day; the job is done, and paid for.
    scheduled = scheduler.add(scheduled.poller, host="h", rate=math.inf, now=86400.0)
    assert list(scheduler.expire(86400.0)) == []
    dispatch = scheduler.next_dispatch(86400.0)
    assert isinstance(dispatch, Dispatch)
    assert dispatch.poll.timeout == Polling().last_poll
    assert scheduler.receive(scheduled, answer("success"), 86401.0)
    assert scheduled.poller.outcome().error is None


def test_what_comes_of_a_wait_that_was_let_go_is_dropped() -> None:
    scheduler, scheduled = one()
    assert scheduler.next_dispatch(0.0) is not None
    scheduler.remove(scheduled)
    assert not scheduler.receive(scheduled, answer("success"), 0.1)
    assert scheduled.poller.stop is None
    assert scheduler.running == 0
    assert scheduler.pause(0.1, room=True) == math.inf


def test_waits_that_are_over_are_not_kept_until_their_deadlines() -> None:
    scheduler: Scheduler[object] = Scheduler()
    job = some_job()
    pollers = []
    for _ in range(1000):
        poller = Poller(job, timeout=1e9, polling=Polling(), now=0.0)
        scheduled = scheduler.add(poller, host="h", rate=math.inf, now=0.0)
        assert scheduler.next_dispatch(0.0) is not None
        assert scheduler.receive(scheduled, answer("success"), 0.0)
        pollers.append(weakref.ref(scheduled))
        del scheduled
    gc.collect()
    assert sum(each() is not None for each in pollers) < 10
