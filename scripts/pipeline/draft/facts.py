"""What a spec says of the address, ids, keys and failures of a provider, as its module has it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.errors import PipelineError
from pipeline.openapi import parameters_of, resolve, security_of, server_of
from pipeline.schema_facts import scheme_text
from pipeline.statuses import answer_schema, variants_of

if TYPE_CHECKING:
    from pipeline.documents import Document

    from .client_ast import JobOperation

__all__ = ["address_of", "failure_reader", "id_of", "key_arguments", "key_header"]

_CODES = ("error_code", "errorCode", "failure_code", "failureCode", "code")
_MESSAGES = (
    *("error_message", "errorMessage", "failure_reason", "failureReason", "fail_reason"),
    *("failure", "status_message", "statusMessage", "status_reason", "detail", "details", "reason"),
)


def address_of(document: Document, job: str) -> str | None:
    """Give the spec's own address to send polls to, if it has one that all users share."""
    url = server_of(document, job)
    if url is None or "{" in url or urlsplit(url).scheme != "https":
        return None
    return url.rstrip("/")


def id_of(
    name: str, document: Document, operation: JobOperation, job: str, *, said: str | None
) -> str:
    """Give what a poll calls the job's id: its only parameter, or the last one in its path."""
    takes = [*operation.parameters, *operation.body_fields]
    found = takes if len(takes) == 1 else []
    if said is None and not found:
        in_path = {
            re.sub(r"[\W_]+", "", str(each.get("name"))).lower(): each.get("name")
            for each in parameters_of(document, job)
            if each.get("in") == "path"
        }
        spelled = [each for each in takes if each.replace("_", "") in in_path]
        places = {each: job.rfind(f"{{{in_path[each.replace('_', '')]}}}") for each in spelled}
        found = sorted(spelled, key=lambda each: places[each])[-1:]
    named = said or (found[0] if found else None)
    if named not in takes:
        told = ", ".join(takes) or "nothing"
        raise PipelineError(name, f"a poll takes {told}: say which is the job's id, with --id")
    return named


def failure_reader(document: Document, job: str) -> str:
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


def key_arguments(name: str, document: Document, job: str) -> str:
    """Give the arguments of connector() that say where the key goes."""
    header = key_header(name, document, job)
    return f'    prefix="",\n    auth_header_name={header},\n' if header else ""


def key_header(name: str, document: Document, job: str) -> str | None:
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
