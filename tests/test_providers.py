"""Declaring a provider of one's own: what it may be, what is refused, and how it is found."""

import copy
import os
import pickle
import subprocess
import sys
import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

import attrs
import httpx
import pytest

import tilldone
from tilldone import Failure, JobRequest, Origin, Phase, Provider, edenai
from tilldone._core.job import target_of
from tilldone._core.job_request import submission_of

PHASES = {"queued": Phase.PENDING, "ready": Phase.SUCCEEDED}


def asked(id: str) -> dict[str, Any]:
    return {"method": "get", "url": f"/renders/{id}"}


def nothing_asked() -> dict[str, Any]:
    return {}


def asked_of_a_team(id: str, team: str) -> dict[str, Any]:
    return {"method": "get", "url": f"/{team}/{id}"}


@attrs.define
class Size:
    width: int

    @classmethod
    def from_dict(cls, read: Mapping[str, Any]) -> "Size":
        return cls(width=read["width"])


@attrs.define
class Render:
    scene: str
    size: Size | None
    tags: list[str]

    @classmethod
    def from_dict(cls, read: Mapping[str, Any]) -> "Render":
        size = Size.from_dict(read["size"]) if "size" in read else None
        return cls(scene=read["scene"], size=size, tags=read.get("tags", []))


class Validated:
    """As pydantic's models are read."""

    scene: str

    @classmethod
    def model_validate(cls, read: object) -> "Validated":
        made = cls()
        made.scene = f"validated {cast('dict[str, str]', read)['scene']}"
        return made


def sent(client: object, operation: str, **body: object) -> JobRequest[dict[str, Any]]:
    asked = {"method": "post", "url": "/renders", "json": body}
    return declared(submitted="id").submission(client, operation, asked)


def render(client: object, body: Render, *, team: str, queue: str = "slow") -> JobRequest[Any]:
    return sent(client, "render", scene=body.scene, size=body.size, team=team, queue=queue)


def render_or_size(client: object, body: Size | Render) -> JobRequest[Any]:
    return sent(client, "render_or_size", body=body)


def maybe_render(client: object, body: Render | None) -> JobRequest[Any]:
    return sent(client, "maybe_render", body=body)


def validated(client: object, body: Validated) -> JobRequest[Any]:
    return sent(client, "validated", scene=body.scene)


def raw(client: object, body: list[Render]) -> JobRequest[Any]:
    return sent(client, "raw", body=body)


def wrongly_named(client: object, payload: object) -> JobRequest[Any]:
    return sent(client, "wrongly_named", body=payload)


def with_positional(client: object, body: object, team: str) -> JobRequest[Any]:
    return sent(client, "with_positional", body=body, team=team)


def with_any(client: object, body: object, **parameters: str) -> JobRequest[Any]:
    return sent(client, "with_any", body=body, **parameters)


def declared(**fields: Any) -> Provider[dict[str, Any]]:  # noqa: ANN401 # wrong ones, too
    least: dict[str, Any] = {"name": "renders", "request": asked, "parse": dict, "phases": PHASES}
    return Provider(**(least | fields))


