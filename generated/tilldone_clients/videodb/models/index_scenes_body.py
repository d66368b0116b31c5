# Written by scripts/regenerate.py from specs/videodb.*. Do not edit.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.index_scenes_body_extraction_config import (
        IndexScenesBodyExtractionConfig,
    )


T = TypeVar("T", bound="IndexScenesBody")


@_attrs_define
class IndexScenesBody:
    """
    Attributes:
        extraction_type (str | Unset): How scenes are found, such as by shot or by time. The page and the Python SDK
            spell the words differently.
        extraction_config (IndexScenesBodyExtractionConfig | Unset): What that way of finding them takes.
        prompt (str | Unset): What is to be described of a scene.
        callback_url (str | Unset): Address that is told when the job has ended. The call is not signed and does not
            name the job.
    """

    extraction_type: str | Unset = UNSET
    extraction_config: IndexScenesBodyExtractionConfig | Unset = UNSET
    prompt: str | Unset = UNSET
    callback_url: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        extraction_type = self.extraction_type

        extraction_config: dict[str, Any] | Unset = UNSET
        if not isinstance(self.extraction_config, Unset):
            extraction_config = self.extraction_config.to_dict()

        prompt = self.prompt

        callback_url = self.callback_url

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if extraction_type is not UNSET:
            field_dict["extraction_type"] = extraction_type
        if extraction_config is not UNSET:
            field_dict["extraction_config"] = extraction_config
        if prompt is not UNSET:
            field_dict["prompt"] = prompt
        if callback_url is not UNSET:
            field_dict["callback_url"] = callback_url

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.index_scenes_body_extraction_config import (
            IndexScenesBodyExtractionConfig,  # noqa: PLC0415
        )

        d = dict(src_dict)
        extraction_type = d.pop("extraction_type", UNSET)

        _extraction_config = d.pop("extraction_config", UNSET)
        extraction_config: IndexScenesBodyExtractionConfig | Unset
        if isinstance(_extraction_config, Unset):
            extraction_config = UNSET
        else:
            extraction_config = IndexScenesBodyExtractionConfig.from_dict(
                _extraction_config
            )

        prompt = d.pop("prompt", UNSET)

        callback_url = d.pop("callback_url", UNSET)

        index_scenes_body = cls(
            extraction_type=extraction_type,
            extraction_config=extraction_config,
            prompt=prompt,
            callback_url=callback_url,
        )

        index_scenes_body.additional_properties = d
        return index_scenes_body

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
