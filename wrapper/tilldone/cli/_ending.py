"""One wait, shown while it lasts, and how its end is told."""

from contextlib import closing
from functools import partial

from tilldone._core.job import Job, target_of
from tilldone._core.polling import Polling, seconds_until_deadline
from tilldone._core.snapshot import JobFailed, Snapshot, UnreadableResponse, WaitError, conclude
from tilldone._drivers.sync import watch_with
from tilldone._history import shared_history
from tilldone.cli._exit import Exit, code_of, say_error
from tilldone.cli._output import emit, told
from tilldone.cli._show import Shown, displayed

__all__ = ["end", "give_up", "polling_by", "watched"]


def polling_by(*, no_history: bool) -> Polling:
    """Say how to poll: by this user's history, unless that is not wanted."""
    return Polling(history=None if no_history else shared_history())


def watched(
    job: Job[object], *, timeout: float | None, polling: Polling, quiet: bool
) -> Snapshot[object]:
    """Wait for a job's end.

    Raises:
        WaitError: as `watch`.
    """
    seconds = seconds_until_deadline(timeout)
    with displayed(job, timeout=timeout, quiet=quiet) as display:
        observe = partial(Shown, display=display)
        watching = watch_with(observe, job, target_of(job), timeout=seconds, polling=polling)
        with closing(watching) as snapshots:
            last = next(snapshots)
            for snapshot in snapshots:
                last = snapshot
    return last


def end(snapshot: Snapshot[object], *, compact: bool) -> Exit:
    """Print a finished job's result, or tell of its failure."""
    try:
        conclude(snapshot)
    except JobFailed as error:
        return give_up(error, compact=compact)
    except UnreadableResponse as error:
        # The job is done and paid for: what does not fit a class is a result all the same.
        say_error(error, printed=True)
    emit(snapshot.body, compact=compact, job=snapshot.job)
    return Exit.DONE


def give_up(error: WaitError, *, compact: bool) -> Exit:
    """Tell of a wait that ended without a result."""
    if compact:
        emit(told(error), compact=True, job=error.job)
    say_error(error)
    return code_of(error)
