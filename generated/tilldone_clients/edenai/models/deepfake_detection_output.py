# Written by scripts/regenerate.py from specs/edenai.*. Do not edit.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.deepfake_detection_frame import DeepfakeDetectionFrame


T = TypeVar("T", bound="DeepfakeDetectionOutput")


@_attrs_define
class DeepfakeDetectionOutput:
    """What `video/deepfake_detection_async` gives.

    Attributes:
        prediction (str):
        average_score (float | None | Unset):
        details_per_frame (list[DeepfakeDetectionFrame] | None | Unset):
    """

    prediction: str
    average_score: float | None | Unset = UNSET
    details_per_frame: list[DeepfakeDetectionFrame] | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        prediction = self.prediction

        average_score: float | None | Unset
        if isinstance(self.average_score, Unset):
            average_score = UNSET
        else:
            average_score = self.average_score

        details_per_frame: list[dict[str, Any]] | None | Unset
        if isinstance(self.details_per_frame, Unset):
            details_per_frame = UNSET
        elif isinstance(self.details_per_frame, list):
            details_per_frame = []
            for details_per_frame_type_0_item_data in self.details_per_frame:
                details_per_frame_type_0_item = (
                    details_per_frame_type_0_item_data.to_dict()
                )
                details_per_frame.append(details_per_frame_type_0_item)

        else:
            details_per_frame = self.details_per_frame

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "prediction": prediction,
            }
        )
        if average_score is not UNSET:
            field_dict["average_score"] = average_score
        if details_per_frame is not UNSET:
            field_dict["details_per_frame"] = details_per_frame

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.deepfake_detection_frame import DeepfakeDetectionFrame  # noqa: PLC0415

        d = dict(src_dict)
        prediction = d.pop("prediction")

        def _parse_average_score(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        average_score = _parse_average_score(d.pop("average_score", UNSET))

        def _parse_details_per_frame(
            data: object,
        ) -> list[DeepfakeDetectionFrame] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                details_per_frame_type_0 = []
                _details_per_frame_type_0 = data
                for details_per_frame_type_0_item_data in _details_per_frame_type_0:
                    details_per_frame_type_0_item = DeepfakeDetectionFrame.from_dict(
                        details_per_frame_type_0_item_data
                    )

                    details_per_frame_type_0.append(details_per_frame_type_0_item)

                return details_per_frame_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[DeepfakeDetectionFrame] | None | Unset, data)

        details_per_frame = _parse_details_per_frame(d.pop("details_per_frame", UNSET))

        deepfake_detection_output = cls(
            prediction=prediction,
            average_score=average_score,
            details_per_frame=details_per_frame,
        )

        deepfake_detection_output.additional_properties = d
        return deepfake_detection_output

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
