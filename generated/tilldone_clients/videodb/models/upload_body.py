# Written by scripts/regenerate.py from specs/videodb.*. Do not edit.

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.upload_body_media_type import UploadBodyMediaType
from ..types import UNSET, Unset

T = TypeVar("T", bound="UploadBody")


@_attrs_define
class UploadBody:
    """
    Attributes:
        url (str): Where the media is.
        name (str | Unset): What it is to be called.
        media_type (UploadBodyMediaType | Unset):
        callback_url (str | Unset): Address that is told when the job has ended. The call is not signed and does not
            name the job.
    """

    url: str
    name: str | Unset = UNSET
    media_type: UploadBodyMediaType | Unset = UNSET
    callback_url: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        url = self.url

        name = self.name

        media_type: str | Unset = UNSET
        if not isinstance(self.media_type, Unset):
            media_type = self.media_type.value

        callback_url = self.callback_url

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "url": url,
            }
        )
        if name is not UNSET:
            field_dict["name"] = name
        if media_type is not UNSET:
            field_dict["media_type"] = media_type
        if callback_url is not UNSET:
            field_dict["callback_url"] = callback_url

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        url = d.pop("url")

        name = d.pop("name", UNSET)

        _media_type = d.pop("media_type", UNSET)
        media_type: UploadBodyMediaType | Unset
        if isinstance(_media_type, Unset):
            media_type = UNSET
        else:
            media_type = UploadBodyMediaType(_media_type)

        callback_url = d.pop("callback_url", UNSET)

        upload_body = cls(
            url=url,
            name=name,
            media_type=media_type,
            callback_url=callback_url,
        )

        upload_body.additional_properties = d
        return upload_body

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