@pytest.mark.parametrize(
    ("fields", "kind", "says"),
    [
        ({"name": "my renders"}, ValueError, "name: 'my renders' is not a name"),
        ({"name": 7}, TypeError, "name: expected text, got int"),
        ({"request": "GET /x"}, TypeError, "request: expected a function, got str"),
        ({"request": nothing_asked}, TypeError, r"request: cannot be called as \(id\)"),
        ({"extras": ("team",)}, TypeError, r"request: cannot be called as \(id, team=…\)"),
        ({"extras": "team"}, TypeError, "extras: expected several names, got the text 'team'"),
        ({"extras": ("id",)}, ValueError, "extras: 'id' has a meaning of its own"),
        ({"extras": ("a b",)}, ValueError, "extras: 'a b' is not a name"),
        ({"extras": None}, TypeError, "extras: expected several names, got NoneType"),
        ({"parse": None}, TypeError, "parse: expected a function, got NoneType"),
        ({"phases": ["ready"]}, TypeError, "phases: expected a mapping"),
        ({"phases": {"ready": "done"}}, TypeError, "phases: 'ready' leads to 'done', not a Phase"),
        ({"phases": {" ": Phase.FAILED}}, ValueError, "phases: ' ' is not a status"),
        ({"phases": {}}, ValueError, "phases: empty"),
        ({"status": "job..state"}, ValueError, "status: 'job..state' is not a dotted path"),
        ({"status": ("job", "state")}, TypeError, "status: expected a dotted path or a function"),
        ({"progress": 7}, TypeError, "progress: expected a dotted path or a function"),
        ({"created": 7}, TypeError, "created: expected a dotted path or a function"),
        ({"kind": ("model", 7)}, TypeError, "kind: expected a dotted path or a function"),
        ({"kind": "a..b"}, ValueError, "kind: 'a..b' is not a dotted path"),
        ({"progress": "a..b"}, ValueError, "progress: 'a..b' is not a dotted path"),
        ({"failure": {}}, TypeError, "failure: expected a function, got dict"),
        ({"is_failure": 1}, TypeError, "is_failure: expected a function"),
        ({"is_final": 1}, TypeError, "is_final: expected a function"),
        ({"rate": 0}, ValueError, "rate: 0 polls a second is not above 0"),
        ({"rate": "10"}, TypeError, "rate: expected polls a second, got str"),
        ({"connect": "acme"}, TypeError, "connect: expected a function, got str"),
        ({"connect": asked}, TypeError, r"connect: cannot be called as \(\)"),
        ({"key_variable": 7}, TypeError, "key_variable: expected text, got int"),
        ({"url_variable": 7}, TypeError, "url_variable: expected text, got int"),
        ({"docs_url": b"https://"}, TypeError, "docs_url: expected text, got bytes"),
        ({"operations": render}, TypeError, "operations: expected a tuple of functions, got func"),
        ({"operations": ("render",)}, TypeError, "operations: expected functions with a name, got"),
        ({"operations": (lambda: 1,)}, TypeError, "operations: expected functions with a name"),
        ({"operations": (render, render)}, ValueError, "operations: 'render' is there twice"),
        (
            {"operations": (asked,)},
            TypeError,
            r"operations: asked.*is not of the form",
        ),
        ({"operations": (wrongly_named,)}, TypeError, "operations: wrongly_named"),
        ({"operations": (with_positional,)}, TypeError, "operations: with_positional"),
        ({"operations": (with_any,)}, TypeError, "operations: with_any"),
        ({"operations": (render,)}, TypeError, "operations: no job can be submitted; declare subm"),
    ],
)
def test_a_wrong_declaration_fails_when_it_is_made_and_names_the_field(
    fields: dict[str, Any], kind: type[Exception], says: str
) -> None:
    with pytest.raises(kind, match=f"^Provider: {says}"):
        declared(**fields)


@pytest.mark.parametrize(
    ("status", "body", "found"),
    [
        ("state", {"state": "ready"}, "ready"),
        ("job.state", {"job": {"state": "ready"}}, "ready"),
        ("jobs.1.state", {"jobs": [{}, {"state": "ready"}]}, "ready"),
        ("jobs.1.state", {"jobs": [{"state": "ready"}]}, ""),
        ("jobs.0", {"jobs": "ready"}, ""),
        ("job.state", {"job": {"state": 7}}, ""),
        (lambda body: "ready" if body["done"] else "queued", {"done": False}, "queued"),
        (lambda body: body.get("state"), {}, ""),
    ],
)
def test_the_status_stands_where_the_provider_says(
    status: str | Callable[[Mapping[str, Any]], str | None], body: dict[str, Any], found: str
) -> None:
    assert declared(status=status).read_status(body) == found


@pytest.mark.parametrize(
    ("body", "failure"),
    [
        ({}, Failure()),
        ({"error": None}, Failure()),
        ({"error": "no space"}, Failure(message="no space")),
        ({"error": "E7", "message": "no space"}, Failure("E7", "no space")),
        ({"error": {"code": 7, "message": "no space"}}, Failure("7", "no space")),
        ({"error": {"type": "disk"}, "message": "no space"}, Failure("disk", "no space")),
    ],
)
def test_a_failure_is_read_where_failures_usually_stand(
    body: dict[str, Any], failure: Failure
) -> None:
    assert declared().failure(body) == failure


def test_a_request_may_be_httpx_s_own() -> None:
    def request(id: str, team: str) -> httpx.Request:
        return httpx.Request("POST", f"https://api.example/{team}/{id}", json={"x": 1})

    job = declared(request=request, extras=("team",)).job(None, "r1", team="blue")
    given = job._target.request()
    with httpx.Client(headers={"x-key": "k"}) as client:
        built = client.build_request(**given)
    assert (built.method, str(built.url)) == ("POST", "https://api.example/blue/r1")
    assert (built.read(), built.headers["x-key"]) == (b'{"x":1}', "k")
    assert built.headers["content-type"] == "application/json"
    assert built.headers.get_list("host") == ["api.example"]
    assert built.headers.get_list("content-length") == ["7"]


