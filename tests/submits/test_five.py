"""The operations of the five in the box: what they send, and how their answers are read."""

import json
from typing import Any

import pytest
from tests.submits.world import QUICK, Ways
from tests.waits.harness import AGENT_ID, connect
from tests.waits.sockets import RawServer, answering, response, serving

from tilldone import (
    JobFailed,
    JobRequest,
    SubmitRejected,
    SubmitUncertain,
    edenai,
    run,
    vessl,
    viddyscribe,
    videodb,
    zai,
)
from tilldone_clients.edenai.models import UniversalAIAsyncBody, UniversalAIAsyncBodyInput
from tilldone_clients.vessl.models import CreateAsyncRequestBody
from tilldone_clients.viddyscribe.models import GenerationBody
from tilldone_clients.videodb.models import IndexScenesBody, UploadBody
from tilldone_clients.zai.models import SpecialEffectsVideosAgentRequest

EDENAI = {"model": "audio/speech_to_text_async/openai", "input": {"file": "https://x/y.mp3"}}
VESSL = {"data": {"prompt": "a cat"}}
VIDDYSCRIBE = {"input": {"type": "media_id", "media_id": "m1"}, "generation_config": {}}
UPLOAD = {"url": "https://x/y.mp4", "media_type": "video"}
ZAI = {
    "agent_id": AGENT_ID,
    "messages": [{"role": "user", "content": [{"type": "text", "text": "a kiss"}]}],
}


def prepared(operation: str, url: str) -> JobRequest[Any]:
    name, _, called = operation.partition(".")
    client = connect(name, url)
    if name == "edenai":
        return edenai.create(client, UniversalAIAsyncBody.from_dict(EDENAI))
    if name == "vessl":
        return vessl.create(client, CreateAsyncRequestBody.from_dict(VESSL))
    if name == "viddyscribe":
        body = GenerationBody.from_dict(VIDDYSCRIBE)
        made: JobRequest[Any] = getattr(viddyscribe, called)(client, body)
        return made
    if name == "zai":
        return zai.invoke(client, SpecialEffectsVideosAgentRequest.from_dict(ZAI))
    if called == "upload":
        return videodb.upload(client, UploadBody.from_dict(UPLOAD))
    return videodb.index_scenes(client, IndexScenesBody.from_dict({}), video_id="m/1")


def generated(kind: str) -> tuple[str, str, object, int, object, str]:
    answer = {"job_id": "task_1", "status": "queued", "media_id": "m1"}
    target = f"/enterprise/api/generate_ad_{kind}"
    return f"viddyscribe.generate_{kind}", target, VIDDYSCRIBE, 200, answer, "task_1"


_VIDEO = {"success": True, "status": "processing"}
_OUTPUT = "https://api.videodb.io/async-response/job-1"
OPERATIONS: list[tuple[str, str, object, int, object, str]] = [
    (
        *("edenai.create", "/v3/universal-ai/async", EDENAI, 202),
        *({"public_id": "p1", "status": "processing"}, "p1"),
    ),
    ("vessl.create", "/async", VESSL, 201, {"id": "98nlux8b0eu6"}, "98nlux8b0eu6"),
    *map(generated, ("text", "video", "audio")),
    (
        *("zai.invoke", "/v1/agents", ZAI, 200),
        *({"status": "pending", "agent_id": AGENT_ID, "async_id": "a1"}, "a1"),
    ),
    (
        *("videodb.upload", "/collection/default/upload", UPLOAD, 200),
        *({**_VIDEO, "data": {"id": "job-1", "output_url": _OUTPUT}}, "job-1"),
    ),
    (
        *("videodb.index_scenes", "/video/m%2F1/index/scene/", {}, 200),
        *({**_VIDEO, "data": {"output_url": _OUTPUT}}, "job-1"),
    ),
]


def says(body: object, status: int = 200) -> bytes:
    return response(json.dumps(body).encode(), status=status)


def sent(server: RawServer) -> object:
    (request,) = server.requests
    return json.loads(request.partition(b"\r\n\r\n")[2])


@pytest.mark.parametrize(("operation", "target", "body", "status", "answer", "id"), OPERATIONS)
def test_an_operation_sends_its_body_and_reads_the_id(
    ways: Ways, operation: str, target: str, body: object, status: int, answer: object, id: str
) -> None:
    with serving(answering(says(answer, status))) as server:
        request = prepared(operation, server.url)
        assert f"{request.provider}.{request.operation}" == operation
        job = ways.submit(request)
        assert server.targets == [target]
        told = sent(server)
        assert isinstance(told, dict)
        assert isinstance(body, dict)
        assert {name: told.get(name) for name in body} == body
        assert b"key-for-tests" in server.requests[0]
    assert (job.provider, job.id) == (request.provider, id)
    extras = {"agent_id": AGENT_ID} if job.provider == "zai" else {}
    assert json.loads(job.ref) == {"tilldone": 1, "provider": job.provider, "id": id, **extras}


