"""What is wrong with an argument is said at once, and which one it is."""

import asyncio
import math
import pickle
from collections.abc import Callable
from typing import Any

import pytest

import tilldone
from tilldone import aio, edenai

CLIENT = edenai.connect("key-for-tests")

# Neither may wait for its first step: an async iterator may take it much later, or never.
CALLS: list[Callable[..., object]] = [
    tilldone.as_completed,
    tilldone.wait_all,
    aio.as_completed,
    lambda *given, **named: asyncio.run(aio.wait_all(*given, **named)),
]

MISTAKES: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"concurrency": 0}, ValueError, "concurrency: 0 is below 1"),
    ({"concurrency": -3}, ValueError, "concurrency: -3 is below 1"),
    ({"concurrency": 2.0}, TypeError, "concurrency: expected a whole number, got float"),
    ({"concurrency": True}, TypeError, "concurrency: expected a whole number, got bool"),
    ({"rate": 0}, ValueError, "rate: 0 polls a second is not above 0"),
    ({"rate": -1.5}, ValueError, "rate: -1.5 polls a second"),
    ({"rate": math.nan}, ValueError, "rate: nan polls a second"),
    ({"rate": "10"}, TypeError, "rate: expected a number, got str"),
    ({"timeout": -1}, ValueError, "timeout: -1 is negative"),
    ({"timeout": math.nan}, ValueError, "timeout: not a number"),
    ({"timeout": "10"}, TypeError, "timeout: expected seconds"),
    ({"timeout": 10**400}, ValueError, "timeout: the number is too large; None is for ever"),
    ({"polling": None}, TypeError, "polling: expected a Polling, got NoneType"),
]


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(("mistake", "kind", "said"), MISTAKES)
def test_a_wrong_argument_is_named(
    call: Callable[..., object], mistake: dict[str, Any], kind: type[Exception], said: str
) -> None:
    with pytest.raises(kind, match=said):
        call([edenai.job(CLIENT, "1")], **{"timeout": 1, **mistake})


@pytest.mark.parametrize("call", CALLS)
def test_what_is_no_job_is_named_with_its_place(call: Callable[..., object]) -> None:
    with pytest.raises(TypeError, match="jobs: item 1 is no Job but a str"):
        call([edenai.job(CLIENT, "1"), "2"], timeout=1)


@pytest.mark.parametrize("call", CALLS)
def test_what_is_no_list_of_jobs_is_named(call: Callable[..., object]) -> None:
    with pytest.raises(TypeError, match="jobs: expected several of them, got a single Job"):
        call(edenai.job(CLIENT, "1"), timeout=1)
    with pytest.raises(TypeError, match="jobs: expected several of them, got NoneType"):
        call(None, timeout=1)


@pytest.mark.parametrize("call", CALLS)
def test_a_job_out_of_a_pickle_cannot_be_waited_for(call: Callable[..., object]) -> None:
    stored = pickle.loads(pickle.dumps(edenai.job(CLIENT, "1")))
    with pytest.raises(
        ValueError, match=r"came out of a pickle.*tilldone\.resume\(job\.ref, client\)"
    ):
        call([stored], timeout=1)
