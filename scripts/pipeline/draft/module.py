"""The first module of a new provider, to be completed by a person."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from pipeline.project import ProviderSources
from pipeline.statuses import answer_schema, listed_statuses

from .facts import address_of, failure_reader, id_of, key_arguments, key_header
from .overlay import title_of
from .submit import PRIVATE, draft_operation, function_name, submitted_by
from .union import draft_parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipeline.documents import Document

    from .client_ast import JobOperation, SubmitOperation
    from .submit import Submitted

__all__ = ["draft_module", "draft_project"]

_TEMPLATES = Path(__file__).with_name("templates")
_OWN_NAMES = {
    "Any",
    "AuthenticatedClient",
    "Body",
    "Client",
    "Connect",
    "Failure",
    "Job",
    "JobRequest",
    "Mapping",
    "Phase",
    "Provider",
    "Result",
    "Resume",
    "TypeAlias",
}
_TEXT = """

def _text(value: object) -> str | None:
    return None if value is None else str(value)
"""
_SEGMENT = """

def _segment(text: str, name: str) -> None:
    if not text.strip() or text in {".", ".."} or not text.isprintable():
        raise ValueError(f"{name}: {text!r} cannot be one segment of a path")
"""
_URL_OR_ERROR = """\
    url = base_url or os.environ.get(_URL, "").strip()
    if not url:
        raise ValueError(f"base_url: this provider has no default; pass it or set {_URL}")
