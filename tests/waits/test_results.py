"""What wait, watch and check give back: results, snapshots, failures, unknown words, misfits."""

import copy
import json
import logging
import pickle
from typing import Any

import attrs
import pytest
from tests.waits.harness import QUICK, Backend, Bench

from tilldone import (
    JobFailed,
    JobTimeout,
    Phase,
    PollRejected,
    Snapshot,
    UnreadableResponse,
    wait_all,
)
from tilldone.testing import body, done, failed, pending, reset, running, status, unknown

ODD = "rendering in the cloud"

EDENAI: dict[str, object] = {
    **dict.fromkeys(("provider", "feature", "subfeature", "public_id"), "x"),
    "cost": 0.015,
    "created_at": "2025-09-30T08:00:00Z",
}

# Finished answers in which one field has not the type that it declares.
MISFITS: dict[str, dict[str, object]] = {
    "videodb": {"success": True, "status": "done", "data": ["m-1"]},
    "vessl": {"status": "completed", "status_code": {"is": 200}},
    "viddyscribe": {"status": "done", "output": "WEBVTT"},
    "edenai": {"status": "success", "output": {"text": "no cost, no dates"}},
    "zai": {"status": "success", "choices": {"message": []}},
}


def test_snapshots_tell_the_course_of_a_job(bench: Bench, backend: Backend, provider: str) -> None:
    job = bench.job(provider, pending(), running(), status(503), running(), done())

    snapshots = backend.watch(job)

    assert [s.polls for s in snapshots] == [1, 2, 4, 5]
    assert [s.phase.finished for s in snapshots] == [False, False, False, True]
    assert {s.phase for s in snapshots[:-1]} <= {Phase.PENDING, Phase.RUNNING}
    assert all(s.next_poll is not None and s.next_poll > 0 for s in snapshots[:-1])
    assert snapshots[-1].next_poll is None
    elapsed = [s.elapsed for s in snapshots]
    assert elapsed == sorted(elapsed)
    assert all(s.job is job and s.body["status"] == s.status for s in snapshots)


def test_wait_hands_each_snapshot_on(bench: Bench, backend: Backend, provider: str) -> None:
    job = bench.job(provider, running(), done())
    seen: list[Snapshot[Any]] = []

    result = backend.wait(job, on_snapshot=seen.append)

    assert [s.phase.finished for s in seen] == [False, True]
    assert seen[-1].response is result


def test_what_on_snapshot_raises_ends_the_wait(bench: Bench, backend: Backend) -> None:
    job = bench.job("edenai", running(), done())

    def refuse(_snapshot: object) -> None:
        raise LookupError("enough")

    with pytest.raises(LookupError, match="enough"):
        backend.wait(job, on_snapshot=refuse)
    assert bench.told(job) == ["running"]


def test_check_gives_what_one_poll_shows(bench: Bench, backend: Backend, provider: str) -> None:
    job = bench.job(provider, running(), failed("E7", "It broke."), done())

    assert not backend.check(job).phase.finished
    assert backend.check(job).phase is Phase.FAILED
    finished = backend.check(job)
    assert (finished.phase, finished.polls, finished.next_poll) == (Phase.SUCCEEDED, 1, None)


def test_a_failed_job_raises_with_code_message_and_response(
    bench: Bench, backend: Backend, provider: str
) -> None:
    code = 503 if provider == "vessl" else "E7"
    job = bench.job(provider, running(), failed(code, "It broke."))

    with pytest.raises(JobFailed) as caught:
        backend.wait(job)
    error = caught.value
    assert (error.code, error.message) == (str(code), "It broke.")
    assert f"failed: {code}: It broke., after " in str(error)
    # There is nothing left to resume.
    assert "resume" not in str(error)
    assert error.job is job
    assert error.last is not None
    assert error.last.phase is Phase.FAILED
    assert error.response == error.last.response


def test_a_failed_job_is_a_snapshot_for_watch(
    bench: Bench, backend: Backend, provider: str
) -> None:
    job = bench.job(provider, running(), failed())

    assert [s.phase for s in backend.watch(job)][-1] is Phase.FAILED


