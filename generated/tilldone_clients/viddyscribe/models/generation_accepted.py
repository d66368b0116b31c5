# Written by scripts/regenerate.py from specs/viddyscribe.*. Do not edit.

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="GenerationAccepted")


@_attrs_define
class GenerationAccepted:
    """
    Example:
        {'job_id': 'task_abc123xyz', 'status': 'queued', 'media_id': '4f7c1a52-5f0e-4b9b-9a43-0d7f0c5e8a11'}

    Attributes:
        job_id (str | Unset): The job's id.
        status (str | Unset): `queued`.
        media_id (str | Unset): The media's id, for more jobs of it.
    """

    job_id: str | Unset = UNSET
    status: str | Unset = UNSET
    media_id: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        job_id = self.job_id

        status = self.status

        media_id = self.media_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if job_id is not UNSET:
            field_dict["job_id"] = job_id
        if status is not UNSET:
            field_dict["status"] = status
        if media_id is not UNSET:
            field_dict["media_id"] = media_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        job_id = d.pop("job_id", UNSET)

        status = d.pop("status", UNSET)

        media_id = d.pop("media_id", UNSET)

        generation_accepted = cls(
            job_id=job_id,
            status=status,
            media_id=media_id,
        )

        generation_accepted.additional_properties = d
        return generation_accepted

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
