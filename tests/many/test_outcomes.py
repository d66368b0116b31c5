"""Every job ends in exactly one outcome, whatever happens on the way."""

import random
from collections import Counter
from collections.abc import Sequence
from itertools import cycle, product

import attrs
import pytest
from tests.many.crowd import BRISK, Backend, jobs_of
from tests.soak import SOAK
from tests.waits.faults import FAULTS
from tests.waits.harness import PROVIDERS, Bench

from tilldone import (
    Job,
    JobFailed,
    JobNotFound,
    JobTimeout,
    Phase,
    Polling,
    PollRejected,
    Provider,
    Snapshot,
    UnreadableResponse,
    WaitError,
)
from tilldone._drivers.instrumentation import Instrumentation
from tilldone.simulator import Step
from tilldone.testing import body, done, failed, hang, not_found, running, status, unknown

SEED = 20261121
CROWD = 10_000 if SOAK else 150

# It gives up a poll soon, and never a job. Thousands at once are answered later than a few: where
# each is given up before its answer can come, none ever ends.
HASTY = Polling(
    schedule=lambda _: 0.3,
    request_timeout=60.0 if SOAK else 1.5,
    last_poll=1.0,
    tolerate=3600.0,
    max_body=64 * 1024,
)

# How jobs end, those included that never do.
ENDINGS: Sequence[tuple[Step, type[WaitError] | None, int]] = (
    (done(), None, 90),
    (failed(), JobFailed, 4),
    (status(403), PollRejected, 2),
    (body({"status": "success", "output": {}, "created_at": 7}), UnreadableResponse, 1),
    (running(), JobTimeout, 1),
    (hang(), JobTimeout, 1),
    (unknown("dreaming"), JobTimeout, 1),
)


def crowd(bench: Bench, number: int) -> dict[Job[object], type[WaitError] | None]:
    """Submit jobs whose polls meet a fault every tenth time, and say how each will end.

    Every provider has every ending, and every fault happens.
    """
    dice = random.Random(SEED)
    clients = {name: bench.client(name) for name in PROVIDERS}
    weights = [weight for _, _, weight in ENDINGS]
    ends = [*product(ENDINGS, PROVIDERS)]
    while len(ends) < number:
        ends.append((dice.choices(ENDINGS, weights)[0], dice.choice(list(PROVIDERS))))
    dice.shuffle(ends)
    faults = cycle(dice.sample([*FAULTS.values()], len(FAULTS)))
    expected: dict[Job[object], type[WaitError] | None] = {}
    for (end, kind, _), provider in ends:
        # Only Eden AI's model is known to refuse that body.
        name = "edenai" if kind is UnreadableResponse else provider
        way = [next(faults) if dice.random() < 0.1 else running() for _ in range(4)]
        expected[bench.job(name, *way, end, client=clients[name])] = kind
    return expected


@pytest.mark.soak
def test_each_job_of_a_crowd_under_mixed_faults_ends_once_and_as_it_must(
    bench: Bench, backend: Backend
) -> None:
    expected = crowd(bench, CROWD)
    ending = [job for job, kind in expected.items() if kind is not JobTimeout]
    outcomes = backend.as_completed(
        expected, timeout=None, polling=HASTY, concurrency=CROWD // 3, most=len(ending)
    )
    assert Counter(outcome.job for outcome in outcomes) == Counter(ending)
    for outcome in outcomes:
        kind = expected[outcome.job]
        assert type(outcome.error) is (kind or type(None)), (outcome, bench.told(outcome.job))
        assert (outcome.error is None) != (outcome.result is None), outcome


@pytest.mark.soak
def test_each_job_of_a_crowd_under_mixed_faults_ends_in_time(
    bench: Bench, backend: Backend
) -> None:
    expected = crowd(bench, CROWD)
    outcomes = backend.as_completed(
        expected,
        timeout=180.0 if SOAK else 2.0,
        # What hangs is cut off by the end of its wait alone, or never.
        polling=attrs.evolve(HASTY, request_timeout=3600.0),
        concurrency=CROWD // 3,
    )
    assert Counter(outcome.job for outcome in outcomes) == Counter(list(expected))
    for outcome in outcomes:
        assert type(outcome.error) in {expected[outcome.job] or type(None), JobTimeout}, outcome


def test_outcomes_come_in_order_of_completion_and_wait_all_gives_the_order_of_the_jobs(
    bench: Bench, backend: Backend
) -> None:
    slow, quick, middling = (
        jobs_of(bench, 1, running(times=polls), done())[0] for polls in (12, 1, 6)
    )
    came = backend.as_completed([slow, quick, middling])
    assert [outcome.job for outcome in came] == [quick, middling, slow]
    slow, quick, middling = (
        jobs_of(bench, 1, running(times=polls), done())[0] for polls in (12, 1, 6)
    )
    listed = backend.wait_all([slow, quick, middling])
    assert [outcome.job for outcome in listed] == [slow, quick, middling]


