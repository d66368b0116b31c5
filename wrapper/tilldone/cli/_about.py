"""`tilldone providers` and `tilldone simulate`: finding one's way."""

import os
from collections.abc import Iterator

import click

from tilldone._core.provider import Provider
from tilldone._core.registry import provider_named, provider_names
from tilldone.cli._exit import Exit

__all__ = ["providers", "simulate"]


@click.command()
def providers() -> None:
    """List the providers, what each needs, and whether it is set."""
    for name in provider_names():
        first, *rest = _lines(provider_named(name))
        click.echo(f"{name:<12} {first}")
        for line in rest:
            click.echo(f"{'':<12} {line}")


def _lines(provider: Provider[object]) -> Iterator[str]:
    if provider.key_variable is not None:
        yield _variable(provider.key_variable)
    if provider.url_variable is not None:
        yield f"{_variable(provider.url_variable)}; or --base-url"
    for extra in provider.extras:
        yield f"--{extra.replace('_', '-')}, or a ref that holds it"
    if provider.docs_url is not None:
        yield provider.docs_url


def _variable(name: str) -> str:
    return f"{name} is {'set' if os.environ.get(name, '').strip() else 'not set'}"


@click.command(epilog="Example: tilldone simulate --port 8080")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="0 takes a free one.")
def simulate(*, port: int) -> Exit:
    """Serve the protocols of all providers on this machine, until Ctrl-C.

    For demos and tests, of programs in any language. It prints each one's address and key.
    """
    try:
        from tilldone.simulator.__main__ import main
    except ModuleNotFoundError as error:
        raise click.ClickException(
            f"the simulator needs {error.name}; pip install 'tilldone[simulator]'"
        ) from None
    return Exit.DONE if main(["--port", str(port)]) == 0 else Exit.USAGE
