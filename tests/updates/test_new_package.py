"""Schemas inside of schemas and unions with a discriminator go through the whole command.

The provider is laid down as a package, and its jobs are waited for over HTTP.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING

import pytest
from tests.httpd import JsonAnswers, running

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Checkout

SPEC = """\
openapi: 3.1.0
info: {title: Shots, version: '1'}
servers: [{url: https://api.shots.example}]
security: [{Key: []}]
paths:
  /shots:
    post:
      operationId: make_shot
      tags: [shots]
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              title: ShotBody
              properties:
                lens: {$ref: '#/components/schemas/Film/$defs/Frame/$defs/Lens'}
      responses:
        '202':
          description: Taken
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Shot'}
  /shots/{shot_id}:
    get:
      operationId: get_shot
      tags: [shots]
      parameters:
        - {name: shot_id, in: path, required: true, schema: {type: string}}
      responses:
        '200':
          description: The shot
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Shot'}
components:
  schemas:
    Shot:
      oneOf:
        - {$ref: '#/components/schemas/Still'}
        - {$ref: '#/components/schemas/Film'}
      discriminator:
        propertyName: kind
        mapping: {still: Still, film: '#/components/schemas/Film'}
    Still:
      type: object
      required: [id, status, kind]
      properties:
        id: {type: string}
        kind: {type: string}
        status: {$ref: '#/components/schemas/Film/$defs/State'}
        failure_code: {type: string}
        failure_reason: {type: string}
    Film:
      type: object
      required: [id, status, kind]
      properties:
        id: {type: string}
        kind: {type: string}
        status: {$ref: '#/$defs/State'}
        cut: {$ref: '#/$defs/Cut'}
        failure_code: {type: string}
        failure_reason: {type: string}
      $defs:
        State: {type: string, enum: [waiting, shown, torn]}
        Cut: {type: object, properties: {first: {$ref: '#/$defs/Frame'}}}
        Frame:
          type: object
          required: [number]
          properties:
            number: {type: integer}
            lens: {$ref: '#/components/schemas/Film/$defs/Frame/$defs/Lens'}
            next: {$ref: '#/components/schemas/Film/$defs/Frame'}
          $defs:
            Lens: {type: object, properties: {millimetres: {type: integer}}}
  securitySchemes:
    Key: {type: http, scheme: bearer}
"""

PHASES = {"waiting": "PENDING", "shown": "SUCCEEDED", "torn": "FAILED"}

APPLICATION = """\
import sys

from tilldone import JobFailed, Polling, run, wait
from tilldone_shots import connect, job, make_shot
from tilldone_shots.client.models import Film, Lens, ShotBody, Still

client = connect("key", base_url=sys.argv[1])
polling = Polling(schedule=lambda elapsed: 0.01)
done = run(make_shot(client, ShotBody(lens=Lens(millimetres=35))), timeout=60, polling=polling)
assert isinstance(done, Film) and done.cut and done.cut.first and done.cut.first.next_
print(done.cut.first.next_.number, done.cut.first.next_.lens)
try:
    wait(job(client, "s2"), timeout=60, polling=polling)
except JobFailed as failed:
    print(failed.code, failed.message, isinstance(failed.response, Still))
"""

CUT = {"first": {"number": 1, "next": {"number": 2, "lens": {"millimetres": 35}}}}
TORN = {"failure_code": "dark", "failure_reason": "Nothing is seen"}


def waited_for(application: Path, package: Path, checkout: Checkout) -> tuple[list[str], str]:
    """Run the application at the provider; gives what it said, and what was sent."""
    to_come: dict[str, list[dict[str, object]]] = {
        "/shots/s1": [
            {"id": "s1", "kind": "film", "status": "waiting"},
            {"id": "s1", "kind": "film", "status": "shown", "cut": CUT},
        ],
        "/shots/s2": [{"id": "s2", "kind": "still", "status": "torn", **TORN}],
    }
    sent: list[str] = []

    class Handler(JsonAnswers, BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the name that the base class calls
            self.answer(200, to_come[self.path].pop(0))

        def do_POST(self) -> None:  # the name that the base class calls
            sent.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.answer(202, {"id": "s1", "kind": "film", "status": "waiting"})

    rooms = (package / "src", checkout.root / "wrapper", checkout.root / "generated")
    with running(Handler) as url:
        ran = subprocess.run(
            [sys.executable, str(application), url],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, rooms))},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
    assert ran.stderr == ""
    return ran.stdout.splitlines(), "".join(sent)


@pytest.mark.usefixtures("quick_mypy")
def test_definitions_a_union_and_the_reason_of_a_failure_are_read_as_they_were_meant(
    checkout: Checkout, tmp_path: Path
) -> None:
    spec, package = tmp_path / "shots.yaml", tmp_path / "package"
    spec.write_text(SPEC, encoding="utf-8")
    laid = checkout.run(
        *("new_provider.py", "shots", str(spec), "--page", "https://docs.shots.example"),
        *("--job", "GET /shots/{shot_id}", "--submit", "POST /shots"),
        *("--package", str(package)),
    )
    assert laid.returncode == 3, laid.stderr

    module = package / "src" / "tilldone_shots" / "__init__.py"
    text = module.read_text(encoding="utf-8")
    assert "failure=_failure," in text
    text, classified = re.subn(
        r'"(\w+)": Phase\.UNKNOWN,  # classify',
        lambda word: f'"{word[1]}": Phase.{PHASES[word[1]]},',
        text,
    )
    assert classified == len(PHASES)
    module.write_text(text, encoding="utf-8")
    application = tmp_path / "application.py"
    application.write_text(APPLICATION, encoding="utf-8")
    said, sent = waited_for(application, package, checkout)
    assert said == ["2 Lens(millimetres=35, additional_properties={})", "dark Nothing is seen True"]
    assert json.loads(sent) == {"lens": {"millimetres": 35}}
