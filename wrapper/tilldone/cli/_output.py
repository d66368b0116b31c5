"""JSON on stdout: what scripts read."""

import errno
import json
import os
import sys
from typing import Any

import click

from tilldone._core.errors import WaitError
from tilldone._core.job import Job
from tilldone.cli._exit import Exit

__all__ = ["emit", "told"]


class _Unwritten(click.ClickException):
    exit_code = Exit.UNSEEN


def emit(value: object, *, compact: bool, job: Job[object]) -> None:
    """Print the value, a job's, as JSON: on one line, or laid out for people.

    Raises:
        click.ClickException: stdout takes no more.
        click.exceptions.Exit: nobody reads it any more.
    """
    try:
        click.echo(_json(value, compact=compact))
    except OSError as error:
        # What could not be written would be tried once more at exit, and complained about.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if error.errno == errno.EPIPE:
            raise click.exceptions.Exit(Exit.NO_READER) from None
        raise _Unwritten(f"stdout: {error.strerror}\nref: {job.ref}") from None


def _json(value: object, *, compact: bool) -> str:
    layout: dict[str, Any] = {} if compact else {"indent": 2}
    text = json.dumps(value, ensure_ascii=False, **layout)
    try:
        text.encode(sys.stdout.encoding)
    except UnicodeEncodeError:
        # A terminal of another alphabet, or half a character from the server: no result is lost.
        text = json.dumps(value, **layout)
    return text


def told(error: WaitError) -> dict[str, Any]:
    """Give an error as JSON: its kind, its text, and what else it knows."""
    known: dict[str, Any] = {"type": type(error).__name__, "text": str(error)}
    for name in ("code", "message", "status_code", "body"):
        if hasattr(error, name):
            known[name] = getattr(error, name)
    return {"error": known, "ref": error.job.ref}
