"""Take new specs over: written, generated, typed and tested in a copy first, then all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import lock, sources
from .errors import PipelineError
from .project import SOURCES
from .report import counted
from .sandbox import open_sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .preview import Preview
    from .project import Project

__all__ = ["apply"]

_ADVICE = {
    "server": "see DEFAULT_BASE_URL",
    "key": "see connect()",
}


def apply(project: Project, found: Sequence[Preview], *, told: Callable[[str], None]) -> list[str]:
    """Take the specs of `found` over; gives what is left for a person, a line each.

    Raises:
        PipelineError: a step failed, and everything is as it was.
    """
    names = [each.name for each in found]
    with open_sandbox(project) as sandbox:
        copy = sandbox.project
        for each in found:
            for file, spec in each.specs.items():
                copy.document(file).write_bytes(spec.content)
            sources.write_sources(copy.root / SOURCES, each.name, each.sources)
        sandbox.regenerate(names)
        told(f"regenerated {', '.join(names)}")
        errors = sandbox.errors_of_types(names)
        if errors:
            raise PipelineError("the type checkers", "\n".join(["find this:", *errors]))
        told("type checkers: no errors")
        left, unreadable = sandbox.open_questions(names)
        if unreadable:
            raise PipelineError("the specs' own examples", "\n".join(["", *unreadable]))
        told("the specs' own examples: all are readable")
        told(f"status table: {counted(len(left), 'open question')}")
        left += [line for each in found for line in _by_hand(each)]
        left += [
            f"{line} (and so may code of users)"
            for line in sandbox.errors_of("mypy", *copy.applications)
        ]
        specs = [f"specs/{file}" for each in found for file in each.specs]
        sandbox.copy_back([*specs, SOURCES, lock.LOCK, "generated/tilldone_clients"])
    return left


def _by_hand(found: Preview) -> list[str]:
    return [
        f"{found.name}: {change.place}: {change.what}: {_ADVICE[change.place]} in "
        f"wrapper/tilldone/{found.name}.py"
        for change in found.changes
        if change.place in _ADVICE
    ]
