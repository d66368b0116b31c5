"""`tilldone wait` and `tilldone check`: one job."""

from collections.abc import Iterator
from contextlib import closing

import click

from tilldone._core.errors import JobFailed, UnreadableResponse, WaitError
from tilldone._core.poller import conclude
from tilldone._core.snapshot import Snapshot
from tilldone._drivers.sync import check as poll_once
from tilldone._drivers.sync import watch
from tilldone.cli._durable import AGAIN, DURABLE, snapshot_durably
from tilldone.cli._exit import Exit, code_of, misuse_told, refs_on_interrupt, say, say_error
from tilldone.cli._options import QUIET, TIMEOUT, one_job
from tilldone.cli._output import emit, told
from tilldone.cli._show import Display, displayed
from tilldone.cli._targets import Targets

__all__ = ["check", "wait"]

_WAIT_EXAMPLES = """\b
Examples:
  tilldone wait edenai 550e8400-e29b-41d4-a716-446655440000 --timeout 10m
  tilldone wait zai 4712849164171107870 --agent-id vidu_template_agent
  tilldone wait vessl "$REF" --json | jq .output
"""


@click.command(epilog=_WAIT_EXAMPLES)
@one_job
@TIMEOUT
@DURABLE
@AGAIN
@QUIET
def wait(
    *,
    provider: str,
    job_id: str,
    base_url: str | None,
    allow_http: bool,
    extras: dict[str, str],
    agent_id: str | None,
    timeout: float | None,
    compact: bool,
    durable: bool,
    again: bool,
    quiet: bool,
) -> Exit:
    """Wait until a job is done, and print its result as JSON.

    ID is the id that PROVIDER gave the job, or the ref that an earlier wait printed.
    `tilldone providers` lists the providers.
    """
    if again and not durable:
        raise click.UsageError("--again begins a durable wait anew; add --durable")
    with misuse_told():
        targets = Targets(base_url, allow_http=allow_http, extras=extras, agent_id=agent_id)
        job = targets.job(provider, job_id)
        targets.all_made()
    try:
        with refs_on_interrupt([job]):
            if durable:
                snapshot = snapshot_durably(job, timeout=timeout, base_url=base_url, again=again)
            else:
                with (
                    displayed(job, quiet=quiet) as display,
                    closing(watch(job, timeout=timeout)) as polls,
                ):
                    snapshot = _last(polls, display)
    except WaitError as error:
        return _give_up(error, compact=compact)
    return _end(snapshot, compact=compact)


def _last(polls: Iterator[Snapshot[object]], display: Display) -> Snapshot[object]:
    snapshot = next(polls)
    display.update(snapshot)
    for snapshot in polls:
        display.update(snapshot)
    return snapshot


@click.command(epilog="Example: tilldone check edenai 550e8400-e29b-41d4-a716-446655440000")
@one_job
def check(
    *,
    provider: str,
    job_id: str,
    base_url: str | None,
    allow_http: bool,
    extras: dict[str, str],
    agent_id: str | None,
    compact: bool,
) -> Exit:
    """Poll a job once, and print what the provider says of it.

    The exit code is that of `wait`: 3 where the job has not finished.
    """
    with misuse_told():
        targets = Targets(base_url, allow_http=allow_http, extras=extras, agent_id=agent_id)
        job = targets.job(provider, job_id)
        targets.all_made()
    try:
        with refs_on_interrupt([job]):
            snapshot = poll_once(job)
    except WaitError as error:
        return _give_up(error, compact=compact)
    if snapshot.phase.finished:
        return _end(snapshot, compact=compact)
    emit(snapshot.body, compact=compact, job=job)
    say(f"{job.provider} job {job.id} is {snapshot.phase} ({snapshot.status})", job)
    return Exit.TIMEOUT


def _end(snapshot: Snapshot[object], *, compact: bool) -> Exit:
    try:
        conclude(snapshot)
    except JobFailed as error:
        return _give_up(error, compact=compact)
    except UnreadableResponse as error:
        # The job is done and paid for: what does not fit a class is a result all the same.
        say_error(error)
    emit(snapshot.body, compact=compact, job=snapshot.job)
    return Exit.DONE


def _give_up(error: WaitError, *, compact: bool) -> Exit:
    if compact:
        emit(told(error), compact=True, job=error.job)
    say_error(error)
    return code_of(error)
