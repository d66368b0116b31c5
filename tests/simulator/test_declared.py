"""Any declared provider in the simulator: its polls and its words are those of its declaration."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import anyio
import httpx
import pytest

from tilldone import Failure, JobFailed, JobNotFound, Origin, Phase, Provider, aio, wait, watch
from tilldone.testing import (
    ManualClock,
    body,
    chunked,
    done,
    drip,
    failed,
    gzip_bomb,
    hang,
    missing_status,
    not_found,
    not_utf8,
    pending,
    reset,
    retry_after,
    running,
    status,
    truncated,
    unknown,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tilldone.simulator import Simulator, Step

PHASES = {
    "queued": Phase.PENDING,
    "drawing": Phase.RUNNING,
    "painting": Phase.RUNNING,
    "ready": Phase.SUCCEEDED,
    "broken": Phase.FAILED,
}


def asked(id: str) -> dict[str, Any]:
    return {"method": "get", "url": f"/renders/{quote(id, safe='')}"}


def declared(**fields: Any) -> Provider[dict[str, Any]]:  # noqa: ANN401 # of a declaration
    given: dict[str, Any] = {"name": "renders", "request": asked, "parse": dict, "phases": PHASES}
    return Provider(**(given | fields))


def origin(simulator: Simulator) -> Origin:
    return Origin(simulator.url("renders"), headers={"X-Acme-Key": "canary-of-acme"})


@pytest.mark.parametrize(
    ("path", "ready"),
    [
        ("state", {"url": "u", "state": "ready"}),
        ("job.state", {"url": "u", "job": {"state": "ready"}}),
        ("jobs.1.state", {"url": "u", "jobs": [{}, {"state": "ready"}]}),
    ],
)
def test_the_steps_speak_its_words_where_its_status_stands(
    simulator: Simulator, path: str, ready: dict[str, object]
) -> None:
    provider = declared(status=path)
    script = [
        *(pending(), running(times=2), status(503), reset(), retry_after(1, status(429))),
        *(not_utf8(), truncated(), missing_status(), unknown("drying"), done({"url": "u"})),
    ]
    simulator.submit("renders", script=script, id="r1")
    with ManualClock():
        heard = list(watch(provider.job(origin(simulator), "r1"), timeout=3600))
    assert heard[-1].body == ready
    assert [snapshot.status for snapshot in heard] == [
        "queued",
        "drawing",
        "drawing",
        "drying",
        "ready",
    ]
    polls = simulator.polls("r1")
    assert {poll.answered for poll in polls} == {step.name for step in script}
    assert {poll.method for poll in polls} == {"GET"}


@pytest.mark.parametrize("way", ["sync", "asyncio", "trio"])
def test_it_is_waited_for_by_its_own_parts(simulator: Simulator, way: str) -> None:
    provider = declared(
        status="render.state",
        failure=lambda body: Failure(body["render"]["why"], body["render"]["told"]),
    )
    why = {"why": "E7", "told": "out of paint"}
    simulator.submit("renders", script=[running(), done({"render": {"frames": 24}})], id="r1")
    simulator.submit("renders", script=[running(), failed(render=why)], id="r2")

    def call(id: str) -> object:
        job = provider.job(origin(simulator), id)
        if way == "sync":
            return wait(job, timeout=3600)
        return anyio.run(partial(aio.wait, job, timeout=3600), backend=way)

    with ManualClock():
        assert call("r1") == {"render": {"frames": 24, "state": "ready"}}
        with pytest.raises(JobFailed, match="E7: out of paint"):
            call("r2")


def test_a_job_by_the_clock_and_one_that_nobody_submitted(simulator: Simulator) -> None:
    provider = declared()
    result = {"url": "u"}
    assert simulator.submit("renders", duration=0, id="r1", result=result) == "r1"
    client = origin(simulator)
    assert wait(provider.job(client, "r1"), timeout=5) == {"url": "u", "status": "ready"}
    simulator.submit("renders", duration=0, fail=True, id="r2")
    with pytest.raises(JobFailed):
        wait(provider.job(client, "r2"), timeout=5)
    made = simulator.submit("renders", script=[not_found()])
    with ManualClock():
        for job in (provider.job(client, "r3"), provider.job(client, made)):
            with pytest.raises(JobNotFound):
                wait(job, timeout=60)


def test_a_status_that_a_script_gives_is_left_as_it_is(simulator: Simulator) -> None:
    provider = declared(status="job.state")
    simulator.submit("renders", script=[done({"job": {"state": " Ready "}})], id="r1")
    told = wait(provider.job(origin(simulator), "r1"), timeout=5)
    assert told == {"job": {"state": " Ready "}}


def test_a_failure_has_its_code_where_failures_usually_stand(simulator: Simulator) -> None:
    provider = declared()
    simulator.submit("renders", script=[failed("E7", "out of paint")], id="r1")
    with pytest.raises(JobFailed) as caught:
        wait(provider.job(origin(simulator), "r1"), timeout=5)
    assert (caught.value.code, caught.value.message) == ("E7", "out of paint")


def state_of(body: Mapping[str, Any]) -> str | None:
    return "ready" if body["done"] else "drawing"


def test_where_a_function_reads_the_status_bodies_are_said_themselves(simulator: Simulator) -> None:
    provider = declared(status=state_of)
    script = [body({"done": False}), status(502), truncated(), not_utf8(), body({"done": True})]
    simulator.submit("renders", script=script, id="r1")
    with ManualClock():
        assert wait(provider.job(origin(simulator), "r1"), timeout=3600) == {"done": True}
    assert [poll.answered for poll in simulator.polls("r1")] == [step.name for step in script]


@pytest.mark.parametrize(
    "step", [pending(), running(), done(), failed(), unknown("x"), retry_after(1, running())]
)
def test_steps_that_need_a_word_are_refused_where_there_is_none(
    simulator: Simulator, step: Step
) -> None:
    by_function = declared(status=state_of)
    with pytest.raises(ValueError, match=r"renders declares its status by a function; say its bod"):
        simulator.submit(by_function.name, script=[body({}), step], id="r1")
    with pytest.raises(ValueError, match=r"no job 'r1'"):
        simulator.polls("r1")


def test_what_its_declaration_cannot_say_is_refused(simulator: Simulator) -> None:
    provider = declared(
        phases={"ready": Phase.SUCCEEDED}, failure=lambda body: Failure(body["why"])
    )
    # Steps that are spoilt in any case need no word.
    simulator.submit(provider.name, script=[hang(), drip(), gzip_bomb(2048), chunked(done())])
    for script, says in (
        ([running()], r"running: renders declares no status of that phase"),
        ([done(["r1"])], r"done: a result of renders is a dict, .*\['r1'\]"),
    ):
        with pytest.raises(ValueError, match=says):
            simulator.submit("renders", script=script)
    with pytest.raises(ValueError, match="renders declares no status of that phase"):
        simulator.submit("renders", duration=3)
    deep = declared(name="deep", status="job.state", failure=lambda body: Failure(body["why"]))
    for script, says in (
        ([failed("E7")], r"failed: deep reads code and message where only its own"),
        ([done({"job": "r1"})], r"done: no status of deep can be put at 'job.state' of"),
    ):
        with pytest.raises(ValueError, match=says):
            simulator.submit(deep.name, script=script)


def in_query(id: str) -> dict[str, Any]:
    return {"method": "get", "url": "/renders", "params": {"job_id": id, "full": "1"}}


def in_content(id: str) -> dict[str, Any]:
    return {"method": "post", "url": "/renders/find", "json": {"job": {"id": id}, "full": True}}


def in_request(id: str) -> httpx.Request:
    return httpx.Request("POST", "/renders", json={"id": id})


def at_base(id: str) -> dict[str, Any]:
    return {"method": "get", "url": "", "params": {"id": id}}


@pytest.mark.parametrize("request_of", [asked, in_query, in_content, in_request, at_base])
@pytest.mark.parametrize("id", ["r1", "a/b c", "é&x=1"])
def test_a_poll_finds_its_job_by_the_declaration_s_own_request(
    simulator: Simulator, request_of: Callable[[str], Any], id: str
) -> None:
    provider = declared(request=request_of)
    for each in (id, "another"):
        simulator.submit("renders", script=[done({"id": each})], id=each)
    url = simulator.url("renders")
    # What the client adds is its own business: here a key, and a path.
    with httpx.Client(base_url=f"{url}/v1", params={"key": "k"}) as client:
        assert wait(provider.job(client, id), timeout=5)["id"] == id
    assert len(simulator.polls(id)) == 1
    assert simulator.polls("another") == []


def of_a_team(id: str, team: str) -> dict[str, Any]:
    return {"method": "get", "url": f"/{team}/renders/{id}"}


def test_extras_name_a_job_as_well(simulator: Simulator) -> None:
    provider = declared(request=of_a_team, extras=("team",))
    simulator.submit("renders", script=[done()], id="r1", extras={"team": "blue"})
    client = origin(simulator)
    assert wait(provider.job(client, "r1", team="blue"), timeout=5) == {"status": "ready"}
    with ManualClock(), pytest.raises(JobNotFound):
        wait(provider.job(client, "r1", team="red"), timeout=60)
    for extras in ({}, {"team": "blue", "agent_id": "x"}):
        with pytest.raises(TypeError, match="renders: a job's extras are team; got"):
            simulator.submit("renders", extras=extras)
    with pytest.raises(TypeError, match="edenai: a job's extras are none; got"):
        simulator.submit("edenai", extras={"team": "blue"})


def test_the_agent_of_a_job_can_be_chosen(simulator: Simulator) -> None:
    job_id = simulator.submit("zai", script=[done()], extras={"agent_id": "mine"})
    told = httpx.post(
        f"{simulator.url('zai')}/v1/agents/async-result",
        headers={"Authorization": f"Bearer {simulator.token('zai')}"},
        json={"agent_id": "mine", "async_id": job_id},
    ).json()
    assert (told["agent_id"], told["status"]) == ("mine", "success")


def constant(id: str) -> dict[str, Any]:
    return {"method": "get", "url": "/render"}


def elsewhere(id: str) -> dict[str, Any]:
    return {"method": "get", "url": f"https://acme.example/{id}"}


def test_a_job_that_no_poll_could_find_is_refused(simulator: Simulator) -> None:
    alike = declared(request=constant)
    simulator.submit(alike.name, id="r1")
    with pytest.raises(ValueError, match="id: renders polls 'r2' as it polls 'r1'"):
        simulator.submit("renders", id="r2")
    with pytest.raises(ValueError, match="id 'r1' is that of another job"):
        simulator.submit("renders", id="r1")
    with pytest.raises(ValueError, match=r"id: '\.\.' names another path"):
        simulator.submit("renders", id="..")
    far = declared(name="far", request=elsewhere)
    with pytest.raises(ValueError, match=r"far: its request goes to acme\.example"):
        simulator.submit(far.name)


def at_root(id: str) -> dict[str, Any]:
    return {"method": "get", "url": f"/{id}"}


@pytest.mark.parametrize("name", ["files", "api", "v3", "enterprise"])
def test_no_name_takes_a_route_of_the_five(simulator: Simulator, name: str) -> None:
    provider = declared(name=name, request=at_root)
    simulator.submit(name, script=[done()], id="harbour.mp4")
    client = Origin(simulator.url(name))
    assert wait(provider.job(client, "harbour.mp4"), timeout=5) == {"status": "ready"}
    root = simulator.url("edenai")
    assert httpx.get(f"{root}/files/harbour.mp4").headers["content-type"] == "video/mp4"


def test_any_key_is_accepted_and_none_is_recorded(simulator: Simulator) -> None:
    provider = declared()
    simulator.submit(provider.name, script=[done()], id="r1")
    token = simulator.token("renders")
    url = f"{simulator.url('renders')}/renders/r1"
    shown = {"Authorization": "Bearer canary", "Api-Key": "canary", "X-Acme-Key": f"Acme {token}"}
    for headers in ({}, shown):
        assert httpx.get(url, headers=headers).json() == {"status": "ready"}
    recorded = repr(simulator.polls("r1"))
    assert "user-agent" in recorded
    assert "canary" not in recorded
    assert token not in recorded


def test_submissions_over_http(simulator: Simulator) -> None:
    provider = declared(request=of_a_team, extras=("team",))
    url = simulator.url("renders")
    headers = {"x-simulator-duration": "0"}
    answer = httpx.post(f"{url}/submit", json={"team": "blue", "size": 3}, headers=headers)
    assert answer.status_code == 202
    named = answer.json()
    assert wait(provider.job(Origin(url), **named), timeout=5) == {"status": "ready"}
    refused = httpx.post(f"{url}/submit", json={"size": 3}, headers=headers)
    assert refused.status_code == 400
    assert "a job's extras are team" in json.dumps(refused.json())
    nobody = httpx.get(simulator.url("renders").replace("renders", "nobody") + "/x")
    assert nobody.status_code == 404
    assert "no such route" in nobody.json()["detail"]


def test_a_name_that_is_declared_anew_is_the_new_one(simulator: Simulator) -> None:
    first = declared(phases={"one": Phase.SUCCEEDED})
    assert simulator.token(first.name)
    second = declared(phases={"two": Phase.SUCCEEDED})
    simulator.submit(second.name, script=[done()], id="r1")
    assert wait(second.job(origin(simulator), "r1"), timeout=5) == {"status": "two"}
