"""Jobs, snapshots and errors can be pickled and copied; a client never goes along."""

import copy
import pickle
from collections.abc import Callable
from typing import Any, TypeAlias

import attrs
import pytest
from tests.waits.harness import PROVIDERS, QUICK, Backend, Bench
from tests.waits.test_results import MISFITS

from tilldone import (
    Job,
    JobFailed,
    JobNotFound,
    JobTimeout,
    PollRejected,
    PollUnavailable,
    UnreadableResponse,
    WaitError,
)
from tilldone.simulator import Step
from tilldone.testing import body, done, failed, not_found, running, status

ENDINGS: dict[type[WaitError], Step] = {
    JobFailed: failed(message="It broke."),
    JobTimeout: running(),
    JobNotFound: status(404),
    PollRejected: status(403, body={"why": ["no"]}),
    PollUnavailable: status(503),
}


Duplicate: TypeAlias = Callable[[dict[str, Job[Any]]], dict[str, Job[Any]]]


def again(value: Any, protocol: int = pickle.HIGHEST_PROTOCOL) -> Any:  # noqa: ANN401 # as it is
    return pickle.loads(pickle.dumps(value, protocol))


def error_of(bench: Bench, provider: str, kind: type[WaitError]) -> WaitError:
    step = body(MISFITS[provider]) if kind is UnreadableResponse else ENDINGS[kind]
    polling = attrs.evolve(QUICK, tolerate=0.0, not_found_grace=0.0)
    with pytest.raises(kind) as caught:
        Backend("sync").wait(bench.job(provider, step), timeout=0, polling=polling)
    return caught.value


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("kind", [*ENDINGS, UnreadableResponse], ids=lambda kind: kind.__name__)
def test_every_error_round_trips(
    bench: Bench, provider: str, kind: type[WaitError], protocol: int
) -> None:
    error = error_of(bench, provider, kind)
    error.add_note("seen at night")

    other = again(error, protocol)

    assert type(other) is kind
    assert str(other) == str(error)
    assert other.__notes__ == ["seen at night"]
    assert (other.job.ref, other.job.provider) == (error.job.ref, provider)
    for name in ("code", "message", "status_code", "body"):
        assert getattr(other, name, None) == getattr(error, name, None)
    assert (other.last is None) == (error.last is None)
    if error.last is not None and other.last is not None:
        assert other.last.body == error.last.body
        assert other.last.phase is error.last.phase
        assert other.last.elapsed == error.last.elapsed


def test_a_snapshot_round_trips_with_its_response(bench: Bench, provider: str) -> None:
    snapshot = Backend("sync").check(bench.job(provider, done()))
    response = snapshot.response

    for other in (again(snapshot), again(Backend("sync").check(snapshot.job))):
        assert other.phase is snapshot.phase
        assert type(other.response) is type(response)
        assert other.response.status == response.status
    assert again(snapshot).response == response


def test_a_job_out_of_a_pickle_cannot_be_waited_for_and_says_what_to_do(
    bench: Bench, backend: Backend, provider: str
) -> None:
    job = again(bench.job(provider, done()))

    for ask in (backend.wait, backend.watch, backend.check):
        with pytest.raises(ValueError, match=r"^job: .*tilldone\.resume\(job\.ref, client\)"):
            ask(job)


def test_a_job_out_of_a_pickle_goes_on_by_its_ref(
    bench: Bench, backend: Backend, provider: str
) -> None:
    job = bench.job(provider, done())
    pickled: Job[Any] = again(job)
    resumed = PROVIDERS[provider].resume(bench.client(provider), pickled.ref)

    assert backend.wait(resumed).status == backend.check(job).status


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy])
def test_a_copy_of_a_job_is_the_same_job(
    bench: Bench,
    backend: Backend,
    provider: str,
    duplicate: Callable[[dict[str, Job[Any]]], dict[str, Job[Any]]],
) -> None:
    job = bench.job(provider, done())

    other = duplicate({"job": job})["job"]

    assert other == job
    assert hash(other) == hash(job)
    backend.wait(other)


def test_jobs_are_equal_by_id_and_client(bench: Bench) -> None:
    job = bench.job("edenai", not_found())
    elsewhere = bench.job("edenai", not_found())

    assert job != elsewhere
    assert job != again(job)
    assert job != job.ref
