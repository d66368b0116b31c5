# Written by scripts/regenerate.py from specs/vessl.*. Do not edit.

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="CreateAsyncRequestBody")


@_attrs_define
class CreateAsyncRequestBody:
    """
    Attributes:
        data (Any): The body that the service gets: any JSON value.
        method (str | Unset): The method that the service is called with. Default: 'POST'.
        path (str | Unset): The path that the service is called at. Default: '/'.
    """

    data: Any
    method: str | Unset = "POST"
    path: str | Unset = "/"
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        data = self.data

        method = self.method

        path = self.path

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "data": data,
            }
        )
        if method is not UNSET:
            field_dict["method"] = method
        if path is not UNSET:
            field_dict["path"] = path

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        data = d.pop("data")

        method = d.pop("method", UNSET)

        path = d.pop("path", UNSET)

        create_async_request_body = cls(
            data=data,
            method=method,
            path=path,
        )

        create_async_request_body.additional_properties = d
        return create_async_request_body

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
