# Written by scripts/regenerate.py from specs/edenai.*. Do not edit.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.ocr_tables_page import OCRTablesPage


T = TypeVar("T", bound="OCRTablesOutput")


@_attrs_define
class OCRTablesOutput:
    """What `ocr/ocr_tables_async` gives.

    Attributes:
        pages (list[OCRTablesPage] | None | Unset):
        num_pages (int | None | Unset):
    """

    pages: list[OCRTablesPage] | None | Unset = UNSET
    num_pages: int | None | Unset = UNSET
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

        num_pages: int | None | Unset
        if isinstance(self.num_pages, Unset):
            num_pages = UNSET
        else:
            num_pages = self.num_pages

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if pages is not UNSET:
            field_dict["pages"] = pages
        if num_pages is not UNSET:
            field_dict["num_pages"] = num_pages

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.ocr_tables_page import OCRTablesPage  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_pages(data: object) -> list[OCRTablesPage] | None | Unset:
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
                    pages_type_0_item = OCRTablesPage.from_dict(pages_type_0_item_data)

                    pages_type_0.append(pages_type_0_item)

                return pages_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[OCRTablesPage] | None | Unset, data)

        pages = _parse_pages(d.pop("pages", UNSET))

        def _parse_num_pages(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        num_pages = _parse_num_pages(d.pop("num_pages", UNSET))

        ocr_tables_output = cls(
            pages=pages,
            num_pages=num_pages,
        )

        ocr_tables_output.additional_properties = d
        return ocr_tables_output

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
