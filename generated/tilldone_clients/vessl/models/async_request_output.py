# Written by scripts/regenerate.py from specs/vessl.*. Do not edit.

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.async_request_output_status import AsyncRequestOutputStatus
from ..types import UNSET, Unset

T = TypeVar("T", bound="AsyncRequestOutput")


@_attrs_define
class AsyncRequestOutput:
    """
    Attributes:
        status (AsyncRequestOutputStatus): `pending`: waiting in the queue. `in_progress`: being processed. `completed`:
            ended with a status code from 200 to 299. `failed`: ended with any other status code, or by an internal error.
        status_code (int | None | Unset): Status code of the service's response. Present only when `status` is
            `completed` or `failed`.
        raw_output (None | str | Unset): The response body as it came. Present only when `status` is `completed` or
            `failed`.
        output (Any | Unset): The response body, decoded as JSON: any JSON value, `null` among them. Omitted when the
            body is not valid JSON. Present only when `status` is `completed` or `failed`.
        fail_reason (str | Unset): Why the request failed, for people to read. Present only when `status` is `failed`.
    """

    status: AsyncRequestOutputStatus
    status_code: int | None | Unset = UNSET
    raw_output: None | str | Unset = UNSET
    output: Any | Unset = UNSET
    fail_reason: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        status = self.status.value

        status_code: int | None | Unset
        if isinstance(self.status_code, Unset):
            status_code = UNSET
        else:
            status_code = self.status_code

        raw_output: None | str | Unset
        if isinstance(self.raw_output, Unset):
            raw_output = UNSET
        else:
            raw_output = self.raw_output

        output = self.output

        fail_reason = self.fail_reason

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "status": status,
            }
        )
        if status_code is not UNSET:
            field_dict["status_code"] = status_code
        if raw_output is not UNSET:
            field_dict["raw_output"] = raw_output
        if output is not UNSET:
            field_dict["output"] = output
        if fail_reason is not UNSET:
            field_dict["fail_reason"] = fail_reason

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        status = AsyncRequestOutputStatus(d.pop("status"))

        def _parse_status_code(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        status_code = _parse_status_code(d.pop("status_code", UNSET))

        def _parse_raw_output(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        raw_output = _parse_raw_output(d.pop("raw_output", UNSET))

        output = d.pop("output", UNSET)

        fail_reason = d.pop("fail_reason", UNSET)

        async_request_output = cls(
            status=status,
            status_code=status_code,
            raw_output=raw_output,
            output=output,
            fail_reason=fail_reason,
        )

        async_request_output.additional_properties = d
        return async_request_output

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
