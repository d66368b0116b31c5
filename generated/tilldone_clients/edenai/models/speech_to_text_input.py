# Written by scripts/regenerate.py from specs/edenai.*. Do not edit.

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="SpeechToTextInput")


@_attrs_define
class SpeechToTextInput:
    """What `audio/speech_to_text_async` takes.

    Attributes:
        file (str): Id of an uploaded file, or a URL.
        language (str | Unset): Language of the recording, such as `en`.
        speakers (int | Unset): How many people speak.
        profanity_filter (bool | Unset): Whether to put asterisks in the place of profane words.
        vocabulary (list[str] | Unset): Words to listen for.
    """

    file: str
    language: str | Unset = UNSET
    speakers: int | Unset = UNSET
    profanity_filter: bool | Unset = UNSET
    vocabulary: list[str] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        file = self.file

        language = self.language

        speakers = self.speakers

        profanity_filter = self.profanity_filter

        vocabulary: list[str] | Unset = UNSET
        if not isinstance(self.vocabulary, Unset):
            vocabulary = self.vocabulary

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "file": file,
            }
        )
        if language is not UNSET:
            field_dict["language"] = language
        if speakers is not UNSET:
            field_dict["speakers"] = speakers
        if profanity_filter is not UNSET:
            field_dict["profanity_filter"] = profanity_filter
        if vocabulary is not UNSET:
            field_dict["vocabulary"] = vocabulary

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        file = d.pop("file")

        language = d.pop("language", UNSET)

        speakers = d.pop("speakers", UNSET)

        profanity_filter = d.pop("profanity_filter", UNSET)

        vocabulary = cast(list[str], d.pop("vocabulary", UNSET))

        speech_to_text_input = cls(
            file=file,
            language=language,
            speakers=speakers,
            profanity_filter=profanity_filter,
            vocabulary=vocabulary,
        )

        speech_to_text_input.additional_properties = d
        return speech_to_text_input

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
