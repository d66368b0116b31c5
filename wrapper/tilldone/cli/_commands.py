"""The commands, and how their ends become exit codes."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import IO, Any, TypeVar

import click
from rich.console import Console
from rich.table import Table

from tilldone._core import conclude
from tilldone._errors import JobFailed, UnreadableResponse, WaitError
from tilldone._job import Job
from tilldone._outcome import Outcome
from tilldone._providers import provider_module, provider_names
from tilldone._snapshot import Snapshot
from tilldone._sync import as_completed, watch
from tilldone._sync import check as look_once
from tilldone._version import __version__
from tilldone.cli._durations import duration
from tilldone.cli._exit import Exit, code_of, say
from tilldone.cli._show import StatusLine
from tilldone.cli._targets import Targets

__all__ = ["run"]

F = TypeVar("F", bound=Callable[..., object])

_EXAMPLES = """\b
Examples:
  tilldone wait edenai 550e8400-e29b-41d4-a716-446655440000 --timeout 10m
  tilldone wait zai 4712849164171107870 --agent-id vidu_template_agent --json
  tilldone check viddyscribe task_abc123xyz
  tilldone wait-all jobs.txt --timeout 2h > results.jsonl
  tilldone providers

\b
Keys come from the environment; `tilldone providers` names the variables.
Exit codes: 0 done, 1 job failed, 2 usage or missing key, 3 timeout,
4 rejected, not found or out of reach, 130 interrupted.
"""


@click.group(epilog=_EXAMPLES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="tilldone")
def cli() -> None:
    """Wait for jobs at APIs that answer "accepted, come back later"."""


def _options(*options: Callable[[F], F]) -> Callable[[F], F]:
    def decorate(command: F) -> F:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


_BASE_URL = click.option("--base-url", metavar="URL", help="Where the API is, if not where usual.")
_AGENT_ID = click.option("--agent-id", metavar="ID", help="The agent of a Z.AI job.")
_TIMEOUT = click.option(
    "--timeout",
    callback=duration,
    metavar="DURATION",
    help="Such as 90, 10m or 1h30m; 0 is a single look. Default: for ever.",
)
_JSON = click.option("--json", "compact", is_flag=True, help="One line of JSON, errors included.")
_QUIET = click.option("--quiet", "-q", is_flag=True, help="No progress, not even on a terminal.")

_one_job = _options(
    click.argument("provider", type=click.Choice(provider_names())),
    click.argument("job_id", metavar="ID"),
    _BASE_URL,
    _AGENT_ID,
    _JSON,
)


@cli.command(epilog="Example: tilldone wait vessl 98nlux8b0eu6 --timeout 1h")
@_one_job
@_TIMEOUT
@_QUIET
def wait(
    *,
    provider: str,
    job_id: str,
    base_url: str | None,
    agent_id: str | None,
    timeout: float | None,
    compact: bool,
    quiet: bool,
) -> Exit:
    """Wait until a job is done, and print its result as JSON.

    ID is the id that the provider gave the job, or a ref that tilldone printed.
    """
    job = Targets(base_url=base_url, agent_id=agent_id).job(provider, job_id)
    try:
        with StatusLine(job, quiet=quiet) as line, closing(watch(job, timeout=timeout)) as looks:
            snapshot = _last(looks, line)
    except WaitError as error:
        return _give_up(error, compact=compact)
    except KeyboardInterrupt:
        say("interrupted; the job goes on", job)
        return Exit.INTERRUPTED
    return _end(snapshot, compact=compact)


def _last(looks: Iterator[Snapshot[object]], line: StatusLine) -> Snapshot[object]:
    snapshot = next(looks)
    line.update(snapshot)
    for snapshot in looks:
        line.update(snapshot)
    return snapshot


@cli.command(epilog="Example: tilldone check edenai 550e8400-e29b-41d4-a716-446655440000")
@_one_job
def check(
    *, provider: str, job_id: str, base_url: str | None, agent_id: str | None, compact: bool
) -> Exit:
    """Look at a job once, and print what it says.

    The exit code is 3 where the job has not finished.
    """
    job = Targets(base_url=base_url, agent_id=agent_id).job(provider, job_id)
    try:
        snapshot = look_once(job)
    except WaitError as error:
        return _give_up(error, compact=compact)
    if snapshot.phase.finished:
        return _end(snapshot, compact=compact)
    _print(snapshot.body, compact=compact)
    say(f"{job.provider} job {job.id} is {snapshot.phase} ({snapshot.status})", job)
    return Exit.TIMEOUT


def _end(snapshot: Snapshot[object], *, compact: bool) -> Exit:
    try:
        conclude(snapshot)
    except JobFailed as error:
        return _give_up(error, compact=compact)
    except UnreadableResponse as error:
        # The job is done and paid for: what does not fit a class is a result all the same.
        say(str(error))
    _print(snapshot.body, compact=compact)
    return Exit.DONE


def _give_up(error: WaitError, *, compact: bool) -> Exit:
    if compact:
        _print(_told(error), compact=True)
    say(str(error), error.job)
    return code_of(error)


@cli.command("wait-all", epilog="Example: printf 'edenai ID\\n' | tilldone wait-all -")
@click.argument("file", type=click.File(encoding="utf-8"))
@_BASE_URL
@_AGENT_ID
@_TIMEOUT
@click.option("--concurrency", type=click.IntRange(1), default=100, show_default=True)
@_QUIET
def wait_all(
    *,
    file: IO[str],
    base_url: str | None,
    agent_id: str | None,
    timeout: float | None,
    concurrency: int,
    quiet: bool,
) -> Exit:
    """Wait for many jobs, and print each one's end.

    A line of JSON for each, as it comes.
    FILE has a job on each line: a ref, or a provider and an id. `-` is standard input. The exit
    code is the gravest of all jobs.
    """
    jobs = _read(file, Targets(base_url=base_url, agent_id=agent_id))
    worst = Exit.DONE
    going_on = dict.fromkeys(jobs)
    outcomes = as_completed(jobs, timeout=timeout, concurrency=concurrency, progress=not quiet)
    try:
        with closing(outcomes):
            for outcome in outcomes:
                going_on.pop(outcome.job, None)
                _print(_outcome(outcome), compact=True)
                if outcome.error is not None and not isinstance(outcome.error, UnreadableResponse):
                    worst = max(worst, code_of(outcome.error))
    except KeyboardInterrupt:
        say(f"interrupted; {len(going_on)} jobs go on")
        for job in going_on:
            click.echo(f"ref: {job.ref}", err=True)
        return Exit.INTERRUPTED
    return worst


def _read(file: IO[str], targets: Targets) -> list[Job[object]]:
    jobs: list[Job[object]] = []
    for number, line in enumerate(file, start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        try:
            jobs.append(targets.line(text))
        except ValueError as error:
            raise ValueError(f"{file.name}, line {number}: {error}") from None
    return jobs


def _outcome(outcome: Outcome[object]) -> dict[str, Any]:
    job, error = outcome.job, outcome.error
    named = {"provider": job.provider, "id": job.id, "ref": job.ref}
    if isinstance(error, UnreadableResponse):
        # Done and paid for: what does not fit a class is a result all the same.
        return {**named, "result": error.body}
    if error is not None:
        return {**named, **_told(error)}
    return {**named, "result": _plain(outcome.result)}


def _told(error: WaitError) -> dict[str, Any]:
    told: dict[str, Any] = {"type": type(error).__name__, "text": str(error)}
    for name in ("code", "message", "status_code", "body"):
        if hasattr(error, name):
            told[name] = getattr(error, name)
    return {"error": told, "ref": error.job.ref}


def _plain(result: object) -> object:
    to_dict: Callable[[], object] | None = getattr(result, "to_dict", None)
    return result if to_dict is None else to_dict()


def _print(value: object, *, compact: bool) -> None:
    layout: dict[str, Any] = {} if compact else {"indent": 2}
    click.echo(json.dumps(value, ensure_ascii=False, **layout))
    sys.stdout.flush()


@cli.command()
def providers() -> None:
    """List the providers, what each needs and what is set."""
    table = Table("provider", "key", "is it set", "also needs", "page", box=None, pad_edge=False)
    for name in provider_names():
        declared = provider_module(name).PROVIDER
        needs = [f"--{extra.replace('_', '-')}" for extra in declared.extras]
        if declared.url_variable is not None:
            needs.append(f"{declared.url_variable} or --base-url")
        is_set = "yes" if os.environ.get(declared.key_variable, "").strip() else "no"
        table.add_row(name, declared.key_variable, is_set, ", ".join(needs), declared.page)
    # A page's address that is cut or broken is of no use, on a terminal or in a file.
    Console(width=max(Console().width, 160)).print(table, soft_wrap=True)


@cli.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="0 takes a free one.")
def simulate(*, port: int) -> int:
    """Serve the providers' protocols on this machine.

    For tests and demos; until Ctrl-C.
    """
    try:
        from tilldone.simulator.__main__ import main
    except ModuleNotFoundError as error:
        raise ValueError(
            f"the simulator needs {error.name}; pip install 'tilldone[simulator]'"
        ) from None
    return main(["--port", str(port)])


def run() -> int:
    """Carry out the command line, and give the exit code."""
    try:
        code = cli.main(standalone_mode=False)
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (ValueError, TypeError) as error:
        say(str(error))
        return Exit.USAGE
    except (KeyboardInterrupt, click.Abort):
        return Exit.INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has had enough, as `head` has; Python would complain at exit.
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123 # for the rest of the process
        return Exit.DONE
    return code if isinstance(code, int) else Exit.DONE
