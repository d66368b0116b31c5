# Written by scripts/regenerate.py from specs/edenai.*. Do not edit.

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="VideoGenerationInput")


@_attrs_define
class VideoGenerationInput:
    """What `video/generation_async` takes.

    Attributes:
        text (str): What the video is to show, and how.
        file (str | Unset): The image that it begins with: id of an uploaded file, or a URL.
        duration (int | Unset): Its length in seconds.
        dimension (str | Unset): Its size, such as `1280x720`.
        seed (int | Unset): The same seed gives the same video.
    """

    text: str
    file: str | Unset = UNSET
    duration: int | Unset = UNSET
    dimension: str | Unset = UNSET
    seed: int | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        text = self.text

        file = self.file

        duration = self.duration

        dimension = self.dimension

        seed = self.seed

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "text": text,
            }
        )
        if file is not UNSET:
            field_dict["file"] = file
        if duration is not UNSET:
            field_dict["duration"] = duration
        if dimension is not UNSET:
            field_dict["dimension"] = dimension
        if seed is not UNSET:
            field_dict["seed"] = seed

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        text = d.pop("text")

        file = d.pop("file", UNSET)

        duration = d.pop("duration", UNSET)

        dimension = d.pop("dimension", UNSET)

        seed = d.pop("seed", UNSET)

        video_generation_input = cls(
            text=text,
            file=file,
            duration=duration,
            dimension=dimension,
            seed=seed,
        )

        video_generation_input.additional_properties = d
        return video_generation_input

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
