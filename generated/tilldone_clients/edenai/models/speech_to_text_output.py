# Written by scripts/regenerate.py from specs/edenai.*. Do not edit.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.speech_to_text_diarization import SpeechToTextDiarization


T = TypeVar("T", bound="SpeechToTextOutput")


@_attrs_define
class SpeechToTextOutput:
    """What `audio/speech_to_text_async` gives.

    Attributes:
        text (str):
        diarization (None | SpeechToTextDiarization | Unset):
    """

    text: str
    diarization: None | SpeechToTextDiarization | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.speech_to_text_diarization import SpeechToTextDiarization  # noqa: PLC0415

        text = self.text

        diarization: dict[str, Any] | None | Unset
        if isinstance(self.diarization, Unset):
            diarization = UNSET
        elif isinstance(self.diarization, SpeechToTextDiarization):
            diarization = self.diarization.to_dict()
        else:
            diarization = self.diarization

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "text": text,
            }
        )
        if diarization is not UNSET:
            field_dict["diarization"] = diarization

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.speech_to_text_diarization import SpeechToTextDiarization  # noqa: PLC0415

        d = dict(src_dict)
        text = d.pop("text")

        def _parse_diarization(data: object) -> None | SpeechToTextDiarization | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                diarization_type_0 = SpeechToTextDiarization.from_dict(data)

                return diarization_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | SpeechToTextDiarization | Unset, data)

        diarization = _parse_diarization(d.pop("diarization", UNSET))

        speech_to_text_output = cls(
            text=text,
            diarization=diarization,
        )

        speech_to_text_output.additional_properties = d
        return speech_to_text_output

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
