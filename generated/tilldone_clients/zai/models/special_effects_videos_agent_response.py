# Written by scripts/regenerate.py from specs/zai.*. Do not edit.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.special_effects_videos_agent_response_status import (
    SpecialEffectsVideosAgentResponseStatus,
)
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.special_effects_videos_agent_refusal import (
        SpecialEffectsVideosAgentRefusal,
    )


T = TypeVar("T", bound="SpecialEffectsVideosAgentResponse")


@_attrs_define
class SpecialEffectsVideosAgentResponse:
    """
    Attributes:
        status (SpecialEffectsVideosAgentResponseStatus | Unset): `pending`: the job was made. `failed`: it was not.
        agent_id (str | Unset):
        async_id (str | Unset): The job's id.
        error (None | SpecialEffectsVideosAgentRefusal | Unset):
    """

    status: SpecialEffectsVideosAgentResponseStatus | Unset = UNSET
    agent_id: str | Unset = UNSET
    async_id: str | Unset = UNSET
    error: None | SpecialEffectsVideosAgentRefusal | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.special_effects_videos_agent_refusal import (
            SpecialEffectsVideosAgentRefusal,  # noqa: PLC0415
        )

        status: str | Unset = UNSET
        if not isinstance(self.status, Unset):
            status = self.status.value

        agent_id = self.agent_id

        async_id = self.async_id

        error: dict[str, Any] | None | Unset
        if isinstance(self.error, Unset):
            error = UNSET
        elif isinstance(self.error, SpecialEffectsVideosAgentRefusal):
            error = self.error.to_dict()
        else:
            error = self.error

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if status is not UNSET:
            field_dict["status"] = status
        if agent_id is not UNSET:
            field_dict["agent_id"] = agent_id
        if async_id is not UNSET:
            field_dict["async_id"] = async_id
        if error is not UNSET:
            field_dict["error"] = error

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.special_effects_videos_agent_refusal import (
            SpecialEffectsVideosAgentRefusal,  # noqa: PLC0415
        )

        d = dict(src_dict)
        _status = d.pop("status", UNSET)
        status: SpecialEffectsVideosAgentResponseStatus | Unset
        if isinstance(_status, Unset):
            status = UNSET
        else:
            status = SpecialEffectsVideosAgentResponseStatus(_status)

        agent_id = d.pop("agent_id", UNSET)

        async_id = d.pop("async_id", UNSET)

        def _parse_error(
            data: object,
        ) -> None | SpecialEffectsVideosAgentRefusal | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                error_type_1 = SpecialEffectsVideosAgentRefusal.from_dict(data)

                return error_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | SpecialEffectsVideosAgentRefusal | Unset, data)

        error = _parse_error(d.pop("error", UNSET))

        special_effects_videos_agent_response = cls(
            status=status,
            agent_id=agent_id,
            async_id=async_id,
            error=error,
        )

        special_effects_videos_agent_response.additional_properties = d
        return special_effects_videos_agent_response

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
