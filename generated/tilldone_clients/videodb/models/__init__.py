# Written by scripts/regenerate.py from specs/videodb.*. Do not edit.

"""Contains all the data models used in inputs/outputs"""

from typing import TYPE_CHECKING

from tilldone_clients.late import late

if TYPE_CHECKING:
    from .async_response import AsyncResponse
    from .async_response_data import AsyncResponseData
    from .async_response_envelope import AsyncResponseEnvelope
    from .async_response_envelope_data import AsyncResponseEnvelopeData
    from .async_response_status import AsyncResponseStatus
    from .async_submission import AsyncSubmission
    from .async_submission_data import AsyncSubmissionData
    from .async_submission_status import AsyncSubmissionStatus
    from .error import Error
    from .index_scenes_body import IndexScenesBody
    from .index_scenes_body_extraction_config import IndexScenesBodyExtractionConfig
    from .upload_body import UploadBody
    from .upload_body_media_type import UploadBodyMediaType

__all__ = (
    "AsyncResponse",
    "AsyncResponseData",
    "AsyncResponseEnvelope",
    "AsyncResponseEnvelopeData",
    "AsyncResponseStatus",
    "AsyncSubmission",
    "AsyncSubmissionData",
    "AsyncSubmissionStatus",
    "Error",
    "IndexScenesBody",
    "IndexScenesBodyExtractionConfig",
    "UploadBody",
    "UploadBodyMediaType",
)

if not TYPE_CHECKING:
    __getattr__ = late(
        __name__,
        {
            "AsyncResponse": "async_response",
            "AsyncResponseData": "async_response_data",
            "AsyncResponseEnvelope": "async_response_envelope",
            "AsyncResponseEnvelopeData": "async_response_envelope_data",
            "AsyncResponseStatus": "async_response_status",
            "AsyncSubmission": "async_submission",
            "AsyncSubmissionData": "async_submission_data",
            "AsyncSubmissionStatus": "async_submission_status",
            "Error": "error",
            "IndexScenesBody": "index_scenes_body",
            "IndexScenesBodyExtractionConfig": "index_scenes_body_extraction_config",
            "UploadBody": "upload_body",
            "UploadBodyMediaType": "upload_body_media_type",
        },
    )
