# Written by scripts/regenerate.py from specs/edenai.*. Do not edit.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.web_page import WebPage


T = TypeVar("T", bound="BatchScrapeOutput")


@_attrs_define
class BatchScrapeOutput:
    """What `web/batch_scrape_async` gives.

    Attributes:
        pages (list[WebPage] | None | Unset):
        failed_results (list[Any] | None | Unset):
        usage (Any | Unset):
    """

    pages: list[WebPage] | None | Unset = UNSET
    failed_results: list[Any] | None | Unset = UNSET
    usage: Any | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        pages: list[dict[str, Any]] | None | Unset
        if isinstance(self.pages, Unset):
            pages = UNSET
        elif isinstance(self.pages, list):
            pages = []
            for pages_type_0_item_data in self.pages:
                pages_type_0_item = pages_type_0_item_data.to_dict()
                pages.append(pages_type_0_item)

        else:
            pages = self.pages

        failed_results: list[Any] | None | Unset
        if isinstance(self.failed_results, Unset):
            failed_results = UNSET
        elif isinstance(self.failed_results, list):
            failed_results = self.failed_results

        else:
            failed_results = self.failed_results

        usage = self.usage

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if pages is not UNSET:
            field_dict["pages"] = pages
        if failed_results is not UNSET:
            field_dict["failed_results"] = failed_results
        if usage is not UNSET:
            field_dict["usage"] = usage

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.web_page import WebPage  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_pages(data: object) -> list[WebPage] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                pages_type_0 = []
                _pages_type_0 = data
                for pages_type_0_item_data in _pages_type_0:
                    pages_type_0_item = WebPage.from_dict(pages_type_0_item_data)

                    pages_type_0.append(pages_type_0_item)

                return pages_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[WebPage] | None | Unset, data)

        pages = _parse_pages(d.pop("pages", UNSET))

        def _parse_failed_results(data: object) -> list[Any] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                failed_results_type_0 = data

                return failed_results_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[Any] | None | Unset, data)

        failed_results = _parse_failed_results(d.pop("failed_results", UNSET))

        usage = d.pop("usage", UNSET)

        batch_scrape_output = cls(
            pages=pages,
            failed_results=failed_results,
            usage=usage,
        )

        batch_scrape_output.additional_properties = d
        return batch_scrape_output

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
