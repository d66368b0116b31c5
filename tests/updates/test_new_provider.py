"""The README's walk-through, with a made-up sixth provider, to a job that is waited for."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING

import pytest
from tests.httpd import JsonAnswers, running

from .conftest import ROOT, Checkout
from .specimen import Spec, as_file, job_of, poll_of, specimen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SPEC = """\
openapi: 3.0.3
info:
  title: Renders
  version: '1'
servers:
  - url: https://api.renders.example/v2
security:
  - ApiKey: []
paths:
  /renders/{render-id}:
    get:
      parameters:
        - name: render-id
          in: path
          required: true
          schema:
            type: string
            format: uuid
      responses:
        '200':
          description: The render
          content:
            application/json:
              schema:
                type: object
                required: [status]
                properties:
                  status:
                    type: string
                    enum: [queued, rendering, finished, broken]
                  frames:
                    type: integer
                  error:
                    type: object
                    properties:
                      code:
                        type: string
                      message:
                        type: string
components:
  securitySchemes:
    ApiKey:
      type: apiKey
      in: header
      name: X-Render-Key
"""

TAKING = """\
  /{team}/renders:
    post:
      operationId: RenderScene
      parameters:
        - name: team
          in: path
          required: true
          schema:
            type: string
            format: uuid
      requestBody:
        content:
          application/json:
            schema:
              oneOf:
                - type: object
                  title: Still
                  required: [scene]
                  properties:
                    scene: {type: string}
                - type: object
                  title: Film
                  required: [scenes]
                  properties:
                    scenes: {type: array, items: {type: string}}
      responses:
        '202':
          description: Taken
          content:
            application/json:
              schema:
                type: object
                properties:
                  data:
                    type: object
                    properties:
                      render_id: {type: string}
components:
"""

PHASES = {"queued": "PENDING", "rendering": "RUNNING", "finished": "SUCCEEDED", "broken": "FAILED"}

APPLICATION = """\
import sys

from tilldone import JobFailed, Polling, renders, wait

client = renders.connect(base_url=sys.argv[1])
polling = Polling(schedule=lambda elapsed: 0.05)
done = wait(renders.job(client, "r 1"), timeout=20, polling=polling)
frames: int = done.frames or 0
print(frames)
try:
    wait(renders.job(client, "r2"), timeout=20, polling=polling)
except JobFailed as failed:
    print(failed.code, failed.message)
