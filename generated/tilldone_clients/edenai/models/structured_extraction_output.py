# Written by scripts/regenerate.py from specs/edenai.*. Do not edit.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.web_source import WebSource


T = TypeVar("T", bound="StructuredExtractionOutput")


@_attrs_define
class StructuredExtractionOutput:
    """What `web/structured_extraction_async` gives.

    Attributes:
        data (Any | Unset):
        sources (list[WebSource] | None | Unset):
        status (None | str | Unset):
        failed_results (list[Any] | None | Unset):
        usage (Any | Unset):
    """

    data: Any | Unset = UNSET
    sources: list[WebSource] | None | Unset = UNSET
    status: None | str | Unset = UNSET
    failed_results: list[Any] | None | Unset = UNSET
    usage: Any | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        data = self.data

        sources: list[dict[str, Any]] | None | Unset
        if isinstance(self.sources, Unset):
            sources = UNSET
        elif isinstance(self.sources, list):
            sources = []
            for sources_type_0_item_data in self.sources:
                sources_type_0_item = sources_type_0_item_data.to_dict()
                sources.append(sources_type_0_item)

        else:
            sources = self.sources

        status: None | str | Unset
        if isinstance(self.status, Unset):
            status = UNSET
        else:
            status = self.status

        failed_results: list[Any] | None | Unset
        if isinstance(self.failed_results, Unset):
            failed_results = UNSET
        elif isinstance(self.failed_results, list):
            failed_results = self.failed_results

        else:
            failed_results = self.failed_results

        usage = self.usage

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if data is not UNSET:
            field_dict["data"] = data
        if sources is not UNSET:
            field_dict["sources"] = sources
        if status is not UNSET:
            field_dict["status"] = status
        if failed_results is not UNSET:
            field_dict["failed_results"] = failed_results
        if usage is not UNSET:
            field_dict["usage"] = usage

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.web_source import WebSource  # noqa: PLC0415

        d = dict(src_dict)
        data = d.pop("data", UNSET)

        def _parse_sources(data: object) -> list[WebSource] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                sources_type_0 = []
                _sources_type_0 = data
                for sources_type_0_item_data in _sources_type_0:
                    sources_type_0_item = WebSource.from_dict(sources_type_0_item_data)

                    sources_type_0.append(sources_type_0_item)

                return sources_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[WebSource] | None | Unset, data)

        sources = _parse_sources(d.pop("sources", UNSET))

        def _parse_status(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        status = _parse_status(d.pop("status", UNSET))

        def _parse_failed_results(data: object) -> list[Any] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                failed_results_type_0 = data

                return failed_results_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[Any] | None | Unset, data)

        failed_results = _parse_failed_results(d.pop("failed_results", UNSET))

        usage = d.pop("usage", UNSET)

        structured_extraction_output = cls(
            data=data,
            sources=sources,
            status=status,
            failed_results=failed_results,
            usage=usage,
        )

        structured_extraction_output.additional_properties = d
        return structured_extraction_output

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
