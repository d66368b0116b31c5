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
        message (list[AgentMessage] | None | Unset): The agent's messages.
    """

    index: int | Unset = UNSET
    finish_reason: None | str | Unset = UNSET
    message: list[AgentMessage] | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        index = self.index

        finish_reason: None | str | Unset
        if isinstance(self.finish_reason, Unset):
            finish_reason = UNSET
        else:
            finish_reason = self.finish_reason

        message: list[dict[str, Any]] | None | Unset
        if isinstance(self.message, Unset):
            message = UNSET
        elif isinstance(self.message, list):
            message = []
            for message_type_0_item_data in self.message:
                message_type_0_item = message_type_0_item_data.to_dict()
                message.append(message_type_0_item)

        else:
            message = self.message

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if index is not UNSET:
            field_dict["index"] = index
        if finish_reason is not UNSET:
            field_dict["finish_reason"] = finish_reason
        if message is not UNSET:
            field_dict["message"] = message

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

        def _parse_message(data: object) -> list[AgentMessage] | None | Unset:
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
            return cast(list[AgentMessage] | None | Unset, data)

        message = _parse_message(d.pop("message", UNSET))

        agent_choice = cls(
            index=index,
            finish_reason=finish_reason,
            message=message,
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
