"""What a new version of a provider's page would change, found out without touching anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import documents, openapi, overlay, sources
from .changes import Change, Version, compare
from .errors import PipelineError

if TYPE_CHECKING:
    from .documents import Document
    from .load_spec import Spec
    from .overlay import Review
    from .project import Project, SpecSource

__all__ = ["Preview", "preview"]


@dataclass(frozen=True, kw_only=True)
class Preview:
    """A provider's new spec, what it changes, and what its overlay makes of it."""

    name: str
    spec: Spec
    source: SpecSource
    same: bool
    changes: tuple[Change, ...]
    failures: tuple[str, ...]
    superfluous: tuple[str, ...]


def preview(project: Project, name: str, spec: Spec, *, page: str) -> Preview:
    """Compare `spec`, which came from `page`, with the one that is kept for provider `name`."""
    kept = project.spec(name)
    before, after = documents.load(kept), spec.document
    reviews = _reviews(project, name, before, after) if project.overlay(name).exists() else None
    old, new = Version(raw=before, effective=before), Version(raw=after, effective=after)
    failures: list[str] = []
    superfluous: list[str] = []
    if reviews is not None:
        was, now = reviews
        failures = [str(error) for error in now.failures] or _invalid(name, now.document)
        superfluous = [action.place for action in now.superfluous]
        # An overlay that fits but one of them, such as one that was just adapted, would make
        # differences of its own: then it is the provider's texts that are compared.
        if not failures and not was.failures:
            old = Version(raw=before, effective=was.document)
            new = Version(raw=after, effective=now.document)
    status = project.sources[name].status
    return Preview(
        name=name,
        spec=spec,
        source=sources.source_of(spec, page=page, status=status),
        same=kept.read_bytes() == spec.content,
        changes=tuple(compare(old, new, status=status)),
        failures=tuple(failures),
        superfluous=tuple(superfluous),
    )


def _reviews(project: Project, name: str, *texts: Document) -> tuple[Review, ...]:
    actions = overlay.read(project.overlay(name), spec=project.spec(name))
    return tuple(overlay.review(actions, text) for text in texts)


def _invalid(name: str, document: Document) -> list[str]:
    try:
        openapi.validate(document, place=f"specs/{name}.yaml after its overlay")
    except PipelineError as error:
        return [str(error)]
    return []
