# Written by scripts/regenerate.py from specs/edenai.*. Do not edit.

"""Contains all the data models used in inputs/outputs"""

from typing import TYPE_CHECKING

from tilldone_clients.late import late

if TYPE_CHECKING:
    from .batch_scrape_input import BatchScrapeInput
    from .batch_scrape_output import BatchScrapeOutput
    from .crawl_input import CrawlInput
    from .crawl_output import CrawlOutput
    from .deepfake_detection_frame import DeepfakeDetectionFrame
    from .deepfake_detection_input import DeepfakeDetectionInput
    from .deepfake_detection_output import DeepfakeDetectionOutput
    from .http_validation_error import HTTPValidationError
    from .ocr_bounding_box import OCRBoundingBox
    from .ocr_input import OCRInput
    from .ocr_line import OCRLine
    from .ocr_output import OCROutput
    from .ocr_page import OCRPage
    from .ocr_table import OCRTable
    from .ocr_table_cell import OCRTableCell
    from .ocr_table_row import OCRTableRow
    from .ocr_tables_input import OCRTablesInput
    from .ocr_tables_output import OCRTablesOutput
    from .ocr_tables_page import OCRTablesPage
    from .ocr_word import OCRWord
    from .research_input import ResearchInput
    from .research_output import ResearchOutput
    from .speech_to_text_diarization import SpeechToTextDiarization
    from .speech_to_text_entry import SpeechToTextEntry
    from .speech_to_text_input import SpeechToTextInput
    from .speech_to_text_output import SpeechToTextOutput
    from .structured_extraction_input import StructuredExtractionInput
    from .structured_extraction_output import StructuredExtractionOutput
    from .universal_ai_async_body import UniversalAIAsyncBody
    from .universal_ai_async_body_input import UniversalAIAsyncBodyInput
    from .universal_ai_async_body_provider_params import (
        UniversalAIAsyncBodyProviderParams,
    )
    from .universal_ai_async_body_webhook_parameters import (
        UniversalAIAsyncBodyWebhookParameters,
    )
    from .universal_ai_async_job_list import UniversalAIAsyncJobList
    from .universal_ai_async_job_list_item import UniversalAIAsyncJobListItem
    from .universal_ai_async_response import UniversalAIAsyncResponse
    from .universal_ai_async_response_error import UniversalAIAsyncResponseError
    from .universal_ai_async_response_status import UniversalAIAsyncResponseStatus
    from .universal_ai_refusal import UniversalAIRefusal
    from .validation_error import ValidationError
    from .video_generation_input import VideoGenerationInput
    from .video_generation_output import VideoGenerationOutput
    from .web_image import WebImage
    from .web_page import WebPage
    from .web_source import WebSource

__all__ = (
    "BatchScrapeInput",
    "BatchScrapeOutput",
    "CrawlInput",
    "CrawlOutput",
    "DeepfakeDetectionFrame",
    "DeepfakeDetectionInput",
    "DeepfakeDetectionOutput",
    "HTTPValidationError",
    "OCRBoundingBox",
    "OCRInput",
    "OCRLine",
    "OCROutput",
    "OCRPage",
    "OCRTable",
    "OCRTableCell",
    "OCRTableRow",
    "OCRTablesInput",
    "OCRTablesOutput",
    "OCRTablesPage",
    "OCRWord",
    "ResearchInput",
    "ResearchOutput",
    "SpeechToTextDiarization",
    "SpeechToTextEntry",
    "SpeechToTextInput",
    "SpeechToTextOutput",
    "StructuredExtractionInput",
    "StructuredExtractionOutput",
    "UniversalAIAsyncBody",
    "UniversalAIAsyncBodyInput",
    "UniversalAIAsyncBodyProviderParams",
    "UniversalAIAsyncBodyWebhookParameters",
    "UniversalAIAsyncJobList",
    "UniversalAIAsyncJobListItem",
    "UniversalAIAsyncResponse",
    "UniversalAIAsyncResponseError",
    "UniversalAIAsyncResponseStatus",
    "UniversalAIRefusal",
    "ValidationError",
    "VideoGenerationInput",
    "VideoGenerationOutput",
    "WebImage",
    "WebPage",
    "WebSource",
)

if not TYPE_CHECKING:
    __getattr__ = late(
        __name__,
        {
            "BatchScrapeInput": "batch_scrape_input",
            "BatchScrapeOutput": "batch_scrape_output",
            "CrawlInput": "crawl_input",
            "CrawlOutput": "crawl_output",
            "DeepfakeDetectionFrame": "deepfake_detection_frame",
            "DeepfakeDetectionInput": "deepfake_detection_input",
            "DeepfakeDetectionOutput": "deepfake_detection_output",
            "HTTPValidationError": "http_validation_error",
            "OCRBoundingBox": "ocr_bounding_box",
            "OCRInput": "ocr_input",
            "OCRLine": "ocr_line",
            "OCROutput": "ocr_output",
            "OCRPage": "ocr_page",
            "OCRTable": "ocr_table",
            "OCRTableCell": "ocr_table_cell",
            "OCRTableRow": "ocr_table_row",
            "OCRTablesInput": "ocr_tables_input",
            "OCRTablesOutput": "ocr_tables_output",
            "OCRTablesPage": "ocr_tables_page",
            "OCRWord": "ocr_word",
            "ResearchInput": "research_input",
            "ResearchOutput": "research_output",
            "SpeechToTextDiarization": "speech_to_text_diarization",
            "SpeechToTextEntry": "speech_to_text_entry",
            "SpeechToTextInput": "speech_to_text_input",
            "SpeechToTextOutput": "speech_to_text_output",
            "StructuredExtractionInput": "structured_extraction_input",
            "StructuredExtractionOutput": "structured_extraction_output",
            "UniversalAIAsyncBody": "universal_ai_async_body",
            "UniversalAIAsyncBodyInput": "universal_ai_async_body_input",
            "UniversalAIAsyncBodyProviderParams": "universal_ai_async_body_provider_params",
            "UniversalAIAsyncBodyWebhookParameters": "universal_ai_async_body_webhook_parameters",
            "UniversalAIAsyncJobList": "universal_ai_async_job_list",
            "UniversalAIAsyncJobListItem": "universal_ai_async_job_list_item",
            "UniversalAIAsyncResponse": "universal_ai_async_response",
            "UniversalAIAsyncResponseError": "universal_ai_async_response_error",
            "UniversalAIAsyncResponseStatus": "universal_ai_async_response_status",
            "UniversalAIRefusal": "universal_ai_refusal",
            "ValidationError": "validation_error",
            "VideoGenerationInput": "video_generation_input",
            "VideoGenerationOutput": "video_generation_output",
            "WebImage": "web_image",
            "WebPage": "web_page",
            "WebSource": "web_source",
        },
    )
