"""The first module of a new provider, to be completed by a person."""

from __future__ import annotations

import json
import re
import textwrap
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from .draft_overlay import title_of
from .errors import PipelineError
from .layout import scheme_text
from .openapi import parameters_of, resolve, security_of, server_of
from .project import ProviderSources
from .statuses import answer_schema, listed_statuses, statuses_of, variants_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .client_ast import JobOperation
    from .documents import Document

__all__ = ["address_of", "draft_module", "draft_project"]

_TEMPLATES = Path(__file__).with_name("templates")
_OWN_NAMES = {
    "Any",
    "AuthenticatedClient",
    "Body",
    "Client",
    "Failure",
    "Job",
    "Mapping",
    "Phase",
    "Provider",
    "Result",
    "TypeAlias",
}
_CODES = ("error_code", "errorCode", "failure_code", "failureCode", "code")
_MESSAGES = (
    *("error_message", "errorMessage", "failure_reason", "failureReason", "fail_reason"),
    *("failure", "status_message", "statusMessage", "status_reason", "detail", "details", "reason"),
)
_TEXT = """

def _text(value: object) -> str | None:
    return None if value is None else str(value)
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
    *,
    id: str | None,
    source: ProviderSources,
    package: bool = False,
) -> str:
    """Write the provider's module, its statuses unclassified.

    In a `package` of its own, that rests on nothing but what tilldone makes public.
    """
    takes = [*job_operation.parameters, *job_operation.body_fields]
    named = id or _only_id(takes, document, source.job)
    if named not in takes:
        told = ", ".join(takes) or "nothing"
        raise PipelineError(name, f"a poll takes {told}: say which is the job's id, with --id")
    extras = [each for each in takes if each != named]
    given = {each: "id" if each == named else each for each in takes}
    address = address_of(document, source.job)
    variable = name.upper()
    words = sorted(listed_statuses(document, job=source.job, at=source.status))
    if not words:
        raise PipelineError(
            name,
            f"its spec lists no words for the answer's `{source.status}`: give it an enum, or say "
            "with --status where the status is",
        )
    failure = _failure(document, source.job)
    models = tuple(map(_known_as, job_operation.results))
    result = " | ".join(models)
    fill: dict[str, str] = {
        "title": title_of(name),
        "name": name,
        "tag": job_operation.tag,
        "operation": job_operation.operation,
        "models": _imports(job_operation),
        "result": result,
        "parse": f"{result}.from_dict" if len(models) == 1 else "_parse",
        "parse_union": _parse(job_operation.results, document, source),
        "failure_imports": "Body, Failure, " if failure else "Body, " if len(models) > 1 else "",
        "text_import": "from tilldone._core.text import text_or_none\n" if failure else "",
        "declared_failure": "    failure=_failure,\n" if failure else "",
        "address_name": '"DEFAULT_BASE_URL", ' if address else "",
        "address": f"\nDEFAULT_BASE_URL = {json.dumps(address)}\n" if address else "",
        "phases": "\n".join(
            f"    {json.dumps(word)}: Phase.UNKNOWN,  # classify" for word in words
        ),
        "failure": failure,
        "poll": textwrap.indent(_poll(job_operation, given), "    "),
        "extras_parameters": "".join(f", {each}: str" for each in extras),
        "variable": f"{variable}_API_KEY",
        "url_variable": "" if address else f'_URL = "{variable}_BASE_URL"\n',
        "declared_url": "" if address else "    url_variable=_URL,\n",
        "page": json.dumps(source.page.removesuffix(".md")),
        "declared_status": ""
        if source.status == ProviderSources.status
        else f"    status={json.dumps(source.status)},\n",
        "declared_extras": _declare("extras", extras) if extras else "",
        "connected": (
            "    default_base_url=DEFAULT_BASE_URL,\n" if address else "    url_variable=_URL,\n"
        )
        + _key(name, document, source.job),
        "job_parameters": f", *, {', '.join(f'{each}: str' for each in extras)}" if extras else "",
        "job_arguments": "".join(f", {each}={each}" for each in extras),
    }
    if not package:
        return _filled("provider.txt", fill)
    header = _key_header(name, document, source.job)
    fill["package_key"] = f', prefix="", auth_header_name={header}' if header else ""
    fill["or_no_url"] = "" if address else ", or no base URL"
    fill["package_base_url"] = "base_url or DEFAULT_BASE_URL" if address else "url"
    fill["package_url"] = "" if address else _URL_OR_ERROR
    if failure:
        fill["failure"] = (
            failure.replace("Body", "Mapping[str, Any]").replace("text_or_none", "_text") + _TEXT
        )
    fill["parse_union"] = fill["parse_union"].replace("Body", "Mapping[str, Any]")
    fill["failure_imports"] = "Failure, " if failure else ""
    return _filled("package.txt", fill)


def draft_project(name: str) -> str:
    """Write the pyproject.toml of a provider that is a distribution of its own."""
    dashed = name.replace("_", "-")
    return _filled("pyproject.txt", {"name": name, "dashed": dashed, "title": title_of(name)})


def address_of(document: Document, job: str) -> str | None:
    """Give the spec's own address to send polls to, if it has one that all users share."""
    url = server_of(document, job)
    if url is None or "{" in url or urlsplit(url).scheme != "https":
        return None
    return url.rstrip("/")


