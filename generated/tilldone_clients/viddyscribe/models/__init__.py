# Written by scripts/regenerate.py from specs/viddyscribe.*. Do not edit.

"""Contains all the data models used in inputs/outputs"""

from .error import Error
from .job_results import JobResults
from .job_results_item import JobResultsItem
from .job_results_output import JobResultsOutput
from .job_results_segment import JobResultsSegment
from .job_results_status import JobResultsStatus

__all__ = (
    "Error",
    "JobResults",
    "JobResultsItem",
    "JobResultsOutput",
    "JobResultsSegment",
    "JobResultsStatus",
)
