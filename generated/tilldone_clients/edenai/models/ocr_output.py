# Written by scripts/regenerate.py from specs/edenai.*. Do not edit.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.ocr_page import OCRPage


T = TypeVar("T", bound="OCROutput")


@_attrs_define
class OCROutput:
    """What `ocr/ocr_async` gives.

    Attributes:
        raw_text (str):
        pages (list[OCRPage] | None | Unset):
        number_of_pages (int | None | Unset):
    """

    raw_text: str
    pages: list[OCRPage] | None | Unset = UNSET
    number_of_pages: int | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        raw_text = self.raw_text

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

        number_of_pages: int | None | Unset
        if isinstance(self.number_of_pages, Unset):
            number_of_pages = UNSET
        else:
            number_of_pages = self.number_of_pages

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "raw_text": raw_text,
            }
        )
        if pages is not UNSET:
            field_dict["pages"] = pages
        if number_of_pages is not UNSET:
            field_dict["number_of_pages"] = number_of_pages

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.ocr_page import OCRPage  # noqa: PLC0415

        d = dict(src_dict)
        raw_text = d.pop("raw_text")

        def _parse_pages(data: object) -> list[OCRPage] | None | Unset:
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
                    pages_type_0_item = OCRPage.from_dict(pages_type_0_item_data)

                    pages_type_0.append(pages_type_0_item)

                return pages_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[OCRPage] | None | Unset, data)

        pages = _parse_pages(d.pop("pages", UNSET))

        def _parse_number_of_pages(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        number_of_pages = _parse_number_of_pages(d.pop("number_of_pages", UNSET))

        ocr_output = cls(
            raw_text=raw_text,
            pages=pages,
            number_of_pages=number_of_pages,
        )

        ocr_output.additional_properties = d
        return ocr_output

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