REFUSED: list[tuple[str, int, object, str]] = [
    ("edenai.create", 402, {"error": "Insufficient credits"}, "Insufficient credits"),
    ("edenai.create", 422, {"detail": [{"msg": "no", "input": EDENAI}]}, "HTTP 422"),
    (
        *("zai.invoke", 200),
        {"id": "x", "agent_id": "y", "status": "failed", "error": {"code": "1113", "message": "b"}},
        "1113: b",
    ),
    ("zai.invoke", 429, {"error": {"code": "1113", "message": "no balance"}}, "1113: no balance"),
    ("videodb.upload", 200, {"success": False, "message": "Download failed."}, "Download failed"),
    ("viddyscribe.generate_text", 429, {"error": "plan_limit_exceeded"}, "plan_limit_exceeded"),
    ("viddyscribe.generate_text", 409, {"error": "no", "code": "upload_failed"}, "HTTP 409"),
]


@pytest.mark.parametrize(("operation", "status", "answer", "said"), REFUSED)
def test_a_refusal_is_final(
    ways: Ways, operation: str, status: int, answer: object, said: str
) -> None:
    with serving(answering(says(answer, status))) as server:
        with pytest.raises(SubmitRejected, match=said) as caught:
            ways.submit(prepared(operation, server.url), timeout=5)
        assert len(server.requests) == 1
    assert (caught.value.status_code, caught.value.body) == (status, answer)


PASSING: list[tuple[str, object, object]] = [
    ("viddyscribe.generate_audio", {"error": "queue_limit_exceeded"}, {"job_id": "t"}),
    ("zai.invoke", {"error": {"code": "1302"}}, {"status": "pending", "async_id": "t"}),
    ("edenai.create", {}, {"public_id": "t"}),
]


@pytest.mark.parametrize(("operation", "busy", "made"), PASSING)
def test_other_429s_pass(ways: Ways, operation: str, busy: object, made: object) -> None:
    answers = [says(busy, 429), says(made)]
    with serving(lambda connection, _: connection.sendall(answers.pop(0))) as server:
        assert ways.submit(prepared(operation, server.url)).id == "t"
        assert len(server.requests) == 2


def test_eden_ai_may_be_done_at_once(ways: Ways) -> None:
    done = {
        "public_id": "p1",
        "status": "success",
        "cost": "0.1",
        "provider": "p",
        "feature": "audio",
        "subfeature": "s",
        "created_at": "2026-01-01T00:00:00Z",
        "output": {"text": "hello"},
    }
    with serving(answering(says(done, 202))) as server:
        result = ways.run(prepared("edenai.create", server.url))
        assert (result.output, len(server.requests)) == ({"text": "hello"}, 1)


def test_videodb_may_carry_the_result_at_once(ways: Ways) -> None:
    stream = {"id": "m-1", "collection_id": "default", "stream_url": "https://x/y.m3u8"}
    done = {"success": True, "request_type": "sync", "data": stream}
    with serving(answering(says(done))) as server:
        result = ways.run(prepared("videodb.upload", server.url))
        assert (result.data.to_dict(), len(server.requests)) == (stream, 1)


def test_videodb_that_calls_back_and_names_no_job_leaves_a_doubt(ways: Ways) -> None:
    with serving(answering(says({"success": True, "request_type": "async"}))) as server:
        with pytest.raises(SubmitUncertain, match="it names no job"):
            ways.submit(prepared("videodb.upload", server.url))
        assert len(server.requests) == 1


def test_z_ai_s_failure_of_a_job_that_it_names_is_the_job_s(ways: Ways) -> None:
    failed = {"status": "failed", "async_id": "a1", "error": {"code": "1301", "message": "no"}}
    with serving(answering(says(failed))) as server, pytest.raises(JobFailed, match="1301: no"):
        ways.run(prepared("zai.invoke", server.url))
    assert len(server.requests) == 1


@pytest.mark.parametrize("bad", ["", "..", "a\nb"])
def test_a_path_parameter_that_is_none_is_refused(bad: str) -> None:
    client = connect("videodb", "https://api.example")
    with pytest.raises(ValueError, match=r"^collection_id: "):
        videodb.upload(client, UploadBody.from_dict(UPLOAD), collection_id=bad)
    with pytest.raises(ValueError, match=r"^video_id: "):
        videodb.index_scenes(client, IndexScenesBody.from_dict({}), video_id=bad)


def test_the_result_has_its_type() -> None:
    """Never called: mypy and pyright read it."""

    def typed() -> str:
        body = UniversalAIAsyncBody(model="m", input_=UniversalAIAsyncBodyInput())
        request = edenai.create(edenai.connect(), body)
        return run(request, timeout=600, polling=QUICK).public_id

    assert callable(typed)
