"""How long a row of faults or of 404s is borne, and what ends the row."""

import pytest
from tests.core.world import DONE, RUNNING, Desk, Reply
from tests.waits.harness import Backend, Bench

from tilldone import JobNotFound, JobTimeout, Polling, PollRejected, PollUnavailable, WaitError
from tilldone.simulator import Step
from tilldone.testing import ManualClock, body, not_found, reset, status

EVERY_10_S = Polling(schedule=lambda _: 10.0, jitter=0.0)

BROKEN = Reply(broken=True)
OUT_OF_ORDER = Reply(status=503, body=b"down")
NOT_FOUND = Reply(status=404, body={})


def ends(backend: Backend, desk: Desk, *, timeout: float | None = None) -> WaitError:
    with pytest.raises(WaitError) as caught:
        backend.wait(desk.job(), timeout=timeout, polling=EVERY_10_S)
    return caught.value


@pytest.mark.parametrize("fault", [BROKEN, OUT_OF_ORDER, Reply(body=b"<html>")], ids=repr)
def test_a_row_of_faults_longer_than_tolerate_ends_the_wait(backend: Backend, fault: Reply) -> None:
    with ManualClock() as clock:
        desk = Desk(clock, [RUNNING, fault])
        error = ends(backend, desk)

    assert isinstance(error, PollUnavailable)
    assert "gave no readable answer for 120.0 s" in str(error)
    assert error.last is not None
    assert error.last.status == "processing"
    assert desk.times[-1] == 130.0


def test_one_good_answer_ends_the_row(backend: Backend) -> None:
    with ManualClock() as clock:
        desk = Desk(clock, [*([OUT_OF_ORDER] * 12 + [RUNNING]) * 30, DONE])
        backend.wait(desk.job(), timeout=None, polling=EVERY_10_S)

    assert desk.times[-1] == 30 * 130.0


def test_a_404_does_not_end_a_row_of_faults(backend: Backend) -> None:
    with ManualClock() as clock:
        desk = Desk(clock, [OUT_OF_ORDER, NOT_FOUND, OUT_OF_ORDER])
        error = ends(backend, desk)

    assert isinstance(error, PollUnavailable)
    assert desk.times[-1] == 120.0


def test_a_deadline_within_the_row_is_a_timeout_that_names_the_last_fault(
    backend: Backend,
) -> None:
    with ManualClock() as clock:
        error = ends(backend, Desk(clock, [RUNNING, BROKEN, OUT_OF_ORDER]), timeout=60)

    assert isinstance(error, JobTimeout)
    assert "is still 'processing' (last fault: HTTP 503), after 60.0 s and 7 polls" in str(error)


def test_a_timeout_without_any_answer_says_so(backend: Backend) -> None:
    with ManualClock() as clock:
        error = ends(backend, Desk(clock, [BROKEN]), timeout=60)

    assert isinstance(error, JobTimeout)
    assert "has not been seen (last fault: ConnectError: refused)" in str(error)
    assert error.last is None


def test_no_tolerance_ends_at_the_first_fault(backend: Backend) -> None:
    with ManualClock() as clock:
        desk = Desk(clock, [OUT_OF_ORDER, DONE])
        with pytest.raises(PollUnavailable, match="HTTP 503"):
            backend.wait(desk.job(), timeout=60, polling=Polling(tolerate=0))

    assert len(desk.visits) == 1


def test_a_404_is_borne_within_its_grace(backend: Backend) -> None:
    polling = Polling(schedule=lambda _: 2.0, jitter=0.0, not_found_grace=5)
    with ManualClock() as clock:
        desk = Desk(clock, [NOT_FOUND, NOT_FOUND, NOT_FOUND, RUNNING, NOT_FOUND, NOT_FOUND, DONE])
        backend.wait(desk.job(), timeout=None, polling=polling)

    assert len(desk.visits) == 7


def test_a_404_after_its_grace_is_believed(backend: Backend) -> None:
    polling = Polling(schedule=lambda _: 2.0, jitter=0.0, not_found_grace=5)
    with ManualClock() as clock:
        desk = Desk(clock, [RUNNING, NOT_FOUND])
        with pytest.raises(JobNotFound, match="is not known to the provider") as caught:
            backend.wait(desk.job(), timeout=None, polling=polling)

    # The first 404 came after 2 s; 5 s of grace are over at the poll after 8 s.
    assert desk.times == [0, 2, 4, 6, 8]
    assert caught.value.last is not None


def test_faults_between_do_not_stretch_the_grace_of_404s(backend: Backend) -> None:
    polling = Polling(schedule=lambda _: 2.0, jitter=0.0, not_found_grace=5)
    with ManualClock() as clock:
        desk = Desk(clock, [NOT_FOUND, OUT_OF_ORDER, BROKEN, NOT_FOUND])
        with pytest.raises(JobNotFound):
            backend.wait(desk.job(), timeout=None, polling=polling)

    assert desk.times == [0, 2, 4, 6]


def test_a_row_of_404s_is_ended_by_a_readable_answer_alone(backend: Backend) -> None:
    with ManualClock() as clock:
        desk = Desk(clock, [NOT_FOUND, *[OUT_OF_ORDER] * 5, NOT_FOUND])
        error = ends(backend, desk)

    # A minute between them, in which the provider said nothing of the job.
    assert isinstance(error, JobNotFound)
    assert desk.times[-1] == 60.0


@pytest.mark.parametrize("name", ["videodb", "vessl", "viddyscribe", "edenai"])
def test_check_takes_a_404_at_its_word(bench: Bench, backend: Backend, name: str) -> None:
    job = bench.job(name, not_found())

    with pytest.raises(JobNotFound, match=r"after \d+\.\d s and 1 poll;"):
        backend.check(job)
    assert len(bench.told(job)) == 1


@pytest.mark.parametrize("fault", [reset(), status(503), body(b"<html>")], ids=repr)
def test_check_has_no_patience_with_faults(
    bench: Bench, backend: Backend, provider: str, fault: Step
) -> None:
    job = bench.job(provider, fault)

    with pytest.raises(PollUnavailable, match="gave no readable answer: "):
        backend.check(job)
    assert len(bench.told(job)) == 1


def test_check_raises_rejections(bench: Bench, backend: Backend, provider: str) -> None:
    job = bench.job(provider, status(403))

    with pytest.raises(PollRejected):
        backend.check(job)