def test_an_unknown_status_is_waited_out_and_logged_once(
    bench: Bench,
    backend: Backend,
    provider: str,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Others may have met these before, in the same process.
    monkeypatch.setattr("tilldone._drivers.instrumentation._words", {})
    caplog.set_level(logging.WARNING, logger="tilldone")
    job = bench.job(provider, unknown(ODD), running(), unknown(ODD), unknown("odder"), done())

    snapshots = backend.watch(job)

    assert [s.phase for s in snapshots if s.status == ODD] == [Phase.UNKNOWN] * 2
    warnings = [record.getMessage() for record in caplog.records if record.name == "tilldone"]
    assert len(warnings) == 2
    assert ODD in warnings[0]
    assert "'odder'" in warnings[1]
    assert not Phase.UNKNOWN.finished


def test_an_unknown_status_is_parsed_as_it_is(
    bench: Bench, backend: Backend, provider: str
) -> None:
    snapshot = backend.check(bench.job(provider, unknown(ODD)))

    assert snapshot.response.status == ODD


def test_an_unknown_status_raises_for_those_who_prefer_it(
    bench: Bench, backend: Backend, provider: str
) -> None:
    job = bench.job(provider, running(), unknown(ODD), done())

    with pytest.raises(UnreadableResponse, match=ODD) as caught:
        backend.wait(job, polling=attrs.evolve(QUICK, unknown="raise"))
    assert caught.value.body["status"] == ODD
    assert caught.value.last is not None
    assert caught.value.last.phase is Phase.UNKNOWN


def test_a_result_that_does_not_fit_its_model_carries_its_body(
    bench: Bench, backend: Backend, provider: str
) -> None:
    job = bench.job(provider, running(), body(MISFITS[provider]))

    with pytest.raises(UnreadableResponse, match="does not fit") as caught:
        backend.wait(job)
    assert caught.value.body == MISFITS[provider]
    assert caught.value.last is not None
    assert caught.value.last.phase is Phase.SUCCEEDED
    assert caught.value.last.body == MISFITS[provider]


def nested(levels: int) -> object:
    """Nest a list so deeply that the whole answer around it has that many levels."""
    deep: object = "here"
    for _ in range(levels - 1):
        deep = [deep]
    return deep


def test_a_result_is_read_as_deep_as_all_that_keeps_it_can_bear(
    bench: Bench, backend: Backend
) -> None:
    job = bench.job("edenai", done(nested(200)))

    snapshot = backend.check(job)
    assert backend.wait(job).output == nested(200)
    assert json.loads(json.dumps(snapshot.body)) == snapshot.body
    assert pickle.loads(pickle.dumps(JobTimeout("x", job=job, last=snapshot))).last is not None
    assert copy.deepcopy(snapshot.body) == snapshot.body


@pytest.mark.parametrize("levels", [201, 800])
def test_a_result_beyond_that_is_told_with_its_text(
    bench: Bench, backend: Backend, levels: int
) -> None:
    job = bench.job("edenai", done(nested(levels)))

    with pytest.raises(UnreadableResponse, match="nested more deeply than 200 levels") as caught:
        backend.wait(job)
    assert "[" * (levels - 1) + '"here"' in caught.value.body.replace(" ", "")
    again = pickle.loads(pickle.dumps(caught.value))
    assert (str(again), again.body) == (str(caught.value), caught.value.body)


def test_nor_is_one_lost_that_python_does_not_read(bench: Bench, backend: Backend) -> None:
    told = f'{{"output": {5_000 * "["}{5_000 * "]"}, "status": "success"}}'
    job = bench.job("edenai", body(told.encode()))

    with pytest.raises(UnreadableResponse, match="nested more deeply than 200 levels") as caught:
        backend.wait(job)
    assert caught.value.body == told


DIGITS = "7" * 5000  # Python makes no int of so many


def numbered(status: str) -> bytes:
    """Give Eden AI's whole answer with a number that is too long, and with two that are not."""
    numbers = f'{{"n": [{DIGITS}, -{DIGITS}, 7, -7.5]}}'
    told = {**EDENAI, "status": status, "output": "here"}
    return json.dumps(told).replace('"here"', numbers).encode()


def test_a_number_of_too_many_digits_costs_no_result(bench: Bench, backend: Backend) -> None:
    jobs = [bench.job("edenai", body(numbered("processing")), body(numbered("success")))] * 2
    numbers = {"n": [DIGITS, f"-{DIGITS}", 7, -7.5]}

    *_, last = backend.watch(jobs[0])
    assert last.body["output"] == last.response.output == numbers
    (outcome, _) = wait_all(jobs, timeout=60)
    assert outcome.unwrap().output == numbers
    assert outcome.body is not None
    assert json.loads(json.dumps(outcome.body)) == outcome.body


def test_a_refusal_with_such_a_number_has_its_body(bench: Bench, backend: Backend) -> None:
    job = bench.job("edenai", body(f'{{"limit": {DIGITS}}}'.encode(), status=402))

    with pytest.raises(PollRejected) as caught:
        backend.wait(job)
    assert caught.value.body == {"limit": DIGITS}


def test_a_refusal_nested_too_deeply_is_told_with_its_text(bench: Bench, backend: Backend) -> None:
    job = bench.job("edenai", body({"detail": nested(300)}, status=402))

    with pytest.raises(PollRejected) as caught:
        backend.wait(job)
    assert isinstance(caught.value.body, str)
    assert pickle.loads(pickle.dumps(caught.value)).body == caught.value.body


def test_an_answer_nested_too_deeply_that_is_no_end_is_ridden_out(
    bench: Bench, backend: Backend
) -> None:
    deep = {"status": "processing", "output": nested(300)}

    assert backend.wait(bench.job("edenai", body(deep), done())).status == "success"


def test_watch_gives_the_misfit_as_a_snapshot_whose_response_raises(
    bench: Bench, backend: Backend, provider: str
) -> None:
    *_, last = backend.watch(bench.job(provider, body(MISFITS[provider])))

    assert last.body == MISFITS[provider]
    with pytest.raises(UnreadableResponse):
        last.response  # noqa: B018 # it parses when read


def test_a_misfit_of_a_running_answer_is_no_concern(
    bench: Bench, backend: Backend, provider: str
) -> None:
    word = backend.check(bench.job(provider, running())).status
    job = bench.job(provider, body({**MISFITS[provider], "status": word}), done())

    assert len(backend.watch(job)) == 2


def test_a_failure_that_does_not_fit_has_no_response(
    bench: Bench, backend: Backend, provider: str
) -> None:
    word = "fail" if provider == "edenai" else "failed"
    job = bench.job(provider, body({**MISFITS[provider], "status": word}))

    with pytest.raises(JobFailed) as caught:
        backend.wait(job)
    assert caught.value.response is None
    assert caught.value.last is not None
    assert caught.value.last.body == {**MISFITS[provider], "status": word}


def test_faults_make_no_snapshots(bench: Bench, backend: Backend, provider: str) -> None:
    job = bench.job(provider, reset(), status(503), body(b"<html>"), done())

    assert [s.phase for s in backend.watch(job)] == [Phase.SUCCEEDED]
