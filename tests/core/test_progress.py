"""How far a job is, where its provider tells, and how long it may yet take by that."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.world import answer

from tilldone import Phase, Polling, Provider, Snapshot, videodb
from tilldone._core.estimate import remaining_by
from tilldone._core.poller import Poller

PHASES = {"rendering": Phase.RUNNING, "ready": Phase.SUCCEEDED}
_anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


def told(
    progress: str | Callable[[Mapping[str, Any]], Any], body: dict[str, Any]
) -> Snapshot[dict[str, Any]]:
    """Give what is seen of a job in this answer."""
    provider = Provider(
        name="renders",
        request=lambda name: {"method": "get", "url": name},
        parse=dict,
        phases=PHASES,
        progress=progress,
    )
    poller = Poller(provider.job(None, "r1"), timeout=60, polling=Polling(), now=0.0)
    poller.begin_poll(0.0)
    snapshot = poller.receive(answer(body={"status": "rendering"} | body), 0.0)
    assert snapshot is not None
    return snapshot


@pytest.mark.parametrize(
    ("progress", "body", "share"),
    [
        ("progress", {"progress": 0.45}, 0.45),
        ("progress", {"progress": 45}, 0.45),
        ("progress", {"progress": "45"}, 0.45),
        ("progress", {"progress": 1}, 1.0),
        ("progress", {"progress": 0}, 0.0),
        ("progress", {"progress": 100}, 1.0),
        ("job.percentage", {"job": {"percentage": 1}}, 0.01),
        ("job.percentComplete", {"job": {"percentComplete": 0.5}}, 0.005),
        ("frames.0", {"frames": [50]}, 0.5),
        (lambda body: body["frame"] / body["frames"], {"frame": 3, "frames": 4}, 0.75),
        (lambda body: body["frame"] / body["frames"], {"frame": 0, "frames": 0}, None),
        (lambda body: body["frame"] / body["frames"], {}, None),
        ("progress", {}, None),
        ("progress", {"progress": None}, None),
        ("progress", {"progress": True}, None),
        ("progress", {"progress": "soon"}, None),
        ("progress", {"progress": "nan"}, None),
        ("progress", {"progress": -1}, None),
        ("progress", {"progress": 101}, None),
        ("progress", {"progress": 10**400}, None),
        ("progress", {"progress": [50]}, None),
    ],
)
def test_progress_is_a_share_wherever_and_however_it_is_told(
    progress: str | Callable[[Mapping[str, Any]], Any], body: dict[str, Any], share: float | None
) -> None:
    assert told(progress, body).progress == share


@given(_anything)
def test_no_progress_that_is_told_ends_a_wait(value: object) -> None:
    seen = told(lambda _body: value, {})

    assert seen.phase is Phase.RUNNING
    assert seen.progress is None or 0 <= seen.progress <= 1


def test_videodb_tells_a_percentage() -> None:
    body = {"success": True, "status": "processing", "data": {"percentage": 1}}
    assert videodb.PROVIDER.read_progress(body) == 0.01


@given(
    began=st.floats(-1e6, 1e6),
    lasting=st.floats(0, 1e6),
    share=st.floats(0, 1),
    reached=st.floats(0, 1),
)
def test_what_remains_is_told_by_progress_only_if_there_is_some(
    began: float, lasting: float, share: float, reached: float
) -> None:
    now = began + lasting
    left = remaining_by([(began, share), (now, reached)])

    if now > began and share < reached < 1:
        assert left is None or 0 <= left < float("inf")
    else:
        assert left is None


def test_what_remains_goes_on_from_what_was_seen() -> None:
    assert remaining_by([]) is None
    assert remaining_by([(100.0, 0.5)]) is None
    # A quarter in 30 s, so another quarter in as many.
    assert remaining_by([(100.0, 0.5), (130.0, 0.75)]) == 30.0
