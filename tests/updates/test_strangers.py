"""A stranger's page is harmless: what it holds is refused within seconds, or stays text."""

from __future__ import annotations

import ast
import json
import time
from typing import TYPE_CHECKING

import pytest

from pipeline import clients, inspection, load_spec, openapi, patches
from pipeline.errors import PipelineError
from pipeline.fetch import Page
from pipeline.validation import validate

from .conftest import ROOT, Checkout, Server, as_page
from .specimen import JOB, Spec, as_file, job_of, lay_out_project, poll_of, specimen

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

EDENAI = (ROOT / "specs" / "edenai.yaml").read_bytes()
EDENAI_POLL = "GET /v3/universal-ai/async/{job_id}"
PAGE = as_page(EDENAI, EDENAI_POLL)

BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{each}: &{each} [{', '.join([f'*{before}'] * 10)}]\n"
    for before, each in zip("abcdefgh", "bcdefghi", strict=True)
)
MERGES = "a: &a {k: 1}\n" + "".join(
    f"{each}: &{each} {{<<: [{', '.join([f'*{before}'] * 10)}]}}\n"
    for before, each in zip("abcdefgh", "bcdefghi", strict=True)
)


def read(content: bytes | str) -> load_spec.Spec:
    page = Page(place="page", content=content.encode() if isinstance(content, str) else content)
    with load_spec.time_limit(page.place):
        spec = load_spec.load_page(page)
        validate(spec.document, place=page.place)
    return spec


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"<!DOCTYPE html>\n<html></html>", "is an HTML page", id="HTML"),
        pytest.param(
            b"\n<!-- hi -->\n<html lang='en'>" + PAGE, "is an HTML page", id="HTML around"
        ),
        pytest.param(b"# A page\n", "no fenced OpenAPI block", id="no block"),
        pytest.param(PAGE + PAGE, "more than one OpenAPI block", id="two blocks"),
        pytest.param(PAGE[:-5], "is never closed", id="a block without end"),
        pytest.param(b"", "no fenced OpenAPI block", id="nothing"),
        pytest.param(bytes(range(256)), "no fenced OpenAPI block", id="bytes"),
        pytest.param(as_page(b"\xff\n", "GET /a"), "not UTF-8", id="no text"),
        pytest.param(as_page(EDENAI, "GET /a"), "is headed GET /a; it describes", id="two minds"),
        pytest.param("openapi: 3.0.3\n" + BOMB, "stands for more than", id="aliases that explode"),
        pytest.param("openapi: 3.0.3\n" + MERGES, "stands for more than", id="merges that explode"),
        pytest.param("openapi: &a [*a]", "a value that contains itself", id="an alias of itself"),
        pytest.param("openapi: !!python/object/apply:os.system [x]", "could not", id="a tag"),
        pytest.param("openapi: !!python/name:os.system", "could not", id="a tag of a name"),
        pytest.param("openapi: !include /etc/passwd", "could not", id="a tag of nobody"),
        pytest.param(f"openapi: {'1' * 5000}", "digits", id="a number without end"),
        pytest.param(f"openapi: 0x{'f' * 5000}", "bits", id="a number in disguise"),
        pytest.param('{"openapi": "\\ud800"}', "half a character", id="half a character"),
        pytest.param('{"openapi": 1, "\\ud800": 1}', "half a character", id="half a key"),
        pytest.param('{"openapi": ' + "[" * 100_000, "nested too deeply", id="depth"),
        pytest.param(
            '{"openapi": "2.0"}', "this reads OpenAPI 3.0.x and 3.1.x", id="another version"
        ),
        pytest.param("swagger: '2.0'\n", "this reads OpenAPI 3.0.x and 3.1.x", id="Swagger"),
        pytest.param("openapi: 3.0.3\n" + "#" * 25_000_000, "more than 25,000,000", id="too much"),
    ],
)
def test_what_is_no_page_is_refused_within_seconds(content: bytes | str, reason: str) -> None:
    started = time.process_time()
    with pytest.raises(PipelineError) as caught:
        read(content)
    assert reason in str(caught.value)
    assert str(caught.value).startswith("page")
    assert time.process_time() - started < 5


