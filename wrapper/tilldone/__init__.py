"""Typed clients for APIs that run long jobs, and one way to wait for any of them.

from tilldone import edenai, wait

client = edenai.connect()
job = edenai.job(client, "550e8400-e29b-41d4-a716-446655440000")
done = wait(job, timeout=600)
"""

from typing import TYPE_CHECKING

# First: it minds Ctrl-C from here on where this is `python -m tilldone`.
import tilldone_command as _  # noqa: F401
from tilldone._core.declaration import Listing, Phase
from tilldone._core.errors import SubmitError, SubmitRejected, SubmitUncertain
from tilldone._core.job import Job
from tilldone._core.job_request import JobRequest
from tilldone._core.polling import Polling
from tilldone._core.provider import Failure, Provider
from tilldone._core.snapshot import (
    JobFailed,
    JobNotFound,
    JobTimeout,
    Outcome,
    PollRejected,
    PollUnavailable,
    Snapshot,
    UnreadableResponse,
    WaitError,
)
from tilldone._core.submission import Submitted
from tilldone._download.sync import download
from tilldone._download.transfer import DownloadFailed
from tilldone._drivers.submit import run, submit, submit_all
from tilldone._drivers.sync import as_completed, check, wait, wait_all, watch
from tilldone._history import History
from tilldone._http.connect import resume
from tilldone._http.origin import Origin
from tilldone._version import __version__

if TYPE_CHECKING:
    from tilldone_clients.unset import UNSET, Unset

__all__ = [
    "UNSET",
    "DownloadFailed",
    "Failure",
    "History",
    "Job",
    "JobFailed",
    "JobNotFound",
    "JobRequest",
    "JobTimeout",
    "Listing",
    "Origin",
    "Outcome",
    "Phase",
    "PollRejected",
    "PollUnavailable",
    "Polling",
    "Provider",
    "Snapshot",
    "SubmitError",
    "SubmitRejected",
    "SubmitUncertain",
    "Submitted",
    "UnreadableResponse",
    "Unset",
    "WaitError",
    "__version__",
    "as_completed",
    "check",
    "download",
    "resume",
    "run",
    "submit",
    "submit_all",
    "wait",
    "wait_all",
    "watch",
]


if not TYPE_CHECKING:  # Checkers would take any name for one that this gives.

    def __getattr__(name: str) -> object:
        # The wrapper itself has no need of a generated module.
        if name in {"UNSET", "Unset"}:
            from tilldone_clients import unset

            return getattr(unset, name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
