# Written by scripts/regenerate.py from specs/viddyscribe.*. Do not edit.

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.generation_config_format import GenerationConfigFormat
from ..types import UNSET, Unset

T = TypeVar("T", bound="GenerationConfig")


@_attrs_define
class GenerationConfig:
    """
    Attributes:
        language (str | Unset): The language of the description.
        format_ (GenerationConfigFormat | Unset): The form of the text.
        ad_type (str | Unset): The kind of audio description, such as `standard_ad`.
        auto_fit (bool | Unset):
    """

    language: str | Unset = UNSET
    format_: GenerationConfigFormat | Unset = UNSET
    ad_type: str | Unset = UNSET
    auto_fit: bool | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        language = self.language

        format_: str | Unset = UNSET
        if not isinstance(self.format_, Unset):
            format_ = self.format_.value

        ad_type = self.ad_type

        auto_fit = self.auto_fit

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if language is not UNSET:
            field_dict["language"] = language
        if format_ is not UNSET:
            field_dict["format"] = format_
        if ad_type is not UNSET:
            field_dict["ad_type"] = ad_type
        if auto_fit is not UNSET:
            field_dict["auto_fit"] = auto_fit

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        language = d.pop("language", UNSET)

        _format_ = d.pop("format", UNSET)
        format_: GenerationConfigFormat | Unset
        if isinstance(_format_, Unset):
            format_ = UNSET
        else:
            format_ = GenerationConfigFormat(_format_)

        ad_type = d.pop("ad_type", UNSET)

        auto_fit = d.pop("auto_fit", UNSET)

        generation_config = cls(
            language=language,
            format_=format_,
            ad_type=ad_type,
            auto_fit=auto_fit,
        )

        generation_config.additional_properties = d
        return generation_config

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
