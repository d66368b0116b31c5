"""The documents' own API: from a specification to a typed wait, and the same by plain httpx."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.documents import PYTHON, ROOT, SHELL
from tests.httpd import JsonAnswers, running

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

KEY = "key-of-renders"
GENERATE = next(line for line in SHELL if line.startswith("openapi-python-client"))
SPEC = """
openapi: 3.1.0
info: {title: Renders, version: "1"}
paths:
  /renders/{id}:
    get:
      operationId: get_render
      tags: [renders]
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
      responses:
        "200":
          description: How a render stands.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Render"}
components:
  schemas:
    Render:
      type: object
      required: [job]
      properties:
        job:
          type: object
          required: [state]
          properties:
            kind: {const: render}
            state: {type: string, enum: [drawing, ready, broken]}
        url: {type: string, format: uri}
"""


class Renders(JsonAnswers, BaseHTTPRequestHandler):
    """A render is ready at its second poll."""

    asked = 0

    def do_GET(self) -> None:
        assert self.headers["Authorization"] == f"Bearer {KEY}"
        type(self).asked += 1
        drawing = {"job": {"kind": "render", "state": "drawing"}, "url": None}
        ready = {"job": {"kind": "render", "state": "ready"}, "url": "https://renders.example/1"}
        self.answer(200, drawing if self.asked < 2 else ready)

    def do_POST(self) -> None:
        assert self.headers["Authorization"] == f"Bearer {KEY}"
        assert self.path == "/renders"
        scene = json.loads(self.rfile.read(int(self.headers["content-length"])))
        assert scene == {"scene": "harbour"}
        self.answer(202, {"id": "r1"})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the README's command has generated a client."""
    made = tmp_path_factory.mktemp("own")
    (made / "renders.yaml").write_text(SPEC, encoding="utf-8")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    told = {**os.environ, "PATH": path}
    subprocess.run(GENERATE.split(), cwd=made, check=True, capture_output=True, env=told)
    return made


@pytest.fixture
def environment(folder: Path) -> Iterator[Mapping[str, str]]:
    Renders.asked = 0
    with running(Renders) as url:
        yield {
            **os.environ,
            "RENDERS_URL": url,
            "RENDERS_KEY": KEY,
            "PYTHONPATH": str(folder / "renders-client"),
        }


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Your own API", "renders_client.models.render.Render"),
        ("Without a generated client", "dict[str, Any]"),
        ("Jobs that it makes", "dict[str, Any]"),
    ],
)
def test_a_block_waits_and_is_typed(
    folder: Path, mypy_cache: Path, environment: Mapping[str, str], heading: str, kind: str
) -> None:
    program = PYTHON[heading].text
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.stdout, ran.stderr) == ("https://renders.example/1\n", "")
    checked = folder / "block.py"
    checked.write_text(program.replace("print(done", "reveal_type(done)\nprint(done"))
    typed = subprocess.run(
        [sys.executable, "-m", "mypy", "--cache-dir", str(mypy_cache), str(checked)],
        # Where mypy has read most of it already, and is as strict.
        cwd=ROOT,
        env={**environment, "MYPYPATH": environment["PYTHONPATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    revealed = re.findall(r'Revealed type is "(?:builtins\.)?(.*)"', typed.stdout)
    assert typed.returncode == 0, typed.stdout
    assert [each.replace("builtins.", "") for each in revealed] == [kind]