def test_a_job_that_is_given_twice_is_polled_once_and_reported_twice(
    bench: Bench, backend: Backend
) -> None:
    client = bench.client("edenai")
    twice, once = jobs_of(bench, 2, running(times=2), done(), client=client)
    again = PROVIDERS["edenai"].resume(client, twice.ref)
    outcomes = backend.wait_all([twice, once, again])
    assert [outcome.job for outcome in outcomes] == [twice, once, twice]
    assert outcomes[0].unwrap() is outcomes[2].unwrap()
    assert len(bench.told(twice)) == 3
    came = backend.as_completed([twice, once, again])
    assert Counter(outcome.job for outcome in came) == {twice: 2, once: 1}


def test_the_same_id_at_two_clients_is_two_jobs(bench: Bench, backend: Backend) -> None:
    (mine,) = jobs_of(bench, 1, done())
    theirs = PROVIDERS["edenai"].job(bench.client("edenai"), mine.id)
    assert len(backend.wait_all([mine, theirs])) == 2
    assert len(bench.told(mine)) == 2


def test_no_jobs_have_no_outcomes(backend: Backend) -> None:
    assert backend.wait_all([]) == []
    assert backend.as_completed([]) == []


def test_an_error_is_the_one_that_a_single_wait_raises(bench: Bench, backend: Backend) -> None:
    missing, failing = jobs_of(bench, 1, not_found())[0], jobs_of(bench, 1, failed("e7", "no"))[0]
    absent, failure = (outcome.error for outcome in backend.wait_all([missing, failing]))
    assert isinstance(absent, JobNotFound)
    assert isinstance(failure, JobFailed)
    assert (failure.code, failure.message) == ("e7", "no")
    assert missing.ref in str(absent)
    assert failure.__traceback__ is None
    with pytest.raises(JobFailed, match="e7"):
        backend.wait_all([failing])[0].unwrap()


def test_a_schedule_that_breaks_its_promise_ends_each_wait_that_asks_it(
    bench: Bench, backend: Backend
) -> None:
    ready, *others = [*jobs_of(bench, 1, done()), *jobs_of(bench, 20, running())]
    broken = Polling(schedule=lambda _: -1.0)
    first, *rest = backend.wait_all([ready, *others], polling=broken)
    # It was never asked for the job that was done at once.
    assert first.error is None
    for outcome in rest:
        assert type(outcome.error) is WaitError
        assert isinstance(outcome.error.__cause__, ValueError)
        assert "schedule: it gave -1.0 s" in str(outcome.error)
        assert outcome.job.ref in str(outcome.error)
    assert sum(len(bench.told(job)) for job in others) == 20


def test_zero_is_a_single_poll_of_each(bench: Bench, backend: Backend) -> None:
    ready, unready = jobs_of(bench, 1, done())[0], jobs_of(bench, 1, running())[0]
    outcomes = backend.wait_all([ready, unready], timeout=0, polling=BRISK)
    assert outcomes[0].error is None
    assert isinstance(outcomes[1].error, JobTimeout)
    assert bench.told(unready) == ["running"]


def test_a_poll_that_cannot_be_built_ends_its_own_wait_alone(
    bench: Bench, backend: Backend
) -> None:
    client = bench.client("edenai")
    good = jobs_of(bench, 20, running(), done(), client=client)
    broken: Provider[object] = Provider(
        name="broken",
        request=_unbuildable,
        parse=lambda body: body,
        phases={"done": Phase.SUCCEEDED},
    )
    bad = [broken.job(client, str(number)) for number in range(3)]
    outcomes = backend.wait_all([*bad, *good, *bad[:1]])
    assert [outcome.error for outcome in outcomes[3:-1]] == [None] * 20
    for outcome in [*outcomes[:3], outcomes[-1]]:
        assert type(outcome.error) is WaitError
        assert isinstance(outcome.error.__cause__, LookupError)
        assert "its poll raised LookupError: no such region" in str(outcome.error)
        assert outcome.job.ref in str(outcome.error)


def _unbuildable(_id: str) -> dict[str, object]:
    raise LookupError("no such region")


def test_what_raises_over_an_answer_ends_its_own_wait_alone(
    bench: Bench, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, *good = jobs_of(bench, 10, running(), done())
    saw = Instrumentation.saw

    def refuse(observer: Instrumentation, snapshot: Snapshot[object]) -> None:
        if snapshot.job == bad:
            raise LookupError("an observer's own")
        saw(observer, snapshot)

    monkeypatch.setattr(Instrumentation, "saw", refuse)
    outcomes = backend.wait_all([bad, *good])
    assert [outcome.error for outcome in outcomes[1:]] == [None] * 9
    assert isinstance(outcomes[0].error, WaitError)
    assert isinstance(outcomes[0].error.__cause__, LookupError)
