# Written by scripts/regenerate.py from specs/zai.*. Do not edit.

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="AgentContent")


@_attrs_define
class AgentContent:
    """
    Attributes:
        type_ (str | Unset): Kind of the part, `video_url` for one.
        video_url (None | str | Unset): MP4 video URL.
        text (None | str | Unset):
        image_url (Any | Unset):
        file_url (Any | Unset):
        tag_cn (Any | Unset):
        tag_en (Any | Unset):
    """

    type_: str | Unset = UNSET
    video_url: None | str | Unset = UNSET
    text: None | str | Unset = UNSET
    image_url: Any | Unset = UNSET
    file_url: Any | Unset = UNSET
    tag_cn: Any | Unset = UNSET
    tag_en: Any | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        video_url: None | str | Unset
        if isinstance(self.video_url, Unset):
            video_url = UNSET
        else:
            video_url = self.video_url

        text: None | str | Unset
        if isinstance(self.text, Unset):
            text = UNSET
        else:
            text = self.text

        image_url = self.image_url

        file_url = self.file_url

        tag_cn = self.tag_cn

        tag_en = self.tag_en

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if type_ is not UNSET:
            field_dict["type"] = type_
        if video_url is not UNSET:
            field_dict["video_url"] = video_url
        if text is not UNSET:
            field_dict["text"] = text
        if image_url is not UNSET:
            field_dict["image_url"] = image_url
        if file_url is not UNSET:
            field_dict["file_url"] = file_url
        if tag_cn is not UNSET:
            field_dict["tag_cn"] = tag_cn
        if tag_en is not UNSET:
            field_dict["tag_en"] = tag_en

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        type_ = d.pop("type", UNSET)

        def _parse_video_url(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        video_url = _parse_video_url(d.pop("video_url", UNSET))

        def _parse_text(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        text = _parse_text(d.pop("text", UNSET))

        image_url = d.pop("image_url", UNSET)

        file_url = d.pop("file_url", UNSET)

        tag_cn = d.pop("tag_cn", UNSET)

        tag_en = d.pop("tag_en", UNSET)

        agent_content = cls(
            type_=type_,
            video_url=video_url,
            text=text,
            image_url=image_url,
            file_url=file_url,
            tag_cn=tag_cn,
            tag_en=tag_en,
        )

        agent_content.additional_properties = d
        return agent_content

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
