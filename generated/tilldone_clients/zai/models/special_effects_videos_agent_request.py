# Written by scripts/regenerate.py from specs/zai.*. Do not edit.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.special_effects_videos_agent_request_agent_id import (
    SpecialEffectsVideosAgentRequestAgentId,
)
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.special_effects_videos_agent_message import (
        SpecialEffectsVideosAgentMessage,
    )
    from ..models.special_effects_videos_agent_variables import (
        SpecialEffectsVideosAgentVariables,
    )


T = TypeVar("T", bound="SpecialEffectsVideosAgentRequest")


@_attrs_define
class SpecialEffectsVideosAgentRequest:
    """
    Attributes:
        agent_id (SpecialEffectsVideosAgentRequestAgentId): The agent.
        messages (list[SpecialEffectsVideosAgentMessage]):
        request_id (str | Unset): The caller's own name for the request, which tells it from others; nothing promises
            that a second one of the same name is not carried out.
        custom_variables (SpecialEffectsVideosAgentVariables | Unset):
    """

    agent_id: SpecialEffectsVideosAgentRequestAgentId
    messages: list[SpecialEffectsVideosAgentMessage]
    request_id: str | Unset = UNSET
    custom_variables: SpecialEffectsVideosAgentVariables | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        agent_id = self.agent_id.value

        messages = []
        for messages_item_data in self.messages:
            messages_item = messages_item_data.to_dict()
            messages.append(messages_item)

        request_id = self.request_id

        custom_variables: dict[str, Any] | Unset = UNSET
        if not isinstance(self.custom_variables, Unset):
            custom_variables = self.custom_variables.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "agent_id": agent_id,
                "messages": messages,
            }
        )
        if request_id is not UNSET:
            field_dict["request_id"] = request_id
        if custom_variables is not UNSET:
            field_dict["custom_variables"] = custom_variables

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.special_effects_videos_agent_message import (
            SpecialEffectsVideosAgentMessage,  # noqa: PLC0415
        )
        from ..models.special_effects_videos_agent_variables import (
            SpecialEffectsVideosAgentVariables,  # noqa: PLC0415
        )

        d = dict(src_dict)
        agent_id = SpecialEffectsVideosAgentRequestAgentId(d.pop("agent_id"))

        messages = []
        _messages = d.pop("messages")
        for messages_item_data in _messages:
            messages_item = SpecialEffectsVideosAgentMessage.from_dict(
                messages_item_data
            )

            messages.append(messages_item)

        request_id = d.pop("request_id", UNSET)

        _custom_variables = d.pop("custom_variables", UNSET)
        custom_variables: SpecialEffectsVideosAgentVariables | Unset
        if isinstance(_custom_variables, Unset):
            custom_variables = UNSET
        else:
            custom_variables = SpecialEffectsVideosAgentVariables.from_dict(
                _custom_variables
            )

        special_effects_videos_agent_request = cls(
            agent_id=agent_id,
            messages=messages,
            request_id=request_id,
            custom_variables=custom_variables,
        )

        special_effects_videos_agent_request.additional_properties = d
        return special_effects_videos_agent_request

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