"""

ANSWERS: dict[str, list[dict[str, object]]] = {
    "/renders/r%201": [
        {"status": "queued"},
        {"status": "rendering"},
        {"status": "finished", "frames": 240},
    ],
    "/renders/r3": [{"job": {"state": "finished"}}],
    "/renders/r2": [{"status": "broken", "error": {"code": "no_scene", "message": "Nothing here"}}],
}


@pytest.fixture
def provider() -> Iterator[tuple[str, list[str | None]]]:
    """The made-up provider itself: its address, and the keys that it was shown."""
    keys: list[str | None] = []
    taken: list[str] = []
    to_come = {path: [*answers] for path, answers in ANSWERS.items()}

    class Handler(JsonAnswers, BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the name that the base class calls
            self.answer(200, to_come[self.path].pop(0))

        def do_POST(self) -> None:  # the name that the base class calls
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            taken.append(f"{self.path} {body}")
            name = f"made-{len(taken)}"
            last = {"status": "finished", "frames": len(taken), "error": {"message": taken[-1]}}
            to_come[f"/renders/{name}"] = [{"status": "queued"}, last]
            self.answer(202, {"data": {"render_id": name}})

        def answer(self, code: int, body: object) -> None:
            keys.append(self.headers.get("X-Render-Key"))
            super().answer(code, body)

    with running(Handler) as url:
        yield url, keys


def in_checkout(checkout: Checkout, *arguments: str) -> subprocess.CompletedProcess[str]:
    sources = os.pathsep.join(str(checkout.root / room) for room in ("wrapper", "generated"))
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=checkout.root,
        env={**os.environ, "PYTHONPATH": sources, "RENDERS_API_KEY": "rk-1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=1200,
    )


def status_test(checkout: Checkout) -> subprocess.CompletedProcess[str]:
    """Run the test of the status table for the made-up provider."""
    phases = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_phases.py")
    return in_checkout(checkout, *phases, "-k", "renders")


def classify(module: Path) -> None:
    """Put in the phases, as a person would."""
    text = module.read_text(encoding="utf-8")
    for word, phase in PHASES.items():
        old = f'    "{word}": Phase.UNKNOWN,  # classify\n'
        assert text.count(old) == 1
        text = text.replace(old, f'    "{word}": Phase.{phase},\n')
    module.write_text(text, encoding="utf-8")


@pytest.mark.usefixtures("quick_mypy")
def test_the_walk_through_ends_with_a_job_that_is_waited_for(
    checkout: Checkout, tmp_path: Path, provider: tuple[str, list[str | None]]
) -> None:
    url, keys = provider
    (tmp_path / "renders.yaml").write_text(SPEC, encoding="utf-8")
    line = next(
        line
        for line in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").splitlines()
        if "scripts/new_provider.py renders" in line
    )
    arguments = shlex.split(line.replace("renders.yaml", str(tmp_path / "renders.yaml")))[2:]

    laid = checkout.run("new_provider.py", *arguments)
    assert laid.returncode == 3, laid.stderr
    module = checkout.root / "wrapper" / "tilldone" / "renders.py"
    words = "'broken', 'finished', 'queued', 'rendering'"
    assert (
        f"left to do: renders: status {words} is new: classify it in "
        "wrapper/tilldone/renders.py, PHASES\n"
    ) in laid.stdout
    assert checkout.project.sources["renders"].page == "https://docs.renders.example/get.md"
    assert checkout.run("regenerate.py", "--check", "renders").returncode == 0
    assert status_test(checkout).returncode == 1, "red until they are classified"

    classify(module)
    green = status_test(checkout)
    assert green.returncode == 0, green.stdout

    application = tmp_path / "application.py"
    application.write_text(APPLICATION, encoding="utf-8")
    ran = in_checkout(checkout, str(application), url)
    assert (ran.stdout, ran.stderr) == ("240\nno_scene Nothing here\n", "")
    assert keys == ["rk-1"] * 4
    checks = (("mypy", "--strict", str(application)), ("ruff", "check", str(module)))
    for check in (*checks, ("ruff", "format", "--check", str(module))):
        checked = in_checkout(checkout, "-m", *check)
        assert checked.returncode == 0, checked.stdout


@pytest.mark.usefixtures("without_pyright")
def test_a_poll_that_posts_and_has_no_shared_host_is_laid_down_too(
    checkout: Checkout, tmp_path: Path
) -> None:
    spec = specimen()
    ask = {
        "type": "object",
        "title": "Ask",
        "required": ["job_id", "team"],
        "properties": {"job_id": {"type": "string"}, "team": {"type": "string"}},
    }
    poll = poll_of(spec) | {"requestBody": {"content": {"application/json": {"schema": ask}}}}
    poll["requestBody"]["required"] = True
    del poll["parameters"]
    spec["paths"] = {"/jobs": {"post": poll}}
    spec["servers"] = [{"url": "{base_url}"}]
    file = tmp_path / "jobs.json"
    file.write_bytes(as_file(spec).content)
    before = checkout.contents()
    page = ("--page", "https://docs.jobs.example/get")

    unsure = checkout.run("new_provider.py", "jobs", str(file), *page)
    assert unsure.returncode == 1
    assert "a poll takes job_id, team: say which is the job's id, with --id" in unsure.stderr
    assert checkout.contents() == before

    laid = checkout.run("new_provider.py", "jobs", str(file), *page, "--id", "job_id")
    assert laid.returncode == 3, laid.stderr
    program = (
        "from tilldone import jobs\n"
        "client = jobs.connect('key', base_url='https://here.example')\n"
        "job = jobs.job(client, 'j1', team='blue')\n"
        "print(job._target.request()['json'], jobs.resume(client, job.ref) == job)\n"
    )
    ran = in_checkout(checkout, "-c", program)
    assert ran.stdout == "{'job_id': 'j1', 'team': 'blue'} True\n", ran.stderr
    unaddressed = in_checkout(checkout, "-c", "from tilldone import jobs; jobs.connect('key')")
    assert "pass it or set JOBS_BASE_URL" in unaddressed.stderr


@pytest.mark.usefixtures("without_pyright")
def test_a_status_that_is_called_otherwise_is_waited_for_too(
    checkout: Checkout, tmp_path: Path, provider: tuple[str, list[str | None]]
) -> None:
    url, _ = provider
    spec = SPEC.replace(
        """\
                  status:
                    type: string
                    enum: [queued, rendering, finished, broken]
