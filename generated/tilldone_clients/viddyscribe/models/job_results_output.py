# Written by scripts/regenerate.py from specs/viddyscribe.*. Do not edit.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.job_results_item import JobResultsItem
    from ..models.job_results_segment import JobResultsSegment


T = TypeVar("T", bound="JobResultsOutput")


@_attrs_define
class JobResultsOutput:
    """Output with generated descriptions (if available).
    Format depends on requested format:
    - `json`: Returns `segments` array
    - `vtt`/`edl`: Returns `format` and `content` string

        Attributes:
            segments (list[JobResultsSegment] | None | Unset): The descriptions, when the requested format is `json`
            format_ (None | str | Unset): Format of `content`, such as `vtt` or `edl`
            content (None | str | Unset): The descriptions as text in `format`
            language (None | str | Unset):
            ad_type (None | str | Unset):
            items (list[JobResultsItem] | None | Unset): The descriptions, in the shape that the guide shows
    """

    segments: list[JobResultsSegment] | None | Unset = UNSET
    format_: None | str | Unset = UNSET
    content: None | str | Unset = UNSET
    language: None | str | Unset = UNSET
    ad_type: None | str | Unset = UNSET
    items: list[JobResultsItem] | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        segments: list[dict[str, Any]] | None | Unset
        if isinstance(self.segments, Unset):
            segments = UNSET
        elif isinstance(self.segments, list):
            segments = []
            for segments_type_0_item_data in self.segments:
                segments_type_0_item = segments_type_0_item_data.to_dict()
                segments.append(segments_type_0_item)

        else:
            segments = self.segments

        format_: None | str | Unset
        if isinstance(self.format_, Unset):
            format_ = UNSET
        else:
            format_ = self.format_

        content: None | str | Unset
        if isinstance(self.content, Unset):
            content = UNSET
        else:
            content = self.content

        language: None | str | Unset
        if isinstance(self.language, Unset):
            language = UNSET
        else:
            language = self.language

        ad_type: None | str | Unset
        if isinstance(self.ad_type, Unset):
            ad_type = UNSET
        else:
            ad_type = self.ad_type

        items: list[dict[str, Any]] | None | Unset
        if isinstance(self.items, Unset):
            items = UNSET
        elif isinstance(self.items, list):
            items = []
            for items_type_0_item_data in self.items:
                items_type_0_item = items_type_0_item_data.to_dict()
                items.append(items_type_0_item)

        else:
            items = self.items

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if segments is not UNSET:
            field_dict["segments"] = segments
        if format_ is not UNSET:
            field_dict["format"] = format_
        if content is not UNSET:
            field_dict["content"] = content
        if language is not UNSET:
            field_dict["language"] = language
        if ad_type is not UNSET:
            field_dict["ad_type"] = ad_type
        if items is not UNSET:
            field_dict["items"] = items

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.job_results_item import JobResultsItem  # noqa: PLC0415
        from ..models.job_results_segment import JobResultsSegment  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_segments(data: object) -> list[JobResultsSegment] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                segments_type_0 = []
                _segments_type_0 = data
                for segments_type_0_item_data in _segments_type_0:
                    segments_type_0_item = JobResultsSegment.from_dict(
                        segments_type_0_item_data
                    )

                    segments_type_0.append(segments_type_0_item)

                return segments_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[JobResultsSegment] | None | Unset, data)

        segments = _parse_segments(d.pop("segments", UNSET))

        def _parse_format_(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        format_ = _parse_format_(d.pop("format", UNSET))

        def _parse_content(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        content = _parse_content(d.pop("content", UNSET))

        def _parse_language(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        language = _parse_language(d.pop("language", UNSET))

        def _parse_ad_type(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        ad_type = _parse_ad_type(d.pop("ad_type", UNSET))

        def _parse_items(data: object) -> list[JobResultsItem] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                items_type_0 = []
                _items_type_0 = data
                for items_type_0_item_data in _items_type_0:
                    items_type_0_item = JobResultsItem.from_dict(items_type_0_item_data)

                    items_type_0.append(items_type_0_item)

                return items_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[JobResultsItem] | None | Unset, data)

        items = _parse_items(d.pop("items", UNSET))

        job_results_output = cls(
            segments=segments,
            format_=format_,
            content=content,
            language=language,
            ad_type=ad_type,
            items=items,
        )

        job_results_output.additional_properties = d
        return job_results_output

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
