# Written by scripts/regenerate.py from specs/edenai.*. Do not edit.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.ocr_bounding_box import OCRBoundingBox


T = TypeVar("T", bound="OCRTableCell")


@_attrs_define
class OCRTableCell:
    """
    Attributes:
        text (None | str | Unset):
        row_index (int | None | Unset):
        col_index (int | None | Unset):
        row_span (int | None | Unset):
        col_span (int | None | Unset):
        confidence (float | None | Unset):
        bounding_box (None | OCRBoundingBox | Unset):
        is_header (bool | None | Unset):
    """

    text: None | str | Unset = UNSET
    row_index: int | None | Unset = UNSET
    col_index: int | None | Unset = UNSET
    row_span: int | None | Unset = UNSET
    col_span: int | None | Unset = UNSET
    confidence: float | None | Unset = UNSET
    bounding_box: None | OCRBoundingBox | Unset = UNSET
    is_header: bool | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.ocr_bounding_box import OCRBoundingBox  # noqa: PLC0415

        text: None | str | Unset
        if isinstance(self.text, Unset):
            text = UNSET
        else:
            text = self.text

        row_index: int | None | Unset
        if isinstance(self.row_index, Unset):
            row_index = UNSET
        else:
            row_index = self.row_index

        col_index: int | None | Unset
        if isinstance(self.col_index, Unset):
            col_index = UNSET
        else:
            col_index = self.col_index

        row_span: int | None | Unset
        if isinstance(self.row_span, Unset):
            row_span = UNSET
        else:
            row_span = self.row_span

        col_span: int | None | Unset
        if isinstance(self.col_span, Unset):
            col_span = UNSET
        else:
            col_span = self.col_span

        confidence: float | None | Unset
        if isinstance(self.confidence, Unset):
            confidence = UNSET
        else:
            confidence = self.confidence

        bounding_box: dict[str, Any] | None | Unset
        if isinstance(self.bounding_box, Unset):
            bounding_box = UNSET
        elif isinstance(self.bounding_box, OCRBoundingBox):
            bounding_box = self.bounding_box.to_dict()
        else:
            bounding_box = self.bounding_box

        is_header: bool | None | Unset
        if isinstance(self.is_header, Unset):
            is_header = UNSET
        else:
            is_header = self.is_header

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if text is not UNSET:
            field_dict["text"] = text
        if row_index is not UNSET:
            field_dict["row_index"] = row_index
        if col_index is not UNSET:
            field_dict["col_index"] = col_index
        if row_span is not UNSET:
            field_dict["row_span"] = row_span
        if col_span is not UNSET:
            field_dict["col_span"] = col_span
        if confidence is not UNSET:
            field_dict["confidence"] = confidence
        if bounding_box is not UNSET:
            field_dict["bounding_box"] = bounding_box
        if is_header is not UNSET:
            field_dict["is_header"] = is_header

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.ocr_bounding_box import OCRBoundingBox  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_text(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        text = _parse_text(d.pop("text", UNSET))

        def _parse_row_index(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        row_index = _parse_row_index(d.pop("row_index", UNSET))

        def _parse_col_index(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        col_index = _parse_col_index(d.pop("col_index", UNSET))

        def _parse_row_span(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        row_span = _parse_row_span(d.pop("row_span", UNSET))

        def _parse_col_span(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        col_span = _parse_col_span(d.pop("col_span", UNSET))

        def _parse_confidence(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        confidence = _parse_confidence(d.pop("confidence", UNSET))

        def _parse_bounding_box(data: object) -> None | OCRBoundingBox | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                bounding_box_type_0 = OCRBoundingBox.from_dict(data)

                return bounding_box_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | OCRBoundingBox | Unset, data)

        bounding_box = _parse_bounding_box(d.pop("bounding_box", UNSET))

        def _parse_is_header(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        is_header = _parse_is_header(d.pop("is_header", UNSET))

        ocr_table_cell = cls(
            text=text,
            row_index=row_index,
            col_index=col_index,
            row_span=row_span,
            col_span=col_span,
            confidence=confidence,
            bounding_box=bounding_box,
            is_header=is_header,
        )

        ocr_table_cell.additional_properties = d
        return ocr_table_cell

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
