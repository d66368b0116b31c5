"""What an interrupted wait leaves behind: the ref, in a note on the interruption."""

from collections.abc import Generator
from contextlib import contextmanager

from tilldone._job import Job

__all__ = ["carrying_ref"]


@contextmanager
def carrying_ref(job: Job[object]) -> Generator[None]:
    """Note on Ctrl-C, cancellation and exit how to go on waiting, and let them pass."""
    try:
        yield
    except (Exception, GeneratorExit):
        raise
    except BaseException as interruption:
        note = f"the {job.provider} job goes on; resume with {job.ref}"
        if note not in getattr(interruption, "__notes__", ()):
            interruption.add_note(note)
        raise
