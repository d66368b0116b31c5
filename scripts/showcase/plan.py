"""The jobs of the demo: how an application makes each, and how each is to end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

from attrs import frozen

from tilldone import JobFailed, SubmitUncertain, edenai, vessl, viddyscribe, videodb, zai
from tilldone.testing import reset
from tilldone_clients.edenai.models import UniversalAIAsyncBody, UniversalAIAsyncResponse
from tilldone_clients.vessl.models import AsyncRequestOutput, CreateAsyncRequestBody
from tilldone_clients.viddyscribe.models import GenerationBody, JobResults
from tilldone_clients.videodb.models import AsyncResponse, IndexScenesBody, UploadBody
from tilldone_clients.zai.models import (
    CommonAgentResultResponse,
    SpecialEffectsVideosAgentRequest,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tilldone import JobRequest
    from tilldone.simulator import Simulator

__all__ = ["PLAN", "ConnectArguments", "PlannedJob", "connect_arguments", "set_up"]


class ConnectArguments(TypedDict):
    """What a provider's `connect()` is told."""

    token: str
    base_url: str
    headers: dict[str, str]
    httpx_args: dict[str, Any]


@frozen(kw_only=True)
class PlannedJob:
    """One job of the demo."""

    provider: str

    prepare: Callable[[ConnectArguments], JobRequest[object]]

    seconds: float
    """How long the simulated provider takes."""

    ends: type
    """The class of the result, or of the error: anything else was not planned."""


def set_up(simulator: Simulator) -> None:
    """Let the one submission go wrong that is to show a doubt."""
    simulator.script_submissions("videodb", [reset()], operation="index_scenes")


def connect_arguments(simulator: Simulator, planned: PlannedJob) -> ConnectArguments:
    """Say where to make a job, and tell the simulator by headers how it shall go."""
    fails = issubclass(planned.ends, JobFailed)
    return {
        "token": simulator.token(planned.provider),
        "base_url": simulator.url(planned.provider),
        "headers": {
            "x-simulator-duration": str(planned.seconds),
            "x-simulator-fail": str(int(fails)),
        },
        # A proxy of the environment would be asked for this machine's own port.
        "httpx_args": {"trust_env": False},
    }


def _upload(to: ConnectArguments) -> JobRequest[AsyncResponse]:
    body = UploadBody(url="https://example.com/harbour.mp4", name="Harbour at dawn")
    return videodb.upload(videodb.connect(**to), body)


def _index(to: ConnectArguments) -> JobRequest[AsyncResponse]:
    body = IndexScenesBody(prompt="Which ships are there?")
    return videodb.index_scenes(videodb.connect(**to), body, video_id="m-1")


def _hello(to: ConnectArguments) -> JobRequest[AsyncRequestOutput]:
    body = CreateAsyncRequestBody(data={"prompt": "Say hello."}, path="/generate")
    return vessl.create(vessl.connect(**to), body)


def _describe(to: ConnectArguments) -> JobRequest[JobResults]:
    video = {"type": "url", "url": "https://example.com/harbour.mp4"}
    body = GenerationBody.from_dict({"input": video, "generation_config": {"format": "vtt"}})
    return viddyscribe.generate_text(viddyscribe.connect(**to), body)


def _transcribe(to: ConnectArguments) -> JobRequest[UniversalAIAsyncResponse]:
    file = {"file": "https://example.com/harbour.mp3"}
    asked = {"model": "audio/speech_to_text_async/deepgram", "input": file}
    return edenai.create(edenai.connect(**to), UniversalAIAsyncBody.from_dict(asked))


def _dance(to: ConnectArguments) -> JobRequest[CommonAgentResultResponse]:
    dancer = {"role": "user", "content": [{"type": "text", "text": "A dancer"}]}
    body = SpecialEffectsVideosAgentRequest.from_dict(
        {
            "agent_id": "vidu_template_agent",
            "custom_variables": {"template": "bodyshake"},
            "messages": [dancer],
        }
    )
    return zai.invoke(zai.connect(**to), body)


PLAN = (
    PlannedJob(provider="videodb", prepare=_upload, seconds=5.5, ends=AsyncResponse),
    PlannedJob(provider="vessl", prepare=_hello, seconds=4.5, ends=AsyncRequestOutput),
    PlannedJob(provider="viddyscribe", prepare=_describe, seconds=3.5, ends=JobResults),
    PlannedJob(provider="edenai", prepare=_transcribe, seconds=2.0, ends=UniversalAIAsyncResponse),
    PlannedJob(provider="zai", prepare=_dance, seconds=4.0, ends=CommonAgentResultResponse),
    PlannedJob(provider="viddyscribe", prepare=_describe, seconds=3.0, ends=JobFailed),
    PlannedJob(provider="videodb", prepare=_index, seconds=0.0, ends=SubmitUncertain),
)
