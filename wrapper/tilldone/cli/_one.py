"""`tilldone wait` and `tilldone check`: one job."""

import click

from tilldone._core.snapshot import WaitError
from tilldone._drivers.sync import check as poll_once
from tilldone.cli._durable import AGAIN, DURABLE, snapshot_durably
from tilldone.cli._ending import end, give_up, polling_by, watched
from tilldone.cli._exit import Exit, misuse_told, refs_on_interrupt, say
from tilldone.cli._options import HISTORY, QUIET, TIMEOUT, one_job
from tilldone.cli._output import emit
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
@HISTORY
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
    no_history: bool,
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
                snapshot = snapshot_durably(
                    job,
                    timeout=timeout,
                    base_url=base_url,
                    again=again,
                    history=not no_history,
                    quiet=quiet,
                )
            else:
                polling = polling_by(no_history=no_history)
                snapshot = watched(job, timeout=timeout, polling=polling, quiet=quiet)
    except WaitError as error:
        return give_up(error, compact=compact)
    return end(snapshot, compact=compact)


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
        return give_up(error, compact=compact)
    if snapshot.phase.finished:
        return end(snapshot, compact=compact)
    emit(snapshot.body, compact=compact, job=job)
    say(f"{job.provider} job {job.id} is {snapshot.phase} ({snapshot.status})", job)
    return Exit.TIMEOUT