def _filled(template: str, fill: Mapping[str, str]) -> str:
    return Template((_TEMPLATES / template).read_text(encoding="utf-8")).substitute(fill)


def _declare(field: str, words: Iterable[str]) -> str:
    """Give the line that declares a field of several words."""
    return f"    {field}=({''.join(f'{json.dumps(word)}, ' for word in words)}),\n"


def _imports(job_operation: JobOperation) -> str:
    models = sorted({model for model in (*job_operation.results, job_operation.body) if model})
    return ", ".join(
        model if model == _known_as(model) else f"{model} as {_known_as(model)}" for model in models
    )


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
    lines.append(f"return {job_operation.operation}._get_kwargs({', '.join(arguments)})")
    return "\n".join(lines)


def _only_id(takes: list[str], document: Document, job: str) -> str | None:
    """Give the only parameter that a poll takes, or the only one in its path."""
    in_path = [each for each in parameters_of(document, job) if each.get("in") == "path"]
    if len(takes) == 1:
        return takes[0]
    if len(in_path) == 1:
        spelled = re.sub(r"\W+", "", str(in_path[0].get("name"))).lower().replace("_", "")
        return next((each for each in takes if each.replace("_", "") == spelled), None)
    return None


def _parse(models: tuple[str, ...], document: Document, source: ProviderSources) -> str:
    """Draft how an answer of several classes is read: by its status."""
    if len(models) == 1:
        return ""
    schema = answer_schema(document, source.job)
    branches = next(
        value for key in ("oneOf", "anyOf") if isinstance(value := schema.get(key), list)
    )
    objects = [each for each in branches if resolve(each, document).get("type") != "null"]
    names = [_known_as(each) for each in models]
    lines = [
        f"    {json.dumps(word)}: {name},"
        for name, branch in zip(names, objects, strict=False)
        for word in statuses_of(resolve(branch, document), document, at=source.status)
    ]
    kinds = " | ".join(f"type[{name}]" for name in names)
    table = "\n".join(lines)
    return (
        f"\n_MODELS: Mapping[str, {kinds}] = {{\n{table}\n}}\n\n\n"
        f"def _parse(body: Body) -> {' | '.join(names)}:\n"
        f"    return _MODELS.get(PROVIDER.read_status(body), {names[-1]}).from_dict(body)\n"
    )


def _failure(document: Document, job: str) -> str:
    """Draft where a failed answer keeps its code and message; empty where that is the usual."""
    variants = variants_of(answer_schema(document, job), document)
    fields = {name for each in variants for name in resolve(each.get("properties"), document)}
    code = next((name for name in _CODES if name in fields), None)
    said = next((name for name in _MESSAGES if name in fields), None)
    if said is None and (code is None or "error" in fields):
        return ""
    code = code or ("error" if "error" in fields else "code")
    said = said or "message"
    return (
        "\n\ndef _failure(body: Body) -> Failure:\n"
        f"    code, message = body.get({json.dumps(code)}), body.get({json.dumps(said)})\n"
        "    return Failure(code=text_or_none(code), message=text_or_none(message))\n"
    )


def _key(name: str, document: Document, job: str) -> str:
    """Give the arguments of connector() that say where the key goes."""
    header = _key_header(name, document, job)
    return f'    prefix="",\n    auth_header_name={header},\n' if header else ""


def _key_header(name: str, document: Document, job: str) -> str | None:
    """Give the header that carries the key; None where it is a bearer's."""
    refused: list[Document] = []
    for choice in security_of(document, job):
        for scheme in choice:
            if scheme.get("type") == "apiKey" and scheme.get("in") == "header" and len(choice) == 1:
                return json.dumps(scheme.get("name"))
            if _is_bearer(scheme) and len(choice) == 1:
                return None
            refused.append(scheme)
    if refused:
        told = " or ".join(map(scheme_text, refused))
        raise PipelineError(name, f"its key goes where connect() sends none: {told}")
    return None


def _is_bearer(scheme: Document) -> bool:
    if scheme.get("type") == "http":
        return str(scheme.get("scheme")).lower() == "bearer"
    return scheme.get("type") in {"oauth2", "openIdConnect"}
