"""Log lines under the name `tilldone`: few by default, each poll for those who ask, and no key."""

import logging
from collections.abc import Iterator

import attrs
import pytest
from tests.waits.harness import HUNG, QUICK, Backend, Bench

import tilldone
from tilldone import JobTimeout, Polling, UnreadableResponse
from tilldone._drivers import instrumentation
from tilldone.simulator import Simulator
from tilldone.testing import ManualClock, done, pending, reset, running, status, unknown

KEY = "canary-key-271828"

# A connection that was open before may have been dropped by now: such a poll is sent once more.
TWICE = [reset(), reset()]


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with Simulator(tokens={"viddyscribe": KEY}) as simulator:
        yield Bench(simulator)


@pytest.fixture(params=["sync", "asyncio", "trio"])
def backend(request: pytest.FixtureRequest) -> Backend:
    return Backend(request.param)


@pytest.fixture(autouse=True)
def nothing_logged_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget the unknown statuses that tests before have met: a process logs each but once."""
    monkeypatch.setattr("tilldone._drivers.instrumentation._words", {})


def lines(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    ours = [record for record in caplog.records if record.name.startswith("tilldone")]
    assert {record.name for record in ours} <= {"tilldone"}
    assert KEY not in repr([record.__dict__ for record in caplog.records])
    return [(record.levelname, record.getMessage()) for record in ours]


def test_the_first_of_a_row_of_faults_is_worth_a_line(
    bench: Bench, backend: Backend, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="tilldone")
    script = [running(), status(502), status(503), running(), *TWICE, done()]
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


def test_a_word_that_is_not_known_is_logged_once_a_process(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="tilldone")
    first = bench.job("viddyscribe", unknown("odd"), done())
    jobs = [bench.job("viddyscribe", unknown("odd"), status(502), done()) for _ in range(3)]
    tilldone.wait(first, timeout=HUNG, polling=QUICK)
    tilldone.wait_all(jobs, timeout=HUNG, polling=QUICK)
    assert sorted(level for level, _ in lines(caplog)) == ["INFO"] * 3 + ["WARNING"]


def test_a_word_is_known_by_its_shape(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    script = [unknown(f"processing {percent}%") for percent in (0, 5, 37, 100)]
    tilldone.wait(bench.job("viddyscribe", *script, done()), timeout=HUNG, polling=QUICK)
    ((_, said),) = lines(caplog)
    assert "'processing 0%'" in said


def test_a_provider_that_makes_up_words_fills_neither_log_nor_memory(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    words = [f"{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(80)]
    script = [unknown(f"made up {word}") for word in words]
    tilldone.wait(bench.job("viddyscribe", *script, done()), timeout=HUNG, polling=QUICK)
    warnings = lines(caplog)
    assert len(warnings) == len(instrumentation._words["viddyscribe"]) == 50
    assert warnings[-1][1].endswith("waiting on; more of them are not logged")
    # Another provider's words are its own.
    tilldone.wait(bench.job("edenai", unknown("made up"), done()), timeout=HUNG, polling=QUICK)
    assert len(lines(caplog)) == 51


def test_a_word_of_ten_megabytes_is_cut(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="tilldone")
    word = "long " * 2_000_000
    polling = attrs.evolve(QUICK, max_body=2 * len(word))
    with pytest.raises(JobTimeout) as timed_out:
        tilldone.wait(bench.job("viddyscribe", unknown(word)), timeout=0, polling=polling)
    raising = attrs.evolve(polling, unknown="raise")
    with pytest.raises(UnreadableResponse) as unreadable:
        tilldone.wait(bench.job("viddyscribe", unknown(word)), timeout=HUNG, polling=raising)
    for error in (timed_out.value, unreadable.value):
        assert len(str(error)) < 1000
        assert "'long long " in str(error)
        assert error.last is not None
        assert error.last.status == word
    assert all(len(said) < 1000 for _, said in lines(caplog))


def test_an_error_is_raised_and_not_logged_as_well(
    bench: Bench, backend: Backend, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="tilldone")
    with ManualClock(), pytest.raises(JobTimeout):
        backend.wait(bench.job("viddyscribe", running()), timeout=10, polling=Polling())
    assert lines(caplog) == []


def test_it_behaves_as_a_library_should() -> None:
    logger = logging.getLogger("tilldone")
    assert [type(handler) for handler in logger.handlers] == [logging.NullHandler]
    assert logger.level == logging.NOTSET
    assert logger.propagate
