"""`tilldone wait-all`: the jobs of a file, or of another program's output."""

import sys
import time
from collections import Counter
from contextlib import closing
from typing import IO, Any, TypeGuard

import click

from tilldone._core.declaration import Phase
from tilldone._core.job import Job
from tilldone._core.snapshot import Outcome, UnreadableResponse, WaitError
from tilldone._drivers.sync import as_completed
from tilldone.cli._durable import AGAIN, DURABLE, completed_durably
from tilldone.cli._ending import polling_by
from tilldone.cli._exit import Exit, Misuse, code_of, misuse_told, refs_on_interrupt, say, say_error
from tilldone.cli._options import ALLOW_HTTP, EXTRAS, HISTORY, QUIET, TIMEOUT, options
from tilldone.cli._output import emit, told
from tilldone.cli._targets import Targets

__all__ = ["wait_all"]

_EXAMPLES = """\b
Examples:
  tilldone wait-all jobs.txt --timeout 2h > results.jsonl
  printf 'edenai %s\\n' "$ID1" "$ID2" | tilldone wait-all -
  tilldone wait-all jobs.txt --base-url edenai=https://api.eu.edenai.run
"""


@click.command("wait-all", epilog=_EXAMPLES)
@click.argument("file", type=click.File(encoding="utf-8-sig"))
@click.option(
    "--base-url",
    "base_urls",
    metavar="[PROVIDER=]URL",
    multiple=True,
    help="Another address of an API; may be given for each provider.",
)
@options(ALLOW_HTTP, EXTRAS, TIMEOUT)
@click.option(
    "--concurrency",
    type=click.IntRange(1),
    default=100,
    show_default=True,
    help="Polls in flight at once.",
)
@DURABLE
@AGAIN
@HISTORY
@QUIET
def wait_all(
    *,
    file: IO[str],
    base_urls: tuple[str, ...],
    allow_http: bool,
    extras: dict[str, str],
    agent_id: str | None,
    timeout: float | None,
    concurrency: int,
    durable: bool,
    again: bool,
    no_history: bool,
    quiet: bool,
) -> Exit:
    """Wait for many jobs, and print how each ends: a line of JSON, as it comes.

    FILE has a job on each line: a ref, or a provider and an id. Blank lines and those that begin
    with # are passed over; `-` is standard input. The timeout is for all of them, and the exit
    code is the gravest of theirs.
    """
    if again and not durable:
        raise click.UsageError("--again begins durable waits anew; add --durable")
    with misuse_told():
        targets = Targets(*base_urls, allow_http=allow_http, extras=extras, agent_id=agent_id)
    jobs = _read(file, targets)
    if not jobs:
        say(f"{file.name}: there is no job in it")
        return Exit.DONE
    with misuse_told():
        targets.all_made()
    lines = not quiet and (durable or not sys.stderr.isatty())
    if lines:
        say(f"waiting for {_jobs(len(jobs))}")
    began = time.monotonic()
    ends: Counter[Exit] = Counter()
    going_on = dict.fromkeys(jobs)
    if durable:
        outcomes = completed_durably(
            jobs,
            timeout=timeout,
            base_urls=base_urls,
            again=again,
            history=not no_history,
        )
    else:
        outcomes = as_completed(
            jobs,
            timeout=timeout,
            polling=polling_by(no_history=no_history),
            concurrency=concurrency,
            progress=not quiet,
        )
    with refs_on_interrupt(going_on), closing(outcomes):
        for outcome in outcomes:
            going_on.pop(outcome.job, None)
            emit(_line(outcome), compact=True, job=outcome.job)
            if _unfit(outcome.error):
                say_error(outcome.error, printed=True)
            ends[_code(outcome)] += 1
    if lines:
        done = ends[Exit.DONE]
        elapsed = time.monotonic() - began
        say(f"{done} of {_jobs(len(jobs))} done, after {elapsed:.1f} s")
    return max(ends)


def _jobs(count: int) -> str:
    return "1 job" if count == 1 else f"{count} jobs"


def _read(file: IO[str], targets: Targets) -> list[Job[object]]:
    jobs: list[Job[object]] = []
    try:
        for number, line in enumerate(file, start=1):
            text = line.strip()
            if not text or text.startswith("#"):
                continue
            try:
                with misuse_told():
                    jobs.append(targets.line(text))
            except Misuse as error:
                raise Misuse(f"{file.name}, line {number}: {error.message}") from None
    except UnicodeDecodeError as error:
        raise Misuse(f"{file.name} is not UTF-8 text: {error}") from None
    return jobs


def _line(outcome: Outcome[object]) -> dict[str, Any]:
    job, error = outcome.job, outcome.error
    named = {"provider": job.provider, "id": job.id, "ref": job.ref}
    if _unfit(error):
        return {**named, "result": error.body}
    if error is not None:
        return {**named, **told(error)}
    return {**named, "result": outcome.body}


def _code(outcome: Outcome[object]) -> Exit:
    error = outcome.error
    return Exit.DONE if error is None or _unfit(error) else code_of(error)


def _unfit(error: WaitError | None) -> TypeGuard[UnreadableResponse]:
    """Say whether a job is done and paid for: what fits no class is a result all the same."""
    return (
        isinstance(error, UnreadableResponse)
        and error.last is not None
        and error.last.phase is Phase.SUCCEEDED
    )
