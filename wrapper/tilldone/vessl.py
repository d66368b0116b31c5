"""VESSL Serve: asynchronous requests to a service.

Rests on VESSL's page "Get async request output" (specs/sources.toml has its address). A request
stays pending until a replica of the service is up, which can take as long as its machines do.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias

from tilldone._core.arguments import expect
from tilldone._core.declaration import Body, Phase
from tilldone._core.job import Job
from tilldone._core.job_request import JobRequest
from tilldone._core.provider import Failure, Provider, Resume
from tilldone._core.text import text_or_none
from tilldone._http.connect import Connect, connector
from tilldone_clients.vessl import AuthenticatedClient
from tilldone_clients.vessl.api.serverless import create_async_request, get_async_request_output
from tilldone_clients.vessl.models import AsyncRequestOutput, CreateAsyncRequestBody

__all__ = [
    "PHASES",
    "PROVIDER",
    "Client",
    "Result",
    "connect",
    "create",
    "job",
    "output",
    "resume",
]

Client: TypeAlias = AuthenticatedClient
"""What `connect` makes."""

Result: TypeAlias = AsyncRequestOutput
"""What a wait for a job gives."""

_KEY = "VESSL_TOKEN"
_URL = "VESSL_BASE_URL"

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


def _request(id: str) -> dict[str, Any]:
    return get_async_request_output._get_kwargs(id)  # pyright: ignore[reportPrivateUsage] # its builder has no public name


def create(client: Client, body: CreateAsyncRequestBody) -> JobRequest[Result]:
    """Prepare a request to the service: `body.data` is handed to it as JSON."""
    expect("body", body, CreateAsyncRequestBody, "a CreateAsyncRequestBody")
    request = create_async_request._get_kwargs(body=body)  # pyright: ignore[reportPrivateUsage] # its builder has no public name
    return PROVIDER.submission(client, "create", request)


connect: Connect[Client] = connector(
    Client,
    title="one VESSL service: its own address is shown beside its key",
    name="vessl",
    key_variable=_KEY,
    url_variable=_URL,
)

PROVIDER: Provider[Result] = Provider(
    name="vessl",
    docs_url="https://docs.vessl.ai/reference/serverless-api/get-async-request-output",
    phases=PHASES,
    request=_request,
    parse=Result.from_dict,
    failure=_failure,
    submitted="id",
    operations=(create,),
    kind="path",
    connect=connect,
    key_variable=_KEY,
    url_variable=_URL,
)


def job(client: Client, id: str) -> Job[Result]:
    """Name a job by the `id` that the request's creation answered with.

    Raises:
        TypeError, ValueError: the id is not text, is blank, or cannot be one segment of a path.
    """
    return PROVIDER.job(client, id)


resume: Resume[Client, Result] = PROVIDER.resume


def output(done: Result) -> object:
    """Give the service's answer, decoded from JSON, of which null is None.

    It is `tilldone.UNSET` where the service did not answer in JSON: see `done.raw_output`.
    """
    expect("done", done, Result, "an AsyncRequestOutput")
    return done.output
