"""What new versions of a provider's documents would change, found without touching anything."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from . import overlay, sources
from .changes import Change, Version, compare
from .clients import merged_document
from .errors import PipelineError
from .validation import validate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .documents import Document
    from .load_spec import Spec
    from .overlay import Review
    from .project import Project, ProviderSources

__all__ = ["Preview", "preview"]


@dataclass(frozen=True, kw_only=True)
class Preview:
    """A provider's new documents, what they change, and what its overlay makes of them."""

    name: str
    specs: Mapping[str, Spec]
    sources: ProviderSources
    same: bool
    changes: tuple[Change, ...]
    failures: tuple[str, ...]
    superfluous: tuple[str, ...]


def preview(
    project: Project, name: str, specs: Mapping[str, Spec], *, pages: Mapping[str, str]
) -> Preview:
    """Compare `specs`, by the files that they are to replace, with what is kept of provider `name`.

    `pages` are the addresses that they came from.
    """
    kept = project.sources[name]
    fresh = _follow(kept, specs, pages)
    moved = {
        now: was
        for file in specs
        for was, now in zip(
            kept.documents[file].operations, fresh.documents[file].operations, strict=True
        )
        if was not in {now, kept.job}
    }
    new_documents = {file: spec.document for file, spec in specs.items()}
    before = merged_document(project, name)
    after = merged_document(project, name, fresh=new_documents, sources=fresh)
    old = Version(job=kept.job, raw=before, effective=before)
    new = Version(job=fresh.job, raw=after, effective=after, known_as=moved)
    failures: list[str] = []
    superfluous: list[str] = []
    if project.overlay(name).exists():
        was, now = _reviews(project, name, before, after)
        failures = [str(error) for error in now.failures]
        superfluous = [action.place for action in now.superfluous]
        # An overlay that fits but one of them, such as one that was just adapted, would make
        # differences of its own: then it is the providers' texts that are compared.
        if not failures and not was.failures:
            old = replace(old, effective=was.document)
            new = replace(new, effective=now.document)
        if not failures:
            failures = _invalid(now.document, place=f"specs/{name}.yaml after its overlay")
    else:
        failures = _invalid(after, place=f"specs/{name}.yaml")
    return Preview(
        name=name,
        specs=specs,
        sources=fresh,
        same=all(project.document(file).read_bytes() == specs[file].content for file in specs),
        changes=tuple(compare(old, new, status=kept.status)),
        failures=tuple(failures),
        superfluous=tuple(superfluous),
    )


def _follow(
    kept: ProviderSources, specs: Mapping[str, Spec], pages: Mapping[str, str]
) -> ProviderSources:
    """Give the entry of a provider whose documents were just retrieved."""
    listed, job = dict(kept.documents), kept.job
    for file, spec in specs.items():
        was = listed[file]
        wanted = spec.follow(was.operations, place=pages[file])
        if job in was.operations:
            job = wanted[was.operations.index(job)]
        listed[file] = sources.source_of(
            spec, page=pages[file], operations=wanted, sources=was.sources
        )
    return replace(kept, job=job, documents=listed)


def _reviews(project: Project, name: str, *texts: Document) -> tuple[Review, ...]:
    actions = overlay.read(project.overlay(name), spec=project.spec(name))
    return tuple(overlay.review(actions, text) for text in texts)


def _invalid(document: Document, *, place: str) -> list[str]:
    try:
        validate(document, place=place)
    except PipelineError as error:
        return [str(error)]
    return []
