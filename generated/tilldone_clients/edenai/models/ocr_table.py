# Written by scripts/regenerate.py from specs/edenai.*. Do not edit.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.ocr_table_row import OCRTableRow


T = TypeVar("T", bound="OCRTable")


@_attrs_define
class OCRTable:
    """
    Attributes:
        rows (list[OCRTableRow] | None | Unset):
        num_rows (int | None | Unset):
        num_cols (int | None | Unset):
    """

    rows: list[OCRTableRow] | None | Unset = UNSET
    num_rows: int | None | Unset = UNSET
    num_cols: int | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        rows: list[dict[str, Any]] | None | Unset
        if isinstance(self.rows, Unset):
            rows = UNSET
        elif isinstance(self.rows, list):
            rows = []
            for rows_type_0_item_data in self.rows:
                rows_type_0_item = rows_type_0_item_data.to_dict()
                rows.append(rows_type_0_item)

        else:
            rows = self.rows

        num_rows: int | None | Unset
        if isinstance(self.num_rows, Unset):
            num_rows = UNSET
        else:
            num_rows = self.num_rows

        num_cols: int | None | Unset
        if isinstance(self.num_cols, Unset):
            num_cols = UNSET
        else:
            num_cols = self.num_cols

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if rows is not UNSET:
            field_dict["rows"] = rows
        if num_rows is not UNSET:
            field_dict["num_rows"] = num_rows
        if num_cols is not UNSET:
            field_dict["num_cols"] = num_cols

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.ocr_table_row import OCRTableRow  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_rows(data: object) -> list[OCRTableRow] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                rows_type_0 = []
                _rows_type_0 = data
                for rows_type_0_item_data in _rows_type_0:
                    rows_type_0_item = OCRTableRow.from_dict(rows_type_0_item_data)

                    rows_type_0.append(rows_type_0_item)

                return rows_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[OCRTableRow] | None | Unset, data)

        rows = _parse_rows(d.pop("rows", UNSET))

        def _parse_num_rows(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        num_rows = _parse_num_rows(d.pop("num_rows", UNSET))

        def _parse_num_cols(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        num_cols = _parse_num_cols(d.pop("num_cols", UNSET))

        ocr_table = cls(
            rows=rows,
            num_rows=num_rows,
            num_cols=num_cols,
        )

        ocr_table.additional_properties = d
        return ocr_table

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
