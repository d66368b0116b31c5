"""What submissions are told: jobs, refusals, scripts and faults, and the record that is kept."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from tests.simulator.conftest import OPERATIONS, WIRES
from tests.waits.harness import HUNG

from tilldone.simulator import Simulator, steps

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.simulator.conftest import Client

    from tilldone.simulator import Step

every_operation = pytest.mark.parametrize("operation", OPERATIONS)


def told(client: Client) -> list[tuple[str, bool]]:
    """What the submissions so far were told, and whether they made a job."""
    return [(each.answered, each.job_id is not None) for each in client.simulator.submissions()]


@every_operation
def test_a_submission_is_recorded_with_its_body_and_without_its_key(
    client: Client, operation: str
) -> None:
    provider, _, _, body = OPERATIONS[operation]
    before = time.monotonic()
    client.submit(operation, x_trace="7")
    (record,) = client.simulator.submissions(provider)
    assert before <= record.at <= time.monotonic()
    assert f"{record.provider}.{record.operation}" == operation
    assert (record.body, record.answered) == (body, "accepted")
    assert record.headers["x-trace"] == "7"
    assert record.job_id is not None
    assert client.poll(provider, record.job_id).status_code == 200
    shown = repr(record)
    assert client.simulator.token(provider) not in shown
    assert repr(body) not in shown
    assert not [name for name in WIRES if client.simulator.submissions(name) and name != provider]


REFUSALS: list[tuple[str, Any, int, Any]] = [
    (
        *("edenai.create", {"input": {}, "fallbacks": "x"}, 422),
        {
            "detail": [
                {"loc": ["body", "model"], "msg": "Field required", "type": "missing"},
                {
                    "loc": ["body", "fallbacks"],
                    "msg": "Input should be an array",
                    "type": "array_type",
                },
            ]
        },
    ),
    (
        *("edenai.create", {"model": "a/b/c", "input": {}, "fallbacks": ["x"] * 4}, 422),
        {
            "detail": [
                {
                    "loc": ["body", "fallbacks"],
                    "msg": "List should have at most 3 items",
                    "type": "too_long",
                }
            ]
        },
    ),
    (
        *("zai.invoke", {"agent_id": "another", "messages": []}, 200),
        {
            "agent_id": "another",
            "status": "failed",
            "error": {"code": "400", "message": "agent_id: Input should be 'vidu_template_agent'"},
        },
    ),
    ("vessl.create", {"path": "/x"}, 400, {"message": "data: Field required"}),
    (
        *("videodb.upload", {"url": "https://x/y", "media_type": "book"}, 400),
        {
            "success": False,
            "message": "media_type: Input should be 'audio' or 'image' or 'video'",
            "error_code": "HTTP_400",
        },
    ),
    (
        *("videodb.index_scenes", {"prompt": 7}, 400),
        {
            "success": False,
            "message": "prompt: Input should be a string",
            "error_code": "HTTP_400",
        },
    ),
    (
        *("viddyscribe.generate_video", {"input": {"url": "https://x/y"}}, 400),
        {"error": "invalid_input", "message": "input.type: Field required"},
    ),
]


@pytest.mark.parametrize(("operation", "body", "status", "says"), REFUSALS)
def test_a_body_that_does_not_fit_is_refused_in_the_provider_s_way(
    client: Client, operation: str, body: object, status: int, says: object
) -> None:
    client.simulator.script_submissions(OPERATIONS[operation][0], [steps.accepted()])
    answer = client.submit(operation, body=body)
    assert (answer.status_code, answer.json()) == (status, says)
    assert told(client) == [("invalid", False)]
    client.submit(operation)
    assert told(client)[1:] == [("accepted", True)]


@every_operation
@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[]", b'"text"', b"7"])
def test_a_body_that_is_no_json_object_is_refused(
    client: Client, operation: str, content: bytes
) -> None:
    provider, path, _, _ = OPERATIONS[operation]
    headers = {**client.key(provider), "content-type": "application/json"}
    url = client.simulator.url(provider) + path
    answer = client.http.post(url, content=content, headers=headers)
    assert (answer.status_code, told(client)) == (
        {"edenai": 422, "zai": 200}.get(provider, 400),
        [("invalid", False)],
    )
    assert "JSON" in answer.text or "object" in answer.text or "missing" in answer.text


def test_only_who_takes_files_takes_forms(client: Client) -> None:
    files = {"file": ("clip.mp4", b"\x00\x01")}
    for operation, (provider, path, status, _) in OPERATIONS.items():
        url = client.simulator.url(provider) + path
        answer = client.http.post(url, files=files, headers=client.key(provider))
        made = client.simulator.submissions()[-1].job_id is not None
        assert made is operation.startswith("viddyscribe.")
        assert not made or answer.status_code == status


def test_a_wrong_key_makes_no_job(client: Client) -> None:
    url = client.simulator.url("edenai") + "/v3/universal-ai/async"
    body = OPERATIONS["edenai.create"][3]
    assert (
        client.http.post(url, json=body, headers={"Authorization": "Bearer x"}).status_code == 401
    )
    assert told(client) == [("unauthorized", False)]


@every_operation
def test_each_submission_takes_one_step_and_the_last_one_repeats(
    client: Client, operation: str
) -> None:
    provider, _, status, _ = OPERATIONS[operation]
    script = [steps.status(429), steps.retry_after(3, steps.status(503)), steps.accepted()]
    client.simulator.script_submissions(provider, script)
    answers = [client.submit(operation) for _ in range(4)]
    assert [each.status_code for each in answers] == [429, 503, status, status]
    assert answers[1].headers["retry-after"] == "3"
    assert told(client) == [
        *(("status(429)", False), ("retry_after(3) status(503)", False)),
        *(("accepted", True), ("accepted", True)),
    ]
    first, second = (each.job_id for each in client.simulator.submissions()[2:])
    assert first != second


def test_an_operation_has_a_script_of_its_own(client: Client) -> None:
    client.simulator.script_submissions("videodb", [steps.status(500)])
    client.simulator.script_submissions("videodb", [steps.accepted()], operation="index_scenes")
    assert client.submit("videodb.upload").status_code == 500
    assert client.submit("videodb.index_scenes").status_code == 200
    assert client.submit("edenai.create").status_code == 202


@pytest.mark.parametrize(
    "step", [steps.reset(), steps.hang(), steps.truncated(), steps.reset_in_body()]
)
def test_a_submission_that_breaks_off_leaves_a_job(
    client: Client, eventually: Callable[[Callable[[], bool]], None], step: Step
) -> None:
    client.simulator.script_submissions("vessl", [step])
    with pytest.raises(httpx.TransportError):
        client.http.post(
            client.simulator.url("vessl") + "/async",
            json=OPERATIONS["vessl.create"][3],
            headers=client.key("vessl"),
            timeout=httpx.Timeout(HUNG, read=1.0),
        )
    # A client that gives up may be gone before the server has got to it.
    eventually(lambda: client.simulator.submissions() != [])
    (record,) = client.simulator.submissions()
    assert record.answered == step.name
    assert record.job_id is not None
    assert client.poll("vessl", record.job_id).status_code == 200


@every_operation
def test_an_accepted_job_goes_as_the_step_says(client: Client, operation: str) -> None:
    provider, _, status, _ = OPERATIONS[operation]
    script = [steps.running(), steps.status(502), steps.done()]
    client.simulator.script_submissions(
        provider,
        [
            steps.accepted(script=script, id="j1", extra="more"),
            steps.accepted(duration=0, fail=True),
            steps.slow(0.01, steps.accepted(duration=60)),
        ],
    )
    answer = client.submit(operation)
    assert (answer.status_code, answer.json()["extra"]) == (status, "more")
    assert [client.poll(provider, "j1").status_code for _ in script] == [200, 502, 200]
    ends = {"failed", "fail"}
    for expected in (True, False):
        client.submit(operation)
        job_id = client.simulator.submissions()[-1].job_id
        assert job_id is not None
        assert (client.poll(provider, job_id).json()["status"] in ends) is expected


def test_a_job_may_have_ended_at_once(client: Client) -> None:
    result = {"text": "Hello!"}
    at_once = {
        name: steps.accepted(at_once=True, result=result)
        for name in ("edenai", "zai", "videodb", "viddyscribe", "vessl")
    }
    for name, step in at_once.items():
        client.simulator.script_submissions(name, [step, steps.accepted(at_once=True, fail=True)])
    made = client.submit("edenai.create").json()
    assert (made["status"], made["output"]) == ("success", result)
    assert client.poll("edenai", made["public_id"]).json()["output"] == result
    lost = client.submit("edenai.create").json()
    assert (lost["status"], lost["output"]) == ("fail", None)
    assert client.submit("zai.invoke").json()["choices"] == result
    assert client.submit("zai.invoke").json()["error"]["code"] == "1200"
    sync = client.submit("videodb.index_scenes").json()
    assert sync == {"success": True, "status": "done", "data": result, "request_type": "sync"}
    assert client.submit("videodb.index_scenes").json()["success"] is False


def test_videodb_calls_back_where_it_is_asked_to(client: Client) -> None:
    body = {**OPERATIONS["videodb.upload"][3], "callback_url": "https://hooks.example/1"}
    said = client.submit("videodb.upload", body=body).json()
    assert said["request_type"] == "async"
    assert client.poll("videodb", said["data"]["id"]).status_code == 200
    client.simulator.script_submissions("videodb", [steps.unnamed()])
    assert client.submit("videodb.upload", body=body).json() == {
        "success": True,
        "request_type": "async",
    }


@every_operation
def test_an_answer_may_name_no_job_that_there_is(client: Client, operation: str) -> None:
    provider, _, status, _ = OPERATIONS[operation]
    client.simulator.script_submissions(provider, [steps.unnamed()])
    answer = client.submit(operation)
    (record,) = client.simulator.submissions()
    assert record.job_id is not None
    assert answer.status_code == status
    assert record.job_id not in answer.text


FINAL: dict[str, tuple[int, Any]] = {
    "edenai.create": (402, {"error": "Insufficient credits"}),
    "viddyscribe.generate_text": (
        429,
        {"error": "plan_limit_exceeded", "message": "The plan's limit is reached"},
    ),
    "vessl.create": (403, {"message": "The token may not use this service"}),
    "videodb.upload": (
        200,
        {"success": False, "message": "Not enough credits.", "error_code": "QUOTA_EXCEEDED"},
    ),
}


def test_a_refusal_is_the_provider_s_and_its_words_can_be_chosen(client: Client) -> None:
    for operation, (status, says) in FINAL.items():
        script = [steps.refused(), steps.refused("E7", "Not today")]
        client.simulator.script_submissions(operation.partition(".")[0], script)
        answer = client.submit(operation)
        assert (answer.status_code, answer.json()) == (status, says)
        chosen = client.submit(operation)
        assert chosen.status_code == (403 if status == 429 else status)
        assert "Not today" in chosen.text
    client.simulator.script_submissions("zai", [steps.refused()])
    answer = client.submit("zai.invoke")
    said: dict[str, Any] = answer.json()
    assert (answer.status_code, said["status"], said["error"]["code"]) == (200, "failed", "1113")
    assert "async_id" not in said
    assert {each.job_id for each in client.simulator.submissions()} == {None}


@pytest.mark.parametrize(
    "step",
    [
        *(steps.running(), steps.pending(), steps.done(), steps.failed(), steps.unknown("x")),
        *(steps.not_found(), steps.missing_status(), steps.not_utf8()),
        steps.retry_after(1, steps.running()),
    ],
)
def test_what_is_said_of_a_job_is_for_polls(simulator: Simulator, step: Step) -> None:
    with pytest.raises(ValueError, match=r"^script: .* is not for submissions$"):
        simulator.script_submissions("edenai", [steps.accepted(), step])
    simulator.submit("edenai", script=[step])


@pytest.mark.parametrize("step", [steps.accepted(), steps.refused(), steps.unnamed()])
def test_what_is_said_of_a_submission_is_for_submissions(simulator: Simulator, step: Step) -> None:
    with pytest.raises(ValueError, match=rf"^script: {step.name} is not for polls$"):
        simulator.submit("edenai", script=[step])


def test_scripts_that_cannot_be_are_refused_where_they_are_given(simulator: Simulator) -> None:
    script: Any = simulator.script_submissions
    nested = steps.accepted(script=[steps.accepted()])
    for wrong, says in (
        ((), "script must have a step"),
        ([nested], "accepted is not for polls"),
        ([steps.accepted(duration=-1)], "duration must be a finite number"),
        ([steps.accepted(fail=True, script=[steps.done()])], "fail and script exclude each other"),
    ):
        with pytest.raises(ValueError, match=says):
            script("edenai", wrong)
    with pytest.raises(TypeError, match="which is not a step: was it called"):
        script("edenai", [steps.accepted])
    with pytest.raises(ValueError, match="operation: edenai has no 'upload'; it has create"):
        script("edenai", [steps.accepted()], operation="upload")
    with pytest.raises(ValueError, match="at_once: the job has ended already"):
        steps.accepted(at_once=True, duration=3)
    with pytest.raises(ValueError, match="fields is not a JSON value"):
        steps.accepted(extra={1})


def test_how_long_jobs_last_can_be_chosen_for_all() -> None:
    with Simulator(duration=0) as simulator:
        key = {"Authorization": f"Bearer {simulator.token('edenai')}"}
        url = f"{simulator.url('edenai')}/v3/universal-ai/async"
        made = httpx.post(url, json=OPERATIONS["edenai.create"][3], headers=key).json()
        assert made["status"] == "processing"
        ended = httpx.get(f"{url}/{made['public_id']}", headers=key).json()
        assert ended["status"] == "success"
    with pytest.raises(ValueError, match="duration must be a finite number of seconds"):
        Simulator(duration=-1)


def test_a_list_tells_how_jobs_stand_and_takes_no_step(client: Client) -> None:
    def listed(**query: str) -> Any:  # noqa: ANN401 # JSON
        url = client.simulator.url("edenai") + "/v3/universal-ai/async"
        return client.http.get(url, headers=client.key("edenai"), params=query).json()

    assert listed() == {"items": [], "total": 0, "page": 1, "limit": 100, "total_pages": 0}
    scripts = {"p1": [steps.running(), steps.done()], "p2": [steps.done()], "p3": [steps.failed()]}
    for job_id, script in scripts.items():
        client.simulator.submit("edenai", id=job_id, script=script)
    client.simulator.submit("zai", id="of-another")
    standing = [(item["public_id"], item["status"]) for item in listed()["items"]]
    assert standing == [("p3", "fail"), ("p2", "success"), ("p1", "processing")]
    assert "output" not in listed()["items"][0]
    client.poll("edenai", "p1")
    assert [item["public_id"] for item in listed(status="success")["items"]] == ["p2", "p1"]
    second = listed(page="2", limit="2")
    assert [item["public_id"] for item in second["items"]] == ["p1"]
    assert (second["total"], second["total_pages"]) == (3, 2)
    assert listed(feature="ocr")["total"] == 0
    assert len(client.simulator.polls("p1")) == 1
    url = client.simulator.url("edenai") + "/v3/universal-ai/async"
    assert client.http.get(url).status_code == 401
    assert client.http.get(url, headers=client.key("edenai"), params={"limit": "1001"}).json() == {
        "detail": [
            {
                "loc": ["query", "limit"],
                "msg": "Input should be an integer from 1 to 1000",
                "type": "int_parsing",
            }
        ]
    }