"""


def draft_module(
    name: str,
    document: Document,
    job_operation: JobOperation,
    submits: Mapping[str, SubmitOperation],
    *,
    id: str | None,
    submitted: str | None,
    source: ProviderSources,
    package: bool = False,
) -> str:
    """Write the provider's module, its statuses unclassified.

    `submits` are the operations that make jobs, by what the spec calls them; `submitted` is where
    their answers have the job's id, as far as it was said. In a `package` of its own, the module
    rests on nothing but what tilldone makes public.
    """
    named = id_of(name, document, job_operation, source.job, said=id)
    takes = [*job_operation.parameters, *job_operation.body_fields]
    extras = [each for each in takes if each != named]
    given = {each: "id" if each == named else each for each in takes}
    address = address_of(document, source.job)
    variable = name.upper()
    words = sorted(listed_statuses(document, job=source.job, at=source.status))
    failure = failure_reader(document, source.job)
    models = tuple(map(_known_as, job_operation.results))
    result = " | ".join(models)
    told = submitted_by(name, document, submits, id=named, extras=extras, said=submitted)
    operations = _operations(name, submits, told, package=package)
    union = (
        draft_parse(
            answer_schema(document, source.job),
            document,
            {model: _known_as(model) for model in job_operation.results},
            status=source.status,
        )
        if len(models) > 1
        else ""
    )
    reads_body = failure or len(models) > 1 or told.function
    functions = [function_name(each) for each in submits.values()]
    addressed = ["DEFAULT_BASE_URL"] if address else []
    public = [*addressed, "PHASES", "PROVIDER", "Client", "Result"]
    public += sorted(["connect", "job", "resume", *functions])
    fill: dict[str, str] = {
        "title": title_of(name),
        "name": name,
        "imports": _imports(
            job_operation, submits, origin=".client" if package else f"tilldone_clients.{name}"
        ),
        "result": result,
        "parse": f"{result}.from_dict" if len(models) == 1 else "_parse",
        "parse_union": union,
        "suppress_import": "from contextlib import suppress\n" if "suppress(" in union else "",
        "body_import": "Body, " if reads_body else "",
        "failure_imports": "Failure, " if failure else "",
        "job_imports": "Job, checked_id" if "checked_id(" in operations else "Job",
        "request_import": "from tilldone._core.job_request import JobRequest\n" if submits else "",
        "text_import": "from tilldone._core.text import text_or_none\n" if failure else "",
        "declared_failure": "    failure=_failure,\n" if failure else "",
        "public": f"[{', '.join(map(json.dumps, public))}]",
        "address": f"\nDEFAULT_BASE_URL = {json.dumps(address)}\n" if address else "",
        "phases": "\n".join(
            f"    {json.dumps(word)}: Phase.UNKNOWN,  # classify" for word in words
        ),
        "failure": failure,
        "submitted": told.function if submits else "",
        "operations": operations,
        "poll": textwrap.indent(_poll(job_operation, given), "    "),
        "extras_parameters": "".join(f", {each}: str" for each in extras),
        "variable": f"{variable}_API_KEY",
        "url_variable": "" if address else f'_URL = "{variable}_BASE_URL"\n',
        "declared_url": "" if address else "    url_variable=_URL,\n",
        "page": json.dumps(source.page.removesuffix(".md")),
        "declared_status": ""
        if source.status == ProviderSources.status
        else f"    status={json.dumps(source.status)},\n",
        "declared_extras": _declare("extras", map(json.dumps, extras)) if extras else "",
        "declared_submitted": (
            f"    submitted={told.declared},\n" + _declare("operations", functions)
            if submits
            else ""
        ),
        "connected": (
            "    default_base_url=DEFAULT_BASE_URL,\n" if address else "    url_variable=_URL,\n"
        )
        + key_arguments(name, document, source.job),
        "job_parameters": f", *, {', '.join(f'{each}: str' for each in extras)}" if extras else "",
        "job_arguments": "".join(f", {each}={each}" for each in extras),
    }
    if not package:
        return _filled("provider.txt", fill)
    header = key_header(name, document, source.job)
    fill["package_key"] = f', prefix="", auth_header_name={header}' if header else ""
    fill["or_no_url"] = "" if address else ", or no base URL"
    fill["package_base_url"] = "base_url or DEFAULT_BASE_URL" if address else "url"
    fill["package_url"] = "" if address else _URL_OR_ERROR
    if failure:
        fill["failure"] = failure.replace("text_or_none", "_text") + _TEXT
    for each in ("failure", "parse_union", "submitted"):
        fill[each] = fill[each].replace("Body", "Mapping[str, Any]")
    fill["public_imports"] = ("Failure, " if failure else "") + (
        "Job, JobRequest, " if submits else "Job, "
    )
    return _filled("package.txt", fill)


def draft_project(name: str) -> str:
    """Write the pyproject.toml of a provider that is a distribution of its own."""
    dashed = name.replace("_", "-")
    return _filled("pyproject.txt", {"name": name, "dashed": dashed, "title": title_of(name)})


def _filled(template: str, fill: Mapping[str, str]) -> str:
    return Template((_TEMPLATES / template).read_text(encoding="utf-8")).substitute(fill)


def _declare(field: str, values: Iterable[str]) -> str:
    """Give the line that declares a field of several values."""
    return f"    {field}=({''.join(f'{value}, ' for value in values)}),\n"


def _imports(
    job_operation: JobOperation, submits: Mapping[str, SubmitOperation], *, origin: str
) -> str:
    """Give the lines that import what the module uses of the client, which ruff puts in order."""
    asked = [(job_operation.tag, job_operation.operation)]
    asked += [(each.tag, f"{each.operation} as _{each.operation}") for each in submits.values()]
    models = {model for model in (*job_operation.results, job_operation.body) if model}
    models |= {model for each in submits.values() for model in each.models}
    named = ", ".join(
        model if model == _known_as(model) else f"{model} as {_known_as(model)}"
        for model in sorted(models)
    )
    return "\n".join(
        [
            f"from {origin} import AuthenticatedClient",
            *(f"from {origin}.api.{tag} import {operation}" for tag, operation in asked),
            f"from {origin}.models import {named}",
        ]
    )


def _operations(
    name: str,
    submits: Mapping[str, SubmitOperation],
    told: Submitted,
    *,
    package: bool,
) -> str:
    """Draft the functions that prepare jobs."""
    drafted = "".join(
        draft_operation(
            name,
            named,
            operation,
            known_as={model: _known_as(model) for model in operation.models},
            extras=told.asked[named],
            packed=package,
        )
        for named, operation in submits.items()
    )
    return (_SEGMENT if "_segment(" in drafted else "") + drafted


def _known_as(model: str) -> str:
    """Name a model so that it takes no name that the module needs itself."""
    return f"{model}Model" if model in _OWN_NAMES else model


def _poll(job_operation: JobOperation, given: dict[str, str]) -> str:
    arguments = [f"{each}={given[each]}" for each in job_operation.parameters]
    lines = []
    if job_operation.body:
        fields = ", ".join(f"{each}={given[each]}" for each in job_operation.body_fields)
        lines.append(f"body = {_known_as(job_operation.body)}({fields})")
        arguments.append("body=body")
    lines.append(f"build = {job_operation.operation}._get_kwargs{PRIVATE}")
    lines.append(f"return build({', '.join(arguments)})")
    return "\n".join(lines)
