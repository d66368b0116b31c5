"""How to poll: the default schedule, and settings that make no sense."""

import math
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tilldone import Polling
from tilldone._core.polling import seconds_until_deadline

NUMBERS = ["request_timeout", "tolerate", "not_found_grace", "last_poll", "jitter"]


@given(st.floats(min_value=0, max_value=1e9))
def test_the_default_interval_grows_with_the_root_within_its_bounds(elapsed: float) -> None:
    interval = Polling().interval(elapsed)

    assert 0.5 <= interval <= 30
    if 0.5 < interval < 30:
        assert math.isclose(interval, 0.5 * math.sqrt(elapsed + 1))


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("wrong", ["1", None, True, [1]])
def test_a_setting_of_the_wrong_type_is_named(name: str, wrong: object) -> None:
    settings: dict[str, Any] = {name: wrong}
    with pytest.raises(TypeError, match=f"^{name}: expected a number"):
        Polling(**settings)


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("wrong", [-1.0, math.nan, -math.inf])
def test_a_setting_out_of_range_is_named(name: str, wrong: float) -> None:
    settings: dict[str, Any] = {name: wrong}
    with pytest.raises(ValueError, match=f"^{name}: "):
        Polling(**settings)


@pytest.mark.parametrize(
    "settings",
    [
        {"request_timeout": 0},
        {"last_poll": 0},
        {"jitter": 1},
        {"max_body": 0},
        {"unknown": "ignore"},
        {"unknown": ["wait"]},
    ],
)
def test_the_edges_that_make_no_sense_are_refused(settings: dict[str, Any]) -> None:
    (name,) = settings
    with pytest.raises(ValueError, match=f"^{name}: "):
        Polling(**settings)


@pytest.mark.parametrize(
    "settings", [{"max_body": 1.5}, {"max_body": True}, {"schedule": 5.0}, {"schedule": None}]
)
def test_what_is_no_size_and_no_function_is_named(settings: dict[str, Any]) -> None:
    (name,) = settings
    with pytest.raises(TypeError, match=f"^{name}: expected"):
        Polling(**settings)


def test_the_edges_that_make_sense_are_taken() -> None:
    Polling(tolerate=0, not_found_grace=0, jitter=0, max_body=1)
    Polling(tolerate=math.inf, request_timeout=math.inf, last_poll=1e-9)


@pytest.mark.parametrize(
    ("timeout", "seconds"),
    [(0, 0.0), (1, 1.0), (1.5, 1.5), (timedelta(minutes=2), 120.0), (None, math.inf)],
)
def test_a_timeout_is_seconds_or_a_timedelta_or_for_ever(timeout: float, seconds: float) -> None:
    assert seconds_until_deadline(timeout) == seconds


@pytest.mark.parametrize("timeout", [-1, -0.001, -math.inf, math.nan, timedelta(seconds=-1)])
def test_a_timeout_that_is_no_length_of_time_is_named(timeout: float) -> None:
    with pytest.raises(ValueError, match=r"^timeout: "):
        seconds_until_deadline(timeout)


@pytest.mark.parametrize("timeout", ["10", True, [1], object()])
def test_a_timeout_of_the_wrong_type_is_named(timeout: float) -> None:
    with pytest.raises(TypeError, match=r"^timeout: expected seconds"):
        seconds_until_deadline(timeout)
