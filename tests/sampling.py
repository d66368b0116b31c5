"""Which cases of a test run by default, where it is the product of several axes.

Most tests here have axes: the way to wait, the provider, the fault. Few of these touch one another:
a fault is ridden out for every provider alike, by the same code. So of each product a part is kept
in which every value of every axis comes by, always the same part, and another one for each test.
Where axes do touch, the test says so: `@pytest.mark.together("name", "way")` keeps each of their
combinations.

All cases run under `TILLDONE_SOAK=1`, and where tests are asked for by name: `file.py::test`, `-k`.
"""

import zlib
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeAlias

import pytest
from tests.soak import SOAK

Case: TypeAlias = Mapping[str, object]


def is_sampled(config: pytest.Config) -> bool:
    """Whether a run is content with a part of the cases."""
    named = config.option.keyword or any("::" in asked for asked in config.args)
    return not SOAK and not named


def sampled(items: Sequence[pytest.Item]) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """Part the items into those to run and the others, each in their order."""
    tests: dict[str, list[pytest.Item]] = {}
    for item in items:
        tests.setdefault(item.nodeid.partition("[")[0], []).append(item)
    kept = {item for name, cases in tests.items() for item in _sample(name, cases)}
    return [item for item in items if item in kept], [item for item in items if item not in kept]


def case_of(item: pytest.Item) -> Case:
    """Give the value that an item has on each axis of its test's, if it has any."""
    return item.callspec.params if hasattr(item, "callspec") else {}


def _sample(name: str, items: Sequence[pytest.Item]) -> Iterable[pytest.Item]:
    cases = [case_of(item) for item in items]
    if not all(cases):
        return items
    together = [mark.args for mark in items[0].iter_markers("together")]
    start = zlib.crc32(name.encode()) % len(items)
    return [items[i] for i in covering(cases, together, start=start)]


def covering(
    cases: Sequence[Case], together: Iterable[Sequence[str]] = (), *, start: int = 0
) -> list[int]:
    """Choose few cases that have every value of every axis; give their numbers.

    Args:
        cases: the value that each case has on each axis.
        together: axes of which every combination that occurs is to be kept.
        start: the case to begin with.
    """
    axes = [*((axis,) for axis in cases[0]), *map(tuple, together)]
    aims = [
        frozenset((axis, *(_same(case[each]) for each in axis)) for axis in axes) for case in cases
    ]
    numbers = [*range(start, len(cases)), *range(start)]
    missing = frozenset[Hashable]().union(*aims)
    seen: Counter[Hashable] = Counter()
    chosen: list[int] = []
    while missing:
        # The most that is new; of these the one whose rest has come by least.
        best = max(
            numbers, key=lambda i: (len(aims[i] & missing), -sum(seen[each] for each in aims[i]))
        )
        chosen.append(best)
        missing -= aims[best]
        seen.update(aims[best])
        numbers = [i for i in numbers if aims[i] & missing]
    return sorted(chosen)


def _same(value: object) -> Hashable:
    """Give what is the same for values that are; in doubt they are not."""
    try:
        hash(value)
    except TypeError:
        return id(value)
    # 1 equals True, and what shows as the same need not be.
    return value, repr(value)
