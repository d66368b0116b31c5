"""What an interrupted wait leaves behind: the ref, in a note on the interruption."""

from collections.abc import Callable, Container, Generator, Iterable
from contextlib import contextmanager

from tilldone._core.errors import WaitError, note, note_ref
from tilldone._core.job import Job

__all__ = ["carrying_ref", "carrying_refs", "noting"]


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

    def going_on() -> str:
        refs = [job.ref for job in dict.fromkeys(jobs) if job not in ended]
        shown = [*refs[:_MOST], *(["…"] if len(refs) > _MOST else [])]
        return "\n".join([f"{len(refs)} jobs go on; resume each with its ref:", *shown])

    with noting(going_on):
        yield


@contextmanager
def noting(say: Callable[[], str]) -> Generator[None]:
    """Note this on Ctrl-C, cancellation and exit, and let them pass."""
    try:
        yield
    except (Exception, GeneratorExit):
        raise
    except BaseException as interruption:
        note(interruption, say())
        raise
