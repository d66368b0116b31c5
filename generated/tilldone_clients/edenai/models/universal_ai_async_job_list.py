# Written by scripts/regenerate.py from specs/edenai.*. Do not edit.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.universal_ai_async_job_list_item import UniversalAIAsyncJobListItem


T = TypeVar("T", bound="UniversalAIAsyncJobList")


@_attrs_define
class UniversalAIAsyncJobList:
    """
    Attributes:
        items (list[UniversalAIAsyncJobListItem]):
        total (int): How many jobs there are.
        page (int):
        limit (int):
        total_pages (int):
    """

    items: list[UniversalAIAsyncJobListItem]
    total: int
    page: int
    limit: int
    total_pages: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        total = self.total

        page = self.page

        limit = self.limit

        total_pages = self.total_pages

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "items": items,
                "total": total,
                "page": page,
                "limit": limit,
                "total_pages": total_pages,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.universal_ai_async_job_list_item import (
            UniversalAIAsyncJobListItem,  # noqa: PLC0415
        )

        d = dict(src_dict)
        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = UniversalAIAsyncJobListItem.from_dict(items_item_data)

            items.append(items_item)

        total = d.pop("total")

        page = d.pop("page")

        limit = d.pop("limit")

        total_pages = d.pop("total_pages")

        universal_ai_async_job_list = cls(
            items=items,
            total=total,
            page=page,
            limit=limit,
            total_pages=total_pages,
        )

        universal_ai_async_job_list.additional_properties = d
        return universal_ai_async_job_list

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
