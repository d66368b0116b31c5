"""The arguments that several commands share."""

from collections.abc import Callable
from typing import TypeVar

import click

from tilldone._core.registry import provider_names
from tilldone.cli._durations import duration

__all__ = [
    "ALLOW_HTTP",
    "BASE_URL",
    "EXTRAS",
    "HISTORY",
    "JSON",
    "PROVIDER",
    "QUIET",
    "TIMEOUT",
    "extra_option",
    "named_values",
    "one_job",
    "options",
]

F = TypeVar("F", bound=Callable[..., object])


def options(*each: Callable[[F], F]) -> Callable[[F], F]:
    """Make one decorator of several."""

    def decorate(command: F) -> F:
        for option in reversed(each):
            command = option(command)
        return command

    return decorate


def extra_option(name: str) -> str:
    """Say by which option an extra is given."""
    return "--agent-id" if name == "agent_id" else f"--extra {name}=VALUE"


def named_values(
    _context: click.Context, _option: click.Parameter, texts: tuple[str, ...]
) -> dict[str, str]:
    """Read NAME=VALUE, each name once.

    Raises:
        click.BadParameter: one is not of that form, or has the name of an earlier one.
    """
    extras: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.isidentifier():
            raise click.BadParameter(f"{text!r} is not of the form NAME=VALUE")
        if name in extras:
            raise click.BadParameter(f"{name!r} is given twice")
        extras[name] = value
    return extras


EXTRAS = options(
    click.option(
        "--extra",
        "extras",
        metavar="NAME=VALUE",
        multiple=True,
        callback=named_values,
        help="What names a job beside its id, where a provider has that; may be repeated.",
    ),
    click.option("--agent-id", metavar="ID", help="The same as --extra agent_id=ID, as for zai."),
)
ALLOW_HTTP = click.option(
    "--allow-http", is_flag=True, help="Allow a plain http URL: the key is sent unencrypted."
)
TIMEOUT = click.option(
    "--timeout",
    callback=duration,
    metavar="DURATION",
    help="Such as 90 (seconds), 10m or 1h30m; 0 is a single poll. Without it, for ever.",
)
JSON = click.option("--json", "compact", is_flag=True, help="One line of JSON, errors included.")
HISTORY = click.option(
    "--no-history",
    is_flag=True,
    help="Do not poll by how long such jobs took before, and do not remember this one.",
)
QUIET = click.option("--quiet", "-q", is_flag=True, help="No progress on stderr.")

PROVIDER = click.argument("provider", type=click.Choice(provider_names()), metavar="PROVIDER")
BASE_URL = click.option("--base-url", metavar="URL", help="Another address of the API.")

one_job = options(
    PROVIDER,
    click.argument("job_id", metavar="ID"),
    BASE_URL,
    ALLOW_HTTP,
    EXTRAS,
    JSON,
)
"""What names one job, and how it is to be shown."""
