"""The first draft of a new provider: its overlay and its module, to be completed by a person."""

from __future__ import annotations

import json
import re
import textwrap
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from .documents import JSON, Document, Location, json_path
from .errors import PipelineError
from .layout import scheme_text
from .openapi import operation_of, resolve, security_of, server_of
from .project import ProviderSources
from .statuses import answer_schema, listed_statuses

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .client_ast import JobOperation

__all__ = ["address_of", "draft_module", "draft_overlay"]

_TEMPLATE = Path(__file__).with_name("templates") / "provider.txt"
_OWN_NAMES = {
    "Any",
    "AuthenticatedClient",
    "Body",
    "Failure",
    "Job",
    "Mapping",
    "Phase",
    "Provider",
}
_SHORT = re.compile(r"[a-z][a-z0-9_]{0,39}")


def address_of(document: Document, job: str) -> str | None:
    """Give the spec's own address to send polls to, if it has one that all users share."""
    url = server_of(document, job)
    if url is None or "{" in url or urlsplit(url).scheme != "https":
        return None
    return url.rstrip("/")


def draft_overlay(name: str, document: Document, job: str) -> str | None:
    """Write the overlay that gives short names and asks for the key; None where all is there."""
    method, _, path = job.partition(" ")
    place, (operation, _) = ("paths", path, method.lower()), operation_of(document, job)
    names: Document = {}
    if not _SHORT.fullmatch(str(operation.get("operationId"))):
        names["operationId"] = "get_job"
    if not operation.get("tags"):
        names["tags"] = ["Jobs"]
    actions: list[tuple[Location, str, JSON]] = []
    if names:
        actions.append((place, "A short import path.", names))
    if "security" not in operation and document.get("security"):
        reason = "The key that the document asks for as a whole, said where the generator reads it."
        actions.append((place, reason, {"security": document["security"]}))
    schema = _inline_answer(operation)
    if schema is not None and "title" not in schema:
        inside = ("responses", "200", "content", "application/json", "schema")
        reason = "The name of the result's class."
        actions.append(((*place, *inside), reason, {"title": f"{_title(name)}Job"}))
    listed = operation.get("parameters")
    for number, parameter in enumerate(listed if isinstance(listed, list) else []):
        taken = parameter if isinstance(parameter, dict) else {}
        form = taken.get("schema")
        if isinstance(form, dict) and "format" in form and taken.get("required") is True:
            where = (*place, "parameters", number, "schema", "format")
            actions.append((where, "An id goes back as it came.", None))
    return _overlay_text(name, actions) if actions else None


def draft_module(
    name: str,
    document: Document,
    job_operation: JobOperation,
    *,
    id: str | None,
    source: ProviderSources,
) -> str:
    """Write the provider's module, its statuses unclassified."""
    takes = [*job_operation.parameters, *job_operation.body_fields]
    named = takes[0] if id is None and len(takes) == 1 else id
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
    cast, failure = _failure(document, source.job)
    fill = {
        "title": _title(name),
        "name": name,
        "tag": job_operation.tag,
        "operation": job_operation.operation,
        "models": _imports(job_operation),
        "result": _known_as(job_operation.result),
        "cast_import": ", cast" if cast else "",
        "address_name": '"DEFAULT_BASE_URL", ' if address else "",
        "address": f"\nDEFAULT_BASE_URL = {json.dumps(address)}\n" if address else "",
        "phases": "\n".join(
            f"    {json.dumps(word)}: Phase.UNKNOWN,  # classify" for word in words
        ),
        "failure": textwrap.indent(failure, "    "),
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
    return Template(_TEMPLATE.read_text(encoding="utf-8")).substitute(fill)


def _declare(field: str, words: Iterable[str]) -> str:
    """Give the line that declares a field of several words."""
    return f"    {field}=({''.join(f'{json.dumps(word)}, ' for word in words)}),\n"


def _title(name: str) -> str:
    return name.replace("_", " ").title().replace(" ", "")


def _inline_answer(operation: Document) -> Document | None:
    schema: JSON = operation
    for key in ("responses", "200", "content", "application/json", "schema"):
        schema = schema.get(key) if isinstance(schema, dict) else None
    return schema if isinstance(schema, dict) and "$ref" not in schema else None


def _overlay_text(name: str, actions: list[tuple[Location, str, JSON]]) -> str:
    lines = ["overlay: 1.1.0", "info:", f"  title: What {name} sends beyond its own spec"]
    lines += ["  version: 1.0.0", f"extends: {name}.yaml", "actions:"]
    for location, reason, update in actions:
        # JSON is YAML, and its strings let nothing out.
        change = "remove: true" if update is None else f"update: {json.dumps(update)}"
        lines += [f"  - target: {json.dumps(json_path(location))}"]
        lines += [f"    description: {reason}", f"    {change}", ""]
    return "\n".join(lines)


def _imports(job_operation: JobOperation) -> str:
    models = sorted({model for model in (job_operation.result, job_operation.body) if model})
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


def _key(name: str, document: Document, job: str) -> str:
    """Give the arguments of connector() that say where the key goes."""
    refused: list[Document] = []
    for choice in security_of(document, job):
        for scheme in choice:
            if scheme.get("type") == "apiKey" and scheme.get("in") == "header" and len(choice) == 1:
                header = json.dumps(scheme.get("name"))
                return f'    prefix="",\n    auth_header_name={header},\n'
            if _is_bearer(scheme) and len(choice) == 1:
                return ""
            refused.append(scheme)
    if refused:
        told = " or ".join(map(scheme_text, refused))
        raise PipelineError(name, f"its key goes where connect() sends none: {told}")
    return ""


def _is_bearer(scheme: Document) -> bool:
    if scheme.get("type") == "http":
        return str(scheme.get("scheme")).lower() == "bearer"
    return scheme.get("type") in {"oauth2", "openIdConnect"}


def _failure(document: Document, job: str) -> tuple[bool, str]:
    """Draft where a failed answer keeps its code and its message, and whether that takes a cast."""
    properties = resolve(answer_schema(document, job).get("properties"), document)
    if "error" in properties and "message" not in properties:
        return True, (
            'error = body.get("error")\n'
            "if not isinstance(error, dict):\n"
            "    return Failure(message=text_or_none(error))\n"
            'said = cast("dict[str, object]", error)\n'
            'code, message = said.get("code"), said.get("message")\n'
            "return Failure(code=text_or_none(code), message=text_or_none(message))"
        )
    code = next((name for name in ("error_code", "code", "error") if name in properties), "code")
    said = next(
        (name for name in ("message", "fail_reason", "detail") if name in properties), "message"
    )
    return False, (
        f'code, message = body.get("{code}"), body.get("{said}")\n'
        "return Failure(code=text_or_none(code), message=text_or_none(message))"
    )
