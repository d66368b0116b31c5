# Written by scripts/regenerate.py from specs/zai.*. Do not edit.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.special_effects_videos_agent_message_role import (
    SpecialEffectsVideosAgentMessageRole,
)

if TYPE_CHECKING:
    from ..models.special_effects_videos_agent_image import (
        SpecialEffectsVideosAgentImage,
    )
    from ..models.special_effects_videos_agent_text import SpecialEffectsVideosAgentText


T = TypeVar("T", bound="SpecialEffectsVideosAgentMessage")


@_attrs_define
class SpecialEffectsVideosAgentMessage:
    """
    Attributes:
        role (SpecialEffectsVideosAgentMessageRole):
        content (list[SpecialEffectsVideosAgentImage | SpecialEffectsVideosAgentText]):
    """

    role: SpecialEffectsVideosAgentMessageRole
    content: list[SpecialEffectsVideosAgentImage | SpecialEffectsVideosAgentText]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.special_effects_videos_agent_text import (
            SpecialEffectsVideosAgentText,  # noqa: PLC0415
        )

        role = self.role.value

        content = []
        for content_item_data in self.content:
            content_item: dict[str, Any]
            if isinstance(content_item_data, SpecialEffectsVideosAgentText):
                content_item = content_item_data.to_dict()
            else:
                content_item = content_item_data.to_dict()

            content.append(content_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "role": role,
                "content": content,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.special_effects_videos_agent_image import (
            SpecialEffectsVideosAgentImage,  # noqa: PLC0415
        )
        from ..models.special_effects_videos_agent_text import (
            SpecialEffectsVideosAgentText,  # noqa: PLC0415
        )

        d = dict(src_dict)
        role = SpecialEffectsVideosAgentMessageRole(d.pop("role"))

        content = []
        _content = d.pop("content")
        for content_item_data in _content:

            def _parse_content_item(
                data: object,
            ) -> SpecialEffectsVideosAgentImage | SpecialEffectsVideosAgentText:
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    content_item_type_0 = SpecialEffectsVideosAgentText.from_dict(data)

                    return content_item_type_0
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                if not isinstance(data, dict):
                    raise TypeError()
                content_item_type_1 = SpecialEffectsVideosAgentImage.from_dict(data)

                return content_item_type_1

            content_item = _parse_content_item(content_item_data)

            content.append(content_item)

        special_effects_videos_agent_message = cls(
            role=role,
            content=content,
        )

        special_effects_videos_agent_message.additional_properties = d
        return special_effects_videos_agent_message

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
