"""What an interrupted wait leaves behind: the ref, in a note on the interruption."""

from collections.abc import Callable, Container, Generator, Iterable
from contextlib import contextmanager

from tilldone._core.job import Job

__all__ = ["carrying_ref", "carrying_refs"]


# More refs than this would drown what a traceback has to say.
_MOST = 20


@contextmanager
def carrying_ref(job: Job[object]) -> Generator[None]:
    """Note on Ctrl-C, cancellation and exit how to go on waiting, and let them pass."""
    with _noting(lambda: f"the {job.provider} job goes on; resume with {job.ref}"):
        yield


@contextmanager
def carrying_refs(jobs: Iterable[Job[object]], ended: Container[Job[object]]) -> Generator[None]:
    """Note the same of those of many jobs that have not ended."""

    def note() -> str:
        going_on = [job.ref for job in dict.fromkeys(jobs) if job not in ended]
        shown = [*going_on[:_MOST], *(["…"] if len(going_on) > _MOST else [])]
        return "\n".join([f"{len(going_on)} jobs go on; resume each with its ref:", *shown])

    with _noting(note):
        yield


@contextmanager
def _noting(note: Callable[[], str]) -> Generator[None]:
    try:
        yield
    except (Exception, GeneratorExit):
        raise
    except BaseException as interruption:
        text = note()
        if text not in getattr(interruption, "__notes__", ()):
            interruption.add_note(text)
        raise
