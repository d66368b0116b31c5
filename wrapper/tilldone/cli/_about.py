"""`tilldone providers` and `tilldone simulate`: finding one's way."""

import os
from collections.abc import Iterator
from contextlib import suppress
from math import inf
from textwrap import indent

import click

from tilldone._core.operations import Operation, path_parameters
from tilldone._core.provider import Provider
from tilldone._core.registry import base_url_variable, provider_named, provider_names
from tilldone._core.text import harmless
from tilldone.cli._exit import Exit, say
from tilldone.cli._options import extra_option

__all__ = ["providers", "simulate"]


@click.command()
def providers() -> None:
    """List the providers, what each needs, and whether it is set."""
    for name in provider_names():
        try:
            lines = list(_lines(provider_named(name)))
        except ValueError as error:
            # One that cannot be had shall not hide the others.
            lines = [harmless(str(error))]
        first, *rest = lines or [""]
        click.echo(f"{name:<12} {first}".rstrip())
        for line in rest:
            click.echo(f"{'':<12} {line}")


def _lines(provider: Provider[object]) -> Iterator[str]:
    if provider.key_variable is not None:
        yield _variable(provider.key_variable)
    elsewhere = base_url_variable(provider.name)
    if os.environ.get(elsewhere, "").strip():
        # It comes before all other addresses, but one that is typed.
        yield f"{elsewhere} is set: requests go there"
    elif provider.url_variable is not None:
        yield f"{_variable(provider.url_variable)}; or --base-url"
    for extra in provider.extras:
        yield f"{extra_option(extra)}, or a ref that holds it"
    if provider.operations:
        yield f"operations: {', '.join(map(_operation, provider.operations))}"
    if provider.docs_url is not None:
        yield provider.docs_url


def _operation(operation: Operation[object]) -> str:
    parameters = ", ".join(path_parameters(operation))
    return f"{operation.__name__} ({parameters})" if parameters else operation.__name__


def _variable(name: str) -> str:
    return f"{name} is {'set' if os.environ.get(name, '').strip() else 'not set'}"


_SIMULATE_EXAMPLES = """\b
Examples:
  tilldone simulate --port 8080
  eval "$(tilldone simulate --env --duration 30)"
  tilldone simulate --env | source      # fish
"""


class _Simulate(click.Command):
    """One whose help is not complete without the extra that it needs."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_epilog(ctx, formatter)
        with suppress(ModuleNotFoundError):
            from tilldone.simulator._command import described_routes

            formatter.write(f"\n{indent(described_routes(), ' ')}\n")


@click.command(cls=_Simulate, epilog=_SIMULATE_EXAMPLES)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help="The port to listen on. Default: a free one; 7245 with --env.",
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="The address to listen on. Beyond this machine, everyone can use it.",
)
@click.option(
    "--duration",
    type=float,
    metavar="SECONDS",
    default=1.0,
    show_default=True,
    help="How long a job lasts that a client submits.",
)
@click.option(
    "--env",
    is_flag=True,
    help="Serve in the background, unless a simulator does already, and print the lines of a shell "
    "that lead the clients of all providers to it.",
)
def simulate(*, port: int | None, host: str, duration: float, env: bool) -> Exit:
    """Serve the protocols of all providers on this machine, until Ctrl-C.

    For demos and tests, of programs in any language. It prints each one's address and key.
    """
    try:
        from tilldone.simulator._command import run
    except ModuleNotFoundError as error:
        raise click.ClickException(
            f"the simulator needs {error.name}; pip install 'tilldone[simulator]'"
        ) from None
    if not 0 <= duration < inf:
        raise click.BadParameter(f"{duration} is not a number of seconds", param_hint="--duration")
    code = run(host=host, port=port, env=env, duration=duration, out=click.echo, err=say)
    return Exit.DONE if code == 0 else Exit.USAGE
