"""What one wait knows of its job's end, and what later waits learn from it."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.core.test_forecast import Known
from tests.core.world import answer

from tilldone import Job, Origin, Phase, Polling, Provider, Snapshot
from tilldone._core.poller import Poller
from tilldone._core.response import Response, TransportError
from tilldone._core.submission import Submitter

PHASES = {"queued": Phase.PENDING, "rendering": Phase.RUNNING}
PHASES |= {"ready": Phase.SUCCEEDED, "broken": Phase.FAILED}
ORIGIN = Origin("https://api.example")


def asked(id: str) -> dict[str, Any]:
    return {"method": "get", "url": f"/renders/{id}"}


def declared(**fields: Any) -> Provider[dict[str, Any]]:  # noqa: ANN401 # whatever a field takes
    least: dict[str, Any] = {"name": "renders", "request": asked, "parse": dict, "phases": PHASES}
    return Provider(**(least | fields))


RENDERS = declared()


def told(status: str, **more: object) -> Response:
    return answer(body={"status": status, **more})


def poller_of(
    job: Job[dict[str, Any]], history: Known | None = None, start: float = 1000.0
) -> Poller[dict[str, Any]]:
    polling = Polling(history=history, jitter=0)
    return Poller(job, timeout=1e6, polling=polling, now=start)


def seen(
    poller: Poller[dict[str, Any]], event: Response | TransportError, now: float
) -> Snapshot[dict[str, Any]] | None:
    poller.begin_poll(now)
    return poller.receive(event, now)


def learned(
    job: Job[dict[str, Any]], *polls: tuple[Response | TransportError, float]
) -> list[tuple[str, float]]:
    """Give what a wait teaches that begins at 1000 s and has these answers."""
    history = Known([])
    poller = poller_of(job, history)
    for event, now in polls:
        seen(poller, event, now)
    return history.learned


def submitted(
    provider: Provider[dict[str, Any]], json: object, body: Mapping[str, Any], now: float
) -> Job[dict[str, Any]]:
    """Make a job, which the provider has taken at that moment."""
    arguments = {"method": "post", "url": "/renders", "json": json}
    submitter = Submitter(provider.submission(ORIGIN, "render", arguments), timeout=60)
    submitter.next_action(now)
    submitter.receive(answer(201, dict(body)), now)
    assert submitter.end is not None
    return submitter.end.unwrap()


def iso(ago: float) -> str:
    return (datetime.now(UTC) - timedelta(seconds=ago)).isoformat()


def test_a_job_is_as_old_as_this_process_knows_it() -> None:
    provider = declared(submitted="id", kind=("model", "size"))
    job = submitted(provider, {"model": "m1", "size": 3, "prompt": "…"}, {"id": "r1"}, now=940.0)

    assert learned(job, (told("rendering"), 1000.0), (told("ready"), 1010.0)) == [
        ("renders, render m1/3, since submission", 65.0)
    ]


def test_what_the_answer_says_of_a_kind_stands_over_the_request() -> None:
    provider = declared(submitted="id", kind=("model", "size"))
    sent, said = {"model": "m1", "size": 3}, {"id": "r1", "model": "m2", "size": None}
    job = submitted(provider, sent, said, now=990.0)
    [(kind, _)] = learned(job, (told("rendering"), 1000.0), (told("ready"), 1010.0))
    # What it leaves empty is not its word.
    assert kind == "renders, render m2/3, since submission"


def test_a_wait_that_began_late_goes_by_the_providers_time() -> None:
    job = declared(created="times.made").job(ORIGIN, "r1")
    made = {"times": {"made": iso(ago=500)}, "model": "m1"}

    [(kind, seconds)] = learned(
        job, (told("rendering", **made), 1000.0), (told("ready", **made), 1010.0)
    )
    assert kind == "renders, m1, since submission"
    assert seconds == pytest.approx(505, abs=2)


@pytest.mark.parametrize("made", [None, "yesterday", "2001-01-01T00:00:00Z", True, 1e300, [1]])
def test_ages_by_the_wait_itself_are_a_kind_of_their_own(made: object) -> None:
    job = declared(created="made").job(ORIGIN, "r1")
    polls = (told("rendering", made=made), 1000.0), (told("ready", made=made), 1010.0)
    assert learned(job, *polls) == [("renders, , since the wait", 5.0)]


def test_a_server_whose_clock_is_wrong_is_asked_for_its_own_time() -> None:
    job = declared(created="made").job(ORIGIN, "r1")
    # An hour ahead, in what it says of the job as in its Date.
    date = datetime.fromtimestamp(time.time() + 3600, UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
    body = {"status": "rendering", "made": time.time() + 3600 - 50}

    [(_, seconds)] = learned(
        job, (answer(body=body, headers={"date": date}), 1000.0), (told("ready"), 1010.0)
    )
    assert seconds == pytest.approx(55, abs=2)


@pytest.mark.parametrize(
    "polls",
    [
        pytest.param([(told("ready"), 1000.0)], id="finished at the first poll"),
        pytest.param([(told("rendering"), 1000.0), (told("broken"), 1010.0)], id="failed"),
        pytest.param(
            [
                (told("rendering"), 1000.0),
                (TransportError("reset"), 1010.0),
                (told("ready"), 1020.0),
            ],
            id="not seen before its end",
        ),
        pytest.param([(told("rendering"), 1000.0), (told("mystery"), 1010.0)], id="not finished"),
    ],
)
def test_nothing_is_learned_of_a_job_whose_end_nobody_saw(
    polls: list[tuple[Response | TransportError, float]],
) -> None:
    assert learned(RENDERS.job(ORIGIN, "r1"), *polls) == []


def test_a_wait_that_goes_on_elsewhere_learns_of_the_whole() -> None:
    job, history = RENDERS.job(ORIGIN, "r1"), Known([])
    before = poller_of(job)
    seen(before, told("rendering"), 1100.0)
    after = poller_of(job, history)
    after.restore(before.checkpoint(), now=1105.0)

    seen(after, told("ready"), 1110.0)

    assert history.learned == [("renders, , since the wait", 105.0)]


def test_what_remains_is_told_by_history_until_that_is_likely_wrong() -> None:
    poller = poller_of(RENDERS.job(ORIGIN, "r1"), Known([60.0, 50.0, 40.0, 70.0, 55.0] * 4))

    remaining = []
    for at in (1000.0, 1030.0, 1050.0, 1500.0):
        snapshot = seen(poller, told("rendering"), at)
        assert snapshot is not None
        remaining.append(snapshot.remaining)
    assert remaining[0] == pytest.approx(54, abs=4)
    assert remaining[1] == pytest.approx(25, abs=4)
    assert 0 < (remaining[2] or 0) < 20
    assert remaining[3] is None
    end = seen(poller, told("ready"), 1510.0)
    assert end is not None
    assert end.remaining is None


def test_a_job_that_tells_its_progress_is_polled_about_when_it_should_end() -> None:
    poller = poller_of(declared(progress="percent").job(ORIGIN, "r1"))
    seen(poller, told("rendering", percent=0), 1000.0)
    at_ninety = seen(poller, told("rendering", percent=90), 1090.0)

    assert at_ninety is not None
    assert at_ninety.progress == 0.9
    assert at_ninety.remaining == pytest.approx(10)
    # The schedule alone would poll after 4.8 s.
    assert at_ninety.next_poll == pytest.approx(8.5, abs=1.5)


def test_progress_that_stands_still_moves_the_polls_little() -> None:
    poller = poller_of(declared(progress="percent").job(ORIGIN, "r1"))
    plain = poller_of(RENDERS.job(ORIGIN, "r1"))
    for event, now in [(told("rendering", percent=0), 1000.0)] + [
        (told("rendering", percent=99), 1000.0 + now) for now in range(100, 2000, 100)
    ]:
        shown, usual = seen(poller, event, now), seen(plain, told("rendering"), now)
        assert shown is not None
        assert usual is not None
        assert (usual.next_poll or 0) / 3 - 1e-6 <= (shown.next_poll or 0)
        assert (shown.next_poll or 0) <= (usual.next_poll or 0) * 3 + 1e-6


def test_progress_counts_from_the_submission_where_that_is_known() -> None:
    provider = declared(submitted="id", progress="percent")
    job = submitted(provider, {}, {"id": "r1"}, now=910.0)
    first = seen(poller_of(job), told("rendering", percent=90), 1000.0)
    assert first is not None
    assert first.remaining == pytest.approx(10)


def test_whoever_asks_for_no_forecast_has_none() -> None:
    snapshot = seen(poller_of(RENDERS.job(ORIGIN, "r1")), told("rendering", percent=50), 1000.0)
    assert snapshot is not None
    assert (snapshot.progress, snapshot.remaining) == (None, None)


@pytest.mark.parametrize("kind", [lambda body: body["absent"], "prompt", "list"])
def test_what_is_no_kind_is_left_out(kind: object) -> None:
    provider = declared(submitted="id", kind=kind)
    job = submitted(provider, {"prompt": "x" * 101, "list": ["a"]}, {"id": "r1"}, now=1000.0)
    [(learned_as, _)] = learned(job, (told("rendering"), 1000.0), (told("ready"), 1010.0))
    assert learned_as == "renders, render , since submission"
