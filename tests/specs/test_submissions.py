"""Jobs are made by plain generated calls: what goes out is what the provider documents."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tilldone_clients import edenai, vessl, viddyscribe, videodb, zai
from tilldone_clients.edenai.api.universal_ai import create_async_job, list_async_jobs
from tilldone_clients.edenai.models import (
    UniversalAIAsyncBody,
    UniversalAIAsyncBodyInput,
    UniversalAIAsyncJobList,
    UniversalAIAsyncResponse,
    UniversalAIRefusal,
)
from tilldone_clients.vessl.api.serverless import create_async_request
from tilldone_clients.vessl.models import AsyncRequest, CreateAsyncRequestBody
from tilldone_clients.viddyscribe.api.processing import (
    generate_ad_audio,
    generate_ad_text,
    generate_ad_video,
)
from tilldone_clients.viddyscribe.models import (
    Error,
    GenerationAccepted,
    GenerationBody,
    GenerationConfig,
    GenerationConfigFormat,
    GenerationInput,
    GenerationInputType,
)
from tilldone_clients.videodb.api.collections import upload_to_collection
from tilldone_clients.videodb.api.videos import index_scenes
from tilldone_clients.videodb.models import (
    AsyncSubmission,
    AsyncSubmissionData,
    IndexScenesBody,
    UploadBody,
    UploadBodyMediaType,
)
from tilldone_clients.zai.api.agents import invoke_agent
from tilldone_clients.zai.models import (
    SpecialEffectsVideosAgentImage,
    SpecialEffectsVideosAgentImageType,
    SpecialEffectsVideosAgentMessage,
    SpecialEffectsVideosAgentMessageRole,
    SpecialEffectsVideosAgentRefusal,
    SpecialEffectsVideosAgentRequest,
    SpecialEffectsVideosAgentRequestAgentId,
    SpecialEffectsVideosAgentResponse,
    SpecialEffectsVideosAgentText,
    SpecialEffectsVideosAgentTextType,
    SpecialEffectsVideosAgentVariables,
    SpecialEffectsVideosAgentVariablesTemplate,
)

if TYPE_CHECKING:
    from types import ModuleType

    from .conftest import Server

EDENAI = {
    "status": "processing",
    "cost": "0",
    "provider": "deepgram",
    "feature": "audio",
    "subfeature": "speech_to_text_async",
    "public_id": "abc",
    "created_at": "2026-01-01T00:00:00Z",
}


def answered(server: Server, status: int, body: object) -> None:
    server.status, server.body = status, json.dumps(body).encode()


def sent(server: Server) -> tuple[str, Any]:
    """The path and the body of the only request."""
    ((path, headers),) = server.requests
    assert "secret" in (headers.get("authorization", "") + str(headers))
    return path, json.loads(server.bodies[0] or b"null")


def test_edenai_makes_a_job(server: Server) -> None:
    answered(server, 202, EDENAI)
    client = edenai.AuthenticatedClient(base_url=server.url, token="secret")
    body = UniversalAIAsyncBody(
        model="audio/speech_to_text_async/deepgram",
        input_=UniversalAIAsyncBodyInput.from_dict({"file": "https://files.example/a.mp3"}),
        fallbacks=["audio/speech_to_text_async/openai"],
        webhook_receiver=None,
    )
    made = create_async_job.sync(client=client, body=body)
    assert isinstance(made, UniversalAIAsyncResponse)
    assert made.public_id == "abc"
    assert sent(server) == (
        "/v3/universal-ai/async",
        {
            "model": "audio/speech_to_text_async/deepgram",
            "input": {"file": "https://files.example/a.mp3"},
            "fallbacks": ["audio/speech_to_text_async/openai"],
            "webhook_receiver": None,
        },
    )


def test_edenai_says_that_there_is_no_credit(server: Server) -> None:
    answered(server, 402, {"error": "Insufficient credits"})
    client = edenai.AuthenticatedClient(base_url=server.url, token="secret")
    body = UniversalAIAsyncBody(model="m", input_=UniversalAIAsyncBodyInput())
    refused = create_async_job.sync(client=client, body=body)
    assert isinstance(refused, UniversalAIRefusal)
    assert refused.error == "Insufficient credits"


def test_edenai_lists_jobs(server: Server) -> None:
    item = {name: EDENAI[name] for name in EDENAI if name != "cost"} | {"model": None}
    page = {"total": 1, "page": 2, "limit": 10, "total_pages": 1}
    answered(server, 200, {"items": [item], **page})
    client = edenai.AuthenticatedClient(base_url=server.url, token="secret")
    listed = list_async_jobs.sync(client=client, feature="audio", page=2, limit=10)
    assert isinstance(listed, UniversalAIAsyncJobList)
    assert (listed.total, listed.items[0].public_id, listed.items[0].model) == (1, "abc", None)
    path, body = sent(server)
    assert (path, body) == ("/v3/universal-ai/async?feature=audio&page=2&limit=10", None)


def test_vessl_makes_a_job(server: Server) -> None:
    answered(server, 201, {"id": "98nlux8b0eu6"})
    client = vessl.AuthenticatedClient(base_url=f"{server.url}/services/mine", token="secret")
    body = CreateAsyncRequestBody(data={"text": "Hello"}, path="/generate")
    made = create_async_request.sync(client=client, body=body)
    assert isinstance(made, AsyncRequest)
    assert made.id == "98nlux8b0eu6"
    asked = {"data": {"text": "Hello"}, "method": "POST", "path": "/generate"}
    assert sent(server) == ("/services/mine/async", asked)


def test_zai_makes_a_job(server: Server) -> None:
    answered(server, 200, {"status": "pending", "agent_id": "vidu_template_agent", "async_id": "1"})
    client = zai.AuthenticatedClient(base_url=server.url, token="secret")
    content: list[SpecialEffectsVideosAgentImage | SpecialEffectsVideosAgentText] = [
        SpecialEffectsVideosAgentText(type_=SpecialEffectsVideosAgentTextType.TEXT, text="Dance"),
        SpecialEffectsVideosAgentImage(
            type_=SpecialEffectsVideosAgentImageType.IMAGE_URL,
            image_url="https://files.example/me.png",
        ),
    ]
    body = SpecialEffectsVideosAgentRequest(
        agent_id=SpecialEffectsVideosAgentRequestAgentId.VIDU_TEMPLATE_AGENT,
        messages=[
            SpecialEffectsVideosAgentMessage(
                role=SpecialEffectsVideosAgentMessageRole.USER, content=content
            )
        ],
        custom_variables=SpecialEffectsVideosAgentVariables(
            template=SpecialEffectsVideosAgentVariablesTemplate.BODYSHAKE
        ),
    )
    made = invoke_agent.sync(client=client, body=body)
    assert isinstance(made, SpecialEffectsVideosAgentResponse)
    assert made.async_id == "1"
    assert sent(server) == (
        "/v1/agents",
        {
            "agent_id": "vidu_template_agent",
            "messages": [
                {
                    "role": "user",
                    "content": [
                        {"type": "text", "text": "Dance"},
                        {"type": "image_url", "image_url": "https://files.example/me.png"},
                    ],
                }
            ],
            "custom_variables": {"template": "bodyshake"},
        },
    )


def test_zai_refuses_with_a_200(server: Server) -> None:
    error = {"code": "1113", "message": "no balance"}
    answered(server, 200, {"status": "failed", "agent_id": "a", "error": error})
    client = zai.AuthenticatedClient(base_url=server.url, token="secret")
    body = SpecialEffectsVideosAgentRequest(
        agent_id=SpecialEffectsVideosAgentRequestAgentId.VIDU_TEMPLATE_AGENT, messages=[]
    )
    refused = invoke_agent.sync(client=client, body=body)
    assert isinstance(refused, SpecialEffectsVideosAgentResponse)
    assert isinstance(refused.error, SpecialEffectsVideosAgentRefusal)
    assert refused.error.code == "1113"


def test_videodb_takes_media_in(server: Server) -> None:
    url = "https://api.videodb.io/async-response/job-1"
    data = {"id": "job-1", "output_url": url}
    answered(server, 200, {"success": True, "status": "processing", "data": data})
    client = videodb.AuthenticatedClient(base_url=server.url, token="secret")
    body = UploadBody(url="https://files.example/a.mp4", media_type=UploadBodyMediaType.VIDEO)
    made = upload_to_collection.sync("default", client=client, body=body)
    assert isinstance(made, AsyncSubmission)
    assert isinstance(made.data, AsyncSubmissionData)
    assert (made.data.id, made.data.output_url) == ("job-1", url)
    asked = {"url": "https://files.example/a.mp4", "media_type": "video"}
    assert sent(server) == ("/collection/default/upload", asked)


def test_videodb_indexes_scenes_at_a_path_that_ends_in_a_slash(server: Server) -> None:
    answered(server, 200, {"success": True, "data": {"id": "job-1"}})
    client = videodb.AuthenticatedClient(base_url=server.url, token="secret")
    body = IndexScenesBody(prompt="Describe it")
    body["more"] = True
    made = index_scenes.sync("v/1", client=client, body=body)
    assert isinstance(made, AsyncSubmission)
    assert sent(server) == ("/video/v%2F1/index/scene/", {"prompt": "Describe it", "more": True})


@pytest.mark.parametrize("endpoint", [generate_ad_text, generate_ad_video, generate_ad_audio])
def test_viddyscribe_generates(server: Server, endpoint: ModuleType) -> None:
    answered(server, 200, {"job_id": "task_1", "status": "queued", "media_id": "m1"})
    client = viddyscribe.AuthenticatedClient(base_url=server.url, token="secret")
    body = GenerationBody(
        input_=GenerationInput(type_=GenerationInputType.MEDIA_ID, media_id="m1"),
        generation_config=GenerationConfig(language="en", format_=GenerationConfigFormat.VTT),
    )
    made = endpoint.sync(client=client, body=body)
    assert isinstance(made, GenerationAccepted)
    assert made.job_id == "task_1"
    asked = {
        "input": {"type": "media_id", "media_id": "m1"},
        "generation_config": {"language": "en", "format": "vtt"},
    }
    name = endpoint.__name__.rpartition(".")[2]
    assert sent(server) == (f"/enterprise/api/{name}", asked)


@pytest.mark.parametrize(("status", "code"), [(429, "plan_limit_exceeded"), (409, "x")])
def test_viddyscribe_says_why_it_refuses(server: Server, status: int, code: str) -> None:
    answered(server, status, {"error": code})
    client = viddyscribe.AuthenticatedClient(base_url=server.url, token="secret")
    body = GenerationBody(input_=GenerationInput(type_=GenerationInputType.FILE))
    refused = generate_ad_video.sync(client=client, body=body)
    assert isinstance(refused, Error)
    assert refused.error == code
