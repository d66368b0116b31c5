"""What the caller's own functions raise concerns their own job, and loses no result."""

import logging
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

import attrs
import pytest
from tests.core.world import DONE, RUNNING, Desk, Reply
from tests.many.crowd import Backend as Crowd
from tests.many.crowd import nothing_left
from tests.waits.harness import Backend, Bench

from tilldone import (
    Failure,
    Job,
    JobFailed,
    Phase,
    Polling,
    PollUnavailable,
    Provider,
    WaitError,
    check,
    watch,
)
from tilldone._core.forecast import forecast_of
from tilldone.simulator import Step
from tilldone.testing import ManualClock, body, done, failed, running, status


class Mine(Exception):
    """Raised by the caller's own code."""


def raising(*_: object) -> Any:  # noqa: ANN401 # in the place of any function
    raise Mine("at the wrong moment")


RAISING = Polling(schedule=raising)
NOTE = "the edenai job goes on; resume with "


def test_a_result_is_not_lost_to_a_schedule_that_raises(backend: Backend) -> None:
    with ManualClock() as clock:
        assert backend.wait(Desk(clock, [DONE]).job(), polling=RAISING).status == "success"


@pytest.mark.parametrize(
    "first", [RUNNING, Reply(status=503), Reply(status=404), Reply(broken=True)]
)
@pytest.mark.together("backend", "first")
def test_a_schedule_that_raises_ends_its_wait_with_the_ref(backend: Backend, first: Reply) -> None:
    with ManualClock() as clock:
        job = Desk(clock, [first, DONE]).job()
        with pytest.raises(Mine, match="at the wrong moment") as caught:
            backend.wait(job, polling=RAISING)
    assert caught.value.__notes__ == [NOTE + job.ref]


def test_a_watch_shows_what_it_saw_before_its_schedule_raised() -> None:
    with ManualClock() as clock:
        snapshots = watch(Desk(clock, [RUNNING]).job(), timeout=60, polling=RAISING)
        seen = next(snapshots)
        assert (seen.phase, seen.next_poll) == (Phase.RUNNING, None)
        with pytest.raises(Mine) as caught:
            next(snapshots)
    assert caught.value.__notes__[0].startswith(NOTE)


def test_a_check_needs_no_schedule(backend: Backend) -> None:
    with ManualClock() as clock:
        assert backend.check(Desk(clock, [RUNNING]).job(), polling=RAISING).status == "processing"


def test_among_many_a_schedule_that_raises_ends_its_own_job_alone(bench: Bench) -> None:
    client = bench.client("edenai")
    told: list[float] = []

    def once(_elapsed: float) -> float:
        told.append(_elapsed)
        if len(told) == 1:
            raise Mine("at the wrong moment")
        return 0.05

    jobs = [bench.job("edenai", running(times=3), done(), client=client) for _ in range(5)]
    for backend in ("sync", "asyncio", "trio"):
        told.clear()
        with nothing_left(bench):
            outcomes = Crowd(backend).wait_all(jobs, polling=Polling(schedule=once))
        (error,) = [outcome.error for outcome in outcomes if outcome.error is not None]
        assert type(error) is WaitError
        assert isinstance(error.__cause__, Mine)
        assert "its schedule raised Mine: at the wrong moment" in str(error)
        assert error.job.ref in str(error)
        jobs = [bench.job("edenai", running(times=3), done(), client=client) for _ in range(5)]


@pytest.mark.parametrize("script", [[running(), done()], [done()]], ids=["running", "done"])
@pytest.mark.together("backend", "script")
def test_a_callback_that_raises_carries_the_ref(
    bench: Bench, backend: Backend, script: list[Step]
) -> None:
    job = bench.job("edenai", *script)
    with nothing_left(bench):
        with pytest.raises(Mine) as caught:
            backend.wait(job, on_snapshot=raising)
        assert caught.value.__notes__ == [NOTE + job.ref]


class Forgetful:
    """A history of the caller's own that breaks at one of the things that it is asked for."""

    breaking = ""

    @property
    def at_worst(self) -> float:
        return raising() if self.breaking == "at_worst" else 1.2

    def forecast(self, _kind: str) -> Any:  # noqa: ANN401 # what takes a forecast's place
        return raising() if self.breaking == "forecast" else forecast_of([60.0] * 10)

    def learn(self, _kind: str, _seconds: float) -> None:
        if self.breaking == "learn":
            raising()


@pytest.mark.parametrize("breaking", ["at_worst", "forecast", "learn"])
def test_a_history_that_raises_is_told_of_and_asked_no_more(
    backend: Backend, breaking: str, caplog: pytest.LogCaptureFixture
) -> None:
    with ManualClock() as clock:
        job = Desk(clock, [RUNNING, RUNNING, DONE]).job()
        history = Forgetful()
        polling = Polling(history=history)
        history.breaking = breaking
        assert backend.wait(job, polling=polling).status == "success"
    (said,) = [line.getMessage() for line in caplog.records]
    assert said == (
        f"edenai job {job.id}: its history raised Mine: at the wrong moment; "
        "polled by the schedule alone"
    )


