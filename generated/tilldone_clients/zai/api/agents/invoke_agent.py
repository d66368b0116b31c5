# Written by scripts/regenerate.py from specs/zai.*. Do not edit.

from typing import Any

import httpx

from ...client import AuthenticatedClient, Client
from ...models.invoke_agent_accept_language import InvokeAgentAcceptLanguage
from ...models.special_effects_videos_agent_error import SpecialEffectsVideosAgentError
from ...models.special_effects_videos_agent_request import (
    SpecialEffectsVideosAgentRequest,
)
from ...models.special_effects_videos_agent_response import (
    SpecialEffectsVideosAgentResponse,
)
from ...types import Response, Unset


def _get_kwargs(
    *,
    body: SpecialEffectsVideosAgentRequest,
    accept_language: InvokeAgentAcceptLanguage
    | Unset = InvokeAgentAcceptLanguage.EN_USEN,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(accept_language, Unset):
        headers["Accept-Language"] = str(accept_language)

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/agents",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> SpecialEffectsVideosAgentError | SpecialEffectsVideosAgentResponse:
    if response.status_code == 200:
        response_200 = SpecialEffectsVideosAgentResponse.from_dict(response.json())

        return response_200

    response_default = SpecialEffectsVideosAgentError.from_dict(response.json())

    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[SpecialEffectsVideosAgentError | SpecialEffectsVideosAgentResponse]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: SpecialEffectsVideosAgentRequest,
    accept_language: InvokeAgentAcceptLanguage
    | Unset = InvokeAgentAcceptLanguage.EN_USEN,
) -> Response[SpecialEffectsVideosAgentError | SpecialEffectsVideosAgentResponse]:
    """Invoke an agent

     Start a job of the special effects agent; its `async_id` and its `agent_id` are what to poll with.
    An agent that refuses answers with HTTP 200 and `status` `failed`.

    Args:
        accept_language (InvokeAgentAcceptLanguage | Unset): Config desired response language for
            HTTP requests. Default: InvokeAgentAcceptLanguage.EN_USEN. Example: en-US,en.
        body (SpecialEffectsVideosAgentRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[SpecialEffectsVideosAgentError | SpecialEffectsVideosAgentResponse]
    """

    kwargs = _get_kwargs(
        body=body,
        accept_language=accept_language,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: SpecialEffectsVideosAgentRequest,
    accept_language: InvokeAgentAcceptLanguage
    | Unset = InvokeAgentAcceptLanguage.EN_USEN,
) -> SpecialEffectsVideosAgentError | SpecialEffectsVideosAgentResponse | None:
    """Invoke an agent

     Start a job of the special effects agent; its `async_id` and its `agent_id` are what to poll with.
    An agent that refuses answers with HTTP 200 and `status` `failed`.

    Args:
        accept_language (InvokeAgentAcceptLanguage | Unset): Config desired response language for
            HTTP requests. Default: InvokeAgentAcceptLanguage.EN_USEN. Example: en-US,en.
        body (SpecialEffectsVideosAgentRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        SpecialEffectsVideosAgentError | SpecialEffectsVideosAgentResponse
    """

    return sync_detailed(
        client=client,
        body=body,
        accept_language=accept_language,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: SpecialEffectsVideosAgentRequest,
    accept_language: InvokeAgentAcceptLanguage
    | Unset = InvokeAgentAcceptLanguage.EN_USEN,
) -> Response[SpecialEffectsVideosAgentError | SpecialEffectsVideosAgentResponse]:
    """Invoke an agent

     Start a job of the special effects agent; its `async_id` and its `agent_id` are what to poll with.
    An agent that refuses answers with HTTP 200 and `status` `failed`.

    Args:
        accept_language (InvokeAgentAcceptLanguage | Unset): Config desired response language for
            HTTP requests. Default: InvokeAgentAcceptLanguage.EN_USEN. Example: en-US,en.
        body (SpecialEffectsVideosAgentRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[SpecialEffectsVideosAgentError | SpecialEffectsVideosAgentResponse]
    """

    kwargs = _get_kwargs(
        body=body,
        accept_language=accept_language,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: SpecialEffectsVideosAgentRequest,
    accept_language: InvokeAgentAcceptLanguage
    | Unset = InvokeAgentAcceptLanguage.EN_USEN,
) -> SpecialEffectsVideosAgentError | SpecialEffectsVideosAgentResponse | None:
    """Invoke an agent

     Start a job of the special effects agent; its `async_id` and its `agent_id` are what to poll with.
    An agent that refuses answers with HTTP 200 and `status` `failed`.

    Args:
        accept_language (InvokeAgentAcceptLanguage | Unset): Config desired response language for
            HTTP requests. Default: InvokeAgentAcceptLanguage.EN_USEN. Example: en-US,en.
        body (SpecialEffectsVideosAgentRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        SpecialEffectsVideosAgentError | SpecialEffectsVideosAgentResponse
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            accept_language=accept_language,
        )
    ).parsed