def test_the_kinds_of_page_all_give_the_spec() -> None:
    from_page, from_yaml = read(PAGE), read(EDENAI)
    from_json = load_spec.load_page(as_file(specimen()))
    assert from_page.document == from_yaml.document
    assert (from_page.content, from_yaml.content) == (EDENAI, EDENAI)
    assert (from_page.headed, from_yaml.headed) == (EDENAI_POLL, None)
    assert openapi.operations(from_json.document) == [JOB]


def test_a_judgement_without_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load_spec, "_TIME_LIMIT", 0.5)
    spec = specimen()
    field = job_of(spec)["properties"]["speed"]
    field.update(pattern="^(a+)+$", default="a" * 60 + "!")
    with pytest.raises(PipelineError, match=r"could not be read within 0\.5 s"):
        read(json.dumps(spec))


@pytest.mark.parametrize("target", ["{url}/evil.json", "file:///etc/passwd", "../../secret.yaml"])
def test_a_reference_to_elsewhere_is_refused_and_not_followed(
    checkout: Checkout, server: Server, target: str
) -> None:
    reference = target.format(url=server.url)
    spec = specimen()
    job_of(spec)["properties"]["size"] = {"$ref": reference}
    server.pages["/page.json"] = json.dumps(spec).encode()
    server.pages["/evil.json"] = b'{"type": "integer"}'
    before = checkout.contents()
    place = f"{server.url}/page.json"
    stopped = checkout.run("update_specs.py", "edenai", "--from", place, "--apply")
    assert stopped.returncode == 1
    assert f"'{reference}' lies outside the document" in stopped.stderr
    assert stopped.stderr.endswith("nothing was changed\n")
    assert server.asked == ["/page.json"]
    assert checkout.contents() == before


PAYLOADS = [
    '"""\npwned()\n"""',
    "'''\npwned()\n'''",
    '");pwned();("',
    "');pwned();('",
    '\\"""\npwned()\n"""',
    "{pwned()}",
    "{{pwned()}}",
    "{% for a in b %}",
    '"\npwned()\n#',
    "\\",
    "\r\npwned()\r\n\x0c\u2028pwned()",
    "\u202epwned()\u202c \u2066pwned()\u2069 \u200b",
    '\\N{QUOTATION MARK}"\\x22\npwned()',
]


def everywhere(payload: str) -> Spec:
    """A spec that says `payload` in every place where a valid one may."""
    spec = specimen()
    poll, job = poll_of(spec), job_of(spec)
    fields = job["properties"]
    spec["info"] = {"title": payload, "description": payload, "version": payload}
    spec["servers"] = [{"url": "https://api.jobs.example", "description": payload}]
    poll.update(summary=payload, description=payload, operationId=payload, tags=[payload])
    poll["responses"]["200"]["description"] = payload
    _, view, note, header = poll["parameters"]
    view.update(description=payload, example=payload)
    view["schema"]["enum"].append(payload)
    note.update(name=payload)
    note["schema"]["default"] = payload
    header.update(name=payload, description=payload)
    job.update(title=payload, description=payload, example=payload)
    fields["status"]["enum"].append(payload)
    fields["id"].update(description=payload, example=payload)
    fields["speed"]["default"] = payload
    fields["kind"]["const"] = payload
    fields["parts"]["items"]["title"] = f"Part {payload}"
    fields[payload] = {"type": "string", "format": "date-time", "description": payload}
    job["required"].append(payload)
    if "{" not in payload:  # which a path has its parameters in
        spec["paths"] = {f"/jobs/{{id}}/{payload}": spec["paths"]["/jobs/{id}"]}
    return spec


