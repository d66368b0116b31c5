# Written by scripts/regenerate.py from specs/videodb.*. Do not edit.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.async_submission_status import AsyncSubmissionStatus
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.async_submission_data import AsyncSubmissionData


T = TypeVar("T", bound="AsyncSubmission")


@_attrs_define
class AsyncSubmission:
    """
    Attributes:
        success (bool | Unset):
        status (AsyncSubmissionStatus | Unset):
        request_type (str | Unset): `sync`: the answer may hold the result itself. `async`: the result goes to the
            callback.
        message (str | Unset): What went wrong, for people to read.
        data (AsyncSubmissionData | Unset): The job; or the result, where it is there at once.
    """

    success: bool | Unset = UNSET
    status: AsyncSubmissionStatus | Unset = UNSET
    request_type: str | Unset = UNSET
    message: str | Unset = UNSET
    data: AsyncSubmissionData | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        success = self.success

        status: str | Unset = UNSET
        if not isinstance(self.status, Unset):
            status = self.status.value

        request_type = self.request_type

        message = self.message

        data: dict[str, Any] | Unset = UNSET
        if not isinstance(self.data, Unset):
            data = self.data.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if success is not UNSET:
            field_dict["success"] = success
        if status is not UNSET:
            field_dict["status"] = status
        if request_type is not UNSET:
            field_dict["request_type"] = request_type
        if message is not UNSET:
            field_dict["message"] = message
        if data is not UNSET:
            field_dict["data"] = data

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.async_submission_data import AsyncSubmissionData  # noqa: PLC0415

        d = dict(src_dict)
        success = d.pop("success", UNSET)

        _status = d.pop("status", UNSET)
        status: AsyncSubmissionStatus | Unset
        if isinstance(_status, Unset):
            status = UNSET
        else:
            status = AsyncSubmissionStatus(_status)

        request_type = d.pop("request_type", UNSET)

        message = d.pop("message", UNSET)

        _data = d.pop("data", UNSET)
        data: AsyncSubmissionData | Unset
        if isinstance(_data, Unset):
            data = UNSET
        else:
            data = AsyncSubmissionData.from_dict(_data)

        async_submission = cls(
            success=success,
            status=status,
            request_type=request_type,
            message=message,
            data=data,
        )

        async_submission.additional_properties = d
        return async_submission

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
