"""VideoDB: results of asynchronous operations.

Rests on the page "Get Async Response" of VideoDB's API reference (specs/sources.toml has its
address), and on what VideoDB's own clients know beside it: they have met answers in an envelope,
`{"status": ..., "response": {"success": ..., "data": ...}}`, and statuses that the page lacks.
"""

from collections.abc import Mapping
from typing import Any, cast

from tilldone._core.job import Job, new_job, read_ref
from tilldone._core.phase import Phase
from tilldone._core.provider import Body, Failure, Provider
from tilldone._core.text import text_or_none
from tilldone._http.connect import connect_client
from tilldone_clients.videodb import AuthenticatedClient
from tilldone_clients.videodb.api.utilities import get_async_response
from tilldone_clients.videodb.models import AsyncResponse

__all__ = ["DEFAULT_BASE_URL", "PHASES", "PROVIDER", "connect", "job", "resume"]

DEFAULT_BASE_URL = "https://api.videodb.io"

PHASES: Mapping[str, Phase] = {
    "pending": Phase.PENDING,
    "processing": Phase.RUNNING,
    "in progress": Phase.RUNNING,
    "done": Phase.SUCCEEDED,
    "complete": Phase.SUCCEEDED,
    "completed": Phase.SUCCEEDED,
    "success": Phase.SUCCEEDED,
    "failed": Phase.FAILED,
}


def _envelope(body: Body) -> Body:
    inner = body.get("response")
    return cast("Body", inner) if isinstance(inner, dict) else {}


def _opened(body: Body) -> Body:
    """Give the body with what its envelope holds beside it, so that `data` is in one place."""
    return {**_envelope(body), **body}


def _failed(body: Body) -> bool:
    return body.get("success") is False or _envelope(body).get("success") is False


def _failure(body: Body) -> Failure:
    said = _opened(body)
    return Failure(
        code=text_or_none(said.get("error_code")), message=text_or_none(said.get("message"))
    )


def _parse(body: Body) -> AsyncResponse:
    return AsyncResponse.from_dict(_opened(body))


def _poll(id: str, _extras: Mapping[str, str]) -> dict[str, Any]:
    return get_async_response._get_kwargs(id)  # pyright: ignore[reportPrivateUsage] # its builder has no public name


PROVIDER: Provider[AsyncResponse] = Provider(
    name="videodb",
    key_variable="VIDEO_DB_API_KEY",
    page="https://docs.videodb.io/api-reference/utilities/get_async_response",
    phases=PHASES,
    request=_poll,
    parse=_parse,
    failure=_failure,
    failed=_failed,
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
    """Make a client of VideoDB's API.

    Args:
        token: the API key (`sk-…`); None reads `VIDEO_DB_API_KEY`.
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
        prefix="",
        auth_header_name="x-access-token",
    )


def job(client: AuthenticatedClient, id: str) -> Job[AsyncResponse]:
    """Name a job by the id that its submission answered with, the last part of `output_url`.

    Raises:
        ValueError: the id is blank, or cannot be one segment of a path.
    """
    return new_job(PROVIDER, client, id)


def resume(client: AuthenticatedClient, ref: str) -> Job[AsyncResponse]:
    """Name a job by the `ref` of an earlier `Job`.

    Raises:
        ValueError: the ref is damaged, too new, or another provider's.
    """
    return read_ref(PROVIDER, client, ref)
