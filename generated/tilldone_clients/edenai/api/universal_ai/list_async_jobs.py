# Written by scripts/regenerate.py from specs/edenai.*. Do not edit.

from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.http_validation_error import HTTPValidationError
from ...models.universal_ai_async_job_list import UniversalAIAsyncJobList
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    feature: str | Unset = UNSET,
    subfeature: str | Unset = UNSET,
    status: str | Unset = UNSET,
    page: int | Unset = 1,
    limit: int | Unset = 100,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["feature"] = feature

    params["subfeature"] = subfeature

    params["status"] = status

    params["page"] = page

    params["limit"] = limit

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v3/universal-ai/async",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> HTTPValidationError | UniversalAIAsyncJobList | None:
    if response.status_code == 200:
        response_200 = UniversalAIAsyncJobList.from_dict(response.json())

        return response_200

    if response.status_code == 422:
        response_422 = HTTPValidationError.from_dict(response.json())

        return response_422

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[HTTPValidationError | UniversalAIAsyncJobList]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    feature: str | Unset = UNSET,
    subfeature: str | Unset = UNSET,
    status: str | Unset = UNSET,
    page: int | Unset = 1,
    limit: int | Unset = 100,
) -> Response[HTTPValidationError | UniversalAIAsyncJobList]:
    """List async jobs

     List the account's jobs, a page at a time.

    Args:
        feature (str | Unset):
        subfeature (str | Unset):
        status (str | Unset):
        page (int | Unset):  Default: 1.
        limit (int | Unset):  Default: 100.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[HTTPValidationError | UniversalAIAsyncJobList]
    """

    kwargs = _get_kwargs(
        feature=feature,
        subfeature=subfeature,
        status=status,
        page=page,
        limit=limit,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    feature: str | Unset = UNSET,
    subfeature: str | Unset = UNSET,
    status: str | Unset = UNSET,
    page: int | Unset = 1,
    limit: int | Unset = 100,
) -> HTTPValidationError | UniversalAIAsyncJobList | None:
    """List async jobs

     List the account's jobs, a page at a time.

    Args:
        feature (str | Unset):
        subfeature (str | Unset):
        status (str | Unset):
        page (int | Unset):  Default: 1.
        limit (int | Unset):  Default: 100.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        HTTPValidationError | UniversalAIAsyncJobList
    """

    return sync_detailed(
        client=client,
        feature=feature,
        subfeature=subfeature,
        status=status,
        page=page,
        limit=limit,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    feature: str | Unset = UNSET,
    subfeature: str | Unset = UNSET,
    status: str | Unset = UNSET,
    page: int | Unset = 1,
    limit: int | Unset = 100,
) -> Response[HTTPValidationError | UniversalAIAsyncJobList]:
    """List async jobs

     List the account's jobs, a page at a time.

    Args:
        feature (str | Unset):
        subfeature (str | Unset):
        status (str | Unset):
        page (int | Unset):  Default: 1.
        limit (int | Unset):  Default: 100.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[HTTPValidationError | UniversalAIAsyncJobList]
    """

    kwargs = _get_kwargs(
        feature=feature,
        subfeature=subfeature,
        status=status,
        page=page,
        limit=limit,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    feature: str | Unset = UNSET,
    subfeature: str | Unset = UNSET,
    status: str | Unset = UNSET,
    page: int | Unset = 1,
    limit: int | Unset = 100,
) -> HTTPValidationError | UniversalAIAsyncJobList | None:
    """List async jobs

     List the account's jobs, a page at a time.

    Args:
        feature (str | Unset):
        subfeature (str | Unset):
        status (str | Unset):
        page (int | Unset):  Default: 1.
        limit (int | Unset):  Default: 100.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        HTTPValidationError | UniversalAIAsyncJobList
    """

    return (
        await asyncio_detailed(
            client=client,
            feature=feature,
            subfeature=subfeature,
            status=status,
            page=page,
            limit=limit,
        )
    ).parsed
