"""`tilldone worker`, `waits`, `cancel` and `forget`: durable waits, looked after."""

import logging
import signal
import sys
from datetime import datetime, timedelta
from threading import Event
from typing import TYPE_CHECKING, Any

import click
from attrs import asdict

from tilldone._core.registry import provider_names
from tilldone._core.text import harmless
from tilldone.cli._durable import need_durable
from tilldone.cli._durations import duration
from tilldone.cli._exit import Exit, misuse_told, say, told_on_interrupt
from tilldone.cli._options import EXTRAS
from tilldone.cli._output import emit
from tilldone.cli._targets import Targets

if TYPE_CHECKING:
    from tilldone.durable import Ended, Waiting

__all__ = ["cancel", "forget", "waits", "worker"]

# Of the lengths of time that Python can tell (s).
_LONGEST = timedelta.max // timedelta(seconds=1)


@click.command(epilog="Example: TILLDONE_DATABASE_URL=postgresql://db/waits tilldone worker")
@click.option(
    "--provider",
    "providers",
    multiple=True,
    type=click.Choice(provider_names()),
    help="Poll this provider's jobs only; may be repeated. Default: all that have a key.",
)
@click.option(
    "--concurrency",
    type=click.IntRange(1),
    default=1000,
    show_default=True,
    help="Waits of each provider that are carried at once.",
)
@click.option(
    "--rate",
    type=click.FloatRange(min=0, min_open=True),
    help="Polls a second at each provider; `inf` is no limit. Default: what each documents for an "
    "account, so divide that by the number of workers.",
)
def worker(*, providers: tuple[str, ...], concurrency: int, rate: float | None) -> Exit:
    """Poll the jobs of durable waits, until Ctrl-C.

    Any number of workers share one database, and take the waits of those that die over. It is
    TILLDONE_DATABASE_URL, or a file in the data folder of this user.
    """
    with misuse_told():
        need_durable()
    from tilldone import durable

    _log_to_stderr()
    stopping = Event()

    def stop(_signal: int, _frame: object) -> None:
        stopping.set()

    # What service managers send to end a process.
    signal.signal(signal.SIGTERM, stop)
    rates = None if rate is None else dict.fromkeys(provider_names(), rate)
    with told_on_interrupt(_tell_of_waits), misuse_told():
        durable.configure(providers=providers or None, concurrency=concurrency, rates=rates)
        durable.work(stopping)
    return Exit.DONE


def _tell_of_waits() -> None:
    say("interrupted; what this worker carried goes on with the next one")


def _log_to_stderr() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("tilldone: %(message)s"))
    logger = logging.getLogger("tilldone")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)


@click.command(epilog="Example: tilldone waits --json | jq -r 'select(.outcome == null).ref'")
@click.option("--json", "compact", is_flag=True, help="A line of JSON for each.")
def waits(*, compact: bool) -> Exit:
    """List the durable waits: those that go on, and how the others ended.

    The database is TILLDONE_DATABASE_URL, or a file in the data folder of this user. `forget`
    deletes those that ended.
    """
    with misuse_told():
        need_durable()
    from tilldone import durable

    listed: list[Waiting | Ended] = [*durable.waiting(), *durable.ended()]
    for each in listed:
        if compact:
            emit(_as_json(each), compact=True, job=None)
        else:
            for line in _lines(each):
                click.echo(harmless(line))
    if not listed:
        say("there are no durable waits")
    return Exit.DONE


def _as_json(wait: "Waiting | Ended") -> dict[str, Any]:
    told = asdict(wait)
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in {"ended": None, "outcome": None, "error": None, **told}.items()
    }


def _lines(wait: "Waiting | Ended") -> list[str]:
    """Give a line on where the wait stands, and one on why."""
    told = asdict(wait)
    began = _moment(wait.started)
    if "outcome" in told:
        stands, why = f"{told['outcome']}  ended {_moment(told['ended'])}", told["error"]
    else:
        until = "no deadline" if wait.deadline is None else f"until {_moment(wait.deadline)}"
        state = "waiting" if told["carried"] else "waiting for a worker"
        stands, why = f"{state}  since {began}  {until}", told["problem"]
    why = (why or "").removesuffix(f"; resume with {wait.ref}")
    name = wait.id or wait.key or "(unreadable)"
    if wait.id and wait.key is not None:
        name = f"{name} (key {wait.key})"
    return [f"{wait.provider:<12} {name}  {stands}", *([f"{'':<12} {why}"] if why else [])]


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M:%S}"


_CANCEL_EXAMPLES = """\b
Examples:
  tilldone cancel edenai 550e8400-e29b-41d4-a716-446655440000
  tilldone cancel --key invoice-4711
"""


@click.command(epilog=_CANCEL_EXAMPLES)
@click.argument(
    "provider", type=click.Choice(provider_names()), metavar="[PROVIDER", required=False
)
@click.argument("job_id", metavar="ID]", required=False)
@click.option("--key", help="What a durable submission was called, in the place of a job.")
@EXTRAS
def cancel(
    *,
    provider: str | None,
    job_id: str | None,
    key: str | None,
    extras: dict[str, str],
    agent_id: str | None,
) -> Exit:
    """End the durable wait for a job, or a durable submission, whoever carries it.

    ID is the job's id or its ref. The job itself goes on at the provider. A submission that is not
    on its way is never sent.
    """
    if (job_id is None) if key is None else (provider is not None):
        raise click.UsageError("say which: PROVIDER and ID, or --key")
    job = None
    with misuse_told():
        need_durable()
        targets = Targets(allow_http=False, extras=extras, agent_id=agent_id, connecting=False)
        if provider is not None and job_id is not None:
            job = targets.job(provider, job_id)
        targets.all_made()
    from tilldone import durable

    name = f"submission {key!r}" if job is None else f"wait for {job.provider} job {job.id}"

    def meant(each: "Waiting | Ended") -> bool:
        return each.key == key if job is None else each.ref == job.ref

    going_on = [each for each in durable.waiting() if meant(each)]
    if going_on:
        if job is not None:
            durable.cancel(job)
        elif key is not None:
            durable.cancel(key=key)
        unsent = going_on[0].submitting
        then = "if it is not on its way, it is never sent" if unsent else "the job goes on"
        say(f"the durable {name} is cancelled; {then}", *going_on)
        return Exit.DONE
    ended = [each for each in durable.ended() if meant(each)]
    if not ended:
        say(f"there is no durable {name}", *([] if job is None else [job]))
        return Exit.UNSEEN
    say(f"the durable {name} has ended already: {ended[-1].outcome}", ended[-1])
    return Exit.DONE


@click.command(epilog="Example: tilldone forget --older-than 30d")
@click.option(
    "--older-than",
    metavar="DURATION",
    required=True,
    callback=duration,
    help="How long ago a wait must have ended: 90, 10m, 12h, 30d.",
)
def forget(*, older_than: float) -> Exit:
    """Delete the durable waits that ended long ago.

    Their results go with them. Nothing else deletes them; let the system's own scheduler run this.
    """
    with misuse_told():
        need_durable()
    from tilldone import durable

    click.echo(durable.forget(older_than=timedelta(seconds=min(older_than, _LONGEST))))
    return Exit.DONE
