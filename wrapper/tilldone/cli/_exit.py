"""Exit codes, and what is said on the way out."""

import sys
from enum import IntEnum

import click

from tilldone._errors import JobFailed, JobTimeout, WaitError
from tilldone._job import Job

__all__ = ["Exit", "code_of", "say"]


class Exit(IntEnum):
    """What the exit code tells a script."""

    DONE = 0
    JOB_FAILED = 1
    USAGE = 2
    TIMEOUT = 3
    UNSEEN = 4
    """Rejected, not found, out of reach or unreadable."""

    INTERRUPTED = 130


def code_of(error: WaitError) -> Exit:
    """Give the exit code of a wait that ended with this error."""
    if isinstance(error, JobFailed):
        return Exit.JOB_FAILED
    return Exit.TIMEOUT if isinstance(error, JobTimeout) else Exit.UNSEEN


def say(text: str, job: Job[object] | None = None) -> None:
    """Tell a person something, and how to go on where there is a job to go on with."""
    click.echo(f"tilldone: {text}", err=True)
    if job is not None:
        click.echo(f"ref: {job.ref}", err=True)
    sys.stderr.flush()
