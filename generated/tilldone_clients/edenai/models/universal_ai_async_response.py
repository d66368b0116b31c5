# Written by scripts/regenerate.py from specs/edenai.*. Do not edit.

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.universal_ai_async_response_status import UniversalAIAsyncResponseStatus
from ..types import UNSET, Unset, parse_datetime

if TYPE_CHECKING:
    from ..models.universal_ai_async_response_error import UniversalAIAsyncResponseError


T = TypeVar("T", bound="UniversalAIAsyncResponse")


@_attrs_define
class UniversalAIAsyncResponse:
    """Async response from universal-ai/async endpoint.

    Inherits base fields and adds job-specific fields for tracking async operations.
    Used for both job creation (202 Accepted) and job detail (GET) responses.

        Attributes:
            status (UniversalAIAsyncResponseStatus): Request status: success, fail, or processing (async only)
            cost (float | str): Cost in credits for this request
            provider (str): Provider name that processed the request
            feature (str): Feature category (e.g., text, ocr, image)
            subfeature (str): Specific subfeature (e.g., ai_detection, sentiment)
            public_id (str): Job ID for polling status
            created_at (datetime.datetime): Job creation timestamp
            output (Any | None | Unset): Normalized output from the provider
            error (None | str | UniversalAIAsyncResponseError | Unset): Error details from the provider (only present when
                status is 'fail')
            original_response (Any | None | Unset): Raw response from the provider (if show_original_response=true)
            model (None | str | Unset): Model name if specified in the request
    """

    status: UniversalAIAsyncResponseStatus
    cost: float | str
    provider: str
    feature: str
    subfeature: str
    public_id: str
    created_at: datetime.datetime
    output: Any | None | Unset = UNSET
    error: None | str | UniversalAIAsyncResponseError | Unset = UNSET
    original_response: Any | None | Unset = UNSET
    model: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.universal_ai_async_response_error import (
            UniversalAIAsyncResponseError,  # noqa: PLC0415
        )

        status = self.status.value

        cost: float | str
        cost = self.cost

        provider = self.provider

        feature = self.feature

        subfeature = self.subfeature

        public_id = self.public_id

        created_at = self.created_at.isoformat()

        output: Any | None | Unset
        if isinstance(self.output, Unset):
            output = UNSET
        else:
            output = self.output

        error: dict[str, Any] | None | str | Unset
        if isinstance(self.error, Unset):
            error = UNSET
        elif isinstance(self.error, UniversalAIAsyncResponseError):
            error = self.error.to_dict()
        else:
            error = self.error

        original_response: Any | None | Unset
        if isinstance(self.original_response, Unset):
            original_response = UNSET
        else:
            original_response = self.original_response

        model: None | str | Unset
        if isinstance(self.model, Unset):
            model = UNSET
        else:
            model = self.model

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "status": status,
                "cost": cost,
                "provider": provider,
                "feature": feature,
                "subfeature": subfeature,
                "public_id": public_id,
                "created_at": created_at,
            }
        )
        if output is not UNSET:
            field_dict["output"] = output
        if error is not UNSET:
            field_dict["error"] = error
        if original_response is not UNSET:
            field_dict["original_response"] = original_response
        if model is not UNSET:
            field_dict["model"] = model

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.universal_ai_async_response_error import (
            UniversalAIAsyncResponseError,  # noqa: PLC0415
        )

        d = dict(src_dict)
        status = UniversalAIAsyncResponseStatus(d.pop("status"))

        def _parse_cost(data: object) -> float | str:
            return cast(float | str, data)

        cost = _parse_cost(d.pop("cost"))

        provider = d.pop("provider")

        feature = d.pop("feature")

        subfeature = d.pop("subfeature")

        public_id = d.pop("public_id")

        created_at = parse_datetime(d.pop("created_at"))

        def _parse_output(data: object) -> Any | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(Any | None | Unset, data)

        output = _parse_output(d.pop("output", UNSET))

        def _parse_error(
            data: object,
        ) -> None | str | UniversalAIAsyncResponseError | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                error_universal_ai_async_response_error = (
                    UniversalAIAsyncResponseError.from_dict(data)
                )

                return error_universal_ai_async_response_error
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | str | UniversalAIAsyncResponseError | Unset, data)

        error = _parse_error(d.pop("error", UNSET))

        def _parse_original_response(data: object) -> Any | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(Any | None | Unset, data)

        original_response = _parse_original_response(d.pop("original_response", UNSET))

        def _parse_model(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        model = _parse_model(d.pop("model", UNSET))

        universal_ai_async_response = cls(
            status=status,
            cost=cost,
            provider=provider,
            feature=feature,
            subfeature=subfeature,
            public_id=public_id,
            created_at=created_at,
            output=output,
            error=error,
            original_response=original_response,
            model=model,
        )

        universal_ai_async_response.additional_properties = d
        return universal_ai_async_response

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
