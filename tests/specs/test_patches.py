"""Every patch notices when the generator's text is no longer what it was made for."""

from __future__ import annotations

import email
import email.policy
import importlib
import io
import json
import shutil
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import PipelineError
from pipeline.generator import GenerateRequest, generate
from pipeline.patches import CLIENT, ENDPOINT, MODEL, STR_ENUM, TYPES, Patch, apply_patches

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Server

MODULES = {
    "client.py": CLIENT,
    "types.py": TYPES,
    "api/jobs/upload.py": ENDPOINT,
    "models/job.py": MODEL,
    "models/job_status.py": STR_ENUM,
}
JOB = {
    "type": "object",
    "properties": {
        "status": {"type": "string", "enum": ["done"]},
        "priority": {"type": "integer", "enum": [1, 2]},
        "at": {"type": "string", "format": "date-time"},
        "dates": {"type": "array", "items": {"type": "string", "format": "date-time"}},
    },
}
UPLOAD = {
    "type": "object",
    "properties": {"file": {"type": "string", "format": "binary"}, "name": {"type": "string"}},
}
DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Jobs", "version": "1"},
    "paths": {
        "/job": {
            "get": {
                "tags": ["jobs"],
                "operationId": "get_job",
                "responses": {
                    "200": {
                        "description": "ok",
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/Job"}}
                        },
                    }
                },
            },
            "post": {
                "tags": ["jobs"],
                "operationId": "upload",
                "requestBody": {
                    "required": True,
                    "content": {
                        "multipart/form-data": {"schema": {"$ref": "#/components/schemas/Upload"}}
                    },
                },
                "responses": {"200": {"description": "ok"}},
            },
        }
    },
    "components": {"schemas": {"Job": JOB, "Upload": UPLOAD}},
}


@pytest.fixture(scope="session")
def raw_client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A client as the generator writes it, before anything is done to it."""
    scratch = tmp_path_factory.mktemp("raw")
    (scratch / "openapi.json").write_text(json.dumps(DOCUMENT), encoding="utf-8")
    (scratch / "config.json").write_text('{"post_hooks": []}', encoding="utf-8")
    request = GenerateRequest(
        place="jobs",
        document=scratch / "openapi.json",
        config=scratch / "config.json",
        client=scratch / "client",
    )
    assert generate([request], scratch=scratch) == [None]
    return request.client


@pytest.fixture
def client(raw_client: Path, tmp_path: Path) -> Path:
    return shutil.copytree(raw_client, tmp_path / "client")


def test_the_generators_traps_are_gone(client: Path) -> None:
    apply_patches(client)
    texts = {path: path.read_text(encoding="utf-8") for path in client.rglob("*.py")}
    assert not [path for path, text in texts.items() if "HTTPStatus(" in text]
    assert (client / "models" / "job.py").read_text().count("parse_datetime(") == 2
    assert "(OpenStrEnum)" in (client / "models" / "job_status.py").read_text()
    assert "(IntEnum)" in (client / "models" / "job_priority.py").read_text()


@pytest.mark.parametrize(
    ("module", "patch"),
    [
        pytest.param(module, patch, id=f"{module}, {patch.name}")
        for module, patches in MODULES.items()
        for patch in patches
        if patch.count is not None or patch.sign is not None
    ],
)
def test_an_edit_whose_words_are_gone_stops_everything(
    client: Path, module: str, patch: Patch
) -> None:
    text = (client / module).read_text(encoding="utf-8")
    # As a new generator might: the words are still there, but put differently.
    middle = len(patch.old) // 2
    changed = text.replace(patch.old, f"{patch.old[:middle]} {patch.old[middle:]}")
    assert changed != text
    (client / module).write_text(changed, encoding="utf-8")
    with pytest.raises(PipelineError) as caught:
        apply_patches(client)
    assert patch.name in str(caught.value) or "no kind of model" in str(caught.value)
    assert module in str(caught.value)


def test_a_file_that_holds_the_generators_own_boundary_arrives_whole(
    client: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply_patches(client)
    monkeypatch.syspath_prepend(client.parent)
    generated = importlib.import_module("client")
    upload = importlib.import_module("client.api.jobs.upload")
    model = importlib.import_module("client.models.upload").Upload
    types = importlib.import_module("client.types")
    content = b"before\r\n--+++\r\nafter\r\n--+++--\r\nend"
    body = model(file=types.File(io.BytesIO(content), file_name="a.bin"), name="A")
    answer = upload.sync_detailed(client=generated.Client(base_url=server.url), body=body)
    assert answer.status_code == 200
    ((_, headers),) = server.requests
    kind = f"Content-Type: {headers['content-type']}\r\n\r\n".encode()
    form = email.message_from_bytes(kind + server.bodies[0], policy=email.policy.HTTP)
    parts = {
        str(part.get_param("name", header="content-disposition")): part.get_payload(decode=True)
        for part in form.iter_parts()
    }
    assert parts == {"file": content, "name": b"A"}


def test_words_that_stand_too_often_stop_everything(client: Path) -> None:
    text = (client / "client.py").read_text(encoding="utf-8")
    (client / "client.py").write_text(text + "    token: str\n", encoding="utf-8")
    with pytest.raises(PipelineError, match=r"client\.py: the patch 'no key in the repr, token'"):
        apply_patches(client)


@pytest.mark.parametrize(
    "line", ["from .job import Job as Work\n", "from .job import (\n    Job,\n)\n", "import os\n"]
)
def test_a_package_of_models_in_another_form_stops_everything(client: Path, line: str) -> None:
    package = client / "models" / "__init__.py"
    text = package.read_text(encoding="utf-8").replace("\n__all__", f"{line}\n__all__")
    package.write_text(text, encoding="utf-8")
    with pytest.raises(PipelineError, match=r"models/__init__\.py: expects nothing but imports"):
        apply_patches(client)


def test_a_model_of_an_unknown_kind_stops_everything(client: Path) -> None:
    (client / "models" / "job_kind.py").write_text("from typing import Literal\n", encoding="utf-8")
    with pytest.raises(PipelineError, match=r"job_kind\.py: no kind of model begins with"):
        apply_patches(client)