""",
        """\
                  job:
                    type: object
                    properties:
                      state:
                        type: string
                        enum: [queued, rendering, finished, broken]
""",
    ).replace("required: [status]", "required: [job]")
    (tmp_path / "renders.yaml").write_text(spec, encoding="utf-8")
    page = ("--page", "https://docs.renders.example/get")
    arguments = ("renders", str(tmp_path / "renders.yaml"), *page)

    unfound = checkout.run("new_provider.py", *arguments)
    assert unfound.returncode == 1
    assert "no words for the answer's `status`: give it an enum, or say with --status" in (
        unfound.stderr
    )
    assert "where the status is; it lists words at job.state\n" in unfound.stderr

    laid = checkout.run("new_provider.py", *arguments, "--status", "job")
    assert laid.returncode == 3, laid.stderr
    assert "see that `job.state` is the status of an answer, whose `job` is an" in laid.stdout
    assert checkout.project.sources["renders"].status == "job.state"
    classify(checkout.root / "wrapper" / "tilldone" / "renders.py")
    green = status_test(checkout)
    assert green.returncode == 0, green.stdout
    program = (
        "from tilldone import check, renders\n"
        f"client = renders.connect(base_url={url!r})\n"
        "snapshot = check(renders.job(client, 'r3'))\n"
        "print(snapshot.status, snapshot.phase, snapshot.response.job.state.value)\n"
    )
    ran = in_checkout(checkout, "-c", program)
    assert ran.stdout == "finished succeeded finished\n", ran.stderr


def without_statuses(spec: Spec) -> None:
    job_of(spec)["properties"]["status"] = {"type": "string"}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("zai", "zai: is there already"),
        ("wait", "wait: is there already"),
        ("aio", "aio: is there already"),
        ("Renders", "'Renders': not a valid name for a provider"),
        ("class", "'class': not a valid name for a provider"),
        ("../x", "'../x': not a valid name for a provider"),
        ("jobs", "jobs: its spec lists no words for the answer's `status`"),
    ],
)
def test_what_can_not_be_laid_down_is_refused_and_nothing_is_written(
    checkout: Checkout, tmp_path: Path, name: str, reason: str
) -> None:
    spec = specimen()
    without_statuses(spec)
    file = tmp_path / "jobs.json"
    file.write_bytes(as_file(spec).content)
    before = checkout.contents()
    refused = checkout.run("new_provider.py", name, str(file))
    assert refused.returncode == 1
    assert refused.stderr.startswith(reason)
    assert refused.stderr.endswith("nothing was written\n")
    assert re.search("Traceback", refused.stderr) is None
    assert checkout.contents() == before


def of_many_operations() -> Spec:
    """A spec with what real ones have: more than is asked for, and what no generator takes."""
    states: dict[str, Spec] = {
        "PENDING": {},
        "SUCCEEDED": {"output": {"type": "array", "items": {"type": "string"}}},
        "FAILED": {"failure": {"type": "string"}, "failureCode": {"type": "string"}},
    }
    branches = [
        {
            "type": "object",
            "required": ["status"],
            "properties": {"status": {"type": "string", "const": word}, **more},
        }
        for word, more in states.items()
    ]
    image: Spec = {"type": "object", "title": "Image", "properties": {"uri": {"type": "string"}}}
    other = {**image, "properties": {"data": {"type": "string"}}}
    take = {
        "type": "object",
        "title": "Take",
        "properties": {"first": image, "last": other, "n": {"type": "integer", "default": "one"}},
    }
    version = {"$ref": "#/components/parameters/Version"}
    poll = {
        "operationId": "a_name_that_nobody_would_want_to_type_again_and_again",
        "parameters": [{"$ref": "#/components/parameters/Id"}, version],
        "responses": {
            "200": {
                "description": "The task",
                "content": {
                    "application/json": {
                        "schema": {"oneOf": branches},
                        "examples": {
                            "wrong": {"title": "no field", "value": {"status": "PENDING"}}
                        },
                    }
                },
            }
        },
    }
    make = {
        "operationId": "make",
        "tags": ["Making"],
        "parameters": [version],
        "requestBody": {"content": {"application/json": {"schema": take}}},
        "responses": {"201": {"$ref": "#/components/responses/Taken"}},
    }
    part = {"schema": {"type": "object", "title": "Upload", "properties": {"name": {}}}}
    form = {"schema": {**part["schema"], "title": "UploadForm"}}
    upload = {
        "tags": ["Making"],
        "operationId": "upload",
        "requestBody": {
            "required": True,
            "content": {"application/json": part, "multipart/form-data": form},
        },
        "responses": {"201": {"$ref": "#/components/responses/Taken"}},
    }
    named: Spec = {"schema": {"type": "object", "properties": {"id": {"type": "string"}}}}
    taken = {"description": "Taken", "content": {"application/json": named}}
    unreadable = {"get": {"responses": {"200": {"$ref": "#/components/responses/Missing"}}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Takes", "version": "1"},
        "servers": [{"url": "http://not.used.example"}],
        "security": [{"basic": []}, {"bearer": []}],
        "paths": {
            "/v1/tasks/{id}": {"get": poll, "servers": [{"url": "https://api.takes.example/x"}]},
            "/v1/takes": {"post": make},
            "/v1/uploads": {"post": upload},
            "/v1/unreadable": unreadable,
        },
        "components": {
            "parameters": {
                "Id": {
                    "name": "id",
                    "in": "path",
                    "required": True,
                    "schema": {"$ref": "#/components/schemas/Uuid"},
                },
                "Version": {
                    "name": "X-Version",
                    "in": "header",
                    "required": True,
                    "schema": {"type": "string", "const": "2026-01-01"},
                },
            },
            "responses": {"Taken": taken},
            "schemas": {"Uuid": {"type": "string", "format": "uuid"}},
            "securitySchemes": {
                "basic": {"type": "http", "scheme": "basic"},
                "bearer": {"type": "http", "scheme": "bearer"},
            },
        },
    }


TAKES = """\
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from tilldone import JobFailed, run, submit, takes, wait
from tilldone_clients.takes.models import Image, Image2, Take, TakesJobSucceeded, Upload