def test_a_job_s_extras_are_those_that_are_declared() -> None:
    provider = declared(request=asked_of_a_team, extras=("team",))
    with pytest.raises(TypeError, match=r"^renders: a job's extras are team; got \[\]"):
        provider.job(None, "r1")
    with pytest.raises(TypeError, match=r"got \['agent', 'team'\]"):
        provider.job(None, "r1", team="blue", agent="x")


def test_a_job_has_one_ref_in_whatever_order_its_extras_are_given() -> None:
    def request(id: str, *, team: str, region: str) -> dict[str, Any]:
        return {"method": "get", "url": f"/{region}/{team}/{id}"}

    provider = declared(request=request, extras=("team", "region"))
    one = provider.job(None, "r1", team="blue", region="eu")
    assert one == provider.job(None, "r1", region="eu", team="blue")


def prepared(operation: str | None, body: object, **parameters: str) -> dict[str, Any]:
    operations = (render, maybe_render, validated, raw, render_or_size)
    request = declared(submitted="id", operations=operations).prepare(
        Origin("https://api.example"), operation, body, **parameters
    )
    assert (request.provider, request.operation) == ("renders", operation)
    read: dict[str, Any] = submission_of(request).request()["json"]
    return read


def test_an_operation_s_class_reads_the_body_that_was_json() -> None:
    body = {"scene": "a", "size": {"width": 7}}
    assert prepared("render", body, team="blue") == {
        "scene": "a",
        "size": Size(7),
        "team": "blue",
        "queue": "slow",
    }
    assert prepared("render", body, team="blue", queue="fast")["queue"] == "fast"
    assert prepared("maybe_render", body) == {"body": Render("a", Size(7), [])}
    assert prepared("render_or_size", body) == {"body": Render("a", Size(7), [])}
    assert prepared("render_or_size", {"width": 7}) == {"body": Size(7)}
    assert prepared("validated", body) == {"scene": "validated a"}


def test_an_operation_that_asks_for_no_class_takes_json_as_it_is() -> None:
    assert prepared("raw", [{"scene": "a"}]) == {"body": [{"scene": "a"}]}
    assert prepared("maybe_render", None) == {"body": None}


@pytest.mark.parametrize(
    ("operation", "body", "parameters", "says"),
    [
        ("paint", {}, {}, "operation: renders has no 'paint'; it has render, maybe_render,"),
        (None, {}, {}, "operation: renders has several; name one of render, "),
        ("render", {"scene": "a"}, {}, "team: missing; render needs it"),
        ("raw", [], {"team": "x"}, "team: raw has no such path parameter; it has none"),
        ("render", [], {"team": "x"}, "body: expected a JSON object, got an array"),
        ("render", None, {"team": "x"}, "body: expected a JSON object, got null"),
        ("render", "{}", {"team": "x"}, "body: expected a JSON object, got text"),
        ("render", 7, {"team": "x"}, "body: expected a JSON object, got a number"),
        ("render", True, {"team": "x"}, "body: expected a JSON object, got a boolean"),
        ("render", {"size": {}}, {"team": "x"}, "body: the field 'width' is missing"),
        ("render", {"scene": 7}, {"team": "x"}, "body: scene: int where str is declared"),
        (
            *("render_or_size", {"scene": 7}, {}),
            r"body: it fits none of the classes that it may be of \(the field 'width'",
        ),
        ("render", {"size": [7]}, {"team": "x"}, "body: Size: list indices must be integers"),
        (
            *("render", {"scene": "a", "tags": [7]}, {"team": "x"}),
            r"body: tags: list where list\[str\] is declared",
        ),
    ],
)
def test_what_an_operation_cannot_be_called_with_is_named(
    operation: str | None, body: object, parameters: dict[str, str], says: str
) -> None:
    with pytest.raises(ValueError, match=f"^{says}"):
        prepared(operation, body, **parameters)


def test_the_only_operation_needs_no_name() -> None:
    client = Origin("https://api.example")
    only = declared(submitted="id", operations=(raw,))
    assert only.prepare(client, None, []).operation == "raw"
    with pytest.raises(ValueError, match="operation: renders declares none"):
        declared().prepare(client, None, [])


def test_an_operation_whose_annotations_nobody_can_resolve_says_so() -> None:
    def lost(client: object, body: "Nowhere") -> JobRequest[Any]:  # type: ignore[name-defined] # noqa: F821 # pyright: ignore[reportUndefinedVariable] # on purpose
        return sent(client, "lost", body=body)

    provider = declared(submitted="id", operations=(lost,))
    with pytest.raises(ValueError, match=r"annotations of lost cannot be resolved: .*'Nowhere'"):
        provider.prepare(None, "lost", {})


