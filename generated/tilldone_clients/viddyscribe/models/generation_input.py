# Written by scripts/regenerate.py from specs/viddyscribe.*. Do not edit.

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.generation_input_type import GenerationInputType
from ..types import UNSET, Unset

T = TypeVar("T", bound="GenerationInput")


@_attrs_define
class GenerationInput:
    """
    Attributes:
        type_ (GenerationInputType): Where the media is.
        media_id (str | Unset): The id that the upload of the media answered with.
        url (str | Unset): The media's address.
    """

    type_: GenerationInputType
    media_id: str | Unset = UNSET
    url: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_.value

        media_id = self.media_id

        url = self.url

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "type": type_,
            }
        )
        if media_id is not UNSET:
            field_dict["media_id"] = media_id
        if url is not UNSET:
            field_dict["url"] = url

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        type_ = GenerationInputType(d.pop("type"))

        media_id = d.pop("media_id", UNSET)

        url = d.pop("url", UNSET)

        generation_input = cls(
            type_=type_,
            media_id=media_id,
            url=url,
        )

        generation_input.additional_properties = d
        return generation_input

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
