# Written by scripts/regenerate.py from specs/edenai.*. Do not edit.

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset, parse_datetime

T = TypeVar("T", bound="UniversalAIAsyncJobListItem")


@_attrs_define
class UniversalAIAsyncJobListItem:
    """
    Attributes:
        public_id (str): The job's id.
        status (str): `success`, `fail` or `processing`.
        feature (str):
        subfeature (str):
        provider (str):
        created_at (datetime.datetime):
        model (None | str | Unset):
    """

    public_id: str
    status: str
    feature: str
    subfeature: str
    provider: str
    created_at: datetime.datetime
    model: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        public_id = self.public_id

        status = self.status

        feature = self.feature

        subfeature = self.subfeature

        provider = self.provider

        created_at = self.created_at.isoformat()

        model: None | str | Unset
        if isinstance(self.model, Unset):
            model = UNSET
        else:
            model = self.model

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "public_id": public_id,
                "status": status,
                "feature": feature,
                "subfeature": subfeature,
                "provider": provider,
                "created_at": created_at,
            }
        )
        if model is not UNSET:
            field_dict["model"] = model

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        public_id = d.pop("public_id")

        status = d.pop("status")

        feature = d.pop("feature")

        subfeature = d.pop("subfeature")

        provider = d.pop("provider")

        created_at = parse_datetime(d.pop("created_at"))

        def _parse_model(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        model = _parse_model(d.pop("model", UNSET))

        universal_ai_async_job_list_item = cls(
            public_id=public_id,
            status=status,
            feature=feature,
            subfeature=subfeature,
            provider=provider,
            created_at=created_at,
            model=model,
        )

        universal_ai_async_job_list_item.additional_properties = d
        return universal_ai_async_job_list_item

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
