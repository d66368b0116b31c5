# Written by scripts/regenerate.py from specs/edenai.*. Do not edit.

from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.http_validation_error import HTTPValidationError
from ...models.universal_ai_async_body import UniversalAIAsyncBody
from ...models.universal_ai_async_response import UniversalAIAsyncResponse
from ...models.universal_ai_refusal import UniversalAIRefusal
from ...types import Response


def _get_kwargs(
    *,
    body: UniversalAIAsyncBody,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v3/universal-ai/async",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> HTTPValidationError | UniversalAIAsyncResponse | UniversalAIRefusal | None:
    if response.status_code == 202:
        response_202 = UniversalAIAsyncResponse.from_dict(response.json())

        return response_202

    if response.status_code == 402:
        response_402 = UniversalAIRefusal.from_dict(response.json())

        return response_402

    if response.status_code == 422:
        response_422 = HTTPValidationError.from_dict(response.json())

        return response_422

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[HTTPValidationError | UniversalAIAsyncResponse | UniversalAIRefusal]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: UniversalAIAsyncBody,
) -> Response[HTTPValidationError | UniversalAIAsyncResponse | UniversalAIRefusal]:
    """Create an async job

     Start a job; its `public_id` is what to poll with.

    Args:
        body (UniversalAIAsyncBody):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[HTTPValidationError | UniversalAIAsyncResponse | UniversalAIRefusal]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: UniversalAIAsyncBody,
) -> HTTPValidationError | UniversalAIAsyncResponse | UniversalAIRefusal | None:
    """Create an async job

     Start a job; its `public_id` is what to poll with.

    Args:
        body (UniversalAIAsyncBody):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        HTTPValidationError | UniversalAIAsyncResponse | UniversalAIRefusal
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: UniversalAIAsyncBody,
) -> Response[HTTPValidationError | UniversalAIAsyncResponse | UniversalAIRefusal]:
    """Create an async job

     Start a job; its `public_id` is what to poll with.

    Args:
        body (UniversalAIAsyncBody):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[HTTPValidationError | UniversalAIAsyncResponse | UniversalAIRefusal]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: UniversalAIAsyncBody,
) -> HTTPValidationError | UniversalAIAsyncResponse | UniversalAIRefusal | None:
    """Create an async job

     Start a job; its `public_id` is what to poll with.

    Args:
        body (UniversalAIAsyncBody):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        HTTPValidationError | UniversalAIAsyncResponse | UniversalAIRefusal
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
