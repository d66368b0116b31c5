"""What a type checker makes of the generated clients. Checked by mypy and pyright, never run."""

import datetime as dt
from typing import Any, assert_type

from tilldone_clients import edenai, vessl, viddyscribe, videodb, zai
from tilldone_clients.edenai.api.universal_ai import get_async_job
from tilldone_clients.edenai.models import (
    HTTPValidationError,
    UniversalAIAsyncResponse,
    UniversalAIAsyncResponseError,
    UniversalAIAsyncResponseStatus,
)
from tilldone_clients.edenai.types import Response
from tilldone_clients.edenai.types import Unset as EdenAIUnset
from tilldone_clients.vessl.api.serverless import get_async_request_output
from tilldone_clients.vessl.models import AsyncRequestOutput, AsyncRequestOutputStatus
from tilldone_clients.vessl.types import Unset as VesslUnset
from tilldone_clients.viddyscribe.api.results import get_results
from tilldone_clients.viddyscribe.models import Error as ViddyScribeError
from tilldone_clients.viddyscribe.models import JobResults, JobResultsOutput, JobResultsSegment
from tilldone_clients.viddyscribe.types import Unset as ViddyScribeUnset
from tilldone_clients.videodb.api.utilities import get_async_response
from tilldone_clients.videodb.models import AsyncResponse, AsyncResponseData, AsyncResponseEnvelope
from tilldone_clients.videodb.models import Error as VideoDBError
from tilldone_clients.videodb.types import Unset as VideoDBUnset
from tilldone_clients.zai.api.agents import get_async_result
from tilldone_clients.zai.models import (
    AgentChoice,
    AgentError,
    AgentMessage,
    CommonAgentResultRequest,
    CommonAgentResultResponse,
    SpecialEffectsVideosAgentError,
)
from tilldone_clients.zai.types import Unset as ZaiUnset


def of_videodb(client: videodb.AuthenticatedClient) -> None:
    parsed = get_async_response.sync("id", client=client)
    assert_type(parsed, AsyncResponse | VideoDBError | None)
    assert isinstance(parsed, AsyncResponse)
    assert_type(parsed.data, AsyncResponseData | None | VideoDBUnset)
    assert_type(parsed.response, AsyncResponseEnvelope | None | str | VideoDBUnset)


def of_vessl(client: vessl.AuthenticatedClient) -> None:
    parsed = get_async_request_output.sync("id", client=client)
    assert_type(parsed, AsyncRequestOutput | None)
    assert parsed
    assert_type(parsed.status, AsyncRequestOutputStatus)
    assert_type(parsed.status_code, int | None | VesslUnset)
    assert_type(parsed.fail_reason, str | VesslUnset)


def of_viddyscribe(client: viddyscribe.AuthenticatedClient) -> None:
    parsed = get_results.sync(client=client, job_id="id")
    assert_type(parsed, ViddyScribeError | JobResults | None)
    assert isinstance(parsed, JobResults)
    assert_type(parsed.created_at, dt.datetime | None | ViddyScribeUnset)
    assert_type(parsed.output, JobResultsOutput | None | ViddyScribeUnset)
    assert parsed.output
    assert_type(parsed.output.segments, list[JobResultsSegment] | None | ViddyScribeUnset)


async def of_edenai(client: edenai.AuthenticatedClient) -> None:
    response = await get_async_job.asyncio_detailed("id", client=client)
    assert_type(response, Response[HTTPValidationError | UniversalAIAsyncResponse])
    assert_type(response.status_code, int)
    assert isinstance(response.parsed, UniversalAIAsyncResponse)
    assert_type(response.parsed.status, UniversalAIAsyncResponseStatus)
    assert_type(response.parsed.cost, float | str)
    assert_type(response.parsed.created_at, dt.datetime)
    assert_type(response.parsed.output, Any | None | EdenAIUnset)
    assert_type(response.parsed.error, None | str | UniversalAIAsyncResponseError | EdenAIUnset)


def of_zai(client: zai.AuthenticatedClient) -> None:
    request = CommonAgentResultRequest(agent_id="a", async_id="b")
    parsed = get_async_result.sync(client=client, body=request)
    assert_type(parsed, CommonAgentResultResponse | SpecialEffectsVideosAgentError | None)
    assert isinstance(parsed, CommonAgentResultResponse)
    assert_type(parsed.error, AgentError | None | ZaiUnset)
    assert_type(parsed.choices, list[AgentChoice] | None | ZaiUnset)
    assert parsed.choices
    assert_type(parsed.choices[0].message, AgentMessage | list[AgentMessage] | None | ZaiUnset)


def what_is_not_allowed() -> None:
    get_async_job.sync("id", client=edenai.Client(base_url=""))  # type: ignore[arg-type]
    CommonAgentResultRequest(agent_id="a")  # type: ignore[call-arg]
    UniversalAIAsyncResponseStatus.FINISHED  # type: ignore[attr-defined] # noqa: B018
