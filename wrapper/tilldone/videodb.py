"""VideoDB: results of asynchronous operations.

Rests on the page "Get Async Response" of VideoDB's API reference (specs/sources.toml has its
address), and on what VideoDB's own clients know beside it: they have met answers in an envelope,
`{"status": ..., "response": {"success": ..., "data": ...}}`, and statuses that the page lacks.
"""

from collections.abc import Mapping
from typing import Any, cast

from tilldone._core.job import Job
from tilldone._core.phase import Phase
from tilldone._core.provider import Body, Failure, Provider, Resume
from tilldone._core.text import text_or_none
from tilldone._http.connect import Connect, connector
from tilldone_clients.videodb import AuthenticatedClient
from tilldone_clients.videodb.api.utilities import get_async_response
from tilldone_clients.videodb.models import AsyncResponse

__all__ = ["DEFAULT_BASE_URL", "PHASES", "PROVIDER", "connect", "job", "resume"]

DEFAULT_BASE_URL = "https://api.videodb.io"

_KEY = "VIDEO_DB_API_KEY"

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


def _is_failure(body: Body) -> bool:
    return body.get("success") is False or _envelope(body).get("success") is False


def _failure(body: Body) -> Failure:
    said = _opened(body)
    return Failure(
        code=text_or_none(said.get("error_code")), message=text_or_none(said.get("message"))
    )


def _parse(body: Body) -> AsyncResponse:
    return AsyncResponse.from_dict(_opened(body))


def _request(id: str) -> dict[str, Any]:
    return get_async_response._get_kwargs(id)  # pyright: ignore[reportPrivateUsage] # its builder has no public name


connect: Connect[AuthenticatedClient] = connector(
    AuthenticatedClient,
    title="VideoDB's API",
    name="videodb",
    key_variable=_KEY,
    default_base_url=DEFAULT_BASE_URL,
    prefix="",
    auth_header_name="x-access-token",
)

PROVIDER: Provider[AsyncResponse] = Provider(
    name="videodb",
    docs_url="https://docs.videodb.io/api-reference/utilities/get_async_response",
    phases=PHASES,
    request=_request,
    parse=_parse,
    failure=_failure,
    is_failure=_is_failure,
    connect=connect,
    key_variable=_KEY,
)


def job(client: AuthenticatedClient, id: str) -> Job[AsyncResponse]:
    """Name a job by the id that its submission answered with, the last part of `output_url`.

    Raises:
        ValueError: the id is blank, or cannot be one segment of a path.
    """
    return PROVIDER.job(client, id)


resume: Resume[AuthenticatedClient, AsyncResponse] = PROVIDER.resume
