"""VESSL Serve: asynchronous requests to a service.

Rests on VESSL's page "Get async request output" (specs/sources.toml has its address). A request
stays pending until a replica of the service is up, which can take as long as its machines do.
"""

from collections.abc import Mapping
from typing import Any

from tilldone._core.job import Job, new_job, read_ref
from tilldone._core.phase import Phase
from tilldone._core.provider import Body, Failure, Provider
from tilldone._core.text import text_or_none
from tilldone._http.connect import base_url_from, connect_client
from tilldone_clients.vessl import AuthenticatedClient
from tilldone_clients.vessl.api.serverless import get_async_request_output
from tilldone_clients.vessl.models import AsyncRequestOutput

__all__ = ["PHASES", "PROVIDER", "connect", "job", "resume"]

PHASES: Mapping[str, Phase] = {
    "pending": Phase.PENDING,
    "in_progress": Phase.RUNNING,
    "completed": Phase.SUCCEEDED,
    "failed": Phase.FAILED,
}


def _failure(body: Body) -> Failure:
    # The code is the HTTP status of the service's own answer; an internal error has none.
    return Failure(
        code=text_or_none(body.get("status_code")),
        message=text_or_none(body.get("fail_reason")) or text_or_none(body.get("raw_output")),
    )


def _poll(id: str, _extras: Mapping[str, str]) -> dict[str, Any]:
    return get_async_request_output._get_kwargs(id)  # pyright: ignore[reportPrivateUsage] # its builder has no public name


PROVIDER: Provider[AsyncRequestOutput] = Provider(
    name="vessl",
    key_variable="VESSL_TOKEN",
    url_variable="VESSL_BASE_URL",
    page="https://docs.vessl.ai/reference/serverless-api/get-async-request-output",
    phases=PHASES,
    request=_poll,
    parse=AsyncRequestOutput.from_dict,
    failure=_failure,
)


def connect(
    token: str | None = None,
    *,
    base_url: str | None = None,
    timeout: float | None = 30.0,
    allow_http: bool = False,
    headers: Mapping[str, str] | None = None,
    httpx_args: Mapping[str, Any] | None = None,
) -> AuthenticatedClient:
    """Make a client of one VESSL service.

    Args:
        token: the service's token; None reads `VESSL_TOKEN`.
        base_url: the service's own address, shown beside the key, such as
            `https://HOST/api/v1/services/NAME`; None reads `VESSL_BASE_URL`.
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
        base_url=base_url_from(base_url, PROVIDER.url_variable),
        timeout=timeout,
        allow_http=allow_http,
        headers=headers,
        httpx_args=httpx_args,
    )


def job(client: AuthenticatedClient, id: str) -> Job[AsyncRequestOutput]:
    """Name a job by the `id` that the request's creation answered with.

    Raises:
        ValueError: the id is blank, or cannot be one segment of a path.
    """
    return new_job(PROVIDER, client, id)


def resume(client: AuthenticatedClient, ref: str) -> Job[AsyncRequestOutput]:
    """Name a job by the `ref` of an earlier `Job`.

    Raises:
        ValueError: the ref is damaged, too new, or another provider's.
    """
    return read_ref(PROVIDER, client, ref)
