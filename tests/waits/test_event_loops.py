"""Synchronous calls in a running event loop hold it up: that is said once, with the way out."""

import asyncio
import warnings
from collections.abc import Callable
from typing import Any

import anyio
import anyio.to_thread
import pytest
from tests.waits.harness import QUICK, Bench

import tilldone
from tilldone import Job, edenai
from tilldone.testing import done
from tilldone_clients.edenai.models import UniversalAIAsyncBody, UniversalAIAsyncBodyInput

CALLS: dict[str, tuple[Callable[[Job[Any]], object], str]] = {
    "wait": (lambda job: tilldone.wait(job, timeout=20, polling=QUICK), "await aio.wait(...)"),
    "watch": (
        lambda job: [*tilldone.watch(job, timeout=20, polling=QUICK)],
        "async for snapshot in aio.watch(...)",
    ),
    "check": (tilldone.check, "await aio.check(...)"),
    "as_completed": (
        lambda job: [*tilldone.as_completed([job], timeout=20, polling=QUICK)],
        "async for outcome in aio.as_completed(...)",
    ),
    "wait_all": (
        lambda job: tilldone.wait_all([job], timeout=20, polling=QUICK),
        "await aio.wait_all(...)",
    ),
}


@pytest.fixture(autouse=True)
def _nothing_said_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tilldone._drivers.loop_warning._warned_of_loop", False)


def in_a_loop(loop: str, call: Callable[[], object]) -> None:
    async def run() -> None:
        call()

    anyio.run(run, backend=loop)


@pytest.mark.parametrize("loop", ["asyncio", "trio"])
@pytest.mark.parametrize("name", CALLS)
def test_a_call_in_an_event_loop_says_once_what_does_not_hold_it_up(
    bench: Bench, name: str, loop: str
) -> None:
    call, instead = CALLS[name]
    jobs = [bench.job("edenai", done()) for _ in range(2)]
    with pytest.warns(RuntimeWarning) as told:
        in_a_loop(loop, lambda: [*map(call, jobs)])
    (warning,) = told
    assert str(warning.message).startswith(f"tilldone.{name}() holds up the event loop")
    assert f"use `{instead}`" in str(warning.message)
    # The line that made the call, not one of ours.
    assert warning.filename == __file__


def test_what_submits_as_well_is_called_by_its_own_name(bench: Bench) -> None:
    body = UniversalAIAsyncBody(model="m", input_=UniversalAIAsyncBodyInput())
    request = edenai.create(bench.client("edenai"), body)
    with pytest.warns(RuntimeWarning) as told:
        in_a_loop("asyncio", lambda: tilldone.run(request, timeout=20, polling=QUICK))
    (warning,) = told
    assert str(warning.message).startswith("tilldone.run() holds up the event loop")
    assert "use `await aio.run(...)`" in str(warning.message)
    assert warning.filename == __file__


@pytest.mark.parametrize("name", CALLS)
def test_nothing_is_said_where_no_loop_is_held_up(bench: Bench, name: str) -> None:
    call, _ = CALLS[name]
    call(bench.job("edenai", done()))

    async def beside() -> None:
        await anyio.to_thread.run_sync(call, bench.job("edenai", done()))

    asyncio.run(beside())


def test_who_has_read_it_can_keep_it_quiet(bench: Bench) -> None:
    call, _ = CALLS["wait"]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="tilldone")
        in_a_loop("asyncio", lambda: call(bench.job("edenai", done())))
