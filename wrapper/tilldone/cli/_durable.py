"""Durable waits on the command line: `tilldone wait --durable`, `tilldone worker` and `forget`."""

import logging
import signal
import sys
from datetime import timedelta
from importlib.util import find_spec
from threading import Event

import click

from tilldone._core.job import Job
from tilldone._core.registry import base_url_variable, provider_names
from tilldone._core.snapshot import Snapshot
from tilldone.cli._durations import duration
from tilldone.cli._exit import Exit, misuse_told

__all__ = ["AGAIN", "DURABLE", "forget", "snapshot_durably", "worker"]

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
        _need_dbos()
    from tilldone import durable

    _log_to_stderr()
    stopping = Event()

    def stop(_signal: int, _frame: object) -> None:
        stopping.set()

    # What service managers send to end a process.
    signal.signal(signal.SIGTERM, stop)
    try:
        rates = None if rate is None else dict.fromkeys(provider_names(), rate)
        with misuse_told():
            durable.configure(providers=providers or None, concurrency=concurrency, rates=rates)
            durable.work(stopping)
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
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
        _need_dbos()
    from tilldone import durable

    click.echo(durable.forget(older_than=timedelta(seconds=older_than)))
    return Exit.DONE


def snapshot_durably(
    job: Job[object], *, timeout: float | None, base_url: str | None, again: bool, history: bool
) -> Snapshot[object]:
    """Wait for a job's end, or go on with the wait of an earlier command.

    Raises:
        WaitError: as `watch`.
        Misuse: the base URL was given, which a later command would not know; or no key.
        ConnectionError: the database cannot be opened.
    """
    with misuse_told():
        if base_url is not None:
            variable = base_url_variable(job.provider)
            raise ValueError(f"base_url: a durable wait does not keep it; set {variable} instead")
        _need_dbos()
        from tilldone import durable

        durable.configure(providers=[job.provider], history=history)
        handle = durable.start(job, timeout=timeout, again=again)
    return handle.snapshot()


def _need_dbos() -> None:
    if find_spec("dbos") is None:
        raise ValueError("durable waits need dbos; pip install 'tilldone[durable]'")


def _log_to_stderr() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("tilldone: %(message)s"))
    logger = logging.getLogger("tilldone")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
