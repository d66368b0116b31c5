"""Z.AI: results of asynchronous agents.

Rests on the page "Retrieve Result" of Z.AI's API reference (specs/sources.toml has its address).
Failure comes as HTTP 200 with an `error` in the body; a 429 can be a last word, too.
"""

from collections.abc import Mapping
from typing import Any, cast

from tilldone._core.job import Job, new_job, read_ref
from tilldone._core.phase import Phase
from tilldone._core.provider import Body, Failure, Provider
from tilldone._core.text import text_or_none
from tilldone._http.connect import connect_client
from tilldone_clients.zai import AuthenticatedClient
from tilldone_clients.zai.api.agents import get_async_result
from tilldone_clients.zai.models import CommonAgentResultRequest, CommonAgentResultResponse

__all__ = ["DEFAULT_BASE_URL", "PHASES", "PROVIDER", "connect", "job", "resume"]

DEFAULT_BASE_URL = "https://api.z.ai/api"

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


def _failed(body: Body) -> bool:
    # An error beside no status at all is a refusal of this poll, which may pass.
    code = text_or_none(_error(body).get("code"))
    return bool(_error(body)) and ("status" in body or code not in _PASSING_CODES)


def _failure(body: Body) -> Failure:
    error = _error(body)
    return Failure(code=text_or_none(error.get("code")), message=text_or_none(error.get("message")))


def _final(status_code: int, body: object) -> bool:
    said = _error(body) or (cast("Body", body) if isinstance(body, dict) else {})
    return status_code == 429 and text_or_none(said.get("code")) in _FINAL_CODES


def _poll(id: str, extras: Mapping[str, str]) -> dict[str, Any]:
    body = CommonAgentResultRequest(agent_id=extras["agent_id"], async_id=id)
    return get_async_result._get_kwargs(body=body)  # pyright: ignore[reportPrivateUsage] # its builder has no public name


PROVIDER: Provider[CommonAgentResultResponse] = Provider(
    name="zai",
    key_variable="ZAI_API_KEY",
    page="https://docs.z.ai/api-reference/agents/get-async-result",
    phases=PHASES,
    request=_poll,
    parse=CommonAgentResultResponse.from_dict,
    failure=_failure,
    failed=_failed,
    final=_final,
    extras=("agent_id",),
)


def connect(
    token: str | None = None,
    *,
    base_url: str = DEFAULT_BASE_URL,
    timeout: float | None = 30.0,
    allow_http: bool = False,
    headers: Mapping[str, str] | None = None,
    httpx_args: Mapping[str, Any] | None = None,
) -> AuthenticatedClient:
    """Make a client of Z.AI's API.

    Args:
        token: the API key; None reads `ZAI_API_KEY`.
        base_url: where the API is.
        timeout: seconds that a call of the generated operations may take; waits keep their own
            `Polling.request_timeout`.
        allow_http: send the key over plain http to a host that is not this machine.
        headers: sent with every request, beside the provider's own.
        httpx_args: more arguments for the httpx clients, such as `proxy`, or `verify` with an
            `ssl.SSLContext` that trusts certificates of your own.

    Raises:
        ValueError: there is no key, or the base_url cannot be used; the text names which.
    """
    return connect_client(
        AuthenticatedClient,
        token=token,
        variable=PROVIDER.key_variable,
        base_url=base_url,
        timeout=timeout,
        allow_http=allow_http,
        headers=headers,
        httpx_args=httpx_args,
    )


def job(client: AuthenticatedClient, id: str, *, agent_id: str) -> Job[CommonAgentResultResponse]:
    """Name a job by the `async_id` and the `agent_id` that its submission answered with.

    Raises:
        ValueError: the id is blank, or cannot be one segment of a path.
    """
    return new_job(PROVIDER, client, id, agent_id=agent_id)


def resume(client: AuthenticatedClient, ref: str) -> Job[CommonAgentResultResponse]:
    """Name a job by the `ref` of an earlier `Job`.

    Raises:
        ValueError: the ref is damaged, too new, or another provider's.
    """
    return read_ref(PROVIDER, client, ref)
