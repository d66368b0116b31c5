"""VideoDB: results of asynchronous operations.

Rests on the page "Get Async Response" of VideoDB's API reference (specs/sources.toml has its
address), and on what VideoDB's own clients know beside it: they have met answers in an envelope,
`{"status": ..., "response": {"success": ..., "data": ...}}`, and statuses that the page lacks.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias, cast

from tilldone._core.arguments import expect
from tilldone._core.declaration import Body, Phase
from tilldone._core.job import Job, checked_id
from tilldone._core.job_request import JobRequest
from tilldone._core.provider import Failure, Provider, Resume
from tilldone._core.text import text_or_none
from tilldone._http.connect import Connect, connector
from tilldone_clients.videodb import AuthenticatedClient
from tilldone_clients.videodb.api.collections import upload_to_collection
from tilldone_clients.videodb.api.utilities import get_async_response
from tilldone_clients.videodb.api.videos import index_scenes as index_scenes_of
from tilldone_clients.videodb.models import (
    AsyncResponse,
    AsyncResponseData,
    IndexScenesBody,
    UploadBody,
)

__all__ = [
    "DEFAULT_BASE_URL",
    "PHASES",
    "PROVIDER",
    "Client",
    "Result",
    "connect",
    "data",
    "index_scenes",
    "job",
    "resume",
    "upload",
]

Client: TypeAlias = AuthenticatedClient
"""What `connect` makes."""

Result: TypeAlias = AsyncResponse
"""What a wait for a job gives."""

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


def _parse(body: Body) -> Result:
    return Result.from_dict(_opened(body))


def _status(body: Body) -> str | None:
    # A submission that VideoDB has carried out at once has its result, and may have no status.
    at_once = body.get("request_type") == "sync" and body.get("success") is True
    return body.get("status") or ("done" if at_once and body.get("data") else None)


def _submitted(body: Body) -> str | None:
    data = body.get("data")
    told: Body = cast("Body", data) if isinstance(data, dict) else {}
    return text_or_none(told.get("id")) or str(told.get("output_url") or "").rpartition("/")[2]


def _request(id: str) -> dict[str, Any]:
    return get_async_response._get_kwargs(id)  # pyright: ignore[reportPrivateUsage] # its builder has no public name


def upload(
    client: Client, body: UploadBody, *, collection_id: str = "default"
) -> JobRequest[Result]:
    """Prepare a job that takes the media at `body.url` into a collection.

    With a `callback_url` the answer may name no job, since VideoDB calls back instead; submitting
    then ends as `SubmitUncertain`.

    Raises:
        ValueError: the collection_id is blank, or cannot be one segment of a path.
    """
    checked_id(collection_id, name="collection_id")
    expect("body", body, UploadBody, "an UploadBody")
    request = upload_to_collection._get_kwargs(collection_id, body=body)  # pyright: ignore[reportPrivateUsage] # its builder has no public name
    return PROVIDER.submission(client, "upload", request)


def index_scenes(client: Client, body: IndexScenesBody, *, video_id: str) -> JobRequest[Result]:
    """Prepare a job that describes a video's scenes, so that they can be searched.

    With a `callback_url` as for `upload`.

    Raises:
        ValueError: the video_id is blank, or cannot be one segment of a path.
    """
    checked_id(video_id, name="video_id")
    expect("body", body, IndexScenesBody, "an IndexScenesBody")
    request = index_scenes_of._get_kwargs(video_id, body=body)  # pyright: ignore[reportPrivateUsage] # its builder has no public name
    return PROVIDER.submission(client, "index_scenes", request)


connect: Connect[Client] = connector(
    Client,
    title="VideoDB's API",
    name="videodb",
    key_variable=_KEY,
    default_base_url=DEFAULT_BASE_URL,
    prefix="",
    auth_header_name="x-access-token",
)

PROVIDER: Provider[Result] = Provider(
    name="videodb",
    docs_url="https://docs.videodb.io/api-reference/utilities/get_async_response",
    phases=PHASES,
    request=_request,
    parse=_parse,
    failure=_failure,
    is_failure=_is_failure,
    status=_status,
    progress="data.percentage",
    kind="media_type",
    submitted=_submitted,
    operations=(upload, index_scenes),
    connect=connect,
    key_variable=_KEY,
)


def job(client: Client, id: str) -> Job[Result]:
    """Name a job by the id that its submission answered with, the last part of `output_url`.

    Raises:
        TypeError, ValueError: the id is not text, is blank, or cannot be one segment of a path.
    """
    return PROVIDER.job(client, id)


resume: Resume[Client, Result] = PROVIDER.resume


def data(done: Result) -> AsyncResponseData:
    """Give what the operation made, such as `data(done).player_url` of an upload.

    Every field is `UNSET` where an operation has no data. What another operation gives is there by
    its name, `data(done)["scene_index_id"]`.
    """
    expect("done", done, Result, "an AsyncResponse")
    return done.data or AsyncResponseData()
