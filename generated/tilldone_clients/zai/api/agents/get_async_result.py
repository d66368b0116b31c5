# Written by scripts/regenerate.py from specs/zai.*. Do not edit.

from typing import Any

import httpx

from ...client import AuthenticatedClient, Client
from ...models.common_agent_result_request import CommonAgentResultRequest
from ...models.common_agent_result_response import CommonAgentResultResponse
from ...models.get_async_result_accept_language import GetAsyncResultAcceptLanguage
from ...models.special_effects_videos_agent_error import SpecialEffectsVideosAgentError
from ...types import Response, Unset


def _get_kwargs(
    *,
    body: CommonAgentResultRequest,
    accept_language: GetAsyncResultAcceptLanguage
    | Unset = GetAsyncResultAcceptLanguage.EN_USEN,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(accept_language, Unset):
        headers["Accept-Language"] = str(accept_language)

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/agents/async-result",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> CommonAgentResultResponse | SpecialEffectsVideosAgentError:
    if response.status_code == 200:
        response_200 = CommonAgentResultResponse.from_dict(response.json())

        return response_200

    response_default = SpecialEffectsVideosAgentError.from_dict(response.json())

    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[CommonAgentResultResponse | SpecialEffectsVideosAgentError]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: CommonAgentResultRequest,
    accept_language: GetAsyncResultAcceptLanguage
    | Unset = GetAsyncResultAcceptLanguage.EN_USEN,
) -> Response[CommonAgentResultResponse | SpecialEffectsVideosAgentError]:
    """This endpoint is used to query the result of an asynchronous request.

    Args:
        accept_language (GetAsyncResultAcceptLanguage | Unset): Config desired response language
            for HTTP requests. Default: GetAsyncResultAcceptLanguage.EN_USEN. Example: en-US,en.
        body (CommonAgentResultRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CommonAgentResultResponse | SpecialEffectsVideosAgentError]
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
    body: CommonAgentResultRequest,
    accept_language: GetAsyncResultAcceptLanguage
    | Unset = GetAsyncResultAcceptLanguage.EN_USEN,
) -> CommonAgentResultResponse | SpecialEffectsVideosAgentError | None:
    """This endpoint is used to query the result of an asynchronous request.

    Args:
        accept_language (GetAsyncResultAcceptLanguage | Unset): Config desired response language
            for HTTP requests. Default: GetAsyncResultAcceptLanguage.EN_USEN. Example: en-US,en.
        body (CommonAgentResultRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CommonAgentResultResponse | SpecialEffectsVideosAgentError
    """

    return sync_detailed(
        client=client,
        body=body,
        accept_language=accept_language,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: CommonAgentResultRequest,
    accept_language: GetAsyncResultAcceptLanguage
    | Unset = GetAsyncResultAcceptLanguage.EN_USEN,
) -> Response[CommonAgentResultResponse | SpecialEffectsVideosAgentError]:
    """This endpoint is used to query the result of an asynchronous request.

    Args:
        accept_language (GetAsyncResultAcceptLanguage | Unset): Config desired response language
            for HTTP requests. Default: GetAsyncResultAcceptLanguage.EN_USEN. Example: en-US,en.
        body (CommonAgentResultRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CommonAgentResultResponse | SpecialEffectsVideosAgentError]
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
    body: CommonAgentResultRequest,
    accept_language: GetAsyncResultAcceptLanguage
    | Unset = GetAsyncResultAcceptLanguage.EN_USEN,
) -> CommonAgentResultResponse | SpecialEffectsVideosAgentError | None:
    """This endpoint is used to query the result of an asynchronous request.

    Args:
        accept_language (GetAsyncResultAcceptLanguage | Unset): Config desired response language
            for HTTP requests. Default: GetAsyncResultAcceptLanguage.EN_USEN. Example: en-US,en.
        body (CommonAgentResultRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CommonAgentResultResponse | SpecialEffectsVideosAgentError
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            accept_language=accept_language,
        )
    ).parsed
