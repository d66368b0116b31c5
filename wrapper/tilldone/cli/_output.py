"""JSON on stdout: what scripts read."""

import errno
import json
import os
import re
import sys
from typing import Any, TextIO, cast

import click

from tilldone._core.errors import SubmitError
from tilldone._core.job import Job
from tilldone._core.snapshot import WaitError
from tilldone.cli._exit import Exit, say
from tilldone.cli._json import json_of

__all__ = ["code_of_stdout", "emit", "emit_text", "told", "told_of_submission"]

# JSON may hold all of these as they are. Some a terminal obeys, or shows in another order.
_OUTSIDE_ASCII = re.compile(r"[^\x00-\x7e]")


class _Unwritten(click.ClickException):
    exit_code = Exit.UNSEEN


def _unwritten(why: str | None, job: Job[object] | None) -> _Unwritten:
    ref = "" if job is None else f"\nref: {job.ref}"
    return _Unwritten(f"stdout: {why}{ref}")


def emit(value: object, *, compact: bool, job: Job[object] | None) -> None:
    """Print the value as JSON: on one line, or laid out for people.

    Args:
        value: what is printed.
        compact: on one line.
        job: whose ref is told where the value cannot be printed, if it is a job's.

    Raises:
        click.ClickException: stdout takes no more.
        click.exceptions.Exit: nobody reads it any more.
    """
    # While a bar is shown, rich has put its own in the place of stdout, which breaks long lines.
    proxied: TextIO | None = getattr(sys.stdout, "rich_proxied_file", None)
    stream = proxied or sys.stdout
    if stream is None:  # pyright: ignore[reportUnnecessaryComparison] # closed by who called
        raise _unwritten("it is closed", job)
    # The result takes the place of the bar, which is drawn again below it.
    start = "\r\x1b[2K" if proxied else ""
    text = _json(value, compact=compact, encoding=cast("str | None", stream.encoding) or "ascii")
    try:
        click.echo(f"{start}{text}", file=stream, color=True)
    except OSError as error:
        _discard_stdout()
        if error.errno == errno.EPIPE:
            raise click.exceptions.Exit(Exit.NO_READER) from None
        raise _unwritten(error.strerror, job) from None


def emit_text(text: str, *, job: Job[object]) -> None:
    """Print a line; where stdout does not take it, the job's ref is on stderr, not to be lost.

    Raises:
        click.ClickException: stdout takes no more.
        click.exceptions.Exit: nobody reads it any more.
    """
    if sys.stdout is None:  # pyright: ignore[reportUnnecessaryComparison] # closed by who called
        raise _unwritten("it is closed", job)
    try:
        click.echo(text)
    except OSError as error:
        _discard_stdout()
        say(f"stdout: {error.strerror}", job)
        code = Exit.NO_READER if error.errno == errno.EPIPE else Exit.UNSEEN
        raise click.exceptions.Exit(code) from None


def code_of_stdout() -> Exit | None:
    """Give the exit code, its reason told, where stdout has not taken all; None where it has."""
    if sys.__stdout__ is None:
        return None
    try:
        # What it has not taken it still holds, and fails with again.
        sys.__stdout__.flush()
    except OSError as error:
        _discard_stdout()
        if error.errno == errno.EPIPE:
            return Exit.NO_READER
        say(f"stdout: {error.strerror}")
        return Exit.UNSEEN
    return None


def _discard_stdout() -> None:
    # What could not be written would be tried once more at exit, and complained about.
    if sys.__stdout__ is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno())


def _json(value: object, *, compact: bool, encoding: str) -> str:
    text = _OUTSIDE_ASCII.sub(_displayable, json_of(value, compact=compact))
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        text = json_of(value, compact=compact, ascii_only=True)
    return text


def _displayable(found: re.Match[str]) -> str:
    """Escape a character as JSON does, if it is not for display: the data stays the same."""
    return found[0] if found[0].isprintable() else json.dumps(found[0])[1:-1]


def told(error: WaitError) -> dict[str, Any]:
    """Give an error as JSON: its kind, its text, and what else it knows."""
    return {"error": _known(error), "ref": error.job.ref}


def told_of_submission(error: SubmitError) -> dict[str, Any]:
    """Give the same of a submission, for which there is no ref."""
    request = error.request
    return {
        "error": _known(error),
        "provider": request.provider,
        "operation": request.operation,
    }


def _known(error: Exception) -> dict[str, Any]:
    known: dict[str, Any] = {"type": type(error).__name__, "text": str(error)}
    for name in ("code", "message", "status_code", "body"):
        if hasattr(error, name):
            known[name] = getattr(error, name)
    return known
