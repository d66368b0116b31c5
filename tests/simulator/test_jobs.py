"""Jobs by the clock, jobs by script, and what the simulator remembers of the polls."""

from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tilldone.simulator import Simulator, Step, steps

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.simulator.conftest import Client

STATUSES = {
    "videodb": ["processing", "done", "failed"],
    "vessl": ["pending", "in_progress", "completed", "failed"],
    "viddyscribe": ["queued", "processing", "done", "failed"],
    "edenai": ["processing", "success", "fail"],
    "zai": ["pending", "success", "failed"],
}

ID_FORMS = {
    "videodb": r"job-[0-9a-f-]{36}",
    "vessl": r"[0-9a-z]{12}",
    "viddyscribe": r"task_[0-9a-z]+",
    "edenai": r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "zai": r"[0-9]{19}",
}


def test_jobs_move_through_their_phases(
    client: Client, provider: str, clock: Callable[[float], None]
) -> None:
    before = time.monotonic()
    jobs = [client.simulator.submit(provider, duration=3000, fail=fail) for fail in (False, True)]
    after = time.monotonic()
    seen: list[list[str]] = []
    for at in (before + 999, after + 1000, before + 2999, after + 3000):
        clock(at)
        seen.append([client.poll(provider, job_id).json()["status"] for job_id in jobs])
    *waiting, done, failed = STATUSES[provider]
    first, last = waiting[0], waiting[-1]
    assert seen == [[first, first], [last, last], [last, last], [done, failed]]


def test_a_duration_of_zero_is_done_at_once(client: Client, provider: str) -> None:
    job_id = client.simulator.submit(provider, duration=0)
    assert client.poll(provider, job_id).json()["status"] == STATUSES[provider][-2]


def test_a_script_takes_one_step_a_poll_and_repeats_the_last(client: Client) -> None:
    script = [
        steps.pending(times=2),
        steps.status(503),
        steps.running(),
        steps.retry_after(3, steps.running()),
        steps.unknown("paused"),
        steps.done(),
    ]
    job_id = client.simulator.submit("vessl", script=script)
    answers = [client.poll("vessl", job_id) for _ in range(9)]
    assert [(a.status_code, a.json().get("status")) for a in answers] == [
        (200, "pending"),
        (200, "pending"),
        (503, None),
        (200, "in_progress"),
        (200, "in_progress"),
        (200, "paused"),
        (200, "completed"),
        (200, "completed"),
        (200, "completed"),
    ]
    assert [a.headers.get("retry-after") for a in answers[3:6]] == [None, "3", None]


def test_polls_are_recorded_in_order_without_the_key(client: Client, provider: str) -> None:
    script = [steps.running(), steps.retry_after(1, steps.status(429)), steps.reset(), steps.done()]
    job_id = client.simulator.submit(provider, script=script)
    before = time.monotonic()
    client.poll(provider, job_id, token="wrong")
    client.poll(provider, job_id)
    client.poll(provider, job_id)
    polls = client.simulator.polls(job_id)
    assert [poll.answered for poll in polls] == [
        "unauthorized",
        "running",
        "retry_after(1) status(429)",
    ]
    times = [poll.at for poll in polls]
    assert before <= times[0] <= times[1] <= times[2] <= time.monotonic()
    assert {poll.method for poll in polls} == {"POST" if provider == "zai" else "GET"}
    assert polls[0].headers["user-agent"].startswith("python-httpx")
    assert client.simulator.token(provider) not in repr(polls)
    assert "wrong" not in repr(polls)


def test_a_job_belongs_to_one_provider(client: Client) -> None:
    job_id = client.simulator.submit("edenai", duration=0)
    assert client.poll("videodb", job_id).status_code == 404
    assert client.simulator.polls(job_id) == []


def test_ids_have_the_providers_form_and_can_be_chosen(simulator: Simulator, provider: str) -> None:
    ids = [simulator.submit(provider) for _ in range(50)]
    assert len(set(ids)) == 50
    for job_id in ids:
        assert re.fullmatch(ID_FORMS[provider], job_id)
    assert simulator.submit(provider, id="my own") == "my own"


def test_ten_thousand_jobs_have_ids_of_their_own(client: Client) -> None:
    ids = [client.simulator.submit("edenai", duration=60) for _ in range(10_000)]
    assert len(set(ids)) == 10_000
    assert client.poll("edenai", ids[0]).json()["public_id"] == ids[0]
    assert client.poll("edenai", ids[-1]).json()["public_id"] == ids[-1]


def test_polls_at_once_take_one_step_each(client: Client) -> None:
    job_id = client.simulator.submit("edenai", script=[steps.running(times=200), steps.done()])
    with ThreadPoolExecutor(8) as pool:
        words = list(pool.map(lambda _: client.poll("edenai", job_id).json()["status"], range(250)))
    assert (words.count("processing"), words.count("success")) == (200, 50)
    assert len(client.simulator.polls(job_id)) == 250


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"provider": "openai"}, "provider: 'openai' is not one of edenai, "),
        ({"duration": -1}, "duration"),
        ({"duration": float("nan")}, "duration"),
        ({"duration": float("inf")}, "duration"),
        ({"script": []}, "script"),
        ({"script": [steps.done()], "fail": True}, "script"),
        ({"result": {1, 2}}, "result is not a JSON value"),
        ({"result": float("nan")}, "result is not a JSON value"),
        ({"id": " "}, "id must not be blank"),
        ({"id": "taken"}, "id 'taken'"),
    ],
)
def test_nonsense_is_refused_by_name(
    simulator: Simulator, wrong: dict[str, object], message: str
) -> None:
    simulator.submit("edenai", id="taken")
    with pytest.raises(ValueError, match=message):
        simulator.submit(**{"provider": "edenai", **wrong})  # type: ignore[arg-type]  # nonsense


@pytest.mark.parametrize("script", [[steps.running], ["done"], [None]])
def test_a_script_holds_steps_only(simulator: Simulator, script: Sequence[Step]) -> None:
    with pytest.raises(TypeError, match="not a step"):
        simulator.submit("edenai", script=script)


def test_polls_of_an_unknown_job(simulator: Simulator) -> None:
    with pytest.raises(ValueError, match="no job 'nobody'"):
        simulator.polls("nobody")
