"""Z.AI: results of asynchronous agents.

Rests on the page "Retrieve Result" of Z.AI's API reference (specs/sources.toml has its address).
Failure comes as HTTP 200 with an `error` in the body; a 429 can be a last word, too.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, cast

from tilldone._core.arguments import expect
from tilldone._core.declaration import Body, Phase
from tilldone._core.job import Job
from tilldone._core.job_request import JobRequest
from tilldone._core.provider import Failure, Provider, Resume
from tilldone._core.text import text_or_none
from tilldone._http.connect import Connect, connector
from tilldone_clients.zai import AuthenticatedClient
from tilldone_clients.zai.api.agents import get_async_result, invoke_agent
from tilldone_clients.zai.models import (
    CommonAgentResultRequest,
    CommonAgentResultResponse,
    SpecialEffectsVideosAgentRequest,
)

__all__ = [
    "DEFAULT_BASE_URL",
    "PHASES",
    "PROVIDER",
    "Client",
    "Result",
    "connect",
    "invoke",
    "job",
    "resume",
    "videos",
]

Client: TypeAlias = AuthenticatedClient
"""What `connect` makes."""

Result: TypeAlias = CommonAgentResultResponse
"""What a wait for a job gives."""

DEFAULT_BASE_URL = "https://api.z.ai/api"

_KEY = "ZAI_API_KEY"

PHASES: Mapping[str, Phase] = {
    "pending": Phase.RUNNING,
    "success": Phase.SUCCEEDED,
    "failed": Phase.FAILED,
}

# Codes of https://docs.z.ai/api-reference/api-code: no balance, a used-up plan, a blocked account.
_FINAL_CODES = frozenset({"1113", *(str(code) for code in range(1308, 1322))})

# Too many at once, too often, or a server that is out of order for a while.
_PASSING_CODES = frozenset({"1200", "1230", "1234", "1302", "1305"})


def _error(body: object) -> dict[str, object]:
    error = cast("Body", body).get("error") if isinstance(body, dict) else None
    return cast("dict[str, object]", error) if isinstance(error, dict) else {}


def _is_failure(body: Body) -> bool:
    # An error beside no status at all is a refusal of this poll, which may pass.
    code = text_or_none(_error(body).get("code"))
    return bool(_error(body)) and ("status" in body or code not in _PASSING_CODES)


def _failure(body: Body) -> Failure:
    error = _error(body)
    return Failure(code=text_or_none(error.get("code")), message=text_or_none(error.get("message")))


def _is_final(status_code: int, body: object) -> bool:
    said = _error(body) or (cast("Body", body) if isinstance(body, dict) else {})
    return status_code == 429 and text_or_none(said.get("code")) in _FINAL_CODES


def _each(value: object, read: Callable[[object], object]) -> list[object]:
    items = cast("list[object]", value) if isinstance(value, list) else [value]
    return [read(item) for item in items]


def _choice(choice: object) -> object:
    if not isinstance(choice, dict):
        return choice
    found = dict(cast("Body", choice))
    if not found.get("message") and found.get("messages"):
        found["message"] = found.pop("messages")
    if found.get("message") is not None:
        found["message"] = _each(found["message"], _message)
    return found


def _message(message: object) -> object:
    if not isinstance(message, dict):
        return message
    found = dict(cast("Body", message))
    if found.get("content") is not None:
        found["content"] = _each(found["content"], _part)
    return found


def _part(part: object) -> object:
    return {"type": "text", "text": part} if isinstance(part, str) else part


def _parse(body: Body) -> Result:
    # Messages and their contents come in several forms (specs/zai.overlay.yaml): read one of them.
    if isinstance(body.get("choices"), list):
        body = {**body, "choices": _each(body["choices"], _choice)}
    return Result.from_dict(body)


def _request(id: str, agent_id: str) -> dict[str, Any]:
    body = CommonAgentResultRequest(agent_id=agent_id, async_id=id)
    return get_async_result._get_kwargs(body=body)  # pyright: ignore[reportPrivateUsage] # its builder has no public name


def invoke(client: Client, body: SpecialEffectsVideosAgentRequest) -> JobRequest[Result]:
    """Prepare a job of the agent that `body.agent_id` names."""
    expect("body", body, SpecialEffectsVideosAgentRequest, "a SpecialEffectsVideosAgentRequest")
    request = invoke_agent._get_kwargs(body=body)  # pyright: ignore[reportPrivateUsage] # its builder has no public name
    return PROVIDER.submission(client, "invoke", request, agent_id=body.agent_id.value)


connect: Connect[Client] = connector(
    Client,
    title="Z.AI's API",
    name="zai",
    key_variable=_KEY,
    default_base_url=DEFAULT_BASE_URL,
)

PROVIDER: Provider[Result] = Provider(
    name="zai",
    docs_url="https://docs.z.ai/api-reference/agents/get-async-result",
    phases=PHASES,
    request=_request,
    parse=_parse,
    failure=_failure,
    is_failure=_is_failure,
    is_final=_is_final,
    kind=("agent_id", "custom_variables.template"),
    extras=("agent_id",),
    submitted="async_id",
    operations=(invoke,),
    connect=connect,
    key_variable=_KEY,
)


def job(client: Client, id: str, *, agent_id: str) -> Job[Result]:
    """Name a job by the `async_id` and the `agent_id` that its submission answered with.

    Raises:
        TypeError, ValueError: the id is not text, is blank, or cannot be one segment of a path.
    """
    return PROVIDER.job(client, id, agent_id=agent_id)


resume: Resume[Client, Result] = PROVIDER.resume


def videos(done: Result) -> list[str]:
    """Give the address of each `video_url` in a result, in their order; none where it has none."""
    expect("done", done, Result, "a CommonAgentResultResponse")
    return [
        part.video_url
        for choice in done.choices or ()
        for message in choice.message or ()
        for part in message.content or ()
        if part.video_url
    ]
