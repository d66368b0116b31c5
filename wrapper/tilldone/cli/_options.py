"""The arguments that several commands share."""

from collections.abc import Callable
from typing import TypeVar

import click

from tilldone._core.registry import provider_names
from tilldone.cli._durations import duration

__all__ = ["AGENT_ID", "ALLOW_HTTP", "JSON", "QUIET", "TIMEOUT", "one_job", "options"]

F = TypeVar("F", bound=Callable[..., object])


def options(*each: Callable[[F], F]) -> Callable[[F], F]:
    """Make one decorator of several."""

    def decorate(command: F) -> F:
        for option in reversed(each):
            command = option(command)
        return command

    return decorate


AGENT_ID = click.option(
    "--agent-id", metavar="ID", help="The agent of a Z.AI job (for no other provider)."
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
QUIET = click.option("--quiet", "-q", is_flag=True, help="No progress on stderr.")

one_job = options(
    click.argument("provider", type=click.Choice(provider_names()), metavar="PROVIDER"),
    click.argument("job_id", metavar="ID"),
    click.option("--base-url", metavar="URL", help="Another address of the API."),
    ALLOW_HTTP,
    AGENT_ID,
    JSON,
)
"""What names one job, and how it is to be shown."""
