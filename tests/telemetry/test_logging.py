"""Log lines under the name `tilldone`: few by default, each poll for those who ask, and no key."""

import logging
from collections.abc import Iterator

import pytest
from tests.waits.harness import QUICK, Backend, Bench

import tilldone
from tilldone import JobTimeout
from tilldone.simulator import Simulator
from tilldone.testing import done, pending, reset, running, status, unknown

KEY = "canary-key-271828"


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with Simulator(tokens={"viddyscribe": KEY}) as simulator:
        yield Bench(simulator)


@pytest.fixture(params=["sync", "asyncio", "trio"])
def backend(request: pytest.FixtureRequest) -> Backend:
    return Backend(request.param)


def lines(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    ours = [record for record in caplog.records if record.name.startswith("tilldone")]
    assert {record.name for record in ours} <= {"tilldone"}
    assert KEY not in repr([record.__dict__ for record in caplog.records])
    return [(record.levelname, record.getMessage()) for record in ours]


def test_the_first_of_a_row_of_faults_is_worth_a_line(
    bench: Bench, backend: Backend, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="tilldone")
    script = [running(), status(502), status(503), running(), reset(), done()]
    job = bench.job("viddyscribe", *script)
    backend.wait(job)
    (first, said), (second, again) = lines(caplog)
    assert (first, said) == ("INFO", f"viddyscribe job {job.id}: HTTP 502; waiting on")
    assert second == "INFO"
    assert again.startswith(f"viddyscribe job {job.id}: ")
    assert again.endswith("; waiting on")


def test_each_poll_shows_at_debug(
    bench: Bench, backend: Backend, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="tilldone")
    job = bench.job("viddyscribe", pending(), status(502), status(503), done())
    backend.wait(job)
    name = f"viddyscribe job {job.id}"
    assert lines(caplog) == [
        ("DEBUG", f"{name}: poll 1, pending (queued)"),
        ("INFO", f"{name}: HTTP 502; waiting on"),
        ("DEBUG", f"{name}: HTTP 503; waiting on"),
        ("DEBUG", f"{name}: poll 4, succeeded (done)"),
    ]


def test_an_unknown_status_is_a_warning_and_only_once(
    bench: Bench, backend: Backend, caplog: pytest.LogCaptureFixture
) -> None:
    script = [unknown("odd"), unknown("odd"), running(), unknown("odd"), unknown("odder"), done()]
    job = bench.job("viddyscribe", *script)
    backend.wait(job)
    assert lines(caplog) == [
        (
            "WARNING",
            f"viddyscribe job {job.id}: status {word!r} is not one that viddyscribe documents; "
            "waiting on",
        )
        for word in ("odd", "odder")
    ]


def test_many_jobs_log_as_one_does(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    jobs = [bench.job("viddyscribe", unknown("odd"), status(502), done()) for _ in range(3)]
    caplog.set_level(logging.INFO, logger="tilldone")
    tilldone.wait_all(jobs, timeout=10, polling=QUICK)
    assert sorted(level for level, _ in lines(caplog)) == ["INFO"] * 3 + ["WARNING"] * 3


def test_an_error_is_raised_and_not_logged_as_well(
    bench: Bench, backend: Backend, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="tilldone")
    with pytest.raises(JobTimeout):
        backend.wait(bench.job("viddyscribe", running()), timeout=0.1)
    assert lines(caplog) == []


def test_it_behaves_as_a_library_should() -> None:
    logger = logging.getLogger("tilldone")
    assert [type(handler) for handler in logger.handlers] == [logging.NullHandler]
    assert logger.level == logging.NOTSET
    assert logger.propagate
