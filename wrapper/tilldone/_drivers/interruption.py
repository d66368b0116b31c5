"""What a wait leaves behind where Ctrl-C, a cancellation or an exit ends it: the ref, in a note."""

from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager

from tilldone._core.errors import note, note_ref
from tilldone._core.job import Job
from tilldone._core.snapshot import WaitError

__all__ = ["GO_ON", "carrying_ref", "carrying_refs", "noting", "refs_of"]

# More refs than this would drown what a traceback has to say.
MOST_REFS = 20

GO_ON = ("goes on", "go on")


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
    with noting(lambda: refs_of(remaining(), *GO_ON)):
        yield


def refs_of(jobs: Iterable[Job[object]], one: str, many: str, *, most: int = MOST_REFS) -> str:
    """Say what one of these jobs does, or many of them do, and give the refs of the first."""
    refs = [job.ref for job in dict.fromkeys(jobs)]
    if not refs:
        return f"no job {one}"
    said = f"{len(refs)} jobs {many}; resume each with its ref:"
    if len(refs) == 1:
        said = f"1 job {one}; resume it with its ref:"
    return "\n".join([said, *refs[:most], *(["…"] if len(refs) > most else [])])


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
