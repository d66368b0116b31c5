"""What a type checker makes of the generated clients. Checked by mypy and pyright, never run."""

import datetime as dt
from typing import Any, assert_type

from tilldone import Unset
from tilldone_clients import edenai, vessl, viddyscribe, videodb, zai
from tilldone_clients.edenai.api.universal_ai import (
    create_async_job,
    get_async_job,
    list_async_jobs,
)
from tilldone_clients.edenai.models import (
    HTTPValidationError,
    UniversalAIAsyncBody,
    UniversalAIAsyncBodyInput,
    UniversalAIAsyncJobList,
    UniversalAIAsyncResponse,
    UniversalAIAsyncResponseError,
    UniversalAIAsyncResponseStatus,
    UniversalAIRefusal,
)
from tilldone_clients.edenai.types import Response
from tilldone_clients.vessl.api.serverless import create_async_request, get_async_request_output
from tilldone_clients.vessl.models import (
    AsyncRequest,
    AsyncRequestOutput,
    AsyncRequestOutputStatus,
    CreateAsyncRequestBody,
)
from tilldone_clients.viddyscribe.api.results import get_results
from tilldone_clients.viddyscribe.models import Error as ViddyScribeError
from tilldone_clients.viddyscribe.models import (
    JobResults,
    JobResultsOutput,
    JobResultsSegment,
    JobResultsStatus,
)
from tilldone_clients.videodb.api.utilities import get_async_response
from tilldone_clients.videodb.models import AsyncResponse, AsyncResponseData, AsyncResponseEnvelope
from tilldone_clients.videodb.models import Error as VideoDBError
from tilldone_clients.zai.api.agents import get_async_result, invoke_agent
from tilldone_clients.zai.models import (
    AgentChoice,
    AgentError,
    AgentMessage,
    CommonAgentResultRequest,
    CommonAgentResultResponse,
    SpecialEffectsVideosAgentError,
    SpecialEffectsVideosAgentRequest,
    SpecialEffectsVideosAgentRequestAgentId,
    SpecialEffectsVideosAgentResponse,
)


def of_videodb(client: videodb.AuthenticatedClient) -> None:
    parsed = get_async_response.sync("id", client=client)
    assert_type(parsed, AsyncResponse | VideoDBError | None)
    assert isinstance(parsed, AsyncResponse)
    assert_type(parsed.data, AsyncResponseData | None | Unset)
    assert_type(parsed.response, AsyncResponseEnvelope | None | str | Unset)


def submissions(
    of_edenai: edenai.AuthenticatedClient,
    of_vessl: vessl.AuthenticatedClient,
    of_zai: zai.AuthenticatedClient,
) -> None:
    body = UniversalAIAsyncBody(model="m", input_=UniversalAIAsyncBodyInput())
    made = create_async_job.sync(client=of_edenai, body=body)
    assert_type(made, HTTPValidationError | UniversalAIAsyncResponse | UniversalAIRefusal | None)
    listed = list_async_jobs.sync(client=of_edenai, limit=10)
    assert isinstance(listed, UniversalAIAsyncJobList)
    assert_type(listed.items[0].created_at, dt.datetime)
    request = create_async_request.sync(
        client=of_vessl, body=CreateAsyncRequestBody(data=[1, None])
    )
    assert_type(request, AsyncRequest | None)
    invoked = invoke_agent.sync(
        client=of_zai,
        body=SpecialEffectsVideosAgentRequest(
            agent_id=SpecialEffectsVideosAgentRequestAgentId.VIDU_TEMPLATE_AGENT, messages=[]
        ),
    )
    assert_type(invoked, SpecialEffectsVideosAgentError | SpecialEffectsVideosAgentResponse | None)


def of_vessl(client: vessl.AuthenticatedClient) -> None:
    parsed = get_async_request_output.sync("id", client=client)
    assert_type(parsed, AsyncRequestOutput | None)
    assert parsed
    assert_type(parsed.status, AsyncRequestOutputStatus)
    assert_type(parsed.status_code, int | None | Unset)
    assert_type(parsed.fail_reason, str | Unset)


def of_viddyscribe(client: viddyscribe.AuthenticatedClient) -> None:
    parsed = get_results.sync(client=client, job_id="id")
    assert_type(parsed, ViddyScribeError | JobResults | None)
    assert isinstance(parsed, JobResults)
    assert_type(parsed.status, JobResultsStatus)
    assert_type(parsed.created_at, dt.datetime | None | Unset)
    assert_type(parsed.output, JobResultsOutput | None | Unset)
    assert parsed.output
    assert_type(parsed.output.segments, list[JobResultsSegment] | None | Unset)


async def of_edenai(client: edenai.AuthenticatedClient) -> None:
    response = await get_async_job.asyncio_detailed("id", client=client)
    assert_type(response, Response[HTTPValidationError | UniversalAIAsyncResponse])
    assert_type(response.status_code, int)
    assert isinstance(response.parsed, UniversalAIAsyncResponse)
    assert_type(response.parsed.status, UniversalAIAsyncResponseStatus)
    assert_type(response.parsed.cost, float | str)
    assert_type(response.parsed.created_at, dt.datetime)
    assert_type(response.parsed.output, Any | None | Unset)
    assert_type(response.parsed.error, None | str | UniversalAIAsyncResponseError | Unset)


def of_zai(client: zai.AuthenticatedClient) -> None:
    request = CommonAgentResultRequest(agent_id="a", async_id="b")
    parsed = get_async_result.sync(client=client, body=request)
    assert_type(parsed, CommonAgentResultResponse | SpecialEffectsVideosAgentError | None)
    assert isinstance(parsed, CommonAgentResultResponse)
    assert_type(parsed.error, AgentError | None | Unset)
    assert_type(parsed.choices, list[AgentChoice] | None | Unset)
    assert parsed.choices
    assert_type(parsed.choices[0].message, list[AgentMessage] | None | Unset)


def what_is_not_allowed() -> None:
    get_async_job.sync("id", client=edenai.Client(base_url=""))  # type: ignore[arg-type]
    CommonAgentResultRequest(agent_id="a")  # type: ignore[call-arg]
    UniversalAIAsyncBody(model="m")  # type: ignore[call-arg]
    SpecialEffectsVideosAgentRequest(agent_id="a", messages=[])  # type: ignore[arg-type]
    UniversalAIAsyncResponseStatus.FINISHED  # type: ignore[attr-defined] # noqa: B018
