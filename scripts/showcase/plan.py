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

__all__ = ["PLAN", "Door", "Errand", "door", "set_up"]


class Door(TypedDict):
    """What a provider's `connect()` is told."""

    token: str
    base_url: str
    headers: dict[str, str]
    httpx_args: dict[str, Any]


@frozen(kw_only=True)
class Errand:
    """One job of the demo."""

    provider: str

    prepare: Callable[[Door], JobRequest[object]]

    seconds: float
    """How long the simulated provider takes."""

    ends: type
    """The class of the result, or of the error: anything else was not planned."""


def set_up(simulator: Simulator) -> None:
    """Let the one submission go wrong that is to show a doubt."""
    simulator.script_submissions("videodb", [reset()], operation="index_scenes")


def door(simulator: Simulator, errand: Errand) -> Door:
    """Say where the errand goes, and tell the simulator by headers how its job shall go."""
    fails = issubclass(errand.ends, JobFailed)
    return {
        "token": simulator.token(errand.provider),
        "base_url": simulator.url(errand.provider),
        "headers": {
            "x-simulator-duration": str(errand.seconds),
            "x-simulator-fail": str(int(fails)),
        },
        # A proxy of the environment would be asked for this machine's own port.
        "httpx_args": {"trust_env": False},
    }


def _upload(door: Door) -> JobRequest[AsyncResponse]:
    body = UploadBody(url="https://example.com/harbour.mp4", name="Harbour at dawn")
    return videodb.upload(videodb.connect(**door), body)


def _index(door: Door) -> JobRequest[AsyncResponse]:
    body = IndexScenesBody(prompt="Which ships are there?")
    return videodb.index_scenes(videodb.connect(**door), body, video_id="m-1")


def _hello(door: Door) -> JobRequest[AsyncRequestOutput]:
    body = CreateAsyncRequestBody(data={"prompt": "Say hello."}, path="/generate")
    return vessl.create(vessl.connect(**door), body)


def _describe(door: Door) -> JobRequest[JobResults]:
    video = {"type": "url", "url": "https://example.com/harbour.mp4"}
    body = GenerationBody.from_dict({"input": video, "generation_config": {"format": "vtt"}})
    return viddyscribe.generate_text(viddyscribe.connect(**door), body)


def _transcribe(door: Door) -> JobRequest[UniversalAIAsyncResponse]:
    file = {"file": "https://example.com/harbour.mp3"}
    asked = {"model": "audio/speech_to_text_async/deepgram", "input": file}
    return edenai.create(edenai.connect(**door), UniversalAIAsyncBody.from_dict(asked))


def _dance(door: Door) -> JobRequest[CommonAgentResultResponse]:
    dancer = {"role": "user", "content": [{"type": "text", "text": "A dancer"}]}
    body = SpecialEffectsVideosAgentRequest.from_dict(
        {
            "agent_id": "vidu_template_agent",
            "custom_variables": {"template": "bodyshake"},
            "messages": [dancer],
        }
    )
    return zai.invoke(zai.connect(**door), body)


PLAN = (
    Errand(provider="videodb", prepare=_upload, seconds=5.5, ends=AsyncResponse),
    Errand(provider="vessl", prepare=_hello, seconds=4.5, ends=AsyncRequestOutput),
    Errand(provider="viddyscribe", prepare=_describe, seconds=3.5, ends=JobResults),
    Errand(provider="edenai", prepare=_transcribe, seconds=2.0, ends=UniversalAIAsyncResponse),
    Errand(provider="zai", prepare=_dance, seconds=4.0, ends=CommonAgentResultResponse),
    Errand(provider="viddyscribe", prepare=_describe, seconds=3.0, ends=JobFailed),
    Errand(provider="videodb", prepare=_index, seconds=0.0, ends=SubmitUncertain),
)
