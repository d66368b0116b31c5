"""What an interrupted wait leaves behind: the ref, in a note on the interruption."""

from collections.abc import Container, Generator, Iterable
from contextlib import contextmanager

from tilldone._core.errors import WaitError, note, note_ref
from tilldone._core.job import Job

__all__ = ["carrying_ref", "carrying_refs"]


# More refs than this would drown what a traceback has to say.
_MOST = 20


@contextmanager
def carrying_ref(job: Job[object], *, callbacks: bool = False) -> Generator[None]:
    """Note on Ctrl-C, cancellation and exit how to go on waiting, and let them pass.

    `callbacks` says that the block calls the caller's own code, whose errors get the note as well.
    """
    try:
        yield
    except (WaitError, GeneratorExit):
        raise
    except BaseException as interruption:
        if callbacks or not isinstance(interruption, Exception):
            note_ref(interruption, job)
        raise


@contextmanager
def carrying_refs(jobs: Iterable[Job[object]], ended: Container[Job[object]]) -> Generator[None]:
    """Note the same of those of many jobs that have not ended."""
    try:
        yield
    except (Exception, GeneratorExit):
        raise
    except BaseException as interruption:
        going_on = [job.ref for job in dict.fromkeys(jobs) if job not in ended]
        shown = [*going_on[:_MOST], *(["…"] if len(going_on) > _MOST else [])]
        said = f"{len(going_on)} jobs go on; resume each with its ref:"
        note(interruption, "\n".join([said, *shown]))
        raise
