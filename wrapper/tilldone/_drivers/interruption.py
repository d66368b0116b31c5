"""What a wait leaves behind where Ctrl-C, a cancellation or an exit ends it: the ref, in a note."""

from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager

from tilldone._core.errors import note, note_ref
from tilldone._core.job import Job
from tilldone._core.snapshot import WaitError

__all__ = ["carrying_ref", "carrying_refs", "noting", "refs_of"]

# More refs than this would drown what a traceback has to say.
_MOST_REFS = 20


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
def carrying_refs(remaining: Callable[[], Iterable[Job[object]]]) -> Generator[None]:
    """Note the same of those of many jobs that have not ended."""
    with noting(lambda: refs_of(remaining(), "jobs go on; resume each with its ref")):
        yield


def refs_of(jobs: Iterable[Job[object]], what: str) -> str:
    """Say what holds for these jobs, and give the refs of the first of them."""
    refs = [job.ref for job in dict.fromkeys(jobs)]
    shown = [*refs[:_MOST_REFS], *(["…"] if len(refs) > _MOST_REFS else [])]
    return "\n".join([f"{len(refs)} {what}:", *shown])


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
