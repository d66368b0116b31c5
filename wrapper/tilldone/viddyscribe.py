"""ViddyScribe: audio descriptions for videos.

Rests on the page "Get job results" of ViddyScribe's API reference (specs/sources.toml has its
address). The signed URLs in a result expire after fifteen minutes.
"""

from collections.abc import Mapping
from typing import Any

from tilldone._core.job import Job, new_job, read_ref
from tilldone._core.phase import Phase
from tilldone._core.provider import Body, Failure, Provider
from tilldone._core.text import text_or_none
from tilldone._http.connect import connect_client
from tilldone_clients.viddyscribe import AuthenticatedClient
from tilldone_clients.viddyscribe.api.results import get_results
from tilldone_clients.viddyscribe.models import JobResults

__all__ = ["DEFAULT_BASE_URL", "PHASES", "PROVIDER", "connect", "job", "resume"]

DEFAULT_BASE_URL = "https://api.viddyscribe.com"

PHASES: Mapping[str, Phase] = {
    "queued": Phase.PENDING,
    "processing": Phase.RUNNING,
    "done": Phase.SUCCEEDED,
    "failed": Phase.FAILED,
}


def _failure(body: Body) -> Failure:
    return Failure(code=text_or_none(body.get("error")), message=text_or_none(body.get("message")))


def _poll(id: str, _extras: Mapping[str, str]) -> dict[str, Any]:
    return get_results._get_kwargs(job_id=id)  # pyright: ignore[reportPrivateUsage] # its builder has no public name


PROVIDER: Provider[JobResults] = Provider(
    name="viddyscribe",
    key_variable="VIDDYSCRIBE_API_KEY",
    page="https://docs.viddyscribe.com/api-reference/results/get-job-results",
    phases=PHASES,
    request=_poll,
    parse=JobResults.from_dict,
    failure=_failure,
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
    """Make a client of ViddyScribe's API.

    Args:
        token: the API key (`vsk_…`); None reads `VIDDYSCRIBE_API_KEY`.
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
        auth_header_name="X-API-Key",
    )


def job(client: AuthenticatedClient, id: str) -> Job[JobResults]:
    """Name a job by the `job_id` that its submission answered with.

    Raises:
        ValueError: the id is blank, or cannot be one segment of a path.
    """
    return new_job(PROVIDER, client, id)


def resume(client: AuthenticatedClient, ref: str) -> Job[JobResults]:
    """Name a job by the `ref` of an earlier `Job`.

    Raises:
        ValueError: the ref is damaged, too new, or another provider's.
    """
    return read_ref(PROVIDER, client, ref)