def test_resume_takes_the_ref_of_any_known_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    client = edenai.connect("key-for-resuming")
    job = edenai.job(client, "j1")
    assert tilldone.resume(job.ref, client) == job
    monkeypatch.setenv("EDENAI_API_KEY", "key-of-the-environment")
    monkeypatch.setenv("TILLDONE_EDENAI_BASE_URL", "https://eu.example")
    found = target_of(tilldone.resume(job.ref)).client
    assert isinstance(found, type(client))
    assert (found.token, found._base_url) == ("key-of-the-environment", "https://eu.example")
    monkeypatch.setenv("TILLDONE_EDENAI_BASE_URL", "eu.example")
    with pytest.raises(ValueError, match=r"^TILLDONE_EDENAI_BASE_URL: 'eu.example' should begin"):
        tilldone.resume(job.ref)
    monkeypatch.setenv("TILLDONE_EDENAI_BASE_URL", "https://eu.example")
    monkeypatch.delenv("EDENAI_API_KEY")
    with pytest.raises(ValueError, match="set EDENAI_API_KEY"):
        tilldone.resume(job.ref)


def test_a_client_of_the_environment_is_refused_where_it_is_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def connect(*, base_url: str | None = None) -> httpx.Client:
        return httpx.Client(base_url=base_url or "https://renders.example")

    provider = Provider(name="renders", request=asked, parse=dict, phases=PHASES, connect=connect)
    ref = provider.job(None, "r1").ref
    monkeypatch.setenv("TILLDONE_RENDERS_BASE_URL", "http://renders.example")
    with pytest.raises(ValueError, match=r"^client: 'http://renders\.example/?' .* unencrypted"):
        tilldone.resume(ref)
    declared = attrs.evolve(provider, allow_http=True)
    assert tilldone.resume(declared.job(None, "r1").ref).id == "r1"


def test_a_provider_of_this_program_is_known_in_it() -> None:
    provider = declared(name="only_here")
    job = provider.job(Origin("https://api.example"), "r1")
    again = pickle.loads(pickle.dumps(job))
    assert (again.id, again.ref) == (job.id, job.ref)
    assert tilldone.resume(job.ref, Origin("https://api.example")).id == "r1"
    with pytest.raises(ValueError, match="only_here: no client can be made from the environment"):
        tilldone.resume(job.ref)


def test_nobody_s_provider_is_refused_by_its_name() -> None:
    ref = '{"tilldone":1,"provider":"acme","id":"x"}'
    with pytest.raises(ValueError, match=r"'acme' is not one of edenai, .*tilldone\.providers"):
        tilldone.resume(ref)


def installed(folder: Path, distribution: str, entries: str, **modules: str) -> None:
    """Lay down a distribution as an installer would."""
    info = folder / f"{distribution}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[tilldone.providers]\n{entries}\n")
    for name, source in modules.items():
        (folder / f"{name}.py").write_text(textwrap.dedent(source))


RENDERS = """
    from tilldone import Origin, Phase, Provider

    def connect(*, base_url=None):
        url = base_url or "https://renders.example"
        return Origin(url, headers={"X-Key": "k"}, secrets=["X-Key"])

    PROVIDER = Provider(
        name="renders",
        request=lambda id: {"method": "get", "url": f"/{id}"},
        parse=dict,
        phases={"ready": Phase.SUCCEEDED},
        connect=connect,
    )
"""
REF = """'{"tilldone":1,"provider":"renders","id":"r1"}'"""


def program(folder: Path, source: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", source],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(folder)},
    )


def test_an_installed_provider_is_found_when_it_is_asked_for(tmp_path: Path) -> None:
    installed(tmp_path, "acme_renders", "renders = acme:PROVIDER", acme=RENDERS)
    installed(tmp_path, "broken", "broken = nowhere:PROVIDER")
    ran = program(
        tmp_path,
        "import sys, tilldone\n"
        "assert 'acme' not in sys.modules and 'importlib.metadata' not in sys.modules\n"
        f"job = tilldone.resume({REF})\n"
        "import pickle; print(job, pickle.loads(pickle.dumps(job)))\n",
    )
    assert ran.stderr == ""
    assert ran.stdout == "Job(provider='renders', id='r1') Job(provider='renders', id='r1')\n"


