"""Eden AI: jobs of the universal-ai async endpoint.

Rests on the page "Get Async Job" of Eden AI's API reference (specs/sources.toml has its address).
Results are kept for seven days. An account may make ten requests a second, over all its keys.
"""

from collections.abc import Mapping
from typing import Any, Protocol, Self, TypeAlias, TypeVar, cast

from tilldone._core.arguments import expect
from tilldone._core.declaration import Listing, Phase
from tilldone._core.fit import Unfit, parsed
from tilldone._core.job import Job, Target
from tilldone._core.job_request import JobRequest
from tilldone._core.provider import Provider, Resume
from tilldone._core.snapshot import UnreadableResponse
from tilldone._core.text import json_kind
from tilldone._http.connect import Connect, connector
from tilldone_clients.edenai import AuthenticatedClient
from tilldone_clients.edenai.api.universal_ai import (
    create_async_job,
    get_async_job,
    list_async_jobs,
)
from tilldone_clients.edenai.models import UniversalAIAsyncBody, UniversalAIAsyncResponse

__all__ = [
    "DEFAULT_BASE_URL",
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

Result: TypeAlias = UniversalAIAsyncResponse
"""What a wait for a job gives."""

DEFAULT_BASE_URL = "https://api.edenai.run"

_KEY = "EDENAI_API_KEY"

PHASES: Mapping[str, Phase] = {
    "processing": Phase.RUNNING,
    "success": Phase.SUCCEEDED,
    "fail": Phase.FAILED,
}


def _request(id: str) -> dict[str, Any]:
    return get_async_job._get_kwargs(id)  # pyright: ignore[reportPrivateUsage] # its builder has no public name


def _page(number: int) -> dict[str, Any]:
    return list_async_jobs._get_kwargs(page=number, limit=1000)  # pyright: ignore[reportPrivateUsage] # its builder has no public name


def create(client: Client, body: UniversalAIAsyncBody) -> JobRequest[Result]:
    """Prepare a job of one of the async features, named by `body.model`."""
    expect("body", body, UniversalAIAsyncBody, "a UniversalAIAsyncBody")
    request = create_async_job._get_kwargs(body=body)  # pyright: ignore[reportPrivateUsage] # its builder has no public name
    return PROVIDER.submission(client, "create", request)


connect: Connect[Client] = connector(
    Client,
    title="Eden AI's API",
    name="edenai",
    key_variable=_KEY,
    default_base_url=DEFAULT_BASE_URL,
)

PROVIDER: Provider[Result] = Provider(
    name="edenai",
    docs_url="https://docs.edenai.co/api-reference/universal-ai/get-async-job",
    phases=PHASES,
    request=_request,
    parse=Result.from_dict,
    submitted="public_id",
    operations=(create,),
    created="created_at",
    kind=("feature", "subfeature", "provider"),
    rate=10.0,
    listing=Listing(request=_page, id="public_id", pages="total_pages"),
    connect=connect,
    key_variable=_KEY,
)


def job(client: Client, id: str) -> Job[Result]:
    """Name a job by the `public_id` that its submission answered with.

    Raises:
        TypeError, ValueError: the id is not text, is blank, or cannot be one segment of a path.
    """
    return PROVIDER.job(client, id)


resume: Resume[Client, Result] = PROVIDER.resume


class _Model(Protocol):
    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self: ...


M = TypeVar("M", bound=_Model)


def output(done: Result, model: type[M]) -> M:
    """Give the output of a job as the model of its feature, such as `SpeechToTextOutput`.

    Raises:
        UnreadableResponse: the output does not fit the model; the text names the field, and the
            error carries the answer.
    """
    expect("done", done, Result, "a UniversalAIAsyncResponse")
    expect("model", model, type, "a class, such as SpeechToTextOutput")
    held: object = done.output
    try:
        if not isinstance(held, dict):
            raise Unfit(f"output: {json_kind(held)} where an object is declared")
        return parsed(model.from_dict, cast("dict[str, Any]", held))
    except Unfit as unfit:
        raise UnreadableResponse(
            f"edenai job {done.public_id} is {done.status}, and its output does not fit "
            f"{model.__name__} ({unfit}); the answer is in this error's .body",
            # As out of a pickle: a result does not know what it was asked with.
            job=Job(Target(PROVIDER, None, done.public_id, {})),
            last=None,
            body=done.to_dict(),
        ) from None
