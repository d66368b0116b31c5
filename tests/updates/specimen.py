"""A small spec that uses a bit of everything, for tests to put things into."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeAlias

from pipeline.fetch import Page
from pipeline.openapi import operations
from pipeline.project import Project

if TYPE_CHECKING:
    from pathlib import Path

Spec: TypeAlias = dict[str, Any]

JOB = "GET /jobs/{id}"


def specimen() -> Spec:
    """Give a fresh copy of it."""
    poll = {
        "tags": ["jobs"],
        "operationId": "get_job",
        "summary": "Get a job",
        "description": "Where it stands.",
        "security": [{"key": []}],
        "parameters": [
            {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
            {
                "name": "view",
                "in": "query",
                "description": "How much of it",
                "example": "all",
                "schema": {"type": "string", "enum": ["all", "some"], "default": "all"},
            },
            {"name": "note", "in": "query", "schema": {"type": "string", "default": "none"}},
            {"name": "X-Team", "in": "header", "schema": {"type": "string"}},
        ],
        "responses": {
            "200": {
                "description": "The job",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Job"}}},
            }
        },
    }
    job = {
        "title": "Job",
        "description": "A job.",
        "type": "object",
        "required": ["status", "id"],
        "properties": {
            "status": {"type": "string", "enum": ["queued", "done", "failed"]},
            "id": {"type": "string", "description": "Its id", "example": "j1"},
            "speed": {"type": "string", "default": "slow"},
            "kind": {"const": "job"},
            "size": {"type": "integer", "default": 3},
            "made": {"type": "string", "format": "date-time"},
            "parts": {
                "type": "array",
                "items": {
                    "type": "object",
                    "title": "Part",
                    "properties": {"text": {"type": "string"}},
                },
            },
        },
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Jobs", "version": "1"},
        "servers": [{"url": "https://api.jobs.example"}],
        "paths": {"/jobs/{id}": {"get": poll}},
        "components": {
            "schemas": {"Job": job},
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


def as_file(spec: Spec) -> Page:
    """Give a spec as an OpenAPI file that was fetched."""
    return Page(place="jobs.json", content=json.dumps(spec).encode())


def lay_out_project(root: Path, **specs: Spec) -> Project:
    """Make a project of a provider for each spec, which is its document."""
    (root / "specs").mkdir()
    document = {"page": "https://docs.jobs.example", "retrieved": "2026-01-01", "sha256": ""}
    entries = []
    for name, spec in specs.items():
        (job,) = operations(spec)
        entries.append(
            f"[{name}]\njob = {json.dumps(job)}\n"
            + f'[{name}.documents."{name}.yaml"]\n'
            + "".join(f"{key} = {json.dumps(value)}\n" for key, value in document.items())
        )
        (root / "specs" / f"{name}.yaml").write_bytes(as_file(spec).content)
    (root / "specs" / "sources.toml").write_text("".join(entries), encoding="utf-8")
    return Project(root)


def poll_of(spec: Spec) -> Spec:
    """Give the operation that polls."""
    poll: Spec = spec["paths"]["/jobs/{id}"]["get"]
    return poll


def job_of(spec: Spec) -> Spec:
    """Give the schema of the answer."""
    job: Spec = spec["components"]["schemas"]["Job"]
    return job
