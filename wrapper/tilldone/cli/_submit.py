"""`tilldone submit` and `tilldone run`: making a job, and waiting for it."""

import click
from click.shell_completion import CompletionItem

from tilldone._core.errors import SubmitError
from tilldone._core.job import Job
from tilldone._core.job_request import JobRequest
from tilldone._core.registry import provider_named
from tilldone._core.snapshot import WaitError
from tilldone._core.submission import Submitter
from tilldone._drivers.submit import submitted
from tilldone._drivers.submitting import Run
from tilldone.cli._body import Body
from tilldone.cli._durations import duration
from tilldone.cli._ending import end, give_up, polling_by, watched
from tilldone.cli._exit import (
    Exit,
    Misuse,
    code_of_submission,
    misuse_told,
    say,
    say_error,
    told_on_interrupt,
)
from tilldone.cli._options import (
    ALLOW_HTTP,
    BASE_URL,
    HISTORY,
    JSON,
    PROVIDER,
    QUIET,
    named_values,
    options,
)
from tilldone.cli._output import emit, emit_text, told_of_submission
from tilldone.cli._show import displayed_submission
from tilldone.cli._targets import Targets

__all__ = ["run", "submit"]


def _operations(
    context: click.Context, _argument: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Complete the operation where there is none yet, and the name of a file in any case."""
    files = [CompletionItem(incomplete, type="file")]
    if context.params.get("operation_and_body") or "provider" not in context.params:
        return files
    try:
        known = provider_named(context.params["provider"]).operations
    except ValueError:
        return files
    names = [each.__name__ for each in known if each.__name__.startswith(incomplete)]
    return [*map(CompletionItem, names), *files]


_request = options(
    PROVIDER,
    click.argument(
        "operation_and_body",
        nargs=-1,
        metavar="[OPERATION] BODY",
        required=True,
        shell_complete=_operations,
    ),
    BASE_URL,
    ALLOW_HTTP,
    click.option(
        "--extra",
        "parameters",
        metavar="NAME=VALUE",
        multiple=True,
        callback=named_values,
        help="A path parameter of the operation, such as collection_id; may be repeated.",
    ),
    JSON,
)

_SUBMIT_EXAMPLES = """\b
Examples:
  tilldone submit edenai create body.json >> refs.txt
  tilldone submit videodb upload body.json --extra collection_id=c-1
  jq -n '{data: {prompt: "a cat"}}' | tilldone submit vessl - | tilldone wait-all -
"""


@click.command(epilog=_SUBMIT_EXAMPLES)
@_request
@click.option(
    "--timeout",
    callback=duration,
    default="60",
    show_default=True,
    metavar="DURATION",
    help="Such as 90 (seconds) or 10m: until then it is sent again where that is safe.",
)
@QUIET
def submit(
    *,
    provider: str,
    operation_and_body: tuple[str, ...],
    base_url: str | None,
    allow_http: bool,
    parameters: dict[str, str],
    compact: bool,
    timeout: float,
    quiet: bool,
) -> Exit:
    """Make a job, and print its ref.

    `wait` and `wait-all` take the ref. BODY is a file with the request's body as JSON, `-` is
    standard input. OPERATION may be left out where PROVIDER has one only; `tilldone providers`
    lists them. A job is never bought twice: the request is sent again only where it is certain
    that the provider has not taken it.
    """
    request = _prepared(provider, operation_and_body, base_url, allow_http, parameters)
    submitter = Submitter(request, timeout=timeout)
    try:
        with told_on_interrupt(lambda: _tell(submitter)):
            job = _submitted(submitter, quiet=quiet)
            emit_text(job.ref, job=job)
    except SubmitError as error:
        return _give_up(error, compact=compact)
    return Exit.DONE


_RUN_EXAMPLES = """\b
Examples:
  tilldone run edenai create body.json --timeout 10m > result.json
  tilldone run viddyscribe generate_text body.json --json | jq -r .output
"""


@click.command(epilog=_RUN_EXAMPLES)
@_request
@click.option(
    "--timeout",
    callback=duration,
    metavar="DURATION",
    help="For all of it, such as 90 (seconds), 10m or 1h30m. Without it, for ever.",
)
@HISTORY
@QUIET
def run(
    *,
    provider: str,
    operation_and_body: tuple[str, ...],
    base_url: str | None,
    allow_http: bool,
    parameters: dict[str, str],
    compact: bool,
    timeout: float | None,
    no_history: bool,
    quiet: bool,
) -> Exit:
    """Make a job, wait for it, and print its result.

    The arguments are those of `submit`. The job's ref is on stderr as soon as there is one.
    """
    request = _prepared(provider, operation_and_body, base_url, allow_http, parameters)
    polling = polling_by(no_history=no_history)
    both = Run(request, timeout, polling)
    try:
        with told_on_interrupt(lambda: _tell(both.submitter)):
            job = _submitted(both.submitter, quiet=quiet)
            say(f"{both.submitter.name} made job {job.id}", job)
            snapshot = watched(job, timeout=both.left(), polling=polling, quiet=quiet)
    except SubmitError as error:
        return _give_up(error, compact=compact)
    except WaitError as error:
        return give_up(error, compact=compact)
    return end(snapshot, compact=compact)


def _prepared(
    provider: str,
    operation_and_body: tuple[str, ...],
    base_url: str | None,
    allow_http: bool,
    parameters: dict[str, str],
) -> JobRequest[object]:
    """Make the request.

    Raises:
        Misuse: what was given cannot be used; nothing was sent.
    """
    *operations, file = operation_and_body
    if len(operations) > 1:
        raise Misuse(f"expected [OPERATION] BODY, got {' '.join(operation_and_body)}")
    operation = operations[0].replace("-", "_") if operations else None
    with misuse_told():
        declared = provider_named(provider)
        declared.operation(operation)
        client = Targets(base_url, allow_http=allow_http, extras={}, agent_id=None).client(provider)
    body = Body(file)
    try:
        return declared.prepare(client, operation, body.value, **parameters)
    except ValueError as error:
        name, _, what = str(error).partition(": ")
        if name == "body":
            body.refuse_field(what)
        option = f"--extra {name}" if name.isidentifier() else name
        raise Misuse(f"{option}: {what}") from None


def _submitted(submitter: Submitter[object], *, quiet: bool) -> Job[object]:
    """Submit a request.

    Raises:
        SubmitError: as `submit`.
    """
    with displayed_submission(submitter, quiet=quiet):
        return submitted(submitter).unwrap()


def _tell(submitter: Submitter[object]) -> None:
    """Tell what is known of the job at this moment."""
    made = submitter.end.job if submitter.end else None
    if made is not None:
        say("interrupted; the job goes on", made)
    else:
        say(submitter.interrupted())


def _give_up(error: SubmitError, *, compact: bool) -> Exit:
    if compact:
        emit(told_of_submission(error), compact=True, job=None)
    say_error(error)
    return code_of_submission(error)
