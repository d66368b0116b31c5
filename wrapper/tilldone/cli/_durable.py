"""Durable waits on the command line: `--durable` of `tilldone wait` and `wait-all`."""

import time
from collections import Counter
from collections.abc import Collection, Generator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

import click

from tilldone._core.job import Job
from tilldone._core.registry import base_url_variable
from tilldone._core.snapshot import (
    JobFailed,
    Outcome,
    Snapshot,
    UnreadableResponse,
    WaitError,
    conclude,
)
from tilldone.cli._exit import misuse_told
from tilldone.cli._show import Display, Shown, displayed

if TYPE_CHECKING:
    from tilldone.durable import Handle

__all__ = ["AGAIN", "DURABLE", "completed_durably", "need_durable", "snapshot_durably"]

DURABLE = click.option(
    "--durable",
    is_flag=True,
    help="Keep the wait in a database: run the command again after a crash, and it goes on, to its "
    "first deadline.",
)
AGAIN = click.option(
    "--again",
    is_flag=True,
    help="With --durable: begin anew where the wait ended by its deadline; without, it is shown as "
    "it ended.",
)

# How often the database is asked for the ends of many waits (s).
_BETWEEN = 0.5


def need_durable() -> None:
    """Check that durable waits can be had, and what the environment says of their database.

    Raises:
        ValueError: they cannot, or it cannot be used.
    """
    if find_spec("dbos") is None:
        raise ValueError("durable waits need dbos; pip install 'tilldone[durable]'")
    from tilldone.durable._settings import checked_settings

    checked_settings()


def snapshot_durably(
    job: Job[object],
    *,
    timeout: float | None,
    base_url: str | None,
    again: bool,
    history: bool,
    quiet: bool,
) -> Snapshot[object]:
    """Wait for a job's end, or go on with the wait of an earlier command.

    Raises:
        WaitError: as `watch`.
        Misuse: the base URL was given, which a later command would not know; or no key.
        ConnectionError: the database cannot be opened.
    """
    urls = () if base_url is None else (base_url,)
    _check(urls, [job])
    with displayed(job, timeout=timeout, quiet=quiet, durable=True) as display, _told(job, display):
        return _started([job], timeout=timeout, again=again, history=history)[job].snapshot()


def completed_durably(
    jobs: Sequence[Job[object]],
    *,
    timeout: float | None,
    base_urls: Collection[str],
    again: bool,
    history: bool,
) -> Generator[Outcome[object], None, None]:
    """Wait for many jobs, and yield each one's outcome as its wait ends, as often as it was given.

    Raises:
        Misuse, ConnectionError: as `snapshot_durably`.
    """
    _check(base_urls, jobs)
    pending = _started(jobs, timeout=timeout, again=again, history=history)
    given = Counter(jobs)
    from tilldone import durable

    while pending:
        going_on = {each.ref for each in durable.waiting()}
        for job in [each for each in pending if each.ref not in going_on]:
            outcome = _outcome(job, pending.pop(job))
            yield from [outcome] * given[job]
        if pending:
            time.sleep(_BETWEEN)


def _check(base_urls: Collection[str], jobs: Sequence[Job[object]]) -> None:
    """Check what can be before anything is begun.

    Raises:
        Misuse: there is no DBOS, or there is a base URL.
    """
    with misuse_told():
        need_durable()
        if base_urls:
            variables = dict.fromkeys(base_url_variable(job.provider) for job in jobs)
            raise ValueError(
                f"base_url: a durable wait does not keep it; set {', '.join(variables)} instead"
            )


def _started(
    jobs: Collection[Job[object]], *, timeout: float | None, again: bool, history: bool
) -> "dict[Job[object], Handle[object]]":
    from tilldone import durable

    with misuse_told():
        durable.configure(providers=sorted({job.provider for job in jobs}), history=history)
        return {job: durable.start(job, timeout=timeout, again=again) for job in jobs}


def _outcome(job: Job[object], handle: "Handle[object]") -> Outcome[object]:
    try:
        snapshot = handle.snapshot()
    except WaitError as error:
        return Outcome(job, error=error)
    try:
        return Outcome(job, result=conclude(snapshot), body=snapshot.body)
    except (JobFailed, UnreadableResponse) as error:
        return Outcome(job, error=error, body=snapshot.body)


@contextmanager
def _told(job: Job[object], display: Display) -> Generator[None]:
    """Show how the wait for a job goes, as far as it is this process that carries it."""
    from tilldone.durable._segment import observers

    observers[job.ref] = Shown(job, display, traced=False)
    try:
        yield
    finally:
        del observers[job.ref]
