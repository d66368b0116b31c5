"""The jobs of the demo: how an application submits each, and how each is to end.

Submitting is the application's own part; the generated clients' httpx client does it here, with
the provider's routes and field names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypedDict

from attrs import frozen

from tilldone import Job, JobFailed, edenai, vessl, viddyscribe, videodb, zai
from tilldone_clients.edenai.models import UniversalAIAsyncResponse
from tilldone_clients.vessl.models import AsyncRequestOutput
from tilldone_clients.viddyscribe.models import JobResults
from tilldone_clients.videodb.models import AsyncResponse
from tilldone_clients.zai.models import CommonAgentResultResponse

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    import httpx

    from tilldone.simulator import Simulator

__all__ = ["PLAN", "Errand"]


@frozen(kw_only=True)
class Errand:
    """One job of the demo."""

    submit: Callable[[Simulator, Mapping[str, str]], Awaitable[Job[object]]]

    seconds: float
    """How long the simulated provider takes."""

    ends: type
    """The class of the result, or `JobFailed`: anything else was not planned."""

    @property
    def headers(self) -> dict[str, str]:
        """Tell the simulator how the job shall go."""
        fails = issubclass(self.ends, JobFailed)
        return {"x-simulator-duration": str(self.seconds), "x-simulator-fail": str(int(fails))}


async def _videodb(simulator: Simulator, headers: Mapping[str, str]) -> Job[AsyncResponse]:
    client = videodb.connect(**_door(simulator, "videodb"))
    upload = {"url": "https://example.com/harbour.mp4", "name": "Harbour at dawn"}
    accepted = await _post(client, "/collection/default/upload", upload, headers)
    return videodb.job(client, accepted["data"]["id"])


async def _vessl(simulator: Simulator, headers: Mapping[str, str]) -> Job[AsyncRequestOutput]:
    client = vessl.connect(**_door(simulator, "vessl"))
    request = {"method": "POST", "path": "/generate", "data": {"prompt": "Say hello."}}
    accepted = await _post(client, "/async", request, headers)
    return vessl.job(client, accepted["id"])


async def _viddyscribe(simulator: Simulator, headers: Mapping[str, str]) -> Job[JobResults]:
    client = viddyscribe.connect(**_door(simulator, "viddyscribe"))
    video = {"type": "url", "url": "https://example.com/harbour.mp4"}
    request = {"input": video, "generation_config": {"language": "en", "format": "vtt"}}
    accepted = await _post(client, "/enterprise/api/generate_ad_text", request, headers)
    return viddyscribe.job(client, accepted["job_id"])


async def _edenai(
    simulator: Simulator, headers: Mapping[str, str]
) -> Job[UniversalAIAsyncResponse]:
    client = edenai.connect(**_door(simulator, "edenai"))
    request = {
        "model": "audio/speech_to_text_async/deepgram",
        "input": {"file": "https://example.com/harbour.mp3"},
    }
    accepted = await _post(client, "/v3/universal-ai/async", request, headers)
    return edenai.job(client, accepted["public_id"])


async def _zai(simulator: Simulator, headers: Mapping[str, str]) -> Job[CommonAgentResultResponse]:
    client = zai.connect(**_door(simulator, "zai"))
    request = {
        "agent_id": "vidu_template_agent",
        "custom_variables": {"template": "bodyshake"},
        "messages": [{"role": "user", "content": [{"type": "text", "text": "A dancer"}]}],
    }
    accepted = await _post(client, "/v1/agents", request, headers)
    return zai.job(client, accepted["async_id"], agent_id=accepted["agent_id"])


PLAN = (
    Errand(submit=_videodb, seconds=5.5, ends=AsyncResponse),
    Errand(submit=_vessl, seconds=4.5, ends=AsyncRequestOutput),
    Errand(submit=_viddyscribe, seconds=3.5, ends=JobResults),
    Errand(submit=_edenai, seconds=2.0, ends=UniversalAIAsyncResponse),
    Errand(submit=_zai, seconds=4.0, ends=CommonAgentResultResponse),
    Errand(submit=_viddyscribe, seconds=3.0, ends=JobFailed),
)


class _Door(TypedDict):
    token: str
    base_url: str
    httpx_args: dict[str, Any]


def _door(simulator: Simulator, provider: str) -> _Door:
    return {
        "token": simulator.token(provider),
        "base_url": simulator.url(provider),
        # A proxy of the environment would be asked for this machine's own port.
        "httpx_args": {"trust_env": False},
    }


class _Client(Protocol):
    """What the five generated clients have in common."""

    def get_async_httpx_client(self) -> httpx.AsyncClient: ...

    async def __aenter__(self) -> object: ...

    async def __aexit__(self, *_: object) -> object: ...


async def _post(
    client: _Client, path: str, body: Mapping[str, object], headers: Mapping[str, str]
) -> dict[str, Any]:
    async with client:
        response = await client.get_async_httpx_client().post(path, json=body, headers=headers)
    accepted: dict[str, Any] = response.raise_for_status().json()
    return accepted
