"""The providers' clients, from their specs to the formatted packages."""

from __future__ import annotations

import json
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from . import documents, inspection, overlay, patches, toolchain
from .errors import PipelineError
from .generator import GenerateRequest, generate
from .merge import Part, merge
from .validation import validate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from .project import Project, ProviderSources

__all__ = ["CONFIG", "build_clients", "build_package", "effective_document", "merged_document"]

# What all clients import, also those outside of `tilldone_clients`.
_SHARED = Path(__file__).with_name("shared")

# The overlays give titles to name classes by.
CONFIG = {"use_path_prefixes_for_title_model_names": False, "post_hooks": []}


def merged_document(
    project: Project,
    name: str,
    *,
    fresh: Mapping[str, documents.Document] | None = None,
    sources: ProviderSources | None = None,
) -> documents.Document:
    """Make one of what is wanted of a provider's documents, which need not be valid yet.

    Args:
        project: where the documents are that are not `fresh`.
        name: the provider.
        fresh: documents to take instead, by their files.
        sources: what to take of them, if it is not what specs/sources.toml has.
    """
    found = dict(fresh or {})
    sources = sources or project.sources[name]
    files = sorted(sources.documents, key=lambda file: file != sources.job_file)
    for file in files:
        if file not in found:
            found[file] = documents.load(project.document(file))
    return merge(
        [
            Part(file=file, document=found[file], operations=sources.documents[file].operations)
            for file in files
        ]
    )


def effective_document(project: Project, name: str) -> documents.Document:
    """Apply the provider's overlay to what its documents say; the outcome must be valid."""
    document, changes = merged_document(project, name), project.overlay(name)
    place = f"specs/{name}.yaml"
    if changes.exists():
        document = overlay.apply(overlay.read(changes, spec=project.spec(name)), document)
        place = f"{place} after its overlay"
    validate(document, place=place)
    return document


def build_clients(
    project: Project,
    names: Iterable[str],
    package: Path,
    *,
    scratch: Path,
    done: Callable[[str, str], None],
) -> list[PipelineError]:
    """Write the clients of `names` into `package`, telling `done` of every finished step of each.

    One that fails does not keep the others from being tried; gives what went wrong. `scratch` is an
    empty directory for what the tools need on the way.
    """
    failures: list[PipelineError] = []

    def failed(name: str, error: PipelineError) -> None:
        done(name, "failed")
        # What stops the generator itself stops several clients at once.
        if error not in failures:
            failures.append(error)

    def build(batch: Sequence[str]) -> None:
        found = generate([requests[name] for name in batch], scratch=scratch)
        for name, failure in zip(batch, found, strict=True):
            if failure is not None:
                failed(name, failure)
                continue
            done(name, "generated")
            try:
                _finish(requests[name].client, name)
            except PipelineError as error:
                failed(name, error)
            else:
                done(name, "edited and formatted")

    requests: dict[str, GenerateRequest] = {}
    for name in names:
        try:
            requests[name] = _request(project, name, package / name, scratch)
        except PipelineError as error:
            failed(name, error)
        else:
            done(name, "spec and overlay")
    cores = os.cpu_count() or 1
    batches = [[*requests][first::cores] for first in range(min(cores, len(requests)))]
    with ThreadPoolExecutor(cores) as pool:
        for _ in pool.map(build, batches):
            pass
    return failures


def _request(project: Project, name: str, client: Path, scratch: Path) -> GenerateRequest:
    source, config = scratch / f"{name}.json", scratch / f"{name}.config.json"
    document = effective_document(project, name)
    source.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    config.write_text(json.dumps(CONFIG), encoding="utf-8")
    return GenerateRequest(
        place=f"specs/{name}.yaml", document=source, config=config, client=client
    )


def _finish(client: Path, name: str) -> None:
    """Make of what the generator wrote what users get."""
    place = f"specs/{name}.yaml"
    patches.apply_patches(client)
    patches.escape_controls(client)
    _sign(client, f"specs/{name}.*")
    toolchain.format_code(client, place=place)
    inspection.inspect(client, place=place)
    (client / "py.typed").touch()


def build_package(package: Path) -> None:
    """Write the package that holds the clients, and what they share, without any of them."""
    package.mkdir()
    (package / "py.typed").touch()
    (package / "__init__.py").write_text(
        '"""The generated clients, one package for each provider."""\n', encoding="utf-8"
    )
    for module in _SHARED.glob("*.py"):
        shutil.copyfile(module, package / module.name)
    _sign(package, "specs/")


def _sign(directory: Path, origin: str) -> None:
    for module in directory.rglob("*.py"):
        text = module.read_text(encoding="utf-8")
        header = f"# Written by scripts/regenerate.py from {origin}. Do not edit.\n\n"
        module.write_text(header + text, encoding="utf-8", newline="\n")
