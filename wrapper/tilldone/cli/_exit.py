"""Exit codes, and what is said on the way out."""

import re
import signal
import sys
from collections.abc import Callable, Collection, Generator
from contextlib import contextmanager
from enum import IntEnum
from typing import Protocol

import click

from tilldone._core.errors import SubmitError, SubmitRejected, SubmitUncertain
from tilldone._core.job import Job
from tilldone._core.snapshot import JobFailed, JobTimeout, WaitError
from tilldone._core.text import excerpt, harmless
from tilldone.cli._json import json_of

__all__ = [
    "Exit",
    "Misuse",
    "code_of",
    "code_of_submission",
    "misuse_told",
    "refs_on_interrupt",
    "say",
    "say_error",
    "told_on_interrupt",
]


_IN_BODY = re.compile(r"(, and|;) (the answer|it) is in this error's \.body")


class Exit(IntEnum):
    """What the exit code tells a script."""

    DONE = 0
    JOB_FAILED = 1
    USAGE = 2
    TIMEOUT = 3
    UNSEEN = 4
    """Rejected, not found, out of reach or unreadable; or seen, and not to be written down."""

    IN_DOUBT = 5
    """A request was sent, and nobody can say whether it made a job, which may cost money."""

    BUG = 70
    """tilldone itself is at fault; 1, Python's own choice, would say that the job has failed."""

    INTERRUPTED = 130
    NO_READER = 141
    """Whoever read stdout has gone, as `head` goes; the code that a shell gives for that."""

    TERMINATED = 143
    """By SIGTERM, as supervisors and containers end what they run."""


class Misuse(click.ClickException):
    """What was typed, or what the environment holds, cannot be used."""

    exit_code = Exit.USAGE


@contextmanager
def misuse_told() -> Generator[None]:
    """Take a ValueError for the user's mistake: only around what reads what the user gave.

    Raises:
        Misuse: in the place of the ValueError, its argument named as on a command line.
    """
    try:
        yield
    except ValueError as error:
        text = re.sub(r"^(base_url|agent_id|timeout):", _as_option, str(error))
        raise Misuse(text.replace("allow_http=True", "--allow-http")) from None


def _as_option(argument: re.Match[str]) -> str:
    return f"--{argument[0].replace('_', '-')}"


def code_of(error: WaitError) -> Exit:
    """Give the exit code of a wait that ended with this error."""
    if isinstance(error, JobFailed):
        return Exit.JOB_FAILED
    return Exit.TIMEOUT if isinstance(error, JobTimeout) else Exit.UNSEEN


def code_of_submission(error: SubmitError) -> Exit:
    """Give the exit code of a submission that ended with this error."""
    if isinstance(error, SubmitUncertain):
        return Exit.IN_DOUBT
    return Exit.UNSEEN if isinstance(error, SubmitRejected) else Exit.TIMEOUT


class _Referred(Protocol):
    @property
    def ref(self) -> str: ...


def say(text: str, *jobs: _Referred) -> None:
    """Tell a person something, and the refs of the jobs that can be gone on with."""
    click.echo(f"tilldone: {harmless(text)}", err=True)
    for job in jobs:
        if job.ref:  # a submission that has no job yet has none
            click.echo(f"ref: {job.ref}", err=True)
    sys.stderr.flush()


def say_error(error: WaitError | SubmitError, *, printed: bool = False) -> None:
    """Tell a person how a wait or a submission ended.

    The ref has a line to itself, for scripts to find. The answer stands where the text names an
    attribute that has it, and where there is a doubt; `printed` says that it is on stdout.
    """
    body: object = getattr(error, "body", None)
    told = body if isinstance(body, str) else json_of(body)
    answer = (
        "; the answer is on stdout, as it came" if printed else f"; the answer: {excerpt(told)}"
    )
    text = _IN_BODY.sub(lambda _: answer, str(error))
    if isinstance(error, SubmitUncertain) and body is not None:
        text += answer
    if isinstance(error, WaitError):
        say(text.removesuffix(f"; resume with {error.job.ref}"), error.job)
    else:
        say(text)


@contextmanager
def refs_on_interrupt(going_on: Collection[Job[object]]) -> Generator[None]:
    """Tell on Ctrl-C and SIGTERM which jobs go on.

    Raises:
        click.exceptions.Exit: in its place.
    """
    with told_on_interrupt(lambda: _going_on(going_on)):
        yield


def _going_on(jobs: Collection[Job[object]]) -> None:
    what = "the job goes" if len(jobs) == 1 else f"{len(jobs)} jobs go"
    say(f"interrupted; {what} on", *jobs)


@contextmanager
def told_on_interrupt(tell: Callable[[], None]) -> Generator[None]:
    """Tell on Ctrl-C and SIGTERM what that means.

    Raises:
        click.exceptions.Exit: in its place.
    """
    try:
        with _terminable():
            yield
    except KeyboardInterrupt as interruption:
        tell()
        terminated = isinstance(interruption, _Terminated)
        code = Exit.TERMINATED if terminated else Exit.INTERRUPTED
        raise click.exceptions.Exit(code) from None


class _Terminated(KeyboardInterrupt):
    """SIGTERM came; all that heeds Ctrl-C heeds it alike."""


@contextmanager
def _terminable() -> Generator[None]:
    """Have SIGTERM interrupt the block, unless it is ignored or has a meaning already."""
    heeded = signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    if heeded:
        signal.signal(signal.SIGTERM, _terminate)
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGTERM) is _terminate:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _terminate(*_signal: object) -> None:
    # Some send it twice, as `timeout` does: the second must not cut off what is told of the first.
    signal.signal(signal.SIGTERM, _pass_over)
    raise _Terminated


def _pass_over(*_signal: object) -> None:
    pass
