"""A declared provider's jobs, made by its own operations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx
import pytest
from attrs import frozen

from tilldone import (
    JobRequest,
    Origin,
    Phase,
    Provider,
    SubmitRejected,
    SubmitUncertain,
    run,
    submit,
    wait,
)
from tilldone.testing import (
    ManualClock,
    accepted,
    done,
    failed,
    refused,
    reset,
    running,
    status,
    unnamed,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tilldone.simulator import Simulator

PHASES = {"drawing": Phase.RUNNING, "ready": Phase.SUCCEEDED, "broken": Phase.FAILED}


@frozen
class Scene:
    """The body of a render, as a generated class would be."""

    prompt: str
    frames: int = 1

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> Scene:
        return cls(prompt=told["prompt"], frames=told.get("frames", 1))

    def to_dict(self) -> dict[str, Any]:
        return {"prompt": self.prompt, "frames": self.frames}


def poll(id: str, team: str) -> dict[str, Any]:
    return {"method": "post", "url": f"/teams/{quote(team, safe='')}/find", "json": {"id": id}}


def draw(client: object, body: Scene, *, team: str) -> JobRequest[dict[str, Any]]:
    made = {
        "method": "post",
        "url": f"/teams/{quote(team, safe='')}/renders",
        "json": body.to_dict(),
    }
    return RENDERS.submission(client, "draw", made, team=team)


def repeat(client: object, body: dict[str, Any], *, team: str) -> JobRequest[dict[str, Any]]:
    made = {"method": "put", "url": f"/teams/{quote(team, safe='')}/repeats", "json": body}
    return RENDERS.submission(client, "repeat", made, team=team)


# Kept by the module that uses it: a provider is known by name as long as it is there.
RENDERS: Provider[dict[str, Any]] = Provider(
    name="farm",
    request=poll,
    parse=dict,
    phases=PHASES,
    status="render.state",
    submitted="render.id",
    extras=("team",),
    operations=(draw, repeat),
)


@pytest.fixture
def client(simulator: Simulator) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{simulator.url('farm')}/v2", params={"key": "k"}) as client:
        yield client


def test_a_job_is_made_by_the_operation_and_found_by_the_poll(
    simulator: Simulator, client: httpx.Client
) -> None:
    simulator.script_submissions("farm", [accepted(script=[running(), done()], render={"n": 3})])
    job = submit(draw(client, Scene("a castle"), team="blue and/or red"))
    with ManualClock():
        assert wait(job, timeout=60) == {"render": {"state": "ready"}}
    (record,) = simulator.submissions("farm")
    assert (record.operation, record.job_id) == ("draw", job.id)
    assert record.body == {"prompt": "a castle", "frames": 1}
    assert len(simulator.polls(job.id)) == 2
    with ManualClock():
        made = run(repeat(client, {"any": "thing"}, team="blue"), timeout=60)
    assert made == {"render": {"state": "ready"}}
    assert [each.operation for each in simulator.submissions()] == ["draw", "repeat"]


def test_a_body_that_the_operation_cannot_read_is_refused(
    simulator: Simulator, client: httpx.Client
) -> None:
    for wrong in ({"frames": 3}, {"prompt": 7}, ["prompt"]):
        answer = client.post("/teams/blue/renders", json=wrong)
        assert answer.status_code == 400
        assert "body: " in answer.text
    assert [each.answered for each in simulator.submissions()] == ["invalid"] * 3
    # Polls are none of them, of whatever method, and neither is what leads nowhere.
    assert client.post("/teams/blue/find", json={"id": "nobody"}).status_code == 404
    assert client.get("/elsewhere").status_code == 404
    assert client.put("/teams/blue/renders", json={"prompt": "x"}).status_code == 404
    assert len(simulator.submissions()) == 3


def test_its_submissions_go_by_scripts_too(simulator: Simulator, client: httpx.Client) -> None:
    request = draw(client, Scene("a castle"), team="blue")
    simulator.script_submissions(
        "farm", [status(429), accepted(at_once=True, result={"render": {"url": "u"}})]
    )
    with ManualClock():
        told = run(request, timeout=60)
    assert told == {"render": {"url": "u", "state": "ready", "id": told["render"]["id"]}}
    simulator.script_submissions("farm", [refused()], operation="draw")
    with pytest.raises(SubmitRejected, match="403: forbidden: Not allowed"):
        submit(request)
    for step in (reset(), unnamed()):
        simulator.script_submissions("farm", [step], operation="draw")
        with pytest.raises(SubmitUncertain):
            submit(request)
    told_to = [each.answered for each in simulator.submissions()]
    assert told_to == ["status(429)", "accepted", "refused", "reset", "unnamed"]
    with pytest.raises(ValueError, match="operation: farm has no 'paint'; it has draw, repeat"):
        simulator.script_submissions("farm", [accepted()], operation="paint")


def by_name(id: str) -> dict[str, Any]:
    return {"method": "get", "url": f"/{id}"}


def read(body: Mapping[str, Any]) -> str | None:
    return body["links"][0] if "links" in body else None


def make(client: object, body: Any) -> JobRequest[dict[str, Any]]:  # noqa: ANN401 # JSON
    return LINKED.submission(client, "make", {"method": "post", "url": "/make", "json": body})


LINKED: Provider[dict[str, Any]] = Provider(
    name="linked",
    request=by_name,
    parse=dict,
    phases=PHASES,
    submitted=read,
    operations=(make,),
)


def test_where_a_function_reads_the_id_the_script_says_the_answer(simulator: Simulator) -> None:
    with pytest.raises(ValueError, match=r"linked reads no id in \{.*accepted\(field=\.\.\.\)"):
        simulator.script_submissions("linked", [accepted()])
    simulator.script_submissions("linked", [accepted(links=["r7"], script=[failed("E7", "no")])])
    client = Origin(simulator.url("linked"))
    assert submit(make(client, ["any"])).id == "r7"
    assert simulator.submissions()[0].job_id == "r7"
    assert httpx.get(f"{simulator.url('linked')}/r7").json()["status"] == "broken"
