# Written by scripts/regenerate.py from specs/edenai.*. Do not edit.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.ocr_table_cell import OCRTableCell


T = TypeVar("T", bound="OCRTableRow")


@_attrs_define
class OCRTableRow:
    """
    Attributes:
        cells (list[OCRTableCell] | None | Unset):
    """

    cells: list[OCRTableCell] | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        cells: list[dict[str, Any]] | None | Unset
        if isinstance(self.cells, Unset):
            cells = UNSET
        elif isinstance(self.cells, list):
            cells = []
            for cells_type_0_item_data in self.cells:
                cells_type_0_item = cells_type_0_item_data.to_dict()
                cells.append(cells_type_0_item)

        else:
            cells = self.cells

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if cells is not UNSET:
            field_dict["cells"] = cells

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.ocr_table_cell import OCRTableCell  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_cells(data: object) -> list[OCRTableCell] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                cells_type_0 = []
                _cells_type_0 = data
                for cells_type_0_item_data in _cells_type_0:
                    cells_type_0_item = OCRTableCell.from_dict(cells_type_0_item_data)

                    cells_type_0.append(cells_type_0_item)

                return cells_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[OCRTableCell] | None | Unset, data)

        cells = _parse_cells(d.pop("cells", UNSET))

        ocr_table_row = cls(
            cells=cells,
        )

        ocr_table_row.additional_properties = d
        return ocr_table_row

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
