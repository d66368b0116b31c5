# Written by scripts/regenerate.py from specs/edenai.*. Do not edit.

"""Contains all the data models used in inputs/outputs"""

from .http_validation_error import HTTPValidationError
from .universal_ai_async_body import UniversalAIAsyncBody
from .universal_ai_async_body_input import UniversalAIAsyncBodyInput
from .universal_ai_async_body_provider_params import UniversalAIAsyncBodyProviderParams
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

__all__ = (
    "HTTPValidationError",
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
)
