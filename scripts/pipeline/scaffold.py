"""Lay down a new provider: everything that it needs, drafted in a copy and put in place at once."""

from __future__ import annotations

import keyword
import re
import shutil
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from . import clients, lock, sources, toolchain
from .client_ast import read_client
from .draft_module import address_of, draft_module, draft_project
from .draft_overlay import draft_overlay
from .errors import PipelineError
from .openapi import operations, security_of
from .project import SOURCES, ProviderSources
from .sandbox import open_sandbox
from .statuses import why_unreadable

if TYPE_CHECKING:
    from pathlib import Path

    from .load_spec import Spec
    from .project import Project
    from .sandbox import Sandbox

__all__ = ["Wanted", "check_name", "lay_down"]

_NAME = re.compile(r"[a-z][a-z0-9_]*")
# What the package itself has under these names would no longer be found.
_TAKEN = {"aio", "as_completed", "check", "testing", "wait", "wait_all", "watch"}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What of a spec a provider is made of, as far as it was said."""

    job: str | None = None
    submit: tuple[str, ...] = ()
    id: str | None = None
    status: str = ProviderSources.status


def check_name(project: Project, name: str) -> None:
    """Refuse a name that is no name for a module beside those that there are."""
    if not _NAME.fullmatch(name) or keyword.iskeyword(name):
        raise PipelineError(repr(name), "not a valid name for a provider: use a-z, 0-9 and _")
    package = project.root / "wrapper" / "tilldone"
    modules = (package / f"{name}.py", package / name, project.generated / name)
    if name in project.sources or name in _TAKEN or any(path.exists() for path in modules):
        raise PipelineError(name, "is there already; scripts/update_specs.py updates a provider")


def lay_down(
    project: Project,
    name: str,
    spec: Spec,
    wanted: Wanted,
    *,
    page: str | None,
    package: Path | None = None,
) -> list[str]:
    """Lay down provider `name`; gives what is left for a person, a line each.

    With `package`, it becomes a distribution of its own in that directory, and the checkout stays
    as it is.

    Raises:
        PipelineError: a step failed, and nothing was written.
    """
    module = f"wrapper/tilldone/{name}.py"
    left: list[str] = []
    job = wanted.job or _only_operation(spec, page=page)
    address = page or address_of(spec.document, job)
    if address is None:
        raise PipelineError(
            name, "give the address of the page that its spec came from: --page URL"
        )
    if page is None:
        left.append(f"{name}: put the address of its page into {SOURCES} and {module}, PROVIDER")
    with open_sandbox(project) as sandbox:
        copy = sandbox.project
        written = [f"specs/{name}.yaml", SOURCES, lock.LOCK, "generated/tilldone_clients", module]
        file = f"{name}.yaml"
        copy.document(file).write_bytes(spec.content)
        chosen = tuple(dict.fromkeys((job, *wanted.submit)))
        document = sources.source_of(spec, page=address, operations=chosen)
        sources.write_sources(
            copy.root / SOURCES,
            name,
            ProviderSources(job=job, status=wanted.status, documents={file: document}),
        )
        merged = clients.merged_document(copy, name)
        reason = why_unreadable(merged, job)
        if reason is not None:
            raise PipelineError(name, reason)
        overlay = draft_overlay(name, merged, job, status=wanted.status)
        if overlay is not None:
            copy.overlay(name).write_text(overlay, encoding="utf-8")
            written.append(f"specs/{name}.overlay.yaml")
        sandbox.regenerate([name])
        effective = clients.effective_document(copy, name)
        if not security_of(effective, job):
            left.append(f"{name}: its spec names no key: see that connect() sends it as it should")
        draft = partial(
            draft_module,
            name,
            effective,
            read_client(copy.generated / name, job),
            id=wanted.id,
            source=copy.sources[name],
        )
        _write_module(copy.root / module, draft())
        errors = sandbox.errors_of_types([name])
        if errors:
            raise PipelineError("the type checkers", "\n".join(["find this:", *errors]))
        left += [*sandbox.open_questions([name]), *sandbox.unreadable_examples([name])]
        left.append(
            f"{name}: see that PROVIDER in {module} reads the code and message of a failed job"
        )
        if package is not None:
            _write_package(copy, name, package, draft(package=True), sandbox)
            inside = f"src/tilldone_{name}/__init__.py"
            return [line.replace(module, inside).replace(SOURCES, "specs") for line in left]
        sandbox.copy_back(written)
    left.append(
        f"{name}: list it in README.md and tests/test_exports.py, with its sample application"
    )
    return left


def _write_module(module: Path, text: str) -> None:
    module.write_text(text, encoding="utf-8")
    toolchain.format_module(module, width=100, place=module.name)


def _write_package(copy: Project, name: str, package: Path, module: str, sandbox: Sandbox) -> None:
    """Put a distribution together in the copy, check its types, and move it to where it is to be.

    Raises:
        PipelineError: there is something at that place, or the type checker finds something.
    """
    if package.exists():
        raise PipelineError(str(package), "is there already; name a directory that is not")
    fresh = copy.root / "package"
    source = fresh / "src" / f"tilldone_{name}"
    shutil.copytree(copy.generated / name, source / "client")
    (source / "py.typed").touch()
    (source / "client" / "py.typed").unlink()
    (fresh / "specs").mkdir()
    for file in (copy.spec(name), copy.overlay(name)):
        if file.exists():
            shutil.copy(file, fresh / "specs")
    (fresh / "pyproject.toml").write_text(draft_project(name), encoding="utf-8")
    _write_module(source / "__init__.py", module)
    errors = sandbox.errors_of("mypy", f"package/src/tilldone_{name}")
    if errors:
        raise PipelineError("the type checkers", "\n".join(["find this:", *errors]))
    package.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(fresh, package)


def _only_operation(spec: Spec, *, page: str | None) -> str:
    listed = [spec.headed] if spec.headed else operations(spec.document)
    if len(listed) != 1:
        raise PipelineError(
            page or "the spec",
            f"describes {len(listed)} operations: say with --job which one polls a job, "
            'such as --job "GET /v1/jobs/{id}"',
        )
    return listed[0]