@pytest.fixture(scope="module")
def hostile_clients(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a client for each of the payloads, named by its number."""
    root = tmp_path_factory.mktemp("hostile")
    specs = {f"jobs{number}": everywhere(payload) for number, payload in enumerate(PAYLOADS)}
    project = lay_out_project(root, **specs)
    (root / "scratch").mkdir()
    assert not clients.build_clients(
        project, [*specs], root, scratch=root / "scratch", done=lambda *_: None
    )
    return root


@pytest.mark.parametrize("number", range(len(PAYLOADS)))
def test_words_that_try_to_break_out_stay_words(hostile_clients: Path, number: int) -> None:
    client, payload = hostile_clients / f"jobs{number}", PAYLOADS[number]
    nodes = [
        node for path in client.rglob("*.py") for node in ast.walk(ast.parse(path.read_bytes()))
    ]
    calls = [node.func for node in nodes if isinstance(node, ast.Call)]
    assert "pwned" not in {func.id for func in calls if isinstance(func, ast.Name)}
    said = "pwned()" if "pwned" in payload else payload
    code = "".join(path.read_text(encoding="utf-8") for path in client.rglob("*.py"))
    assert all(character.isprintable() for character in code if character not in "\n\xa0")
    texts = [node.value for node in nodes if isinstance(node, ast.Constant)]
    assert any(said in text for text in texts if isinstance(text, str)), "it is there, as text"


REFUSED: list[tuple[str, Callable[[Spec], object]]] = [
    ("a name of a schema", lambda spec: spec["components"]["schemas"].update({'a"b': {}})),
    ("a status code", lambda spec: poll_of(spec)["responses"].update({"pwned()": {}})),
    (
        "a default of a number",
        lambda spec: job_of(spec)["properties"]["size"].update(default="f()"),
    ),
    ("a default of a date", lambda spec: job_of(spec)["properties"]["made"].update(default="f()")),
    (
        "a scheme of keys",
        lambda spec: spec["components"]["securitySchemes"].update({"f()": {"type": "f()"}}),
    ),
]


@pytest.mark.parametrize("edit", [edit for _, edit in REFUSED], ids=[name for name, _ in REFUSED])
def test_where_words_have_a_form_others_are_refused(edit: Callable[[Spec], object]) -> None:
    spec = specimen()
    validate(load_spec.load_page(as_file(spec)).document, place="jobs")
    edit(spec)
    with pytest.raises(PipelineError):
        validate(load_spec.load_page(as_file(spec)).document, place="jobs")


def test_every_client_is_polled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def infect(client: Path) -> None:
        (client / "errors.py").write_text("import os\n\nos.abort()\n", encoding="utf-8")

    monkeypatch.setattr(patches, "apply_patches", infect)
    project = lay_out_project(tmp_path, jobs=specimen())
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    (failure,) = clients.build_clients(project, ["jobs"], tmp_path, scratch=scratch, done=print)
    assert "generates code that no client needs" in failure.reason


@pytest.mark.parametrize(
    ("code", "what"),
    [
        ("pwned()\n", "the statement 'pwned()'"),
        ("class A:\n    pwned()\n", "the statement 'pwned()'"),
        ("if True:\n    import attrs\n", "the statement 'if True:"),
        ("import os\n", "import os"),
        ("from subprocess import run\n", "import subprocess"),
        ("def f(a=eval('1')): ...\n", "eval"),
        ("x = f'{__import__(\"os\")}'\n", "__import__"),
        ("def f(): return ().__class__.__mro__\n", "__"),
        ("def f(:\n", "generates invalid Python in client.py"),
        ("x = '\0'\n", "generates invalid Python in client.py"),
    ],
)
def test_code_that_no_client_needs_is_found(tmp_path: Path, code: str, what: str) -> None:
    (tmp_path / "client.py").write_text(code, encoding="utf-8")
    with pytest.raises(PipelineError) as caught:
        inspection.inspect(tmp_path, place="specs/jobs.yaml")
    assert what in str(caught.value)
    assert str(caught.value).startswith("specs/jobs.yaml: ")
