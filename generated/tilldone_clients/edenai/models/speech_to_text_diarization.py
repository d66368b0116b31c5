# Written by scripts/regenerate.py from specs/edenai.*. Do not edit.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.speech_to_text_entry import SpeechToTextEntry


T = TypeVar("T", bound="SpeechToTextDiarization")


@_attrs_define
class SpeechToTextDiarization:
    """
    Attributes:
        total_speakers (int | None | Unset):
        entries (list[SpeechToTextEntry] | None | Unset):
        error_message (None | str | Unset):
    """

    total_speakers: int | None | Unset = UNSET
    entries: list[SpeechToTextEntry] | None | Unset = UNSET
    error_message: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        total_speakers: int | None | Unset
        if isinstance(self.total_speakers, Unset):
            total_speakers = UNSET
        else:
            total_speakers = self.total_speakers

        entries: list[dict[str, Any]] | None | Unset
        if isinstance(self.entries, Unset):
            entries = UNSET
        elif isinstance(self.entries, list):
            entries = []
            for entries_type_0_item_data in self.entries:
                entries_type_0_item = entries_type_0_item_data.to_dict()
                entries.append(entries_type_0_item)

        else:
            entries = self.entries

        error_message: None | str | Unset
        if isinstance(self.error_message, Unset):
            error_message = UNSET
        else:
            error_message = self.error_message

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if total_speakers is not UNSET:
            field_dict["total_speakers"] = total_speakers
        if entries is not UNSET:
            field_dict["entries"] = entries
        if error_message is not UNSET:
            field_dict["error_message"] = error_message

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.speech_to_text_entry import SpeechToTextEntry  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_total_speakers(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        total_speakers = _parse_total_speakers(d.pop("total_speakers", UNSET))

        def _parse_entries(data: object) -> list[SpeechToTextEntry] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                entries_type_0 = []
                _entries_type_0 = data
                for entries_type_0_item_data in _entries_type_0:
                    entries_type_0_item = SpeechToTextEntry.from_dict(
                        entries_type_0_item_data
                    )

                    entries_type_0.append(entries_type_0_item)

                return entries_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[SpeechToTextEntry] | None | Unset, data)

        entries = _parse_entries(d.pop("entries", UNSET))

        def _parse_error_message(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        error_message = _parse_error_message(d.pop("error_message", UNSET))

        speech_to_text_diarization = cls(
            total_speakers=total_speakers,
            entries=entries,
            error_message=error_message,
        )

        speech_to_text_diarization.additional_properties = d
        return speech_to_text_diarization

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