@pytest.mark.parametrize(
    ("connect", "says"),
    [
        (lambda: os.environ["UNSET_URL"], "connect failed: KeyError: 'UNSET_URL'"),
        (lambda: object(), "connect failed: TypeError: .*object"),
        (lambda: Origin("renders.example"), "base_url: 'renders.example' should begin with"),
    ],
)
def test_a_connect_that_fails_is_a_mistake_that_names_its_provider(
    connect: Callable[[], object], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("UNSET_URL", raising=False)
    job = declared(name="locked", connect=connect).job(Origin("https://api.example"), "r1")
    with pytest.raises(ValueError, match=says):
        tilldone.resume(job.ref)


@pytest.mark.parametrize(
    ("entries", "says"),
    [
        ({"other": "renders = other:PROVIDER"}, "'renders' is declared by acme_renders 1.0 (acme:"),
        ({"other": "edenai = other:PROVIDER"}, "'edenai' is declared by tilldone and by other 1.0"),
    ],
)
def test_two_providers_of_one_name_are_an_error_that_names_both(
    tmp_path: Path, entries: dict[str, str], says: str
) -> None:
    installed(tmp_path, "acme_renders", "renders = acme:PROVIDER", acme=RENDERS)
    for distribution, entry in entries.items():
        installed(tmp_path, distribution, entry, other=RENDERS)
    name = entry.partition(" ")[0]
    ran = program(
        tmp_path,
        "from tilldone._core.registry import provider_named\n"
        f"try: provider_named({name!r})\n"
        "except ValueError as error: print(error)\n",
    )
    assert says in ran.stdout, ran.stderr
    assert "uninstall all but one" in ran.stdout


@pytest.mark.parametrize(
    ("entry", "source", "says"),
    [
        ("renders = nowhere:PROVIDER", "", "cannot be imported: ModuleNotFoundError"),
        ("renders = acme:PROVIDER", "1 / 0", "cannot be imported: ZeroDivisionError"),
        ("renders = acme:PROVIDER", "raise SystemExit('done')", "be imported: SystemExit: done"),
        ("renders = acme:PROVIDER", "PROVIDER = 7", "is not a tilldone.Provider but int"),
        ("videos = acme:PROVIDER", RENDERS, "declares 'videos', and calls itself 'renders'"),
    ],
)
def test_a_provider_that_cannot_be_had_is_named_and_harms_no_other(
    tmp_path: Path, entry: str, source: str, says: str
) -> None:
    installed(tmp_path, "acme_renders", entry, acme=source)
    name = entry.partition(" ")[0]
    ran = program(
        tmp_path,
        "from tilldone._core.registry import provider_named, provider_names\n"
        "provider_named('edenai'); print(provider_names())\n"
        f"try: provider_named({name!r})\n"
        "except ValueError as error: print(error)\n",
    )
    assert says in ran.stdout, ran.stderr
    assert "acme_renders 1.0" in ran.stdout
    assert name in ran.stdout.partition("\n")[0]


@pytest.mark.parametrize(
    ("arguments", "kind", "says"),
    [
        ({"base_url": "http://api.example"}, ValueError, "base_url: .* would send the key unencry"),
        ({"base_url": "api.example"}, ValueError, "base_url: 'api.example' should begin with"),
        ({"headers": {"x-key": "ä-secret"}}, ValueError, "headers: x-key holds characters"),
        ({"headers": {"x-key": 7}}, TypeError, "headers: 'x-key' and its value should be text"),
        ({"headers": {7: "x"}}, TypeError, "headers: 7 and its value should be text"),
        ({"headers": {"x key": "x"}}, ValueError, "headers: 'x key' is not the name of a header"),
        ({"headers": {"": "x"}}, ValueError, "headers: '' is not the name of a header"),
        ({"secrets": "x-key"}, TypeError, "secrets: expected several texts"),
        ({"secrets": [None]}, TypeError, "secrets: expected texts"),
    ],
)
def test_an_origin_that_cannot_be_used_is_refused(
    arguments: dict[str, Any], kind: type[Exception], says: str
) -> None:
    with pytest.raises(kind, match=says) as caught:
        Origin(**({"base_url": "https://api.example"} | arguments))
    assert "ä-secret" not in str(caught.value)


def test_an_origin_shows_no_secret() -> None:
    headers = {"Authorization": "Bearer very-secret", "X-Team": "team-secret", "X-Open": "open"}
    origin = Origin("https://api.example", headers=headers, secrets=["x-team", "another-secret"])
    assert repr(origin) == "Origin(base_url='https://api.example')"
    assert copy.deepcopy(origin) is copy.copy(origin) is origin
    with pytest.raises(TypeError, match="holds keys"):
        pickle.dumps(origin)
    assert {"Bearer very-secret", "very-secret", "team-secret", "another-secret"} == set(
        origin.keys
    )
