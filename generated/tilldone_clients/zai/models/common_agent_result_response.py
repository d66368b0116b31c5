# Written by scripts/regenerate.py from specs/zai.*. Do not edit.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.common_agent_result_response_status import CommonAgentResultResponseStatus
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.agent_choice import AgentChoice
    from ..models.agent_error import AgentError
    from ..models.agent_usage import AgentUsage


T = TypeVar("T", bound="CommonAgentResultResponse")


@_attrs_define
class CommonAgentResultResponse:
    """
    Attributes:
        status (CommonAgentResultResponseStatus | Unset): `pending` (processing), `success` (completed), `failed`
            (failed).
        agent_id (str | Unset): Agent ID
        async_id (str | Unset): Asynchronous task ID.
        choices (list[AgentChoice] | None | Unset): Agent output.
        error (AgentError | None | Unset):
        usage (AgentUsage | None | Unset):
    """

    status: CommonAgentResultResponseStatus | Unset = UNSET
    agent_id: str | Unset = UNSET
    async_id: str | Unset = UNSET
    choices: list[AgentChoice] | None | Unset = UNSET
    error: AgentError | None | Unset = UNSET
    usage: AgentUsage | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.agent_error import AgentError  # noqa: PLC0415
        from ..models.agent_usage import AgentUsage  # noqa: PLC0415

        status: str | Unset = UNSET
        if not isinstance(self.status, Unset):
            status = self.status.value

        agent_id = self.agent_id

        async_id = self.async_id

        choices: list[dict[str, Any]] | None | Unset
        if isinstance(self.choices, Unset):
            choices = UNSET
        elif isinstance(self.choices, list):
            choices = []
            for choices_type_0_item_data in self.choices:
                choices_type_0_item = choices_type_0_item_data.to_dict()
                choices.append(choices_type_0_item)

        else:
            choices = self.choices

        error: dict[str, Any] | None | Unset
        if isinstance(self.error, Unset):
            error = UNSET
        elif isinstance(self.error, AgentError):
            error = self.error.to_dict()
        else:
            error = self.error

        usage: dict[str, Any] | None | Unset
        if isinstance(self.usage, Unset):
            usage = UNSET
        elif isinstance(self.usage, AgentUsage):
            usage = self.usage.to_dict()
        else:
            usage = self.usage

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if status is not UNSET:
            field_dict["status"] = status
        if agent_id is not UNSET:
            field_dict["agent_id"] = agent_id
        if async_id is not UNSET:
            field_dict["async_id"] = async_id
        if choices is not UNSET:
            field_dict["choices"] = choices
        if error is not UNSET:
            field_dict["error"] = error
        if usage is not UNSET:
            field_dict["usage"] = usage

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.agent_choice import AgentChoice  # noqa: PLC0415
        from ..models.agent_error import AgentError  # noqa: PLC0415
        from ..models.agent_usage import AgentUsage  # noqa: PLC0415

        d = dict(src_dict)
        _status = d.pop("status", UNSET)
        status: CommonAgentResultResponseStatus | Unset
        if isinstance(_status, Unset):
            status = UNSET
        else:
            status = CommonAgentResultResponseStatus(_status)

        agent_id = d.pop("agent_id", UNSET)

        async_id = d.pop("async_id", UNSET)

        def _parse_choices(data: object) -> list[AgentChoice] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                choices_type_0 = []
                _choices_type_0 = data
                for choices_type_0_item_data in _choices_type_0:
                    choices_type_0_item = AgentChoice.from_dict(
                        choices_type_0_item_data
                    )

                    choices_type_0.append(choices_type_0_item)

                return choices_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[AgentChoice] | None | Unset, data)

        choices = _parse_choices(d.pop("choices", UNSET))

        def _parse_error(data: object) -> AgentError | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                error_type_1 = AgentError.from_dict(data)

                return error_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AgentError | None | Unset, data)

        error = _parse_error(d.pop("error", UNSET))

        def _parse_usage(data: object) -> AgentUsage | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                usage_type_1 = AgentUsage.from_dict(data)

                return usage_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AgentUsage | None | Unset, data)

        usage = _parse_usage(d.pop("usage", UNSET))

        common_agent_result_response = cls(
            status=status,
            agent_id=agent_id,
            async_id=async_id,
            choices=choices,
            error=error,
            usage=usage,
        )

        common_agent_result_response.additional_properties = d
        return common_agent_result_response

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
