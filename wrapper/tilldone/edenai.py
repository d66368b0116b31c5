"""Eden AI: jobs of the universal-ai async endpoint.

Rests on the page "Get Async Job" of Eden AI's API reference (specs/sources.toml has its address).
Results are kept for seven days. An account may make ten requests a second, over all its keys.
"""

from collections.abc import Mapping
from typing import Any, cast

from tilldone._core.job import Job, new_job, read_ref
from tilldone._core.phase import Phase
from tilldone._core.provider import Body, Failure, Provider
from tilldone._core.text import text_or_none
from tilldone._http.connect import connect_client
from tilldone_clients.edenai import AuthenticatedClient
from tilldone_clients.edenai.api.universal_ai import get_async_job
from tilldone_clients.edenai.models import UniversalAIAsyncResponse

__all__ = ["DEFAULT_BASE_URL", "PHASES", "PROVIDER", "connect", "job", "resume"]

DEFAULT_BASE_URL = "https://api.edenai.run"

PHASES: Mapping[str, Phase] = {
    "processing": Phase.RUNNING,
    "success": Phase.SUCCEEDED,
    "fail": Phase.FAILED,
}


def _failure(body: Body) -> Failure:
    error = body.get("error")
    if not isinstance(error, dict):
        return Failure(message=text_or_none(error))
    said = cast("dict[str, object]", error)
    return Failure(
        code=text_or_none(said.get("code") or said.get("type")),
        message=text_or_none(said.get("message")),
    )


def _poll(id: str, _extras: Mapping[str, str]) -> dict[str, Any]:
    return get_async_job._get_kwargs(id)  # pyright: ignore[reportPrivateUsage] # its builder has no public name


PROVIDER: Provider[UniversalAIAsyncResponse] = Provider(
    name="edenai",
    key_variable="EDENAI_API_KEY",
    page="https://docs.edenai.co/api-reference/universal-ai/get-async-job",
    phases=PHASES,
    request=_poll,
    parse=UniversalAIAsyncResponse.from_dict,
    failure=_failure,
    rate=10.0,
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
    """Make a client of Eden AI's API.

    Args:
        token: the API key; None reads `EDENAI_API_KEY`.
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


def job(client: AuthenticatedClient, id: str) -> Job[UniversalAIAsyncResponse]:
    """Name a job by the `public_id` that its submission answered with.

    Raises:
        ValueError: the id is blank, or cannot be one segment of a path.
    """
    return new_job(PROVIDER, client, id)


def resume(client: AuthenticatedClient, ref: str) -> Job[UniversalAIAsyncResponse]:
    """Name a job by the `ref` of an earlier `Job`.

    Raises:
        ValueError: the ref is damaged, too new, or another provider's.
    """
    return read_ref(PROVIDER, client, ref)