@pytest.fixture(params=["filter", "handler"])
def talking_back(request: pytest.FixtureRequest) -> Iterator[None]:
    """Have what is logged meet code of the caller's own that raises."""
    logger, handler = logging.getLogger("tilldone"), logging.StreamHandler()
    asked = logger if request.param == "filter" else handler
    asked.addFilter(raising)
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    yield
    logger.setLevel(logging.NOTSET)
    logger.removeHandler(handler)
    asked.removeFilter(raising)


@pytest.mark.usefixtures("talking_back")
@pytest.mark.parametrize("answer", [DONE, Reply(status=503)], ids=["done", "after a fault"])
@pytest.mark.together("backend", "answer")
def test_a_result_is_not_lost_to_what_a_log_filter_raises(
    backend: Backend, answer: Reply, capsys: pytest.CaptureFixture[str]
) -> None:
    with ManualClock() as clock:
        assert backend.wait(Desk(clock, [answer, DONE]).job()).status == "success"
    assert "Mine: at the wrong moment" in capsys.readouterr().err


MINE = Provider(
    name="declared_here",
    request=lambda job: {"method": "get", "url": f"/v3/universal-ai/async/{job}"},
    parse=dict,
    phases={"processing": Phase.RUNNING, "success": Phase.SUCCEEDED, "fail": Phase.FAILED},
)


def polled_as(provider: Provider[Any], bench: Bench, *script: Step) -> Job[Any]:
    return provider.job(bench.client("edenai"), bench.job("edenai", *script).id)


def test_a_status_that_cannot_be_read_is_one_polls_fault(bench: Bench) -> None:
    provider = attrs.evolve(MINE, status=lambda body: body["status"])
    job = polled_as(provider, bench, body({"detail": "starting"}))
    with pytest.raises(PollUnavailable, match="no status was found: KeyError: 'status'"):
        check(job)


@pytest.mark.parametrize(
    ("provider", "step"),
    [
        (attrs.evolve(MINE, is_failure=raising), running()),
        (attrs.evolve(MINE, is_final=raising), status(503)),
    ],
    ids=["is_failure", "is_final"],
)
def test_a_declaration_that_raises_is_one_polls_fault(
    bench: Bench, backend: Backend, provider: Provider[object], step: Step
) -> None:
    with pytest.raises(PollUnavailable, match="Mine: at the wrong moment"):
        backend.check(polled_as(provider, bench, step))


def test_a_failure_whose_words_cannot_be_read_is_a_failure(bench: Bench, backend: Backend) -> None:
    job = polled_as(attrs.evolve(MINE, failure=raising), bench, failed("E1", "It broke."))
    with pytest.raises(JobFailed) as caught:
        backend.wait(job)
    assert (caught.value.code, caught.value.message) == (None, None)
    assert isinstance(caught.value.__cause__, Mine)


def numbered(body: Mapping[str, Any]) -> Failure:
    """Read a failure as it is written in JSON, of which no type checker knows what it is."""
    return Failure(body["error"]["code"], body["error"]["message"])


@pytest.mark.parametrize(
    ("failure", "code", "message"),
    [(numbered, "500", "['no', 'space']"), (lambda _: None, None, None)],
    ids=["numbers", "nothing"],
)
@pytest.mark.together("backend", "failure")
def test_a_failure_that_is_no_text_is_the_failure_of_its_own_job(
    bench: Bench,
    backend: Backend,
    failure: Any,  # noqa: ANN401 # whatever someone may write
    code: str | None,
    message: str | None,
) -> None:
    provider = attrs.evolve(MINE, failure=failure)
    told = body({"status": "fail", "error": {"code": 500, "message": ["no", "space"]}})
    with pytest.raises(JobFailed) as caught:
        backend.wait(polled_as(provider, bench, told))
    assert (caught.value.code, caught.value.message) == (code, message)
    with nothing_left(bench):
        jobs = [polled_as(provider, bench, told), polled_as(provider, bench, done())]
        one, other = Crowd("asyncio").wait_all(jobs)
    assert isinstance(one.error, JobFailed)
    assert str(one.error).startswith(str(caught.value).split(" job ")[0])
    assert other.error is None


class Word(StrEnum):
    PROCESSING = "processing"
    SUCCESS = "success"


def test_a_status_may_be_a_member_of_an_enum(bench: Bench, backend: Backend) -> None:
    provider = attrs.evolve(MINE, status=lambda body: Word(body["status"]))
    seen = backend.watch(polled_as(provider, bench, running(), done()))
    assert [type(snapshot.status) for snapshot in seen] == [str, str]
    with nothing_left(bench):
        jobs = [polled_as(provider, bench, running(), done()) for _ in "ab"]
        outcomes = Crowd("asyncio").wait_all(jobs)
    assert [outcome.error for outcome in outcomes] == [None, None]


@pytest.mark.parametrize("thing", ["an id", None, 7])
def test_what_is_not_a_job_is_a_type_error_that_says_what_is_expected(
    backend: Backend,
    thing: Any,  # noqa: ANN401 # whatever someone may pass
) -> None:
    expected = f"^job: expected a Job, got {type(thing).__name__}; "
    with pytest.raises(TypeError, match=expected):
        backend.wait(thing)
    with pytest.raises(TypeError, match=expected):
        backend.check(thing)
    with pytest.raises(TypeError, match=expected):
        backend.watch(thing)
