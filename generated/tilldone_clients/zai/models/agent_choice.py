# Written by scripts/regenerate.py from specs/zai.*. Do not edit.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.agent_message import AgentMessage


T = TypeVar("T", bound="AgentChoice")


@_attrs_define
class AgentChoice:
    """
    Attributes:
        index (int | Unset): Result index.
        finish_reason (None | str | Unset): Why the inference ended: `stop`, `tool_calls`, `length`, `sensitive` or
            `network_error`.
        message (AgentMessage | list[AgentMessage] | None | Unset): The agent's messages, or its only one.
        messages (list[AgentMessage] | None | Unset): The agent's messages, where the answer has them under this name.
    """

    index: int | Unset = UNSET
    finish_reason: None | str | Unset = UNSET
    message: AgentMessage | list[AgentMessage] | None | Unset = UNSET
    messages: list[AgentMessage] | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.agent_message import AgentMessage  # noqa: PLC0415

        index = self.index

        finish_reason: None | str | Unset
        if isinstance(self.finish_reason, Unset):
            finish_reason = UNSET
        else:
            finish_reason = self.finish_reason

        message: dict[str, Any] | list[dict[str, Any]] | None | Unset
        if isinstance(self.message, Unset):
            message = UNSET
        elif isinstance(self.message, list):
            message = []
            for message_type_0_item_data in self.message:
                message_type_0_item = message_type_0_item_data.to_dict()
                message.append(message_type_0_item)

        elif isinstance(self.message, AgentMessage):
            message = self.message.to_dict()
        else:
            message = self.message

        messages: list[dict[str, Any]] | None | Unset
        if isinstance(self.messages, Unset):
            messages = UNSET
        elif isinstance(self.messages, list):
            messages = []
            for messages_type_0_item_data in self.messages:
                messages_type_0_item = messages_type_0_item_data.to_dict()
                messages.append(messages_type_0_item)

        else:
            messages = self.messages

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if index is not UNSET:
            field_dict["index"] = index
        if finish_reason is not UNSET:
            field_dict["finish_reason"] = finish_reason
        if message is not UNSET:
            field_dict["message"] = message
        if messages is not UNSET:
            field_dict["messages"] = messages

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.agent_message import AgentMessage  # noqa: PLC0415

        d = dict(src_dict)
        index = d.pop("index", UNSET)

        def _parse_finish_reason(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        finish_reason = _parse_finish_reason(d.pop("finish_reason", UNSET))

        def _parse_message(
            data: object,
        ) -> AgentMessage | list[AgentMessage] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                message_type_0 = []
                _message_type_0 = data
                for message_type_0_item_data in _message_type_0:
                    message_type_0_item = AgentMessage.from_dict(
                        message_type_0_item_data
                    )

                    message_type_0.append(message_type_0_item)

                return message_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                message_type_1 = AgentMessage.from_dict(data)

                return message_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AgentMessage | list[AgentMessage] | None | Unset, data)

        message = _parse_message(d.pop("message", UNSET))

        def _parse_messages(data: object) -> list[AgentMessage] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                messages_type_0 = []
                _messages_type_0 = data
                for messages_type_0_item_data in _messages_type_0:
                    messages_type_0_item = AgentMessage.from_dict(
                        messages_type_0_item_data
                    )

                    messages_type_0.append(messages_type_0_item)

                return messages_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[AgentMessage] | None | Unset, data)

        messages = _parse_messages(d.pop("messages", UNSET))

        agent_choice = cls(
            index=index,
            finish_reason=finish_reason,
            message=message,
            messages=messages,
        )

        agent_choice.additional_properties = d
        return agent_choice

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
