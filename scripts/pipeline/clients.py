"""One provider's client, from its spec to the formatted package."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from . import documents, inspection, openapi, overlay, substitutions, toolchain

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .project import Project

__all__ = ["build_client", "build_package", "effective_document"]

# The overlays give titles to name classes by.
_CONFIG = {"use_path_prefixes_for_title_model_names": False, "post_hooks": []}


def effective_document(project: Project, name: str) -> documents.Document:
    """Apply the provider's overlay to its spec, which must be valid before and after."""
    spec, changes = project.spec(name), project.overlay(name)
    document = documents.load(spec)
    openapi.validate(document, place=documents.name_of(spec))
    if not changes.exists():
        return document
    document = overlay.apply(overlay.read(changes, spec=spec), document)
    openapi.validate(document, place=f"specs/{name}.yaml after its overlay")
    return document


def build_client(
    project: Project, name: str, client: Path, *, scratch: Path, done: Callable[[str], None]
) -> None:
    """Write the client of provider `name` to `client`, telling `done` of every finished step.

    `scratch` is an empty directory for what the tools need on the way.
    """
    document = effective_document(project, name)
    done("spec and overlay")
    source, config = scratch / "openapi.json", scratch / "config.json"
    source.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    config.write_text(json.dumps(_CONFIG), encoding="utf-8")
    place = f"specs/{name}.yaml"
    toolchain.generate_client(source, client, config=config, place=place)
    done("generated")
    substitutions.substitute(client)
    _sign(client, f"specs/{name}.yaml and its overlay")
    toolchain.format_code(client, place=place)
    inspection.inspect(client, place=place)
    (client / "py.typed").touch()
    done("edited and formatted")


def build_package(package: Path) -> None:
    """Write the package that holds the clients, without any of them."""
    package.mkdir()
    (package / "py.typed").touch()
    (package / "__init__.py").write_text(
        '"""The generated clients, one package for each provider."""\n', encoding="utf-8"
    )
    _sign(package, "specs/")


def _sign(directory: Path, origin: str) -> None:
    for module in directory.rglob("*.py"):
        text = module.read_text(encoding="utf-8")
        header = f"# Written by scripts/regenerate.py from {origin}. Do not edit.\n\n"
        module.write_text(header + text, encoding="utf-8", newline="\n")