ANSWERS = [
    {"id": "no uuid"},
    {"status": "SUCCEEDED", "output": ["a"]},
    {"status": "FAILED", "failure": "too dark", "failureCode": "INPUT"},
    {"id": "u1"},
]


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        print(self.path, self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.answer()

    def do_GET(self) -> None:
        assert self.headers["X-Version"] == "2026-01-01"
        self.answer()

    def answer(self) -> None:
        body = json.dumps(ANSWERS.pop(0)).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


server = HTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
client = takes.connect("key", base_url=f"http://127.0.0.1:{server.server_port}")
body = Take(first=Image(uri="u"), last=Image2(data="d"))
done = run(takes.make(client, body), timeout=20)
assert isinstance(done, TakesJobSucceeded)
print(done.output, takes.DEFAULT_BASE_URL)
try:
    wait(takes.job(client, "no uuid"), timeout=20)
except JobFailed as failed:
    print(failed.code, failed.message)
print(submit(takes.upload(client, Upload(name="n"))).id)
"""


@pytest.mark.usefixtures("quick_mypy")
def test_a_provider_is_laid_down_from_a_whole_api_as_its_vendor_publishes_it(
    checkout: Checkout, tmp_path: Path
) -> None:
    file = tmp_path / "takes.json"
    file.write_text(json.dumps(of_many_operations()), encoding="utf-8")
    call = ("new_provider.py", "takes", str(file), "--page", "https://docs.takes.example")

    unsure = checkout.run(*call)
    assert unsure.returncode == 1
    assert "describes 4 operations: say with --job which one polls a job" in unsure.stderr

    making = ("--submit", "POST /v1/takes", "--submit", "POST /v1/uploads")
    laid = checkout.run(*call, "--job", "GET /v1/tasks/{id}", *making)
    assert laid.returncode == 3, laid.stderr
    assert "status 'FAILED', 'PENDING', 'SUCCEEDED' is new: classify it" in laid.stdout
    module = checkout.root / "wrapper" / "tilldone" / "takes.py"
    text = module.read_text(encoding="utf-8")
    for word in ("FAILED", "PENDING", "SUCCEEDED"):
        text = text.replace(f'"{word}": Phase.UNKNOWN,  # classify', f'"{word}": Phase.{word},')
    module.write_text(text, encoding="utf-8")
    application = tmp_path / "application.py"
    application.write_text(TAKES, encoding="utf-8")
    ran = in_checkout(checkout, str(application))
    assert ran.stdout.splitlines() == [
        '/v1/takes {"first":{"uri":"u"},"last":{"data":"d"}}',
        "['a'] https://api.takes.example/x",
        "INPUT too dark",
        '/v1/uploads {"name":"n"}',
        "u1",
    ], ran.stderr
    checked = in_checkout(checkout, "-m", "mypy", "--strict", str(application))
    assert checked.returncode == 0, checked.stdout


PACKAGED = """\
import sys

import tilldone
from tilldone import JobFailed, Polling, run, submit, wait
from tilldone_renders import PROVIDER, connect, job, render_scene
from tilldone_renders.client.models import Film, Still

client = connect(base_url=sys.argv[1])
polling = Polling(schedule=lambda elapsed: 0.05)
done = wait(job(client, "r 1"), timeout=20, polling=polling)
frames: int = done.frames or 0
print(frames)
try:
    wait(tilldone.resume(job(client, "r2").ref, client), timeout=20, polling=polling)
except JobFailed as failed:
    print(failed.code, failed.message)
made = submit(render_scene(client, Still(scene="a"), team="blue"))
print(made.ref)
print(wait(tilldone.resume(made.ref, client), timeout=20, polling=polling).error.message)
film = PROVIDER.prepare(client, "render_scene", {"scenes": ["a", "b"]}, team="red")
print(run(film, timeout=20, polling=polling).error.message)
for team in ("", ".."):
    try:
        render_scene(client, Film(scenes=[]), team=team)
    except ValueError as error:
        print(error)
"""


@pytest.mark.usefixtures("quick_mypy")
def test_a_provider_may_be_a_distribution_of_its_own(
    checkout: Checkout, tmp_path: Path, provider: tuple[str, list[str | None]]
) -> None:
    url, keys = provider
    spec = SPEC.replace("components:\n", TAKING)
    (tmp_path / "renders.yaml").write_text(spec, encoding="utf-8")
    before, package = checkout.contents(), tmp_path / "made" / "renders"
    call = (
        *("new_provider.py", "renders", str(tmp_path / "renders.yaml")),
        *("--job", "GET /renders/{render-id}", "--submit", "POST /{team}/renders"),
    )
    laid = checkout.run(*call, "--package", str(package))
    assert laid.returncode == 3, laid.stderr
    assert laid.stdout.startswith(f"written: {package}\n")
    assert "classify it in src/tilldone_renders/__init__.py, PHASES" in laid.stdout
    assert "the job's id where `submitted` of PROVIDER" in laid.stdout
    assert checkout.contents() == before
    again = checkout.run(*call, "--package", str(package))
    assert again.returncode == 1
    assert f"{package}: is there already" in again.stderr

    module = package / "src" / "tilldone_renders" / "__init__.py"
    assert "tilldone._" not in module.read_text(encoding="utf-8"), "nothing private"
    classify(module)
    site = tmp_path / "site"
    installed = in_checkout(
        checkout,
        *("-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"),
        *("--disable-pip-version-check", "--target", str(site), str(package)),
    )
    assert installed.returncode == 0, installed.stderr
    application = tmp_path / "application.py"
    application.write_text(PACKAGED, encoding="utf-8")
    sources = os.pathsep.join(
        map(str, (site, *(checkout.root / r for r in ("wrapper", "generated"))))
    )
    environment = {**os.environ, "PYTHONPATH": sources, "RENDERS_API_KEY": "rk-1"}
    ran = subprocess.run(
        [sys.executable, str(application), url],
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert ran.stdout.splitlines() == [
        "240",
        "no_scene Nothing here",
        '{"tilldone":1,"provider":"renders","id":"made-1"}',
        '/blue/renders {"scene":"a"}',
        '/red/renders {"scenes":["a","b"]}',
        "team: '' cannot be one segment of a path",
        "team: '..' cannot be one segment of a path",
    ], ran.stderr
    assert keys == ["rk-1"] * 10
    body = tmp_path / "body.json"
    body.write_text('{"scene": "b"}', encoding="utf-8")
    making = ("-m", "tilldone", "run", "renders", str(body), "--extra", "team=green", "--json")
    made = subprocess.run(
        [sys.executable, *making, "--base-url", url],
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert made.returncode == 0, made.stderr
    assert '/green/renders {\\"scene\\":\\"b\\"}' in made.stdout
    named = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, tilldone; print(tilldone.resume(sys.argv[1]).provider)",
            '{"tilldone":1,"provider":"renders","id":"r1"}',
        ],
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert named.stdout == "renders\n", named.stderr
