"""The requests for many jobs, each built once and kept small.

httpx takes as long to build a request as others take to send it. What many polls share, such as
the headers, is kept once for all of them.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

import httpx
from attrs import frozen

from tilldone._core.job import Target

__all__ = ["Packer", "Parcel"]

H = TypeVar("H")


@frozen(eq=False)
class Parcel(Generic[H]):
    """A job's request, ready to be sent."""

    method: str
    url: httpx.URL
    headers: H
    content: bytes


class Packer(Generic[H]):
    """Packs requests as an httpx client with these settings would send them.

    Args:
        settings: an httpx client's arguments.
        headers: makes what the sender takes for headers.
    """

    def __init__(
        self, settings: dict[str, Any], headers: Callable[[list[tuple[str, str]]], H]
    ) -> None:
        self._client = httpx.AsyncClient(**settings)
        self._make = headers
        self._headers: dict[tuple[tuple[str, str], ...], H] = {}
        # Durable waits share one packer for as long as their process lives.
        self._parcels: WeakKeyDictionary[Target[object], Parcel[H]] = WeakKeyDictionary()

    def parcel(self, target: Target[object]) -> Parcel[H]:
        """Give the request that polls a job."""
        parcel = self._parcels.get(target)
        if parcel is None:
            parcel = self._parcels[target] = self._pack(target)
        return parcel

    def _pack(self, target: Target[object]) -> Parcel[H]:
        request = self._client.build_request(**target.request())
        pairs = request.headers.multi_items()
        headers = self._headers.get(key := tuple(pairs))
        if headers is None:
            headers = self._headers[key] = self._make(pairs)
        return Parcel(request.method, request.url, headers, request.content)
