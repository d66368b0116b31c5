"""What is left out by default: no value of any axis, and nothing that is asked for."""

import os
import subprocess
import sys
from collections.abc import Mapping
from itertools import product
from math import prod
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sampling import covering

ROOT = Path(__file__).parents[1]
SAMPLED = "tests/core/test_forecast.py"
PRODUCT = "test_a_wrong_history_costs_a_quarter_at_most"

axes = st.dictionaries(
    st.sampled_from("abcd"),
    st.lists(st.integers(0, 9), min_size=1, max_size=6, unique=True),
    min_size=2,
)


def cases_of(axes: Mapping[str, list[int]]) -> list[dict[str, int]]:
    return [dict(zip(axes, values, strict=True)) for values in product(*axes.values())]


@given(axes, st.data())
def test_every_value_of_every_axis_is_kept_in_as_few_cases_as_can_be(
    axes: dict[str, list[int]], data: st.DataObject
) -> None:
    cases = cases_of(axes)
    start = data.draw(st.integers(0, len(cases) - 1))

    kept = [cases[i] for i in covering(cases, start=start)]

    for axis, values in axes.items():
        assert {case[axis] for case in kept} == {*values}
    assert len(kept) == max(map(len, axes.values()))


@given(axes, st.data())
def test_what_goes_together_is_kept_in_every_combination(
    axes: dict[str, list[int]], data: st.DataObject
) -> None:
    cases = cases_of(axes)
    together = data.draw(st.permutations([*axes]))[:2]

    kept = [cases[i] for i in covering(cases, [together])]

    combinations = {tuple(case[axis] for axis in together) for case in kept}
    assert len(combinations) == prod(len(axes[axis]) for axis in together)
    for axis, values in axes.items():
        assert {case[axis] for case in kept} == {*values}


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, unique=True))
def test_of_what_is_no_whole_product_every_value_is_kept(pairs: list[tuple[int, int]]) -> None:
    kept = [pairs[i] for i in covering([{"a": a, "b": b} for a, b in pairs])]
    assert [{*values} for values in zip(*kept, strict=True)] == [
        {*values} for values in zip(*pairs, strict=True)
    ]


def test_what_only_looks_the_same_is_not() -> None:
    class Quiet:
        def __repr__(self) -> str:
            return "quiet"

    values = [1, True, (1.0,), (1,), "1", Quiet(), Quiet(), [1], [1]]
    assert covering([{"value": value} for value in values]) == [*range(len(values))]


def test_another_start_keeps_other_combinations() -> None:
    cases = cases_of({"way": [1, 2, 3], "provider": [1, 2, 3, 4, 5]})
    kept = {i for start in range(len(cases)) for i in covering(cases, start=start)}
    assert kept == {*range(len(cases))}


@pytest.mark.parametrize(
    ("asked", "soak", "collected"),
    [
        pytest.param([SAMPLED], "0", 3, id="a file"),
        pytest.param([SAMPLED], "1", 12, id="a file, soaked"),
        pytest.param([f"{SAMPLED}::{PRODUCT}"], "0", 12, id="a test"),
        pytest.param([SAMPLED, "-k", PRODUCT], "0", 12, id="words"),
    ],
)
def test_what_is_asked_for_by_name_runs_whole(asked: list[str], soak: str, collected: int) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *asked],
        cwd=ROOT,
        env={**os.environ, "TILLDONE_SOAK": soak},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.stdout.count(f"::{PRODUCT}[") == collected, told
    assert (told.returncode, told.stderr) == (0, "")
