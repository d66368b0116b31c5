"""Take new specs over: written, generated, typed and tested in a copy first, then all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import lock, sources
from .errors import PipelineError
from .report import counted
from .usage import applications
from .workshop import open_workshop

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .examine import Examination
    from .project import Project

__all__ = ["SOURCES", "take_over"]

SOURCES = "specs/sources.toml"
_ADVICE = {
    "server": "see DEFAULT_BASE_URL",
    "key": "see connect()",
}


def take_over(
    project: Project, found: Sequence[Examination], *, told: Callable[[str], None]
) -> list[str]:
    """Take the specs of `found` over; gives what is left for a person, a line each.

    Raises:
        PipelineError: a step failed, and everything is as it was.
    """
    names = [each.name for each in found]
    with open_workshop(project) as workshop:
        copy = workshop.project
        for each in found:
            copy.spec(each.name).write_bytes(each.spec.content)
            sources.write_source(copy.root / SOURCES, each.name, each.source)
        workshop.regenerate(names)
        told(f"regenerated {', '.join(names)}")
        errors = workshop.errors_of_types(names)
        if errors:
            raise PipelineError("the type checkers", "\n".join(["find this:", *errors]))
        told("type checkers: no errors")
        left = workshop.open_questions(names)
        told(f"status table: {counted(len(left), 'open question')}")
        left += [line for each in found for line in _by_hand(each)]
        left += [
            f"{line} (and so may code of users)"
            for line in workshop.errors_of("mypy", *applications(copy.root))
        ]
        specs = [f"specs/{name}.yaml" for name in names]
        workshop.take_over([*specs, SOURCES, lock.LOCK, "generated/tilldone_clients"])
    return left


def _by_hand(found: Examination) -> list[str]:
    return [
        f"{found.name}: {change.place}: {change.what}: {_ADVICE[change.place]} in "
        f"wrapper/tilldone/{found.name}.py"
        for change in found.changes
        if change.place in _ADVICE
    ]
