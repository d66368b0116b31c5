# Written by scripts/regenerate.py from specs/edenai.*. Do not edit.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.batch_scrape_input import BatchScrapeInput
    from ..models.crawl_input import CrawlInput
    from ..models.deepfake_detection_input import DeepfakeDetectionInput
    from ..models.ocr_input import OCRInput
    from ..models.ocr_tables_input import OCRTablesInput
    from ..models.research_input import ResearchInput
    from ..models.speech_to_text_input import SpeechToTextInput
    from ..models.structured_extraction_input import StructuredExtractionInput
    from ..models.universal_ai_async_body_input import UniversalAIAsyncBodyInput
    from ..models.universal_ai_async_body_provider_params import (
        UniversalAIAsyncBodyProviderParams,
    )
    from ..models.universal_ai_async_body_webhook_parameters import (
        UniversalAIAsyncBodyWebhookParameters,
    )
    from ..models.video_generation_input import VideoGenerationInput


T = TypeVar("T", bound="UniversalAIAsyncBody")


@_attrs_define
class UniversalAIAsyncBody:
    """
    Attributes:
        model (str): What is to be done, and by whom: `feature/subfeature/provider`, or
            `feature/subfeature/provider/model`.
        input_ (BatchScrapeInput | CrawlInput | DeepfakeDetectionInput | OCRInput | OCRTablesInput | ResearchInput |
            SpeechToTextInput | StructuredExtractionInput | UniversalAIAsyncBodyInput | VideoGenerationInput): What the
            feature takes, such as `file` (an id or a URL), `text` or `language`. Any object will do, which is how one is
            read; the others are for those who write one.
        provider_params (None | UniversalAIAsyncBodyProviderParams | Unset): Parameters that are handed to the provider
            as they are.
        fallbacks (list[str] | Unset): Models to try, in this order, where `model` fails.
        show_original_response (bool | None | Unset): Whether the answer is to hold what the provider said; false if
            absent.
        webhook_receiver (None | str | Unset): Address that is told when the job has ended.
        user_webhook_parameters (None | UniversalAIAsyncBodyWebhookParameters | Unset): What the webhook is to carry as
            `user_parameters`.
    """

    model: str
    input_: (
        BatchScrapeInput
        | CrawlInput
        | DeepfakeDetectionInput
        | OCRInput
        | OCRTablesInput
        | ResearchInput
        | SpeechToTextInput
        | StructuredExtractionInput
        | UniversalAIAsyncBodyInput
        | VideoGenerationInput
    )
    provider_params: None | UniversalAIAsyncBodyProviderParams | Unset = UNSET
    fallbacks: list[str] | Unset = UNSET
    show_original_response: bool | None | Unset = UNSET
    webhook_receiver: None | str | Unset = UNSET
    user_webhook_parameters: None | UniversalAIAsyncBodyWebhookParameters | Unset = (
        UNSET
    )
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.batch_scrape_input import BatchScrapeInput  # noqa: PLC0415
        from ..models.crawl_input import CrawlInput  # noqa: PLC0415
        from ..models.deepfake_detection_input import DeepfakeDetectionInput  # noqa: PLC0415
        from ..models.ocr_input import OCRInput  # noqa: PLC0415
        from ..models.ocr_tables_input import OCRTablesInput  # noqa: PLC0415
        from ..models.research_input import ResearchInput  # noqa: PLC0415
        from ..models.speech_to_text_input import SpeechToTextInput  # noqa: PLC0415
        from ..models.universal_ai_async_body_input import UniversalAIAsyncBodyInput  # noqa: PLC0415
        from ..models.universal_ai_async_body_provider_params import (
            UniversalAIAsyncBodyProviderParams,  # noqa: PLC0415
        )
        from ..models.universal_ai_async_body_webhook_parameters import (
            UniversalAIAsyncBodyWebhookParameters,  # noqa: PLC0415
        )
        from ..models.video_generation_input import VideoGenerationInput  # noqa: PLC0415

        model = self.model

        input_: dict[str, Any]
        if isinstance(self.input_, UniversalAIAsyncBodyInput):
            input_ = self.input_.to_dict()
        elif isinstance(self.input_, SpeechToTextInput):
            input_ = self.input_.to_dict()
        elif isinstance(self.input_, OCRInput):
            input_ = self.input_.to_dict()
        elif isinstance(self.input_, OCRTablesInput):
            input_ = self.input_.to_dict()
        elif isinstance(self.input_, DeepfakeDetectionInput):
            input_ = self.input_.to_dict()
        elif isinstance(self.input_, VideoGenerationInput):
            input_ = self.input_.to_dict()
        elif isinstance(self.input_, BatchScrapeInput):
            input_ = self.input_.to_dict()
        elif isinstance(self.input_, CrawlInput):
            input_ = self.input_.to_dict()
        elif isinstance(self.input_, ResearchInput):
            input_ = self.input_.to_dict()
        else:
            input_ = self.input_.to_dict()

        provider_params: dict[str, Any] | None | Unset
        if isinstance(self.provider_params, Unset):
            provider_params = UNSET
        elif isinstance(self.provider_params, UniversalAIAsyncBodyProviderParams):
            provider_params = self.provider_params.to_dict()
        else:
            provider_params = self.provider_params

        fallbacks: list[str] | Unset = UNSET
        if not isinstance(self.fallbacks, Unset):
            fallbacks = self.fallbacks

        show_original_response: bool | None | Unset
        if isinstance(self.show_original_response, Unset):
            show_original_response = UNSET
        else:
            show_original_response = self.show_original_response

        webhook_receiver: None | str | Unset
        if isinstance(self.webhook_receiver, Unset):
            webhook_receiver = UNSET
        else:
            webhook_receiver = self.webhook_receiver

        user_webhook_parameters: dict[str, Any] | None | Unset
        if isinstance(self.user_webhook_parameters, Unset):
            user_webhook_parameters = UNSET
        elif isinstance(
            self.user_webhook_parameters, UniversalAIAsyncBodyWebhookParameters
        ):
            user_webhook_parameters = self.user_webhook_parameters.to_dict()
        else:
            user_webhook_parameters = self.user_webhook_parameters

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "model": model,
                "input": input_,
            }
        )
        if provider_params is not UNSET:
            field_dict["provider_params"] = provider_params
        if fallbacks is not UNSET:
            field_dict["fallbacks"] = fallbacks
        if show_original_response is not UNSET:
            field_dict["show_original_response"] = show_original_response
        if webhook_receiver is not UNSET:
            field_dict["webhook_receiver"] = webhook_receiver
        if user_webhook_parameters is not UNSET:
            field_dict["user_webhook_parameters"] = user_webhook_parameters

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.batch_scrape_input import BatchScrapeInput  # noqa: PLC0415
        from ..models.crawl_input import CrawlInput  # noqa: PLC0415
        from ..models.deepfake_detection_input import DeepfakeDetectionInput  # noqa: PLC0415
        from ..models.ocr_input import OCRInput  # noqa: PLC0415
        from ..models.ocr_tables_input import OCRTablesInput  # noqa: PLC0415
        from ..models.research_input import ResearchInput  # noqa: PLC0415
        from ..models.speech_to_text_input import SpeechToTextInput  # noqa: PLC0415
        from ..models.structured_extraction_input import StructuredExtractionInput  # noqa: PLC0415
        from ..models.universal_ai_async_body_input import UniversalAIAsyncBodyInput  # noqa: PLC0415
        from ..models.universal_ai_async_body_provider_params import (
            UniversalAIAsyncBodyProviderParams,  # noqa: PLC0415
        )
        from ..models.universal_ai_async_body_webhook_parameters import (
            UniversalAIAsyncBodyWebhookParameters,  # noqa: PLC0415
        )
        from ..models.video_generation_input import VideoGenerationInput  # noqa: PLC0415

        d = dict(src_dict)
        model = d.pop("model")

        def _parse_input_(
            data: object,
        ) -> (
            BatchScrapeInput
            | CrawlInput
            | DeepfakeDetectionInput
            | OCRInput
            | OCRTablesInput
            | ResearchInput
            | SpeechToTextInput
            | StructuredExtractionInput
            | UniversalAIAsyncBodyInput
            | VideoGenerationInput
        ):
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                input_universal_ai_async_body_input = (
                    UniversalAIAsyncBodyInput.from_dict(data)
                )

                return input_universal_ai_async_body_input
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                input_type_1 = SpeechToTextInput.from_dict(data)

                return input_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                input_type_2 = OCRInput.from_dict(data)

                return input_type_2
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                input_type_3 = OCRTablesInput.from_dict(data)

                return input_type_3
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                input_type_4 = DeepfakeDetectionInput.from_dict(data)

                return input_type_4
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                input_type_5 = VideoGenerationInput.from_dict(data)

                return input_type_5
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                input_type_6 = BatchScrapeInput.from_dict(data)

                return input_type_6
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                input_type_7 = CrawlInput.from_dict(data)

                return input_type_7
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                input_type_8 = ResearchInput.from_dict(data)

                return input_type_8
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            input_type_9 = StructuredExtractionInput.from_dict(data)

            return input_type_9

        input_ = _parse_input_(d.pop("input"))

        def _parse_provider_params(
            data: object,
        ) -> None | UniversalAIAsyncBodyProviderParams | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                provider_params_universal_ai_async_body_provider_params = (
                    UniversalAIAsyncBodyProviderParams.from_dict(data)
                )

                return provider_params_universal_ai_async_body_provider_params
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UniversalAIAsyncBodyProviderParams | Unset, data)

        provider_params = _parse_provider_params(d.pop("provider_params", UNSET))

        fallbacks = cast(list[str], d.pop("fallbacks", UNSET))

        def _parse_show_original_response(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        show_original_response = _parse_show_original_response(
            d.pop("show_original_response", UNSET)
        )

        def _parse_webhook_receiver(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        webhook_receiver = _parse_webhook_receiver(d.pop("webhook_receiver", UNSET))

        def _parse_user_webhook_parameters(
            data: object,
        ) -> None | UniversalAIAsyncBodyWebhookParameters | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                user_webhook_parameters_universal_ai_async_body_webhook_parameters = (
                    UniversalAIAsyncBodyWebhookParameters.from_dict(data)
                )

                return (
                    user_webhook_parameters_universal_ai_async_body_webhook_parameters
                )
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UniversalAIAsyncBodyWebhookParameters | Unset, data)

        user_webhook_parameters = _parse_user_webhook_parameters(
            d.pop("user_webhook_parameters", UNSET)
        )

        universal_ai_async_body = cls(
            model=model,
            input_=input_,
            provider_params=provider_params,
            fallbacks=fallbacks,
            show_original_response=show_original_response,
            webhook_receiver=webhook_receiver,
            user_webhook_parameters=user_webhook_parameters,
        )

        universal_ai_async_body.additional_properties = d
        return universal_ai_async_body

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
