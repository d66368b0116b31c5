"""Forecasts of a job's end, by property: what holds for any past, and a pause that they make."""

import math
import random
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.world import DONE, RUNNING, Desk, Reply, drive

from tilldone import JobTimeout, Polling
from tilldone._core.forecast import FEWEST, KEPT, Forecast, doubt_of, forecast_of, pause_by
from tilldone._core.polling import default_schedule
from tilldone.testing import ManualClock

_seconds = st.floats(1e-6, 1e9) | st.floats(0, exclude_min=True, allow_infinity=False)
_durations = st.lists(_seconds, min_size=FEWEST, max_size=2 * KEPT)
_ages = st.floats(0, 1e9)
_at_worst = st.floats(1, 50)


class Known:
    """A history that knows these durations (s), and keeps what it learns apart."""

    def __init__(self, durations: Sequence[float], at_worst: float = 1.2) -> None:
        self.at_worst = at_worst
        self.learned: list[tuple[str, float]] = []
        self._forecast = forecast_of(durations)

    def forecast(self, _kind: str) -> Forecast | None:
        return self._forecast

    def learn(self, kind: str, seconds: float) -> None:
        self.learned.append((kind, seconds))


def known(durations: Sequence[float]) -> Forecast:
    found = forecast_of(durations)
    assert found is not None
    return found


def drawn(median: float, sigma: float, number: int = 20) -> list[float]:
    dice = random.Random(3)
    return [dice.lognormvariate(math.log(median), sigma) for _ in range(number)]


@given(st.lists(_seconds, max_size=FEWEST - 1))
def test_a_few_durations_are_no_forecast(durations: list[float]) -> None:
    assert forecast_of(durations) is None


@given(_durations, _ages, st.floats(1e-3, 1))
def test_a_forecast_makes_sense_at_every_age(
    durations: list[float], age: float, doubt: float
) -> None:
    forecast = known(durations)

    assert 0 <= forecast.survival(2 * age) <= forecast.survival(age) <= 1
    assert 0 <= forecast.hazard(age, doubt=doubt) < math.inf
    left = forecast.remaining(age, doubt=doubt)
    assert left is None or 0 <= left < math.inf


@given(_durations, st.lists(_seconds, min_size=1))
def test_only_the_latest_durations_count(durations: list[float], before: list[float]) -> None:
    kept = (durations * KEPT)[-KEPT:]
    assert known(before + kept) == known(kept)


@pytest.mark.parametrize("freedom", [9, 21, 65, 1000])
def test_survival_is_what_the_density_leaves(freedom: int) -> None:
    forecast = Forecast(math.log(40), 0.5, freedom)
    step = 0.01
    density = math.fsum(step * forecast.density((number + 0.5) * step) for number in range(10_000))

    assert forecast.survival(40) == pytest.approx(0.5, abs=1e-6)
    assert density == pytest.approx(1 - forecast.survival(100), abs=1e-4)


def test_what_is_unlike_the_past_is_less_and_less_believed() -> None:
    forecast = known(drawn(40, 0.4))
    doubt = doubt_of(1.2)

    left = [forecast.remaining(age, doubt=doubt) for age in (0, 20, 40, 60)]
    assert left == sorted(left, key=lambda each: -(each or 0))
    assert left[0] == pytest.approx(40, rel=0.3)
    assert forecast.remaining(1000, doubt=doubt) is None
    assert forecast.hazard(1000, doubt=doubt) < forecast.hazard(60, doubt=doubt) / 1000


def test_alike_durations_do_not_make_a_forecast_sure() -> None:
    assert known([40.0] * 20).scale > 0.05


@given(_durations, _ages, st.floats(0, 1e6), _at_worst)
def test_a_pause_keeps_its_bounds(
    durations: list[float], age: float, usual: float, at_worst: float
) -> None:
    forecast, doubt = known(durations), doubt_of(at_worst)

    pause = pause_by(lambda on: forecast.hazard(age + on, doubt=doubt), longest=at_worst * usual)

    assert min(0.4, at_worst * usual) <= pause <= at_worst * usual


def test_a_constant_hazard_makes_the_best_constant_interval() -> None:
    # Keller: sqrt(2c/h), where c is what a poll costs in seconds of lateness.
    seldom, often = pause_by(lambda _: 0.01, longest=1e3), pause_by(lambda _: 0.04, longest=1e3)
    assert seldom == pytest.approx(2 * often, rel=1e-3)


def times_by(history: Known, *, until: float) -> list[float]:
    clock = ManualClock()
    desk = Desk(clock, [RUNNING])
    end = drive(desk, clock, timeout=until, polling=Polling(history=history, jitter=0))
    assert isinstance(end.error, JobTimeout)
    return desk.times


def test_polls_are_dense_where_most_jobs_end_and_rare_elsewhere() -> None:
    times = times_by(Known(drawn(600, 0.3), at_worst=20), until=4000)
    usual = times_by(Known([]), until=4000)

    def between(moments: list[float], low: float, high: float) -> int:
        return sum(low <= moment < high for moment in moments)

    assert between(times, 500, 800) > 2 * between(usual, 500, 800)
    assert 0 < between(times, 0, 250) < between(usual, 0, 250) / 4
    # It is likely wrong by then.
    assert 0 < between(times, 2000, 4000) < between(usual, 2000, 4000) / 3


def test_below_eight_the_schedule_alone_holds() -> None:
    assert times_by(Known(drawn(600, 0.3, FEWEST - 1)), until=900) == times_by(Known([]), until=900)


@given(
    _durations,
    _at_worst,
    st.floats(1, 2000),
    st.lists(st.sampled_from([RUNNING, Reply(status=503, body={}), Reply(broken=True)])),
    st.booleans(),
)
def test_with_any_history_the_deadline_holds_and_no_result_is_lost(
    durations: list[float], at_worst: float, timeout: float, answers: list[Reply], ends: bool
) -> None:
    clock = ManualClock()
    desk = Desk(clock, [*answers, DONE if ends else RUNNING])
    history = Known(durations, at_worst)
    polling = Polling(history=history, tolerate=math.inf)

    end = drive(desk, clock, timeout=timeout, polling=polling)

    assert end.at <= timeout + polling.last_poll
    assert (end.error is None) == (desk.visits[-1].reply is DONE)
    pauses = [
        (later.began - earlier.ended, earlier.ended) for earlier, later in pairwise(desk.visits)
    ]
    assert all(pause <= 1.1 * at_worst * default_schedule(at) + 1e-6 for pause, at in pauses[:-1])
    assert all(0 < seconds < math.inf for _, seconds in history.learned)


@pytest.mark.parametrize("sigma", [0.4, 0.8])
@pytest.mark.parametrize("median", [2.0, 40.0, 600.0])
@pytest.mark.parametrize("wrong", [0.1, 10.0])
def test_a_wrong_history_costs_a_quarter_at_most(wrong: float, median: float, sigma: float) -> None:
    durations = drawn(median, sigma, 300)
    past = [each * wrong for each in drawn(median, sigma)]
    misled = times_by(Known(past), until=max(durations) + 60)
    usual = times_by(Known([]), until=max(durations) + 60)

    def cost(times: list[float]) -> tuple[float, float]:
        late = polls = 0.0
        for duration in durations:
            place = next(place for place, at in enumerate(times) if at >= duration)
            late, polls = late + times[place] - duration, polls + place + 1
        return late, polls

    # A few hundred jobs on one grid of polls: chance has its share in this.
    assert cost(misled)[0] <= 1.25 * 1.1 * cost(usual)[0]
    assert cost(misled)[1] <= 1.25 * 1.1 * cost(usual)[1]
