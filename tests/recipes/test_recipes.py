"""The recipes for people who have an engine: run as it would, with stand-ins for the engine.

What passes through an engine's queue or database is turned into JSON and back here, and each run
begins with nothing but that.
"""

import asyncio
import json
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial, wraps
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest

from tilldone import Polling, PollRejected, aio, edenai
from tilldone.simulator import Simulator
from tilldone.simulator.steps import done, failed, running, status


class Retry(Exception):
    """Celery's way to put a task back into the queue."""

    def __init__(self, countdown: float) -> None:
        self.countdown = countdown


class Task:
    def retry(self, *, countdown: float) -> Retry:
        return Retry(countdown)


def shared_task(**_options: object) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Run a task until it no longer asks to be put back, with the same message each time."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def deliver(*arguments: object) -> Any:  # noqa: ANN401 # a task's
            message = json.dumps(arguments)
            while True:
                try:
                    return json.loads(json.dumps(function(Task(), *json.loads(message))))
                except Retry as again:
                    time.sleep(again.countdown)

        return deliver

    return decorate


class BaseTrigger:
    """What Airflow's class does when it is made: nothing that matters here."""


class TriggerEvent:
    def __init__(self, payload: object) -> None:
        self.payload = payload


def fire(trigger: Any) -> Any:  # noqa: ANN401 # the engine knows none of the recipe's types
    """Store the trigger as Airflow does, make it anew and give the event that it fires."""
    path, arguments = json.loads(json.dumps(trigger.serialize()))
    module, _, name = path.rpartition(".")

    async def first() -> object:
        async for event in getattr(import_module(module), name)(**arguments).run():
            return event.payload
        raise AssertionError("it never fired")

    return json.loads(json.dumps(asyncio.run(first())))


@pytest.fixture
def simulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    """Put the simulator and the stand-ins in place of the provider and the engines."""
    engines: dict[str, dict[str, object]] = {
        "celery": {"Task": Task, "shared_task": shared_task},
        "airflow": {},
        "airflow.triggers": {},
        "airflow.triggers.base": {"BaseTrigger": BaseTrigger, "TriggerEvent": TriggerEvent},
    }
    for name, members in engines.items():
        module = ModuleType(name)
        vars(module).update(members)
        monkeypatch.setitem(sys.modules, name, module)
    with Simulator() as running_one:
        address = running_one.url("edenai")
        monkeypatch.setenv("EDENAI_API_KEY", running_one.token("edenai"))
        real = edenai.connect
        monkeypatch.setattr(edenai, "connect", lambda: real(base_url=address))
        yield running_one


def ref_of(simulator: Simulator, **how: Any) -> str:  # noqa: ANN401 # what submit takes
    return edenai.job(edenai.connect(), simulator.submit("edenai", **how)).ref


def test_a_celery_task_polls_until_the_job_is_done(simulator: Simulator) -> None:
    wait_for = import_module("tests.recipes.celery_task").wait_for
    ref = ref_of(simulator, script=[running(2), status(503), done({"text": "done"})])
    assert wait_for(ref, time.time(), 3600)["output"] == {"text": "done"}
    assert wait_for(ref_of(simulator, script=[failed()]), time.time(), 3600)["status"] == "fail"
    with pytest.raises(TimeoutError, match="still processing"):
        wait_for(ref_of(simulator, script=[running()]), time.time() - 3601, 3600)
    with pytest.raises(PollRejected):
        wait_for(ref_of(simulator, script=[status(401)]), time.time(), 3600)


def test_an_airflow_trigger_fires_when_the_job_ends(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    trigger = import_module("tests.recipes.airflow_trigger").JobTrigger
    ref = ref_of(simulator, script=[running(2), done({"text": "done"})])
    assert fire(trigger(ref, time.time() + 3600)) == {"ref": ref, "output": {"text": "done"}}
    ref = ref_of(simulator, script=[failed("E9", "no")])
    event = fire(trigger(ref, time.time() + 3600))
    assert event["ref"] == ref
    assert "failed: E9: no" in event["error"]
    # The last poll has as long as it takes.
    patient = Polling(last_poll=3600)
    monkeypatch.setattr(aio, "wait", partial(aio.wait, polling=patient))
    late = fire(trigger(ref_of(simulator, duration=3600), time.time() - 1))
    assert "is still 'processing'" in late["error"]
