"""How a job ended: its typed result, field by field as an application would name them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, cast

import attrs
from rich.text import Text

from tilldone import UNSET

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.console import Console

    from tilldone import JobFailed, SubmitUncertain

__all__ = ["show_doubt", "show_failure", "show_result", "show_surprise"]


def show_result(console: Console, provider: str, result: object) -> None:
    """Show a result's class and its fields."""
    _show(console, "[green]✔[/green]", provider, type(result).__name__, _fields(result))


def show_failure(console: Console, failed: JobFailed) -> None:
    """Show the failure that a wait raised."""
    said = {"code": failed.code, "message": failed.message, "job.ref": failed.job.ref}
    fields = [(name, repr(value)) for name, value in said.items()]
    _show(console, "[red]✘[/red]", failed.job.provider, type(failed).__name__, fields)


def show_doubt(console: Console, doubt: SubmitUncertain) -> None:
    """Show that nobody can tell whether a job was made, and that it was not asked for again."""
    fields = [("request", repr(doubt.request)), ("says", str(doubt))]
    _show(console, "[yellow]?[/yellow]", doubt.request.provider, type(doubt).__name__, fields)


def show_surprise(console: Console, provider: str, end: object, *, planned: type) -> None:
    """Show an end that was not planned."""
    fields = [("planned", planned.__name__), ("instead", str(end))]
    _show(console, "[red]![/red]", provider, type(end).__name__, fields)


def _show(
    console: Console, mark: str, provider: str, kind: str, fields: Iterable[tuple[str, str]]
) -> None:
    console.print(f"{mark} [bold]{provider}[/bold]  [cyan]{kind}[/cyan]")
    rows = [(f"  .{name}", value) for name, value in fields]
    indent = max(len(name) for name, _ in rows) + 2
    for name, value in rows:
        # Folded by hand: a terminal would go on at its left edge, and a file needs no folding.
        room = max(console.width - indent, 20) if console.is_terminal else len(value) + 1
        lines = [value[at : at + room] for at in range(0, len(value), room)]
        text = Text.assemble((name.ljust(indent), "dim"), f"\n{' ' * indent}".join(lines))
        console.print(text, soft_wrap=True)


def _fields(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Give the path to each value that is there, and the value."""
    match value:
        case _ if attrs.has(type(value)):
            model = cast("attrs.AttrsInstance", value)
            named = attrs.asdict(model, recurse=False)
            extra: object = named.pop("additional_properties", {})
            for name, inner in named.items():
                if _is_there(inner):
                    yield from _fields(inner, f"{path}.{name}" if path else name)
            yield from _fields(extra, path)
        case Mapping():
            for name, inner in cast("Mapping[str, object]", value).items():
                yield from _fields(inner, f"{path}[{name!r}]")
        case list():
            for at, inner in enumerate(cast("list[object]", value)):
                yield from _fields(inner, f"{path}[{at}]")
        case datetime():
            yield path, str(value)
        case str():
            # A status is text and more; the text is what is compared and printed.
            yield path, repr(str(value))
        case _:
            yield path, repr(value)


def _is_there(value: object) -> bool:
    return value is not None and value is not UNSET
