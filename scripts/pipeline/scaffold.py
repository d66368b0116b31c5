"""Lay down a new provider: everything that it needs, drafted in a copy and put in place at once."""

from __future__ import annotations

import keyword
import re
import shutil
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from . import clients, lock, sources, toolchain
from .draft.client_ast import read_client, read_submit
from .draft.facts import address_of
from .draft.module import draft_module, draft_project
from .draft.overlay import draft_overlay, with_plain_references
from .errors import PipelineError
from .load_spec import time_limit
from .openapi import operations, security_of
from .project import SOURCES, ProviderSources
from .report import counted
from .sandbox import open_sandbox
from .statuses import listed_statuses, places_of_words, status_place, why_unreadable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from .documents import Document
    from .load_spec import Spec
    from .project import Project
    from .sandbox import Sandbox

__all__ = ["Wanted", "check_name", "lay_down"]

_NAME = re.compile(r"[a-z][a-z0-9_]*")
# What the package itself has under these names would no longer be found.
_TAKEN = {"aio", "as_completed", "check", "testing", "wait", "wait_all", "watch"}
_SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What of a spec a provider is made of, as far as it was said."""

    job: str | None = None
    submit: tuple[str, ...] = ()
    id: str | None = None
    status: str = ProviderSources.status
    submitted: str | None = None


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
    job = wanted.job or _only_operation(spec, page=page)
    address = page or address_of(spec.document, job)
    if address is None:
        raise PipelineError(
            name, "give the address of the page that its spec came from: --page URL"
        )
    if package is not None and package.exists():
        raise PipelineError(str(package), "is there already; name a directory that is not")
    with open_sandbox(project) as sandbox:
        draft = _Draft(sandbox, name, job, wanted)
        draft.write_spec(spec, page=address)
        with time_limit(name):
            draft.write_overlay()
        sandbox.regenerate([name])
        left = draft.write_modules(packed=package is not None)
        statuses, examples = sandbox.open_questions([name])
        if package is not None:
            package.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(draft.package, package)
        else:
            sandbox.copy_back(draft.written)
    left = [*statuses, *examples, *left]
    module, specs = draft.module, SOURCES
    if page is None:
        left.insert(0, f"{name}: put the address of its page into {SOURCES} and {module}, PROVIDER")
    if package is None:
        return [
            *left,
            f"{name}: list it in README.md, and write a sample application in tests/apps/",
        ]
    module, specs = f"src/tilldone_{name}/__init__.py", "specs"
    return [line.replace(draft.module, module).replace(SOURCES, specs) for line in left]


class _Draft:
    """A new provider's files, one after the other, in a copy of the checkout."""

    def __init__(self, sandbox: Sandbox, name: str, job: str, wanted: Wanted) -> None:
        self._sandbox, self._copy = sandbox, sandbox.project
        self._name, self._job, self._wanted = name, job, wanted
        self.module = f"wrapper/tilldone/{name}.py"
        self.package = sandbox.project.root / "package"
        self._reasons: Sequence[str] = ()
        self._status = wanted.status
        self.written = [SOURCES, lock.LOCK, "generated/tilldone_clients", self.module]

    def write_spec(self, spec: Spec, *, page: str) -> None:
        """Keep the document, and where it comes from."""
        file = f"{self._name}.yaml"
        self._copy.document(file).write_bytes(spec.content)
        chosen = tuple(dict.fromkeys((self._job, *self._wanted.submit)))
        document = sources.source_of(spec, page=page, operations=chosen)
        self._entry = ProviderSources(job=self._job, documents={file: document})
        self.written.append(f"specs/{file}")

    def write_overlay(self) -> None:
        """Say what the generator needs said otherwise, where there is anything."""
        merged = clients.merged_document(self._copy, self._name, sources=self._entry)
        read = with_plain_references(self._name, merged)
        reason = why_unreadable(read, self._job)
        if reason is not None:
            raise PipelineError(self._name, reason)
        self._status = status_place(read, self._job, at=self._wanted.status)
        if not listed_statuses(read, job=self._job, at=self._status):
            raise PipelineError(self._name, self._no_words(read))
        entry = replace(self._entry, status=self._status)
        sources.write_sources(self._copy.root / SOURCES, self._name, entry)
        overlay, self._reasons = draft_overlay(self._name, merged, self._job, status=self._status)
        if overlay:
            self._copy.overlay(self._name).write_text(overlay, encoding="utf-8", newline="\n")
            self.written.append(f"specs/{self._name}.overlay.yaml")

    def write_modules(self, *, packed: bool) -> list[str]:
        """Draft what uses the client, and let the type checkers read it; gives what is left.

        Raises:
            PipelineError: something cannot be drafted, or the type checkers find something.
        """
        name, wanted = self._name, self._wanted
        effective = clients.effective_document(self._copy, name)
        client = self._copy.generated / name
        draft = partial(
            draft_module,
            name,
            effective,
            read_client(client, self._job),
            {each: read_submit(client, each) for each in wanted.submit},
            id=wanted.id,
            submitted=wanted.submitted,
            source=self._copy.sources[name],
        )
        _write_module(self._copy.root / self.module, draft())
        if packed:
            self._write_package(draft(package=True))
        if packed:
            errors = self._sandbox.errors_of_package("package")
        else:
            errors = self._sandbox.errors_of_types([name])
        if errors:
            raise PipelineError("the type checkers", "\n".join(["find this:", *errors]))
        left = []
        if self._reasons:
            told = " ".join(dict.fromkeys(self._reasons))
            left.append(
                f"{name}: see that specs/{name}.overlay.yaml is right to say "
                f"{counted(len(self._reasons), 'thing')} otherwise than the spec: {told}"
            )
        if self._status != wanted.status:
            left.append(
                f"{name}: see that `{self._status}` is the status of an answer, whose "
                f"`{wanted.status}` is an object"
            )
        if not security_of(effective, self._job):
            left.append(f"{name}: its spec names no key: see that connect() sends it as it should")
        left.append(
            f"{name}: see that PROVIDER in {self.module} reads the code and message of a failed job"
        )
        if wanted.submit and not wanted.submitted:
            left.append(
                f"{name}: see that the answer to a submission has the job's id where `submitted` "
                f"of PROVIDER in {self.module} says"
            )
        return left

    def _no_words(self, document: Document) -> str:
        """Say that nothing tells what the words of the status are, and where words are told."""
        places = places_of_words(document, self._job)[:_SHOWN]
        listed = f"; it lists words at {', '.join(places)}" if places else ""
        return (
            f"its spec lists no words for the answer's `{self._status}`: give it an enum, or say "
            f"with --status where the status is{listed}"
        )

    def _write_package(self, module: str) -> None:
        """Put a distribution together."""
        source = self.package / "src" / f"tilldone_{self._name}"
        shutil.copytree(self._copy.generated / self._name, source / "client")
        (source / "py.typed").touch()
        (source / "client" / "py.typed").unlink()
        (self.package / "specs").mkdir()
        for file in (self._copy.spec(self._name), self._copy.overlay(self._name)):
            if file.exists():
                shutil.copy(file, self.package / "specs")
        project = draft_project(self._name)
        (self.package / "pyproject.toml").write_text(project, encoding="utf-8", newline="\n")
        _write_module(source / "__init__.py", module)


def _write_module(module: Path, text: str) -> None:
    module.write_text(text, encoding="utf-8", newline="\n")
    toolchain.format_module(module, width=100, place=module.name)


def _only_operation(spec: Spec, *, page: str | None) -> str:
    listed = [spec.headed] if spec.headed else operations(spec.document)
    if len(listed) != 1:
        raise PipelineError(
            page or "the spec",
            f"describes {len(listed)} operations: say with --job which one polls a job, "
            'such as --job "GET /v1/jobs/{id}"',
        )
    return listed[0]
