# Written by scripts/regenerate.py from specs/videodb.*. Do not edit.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.async_response_status import AsyncResponseStatus
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.async_response_data import AsyncResponseData
    from ..models.async_response_envelope import AsyncResponseEnvelope


T = TypeVar("T", bound="AsyncResponse")


@_attrs_define
class AsyncResponse:
    """
    Attributes:
        success (bool | Unset):  Example: True.
        status (AsyncResponseStatus | Unset):  Example: done.
        data (AsyncResponseData | None | Unset): Result data varies by operation type
        response (AsyncResponseEnvelope | None | str | Unset): The result in the older envelope, or a word such as "N/A"
            while the job runs
        message (None | str | Unset): Why the operation failed
        error_code (None | str | Unset):
    """

    success: bool | Unset = UNSET
    status: AsyncResponseStatus | Unset = UNSET
    data: AsyncResponseData | None | Unset = UNSET
    response: AsyncResponseEnvelope | None | str | Unset = UNSET
    message: None | str | Unset = UNSET
    error_code: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.async_response_data import AsyncResponseData  # noqa: PLC0415
        from ..models.async_response_envelope import AsyncResponseEnvelope  # noqa: PLC0415

        success = self.success

        status: str | Unset = UNSET
        if not isinstance(self.status, Unset):
            status = self.status.value

        data: dict[str, Any] | None | Unset
        if isinstance(self.data, Unset):
            data = UNSET
        elif isinstance(self.data, AsyncResponseData):
            data = self.data.to_dict()
        else:
            data = self.data

        response: dict[str, Any] | None | str | Unset
        if isinstance(self.response, Unset):
            response = UNSET
        elif isinstance(self.response, AsyncResponseEnvelope):
            response = self.response.to_dict()
        else:
            response = self.response

        message: None | str | Unset
        if isinstance(self.message, Unset):
            message = UNSET
        else:
            message = self.message

        error_code: None | str | Unset
        if isinstance(self.error_code, Unset):
            error_code = UNSET
        else:
            error_code = self.error_code

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if success is not UNSET:
            field_dict["success"] = success
        if status is not UNSET:
            field_dict["status"] = status
        if data is not UNSET:
            field_dict["data"] = data
        if response is not UNSET:
            field_dict["response"] = response
        if message is not UNSET:
            field_dict["message"] = message
        if error_code is not UNSET:
            field_dict["error_code"] = error_code

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.async_response_data import AsyncResponseData  # noqa: PLC0415
        from ..models.async_response_envelope import AsyncResponseEnvelope  # noqa: PLC0415

        d = dict(src_dict)
        success = d.pop("success", UNSET)

        _status = d.pop("status", UNSET)
        status: AsyncResponseStatus | Unset
        if isinstance(_status, Unset):
            status = UNSET
        else:
            status = AsyncResponseStatus(_status)

        def _parse_data(data: object) -> AsyncResponseData | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                data_type_0 = AsyncResponseData.from_dict(data)

                return data_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AsyncResponseData | None | Unset, data)

        data = _parse_data(d.pop("data", UNSET))

        def _parse_response(data: object) -> AsyncResponseEnvelope | None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                response_async_response_envelope = AsyncResponseEnvelope.from_dict(data)

                return response_async_response_envelope
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AsyncResponseEnvelope | None | str | Unset, data)

        response = _parse_response(d.pop("response", UNSET))

        def _parse_message(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        message = _parse_message(d.pop("message", UNSET))

        def _parse_error_code(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        error_code = _parse_error_code(d.pop("error_code", UNSET))

        async_response = cls(
            success=success,
            status=status,
            data=data,
            response=response,
            message=message,
            error_code=error_code,
        )

        async_response.additional_properties = d
        return async_response

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
