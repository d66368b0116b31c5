# Written by scripts/regenerate.py from specs/zai.*. Do not edit.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.agent_custom_variables import AgentCustomVariables


T = TypeVar("T", bound="CommonAgentResultRequest")


@_attrs_define
class CommonAgentResultRequest:
    """
    Attributes:
        agent_id (str): Agent ID: `vidu_template_agent`.
        async_id (str): Task ID from async response.
        conversation_id (str | Unset): Conversation that the job belongs to.
        custom_variables (AgentCustomVariables | Unset): The agent's own variables.
    """

    agent_id: str
    async_id: str
    conversation_id: str | Unset = UNSET
    custom_variables: AgentCustomVariables | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        agent_id = self.agent_id

        async_id = self.async_id

        conversation_id = self.conversation_id

        custom_variables: dict[str, Any] | Unset = UNSET
        if not isinstance(self.custom_variables, Unset):
            custom_variables = self.custom_variables.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "agent_id": agent_id,
                "async_id": async_id,
            }
        )
        if conversation_id is not UNSET:
            field_dict["conversation_id"] = conversation_id
        if custom_variables is not UNSET:
            field_dict["custom_variables"] = custom_variables

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.agent_custom_variables import AgentCustomVariables  # noqa: PLC0415

        d = dict(src_dict)
        agent_id = d.pop("agent_id")

        async_id = d.pop("async_id")

        conversation_id = d.pop("conversation_id", UNSET)

        _custom_variables = d.pop("custom_variables", UNSET)
        custom_variables: AgentCustomVariables | Unset
        if isinstance(_custom_variables, Unset):
            custom_variables = UNSET
        else:
            custom_variables = AgentCustomVariables.from_dict(_custom_variables)

        common_agent_result_request = cls(
            agent_id=agent_id,
            async_id=async_id,
            conversation_id=conversation_id,
            custom_variables=custom_variables,
        )

        common_agent_result_request.additional_properties = d
        return common_agent_result_request

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
