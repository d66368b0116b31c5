# Written by scripts/regenerate.py from specs/viddyscribe.*. Do not edit.

"""Contains all the data models used in inputs/outputs"""

from typing import TYPE_CHECKING

from tilldone_clients.late import late

if TYPE_CHECKING:
    from .error import Error
    from .generation_accepted import GenerationAccepted
    from .generation_body import GenerationBody
    from .generation_config import GenerationConfig
    from .generation_config_format import GenerationConfigFormat
    from .generation_input import GenerationInput
    from .generation_input_type import GenerationInputType
    from .job_results import JobResults
    from .job_results_item import JobResultsItem
    from .job_results_output import JobResultsOutput
    from .job_results_segment import JobResultsSegment
    from .job_results_status import JobResultsStatus

__all__ = (
    "Error",
    "GenerationAccepted",
    "GenerationBody",
    "GenerationConfig",
    "GenerationConfigFormat",
    "GenerationInput",
    "GenerationInputType",
    "JobResults",
    "JobResultsItem",
    "JobResultsOutput",
    "JobResultsSegment",
    "JobResultsStatus",
)

if not TYPE_CHECKING:
    __getattr__ = late(
        __name__,
        {
            "Error": "error",
            "GenerationAccepted": "generation_accepted",
            "GenerationBody": "generation_body",
            "GenerationConfig": "generation_config",
            "GenerationConfigFormat": "generation_config_format",
            "GenerationInput": "generation_input",
            "GenerationInputType": "generation_input_type",
            "JobResults": "job_results",
            "JobResultsItem": "job_results_item",
            "JobResultsOutput": "job_results_output",
            "JobResultsSegment": "job_results_segment",
            "JobResultsStatus": "job_results_status",
        },
    )
