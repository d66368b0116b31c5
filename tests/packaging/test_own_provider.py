"""A provider of one's own, from its own wheel: as an outsider has it, outside this repository."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import textwrap
from collections import Counter
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, TypeAlias

import pytest
from tests.httpd import JsonAnswers, running
from tests.packaging.conftest import EXTRAS, build, environment, install
from tests.packaging.test_consumers import mypy, pyright

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ACME = Path(__file__).parents[1] / "apps" / "acme"
KEY = "acme-key-of-the-tests"

Run: TypeAlias = "Callable[..., subprocess.CompletedProcess[str]]"


@pytest.fixture(scope="module")
def outsider(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment with tilldone, its extras and Acme's distribution."""
    acme = build(ACME, "--wheel", tmp_path_factory.mktemp("acme"))
    folder = tmp_path_factory.mktemp("outsider")
    python = environment(folder, wheel, also=[*EXTRAS, "greenlet", "pytest", "trio"])
    install(python, acme)
    return python


class Renders(JsonAnswers, BaseHTTPRequestHandler):
    """Acme's API: a render is ready at its third poll, and one that is called broken breaks."""

    polls: ClassVar[Counter[str]] = Counter()

    def do_GET(self) -> None:
        name = self.path.rpartition("/")[2]
        self.polls[name] += 1
        if self.headers["X-Acme-Key"] != KEY:
            self.answer(401, {"error": "who are you?"})
        elif self.polls[name] < 3:
            self.answer(200, {"render": {"state": "drawing"}})
        elif "broken" in name:
            self.answer(200, {"render": {"state": "broken", "why": "E7", "told": "out of paint"}})
        else:
            done = {
                "state": "ready",
                "id": name,
                "url": f"https://acme.example/{name}",
                "frames": 24,
            }
            self.answer(200, {"render": done})


@pytest.fixture
def run(outsider: Path, tmp_path: Path) -> Iterator[Run]:
    Renders.polls.clear()
    with running(Renders) as url:
        told = {
            **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
            "ACME_KEY": KEY,
            "ACME_URL": url,
            "TILLDONE_DATABASE_URL": str(tmp_path / "waits.sqlite"),
        }

        def call(*arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                [str(outsider), "-W", "error", *arguments],
                cwd=tmp_path,
                env=told,
                input=text,
                capture_output=True,
                text=True,
                check=False,
            )

        yield call


@pytest.mark.parametrize("way", ["sync", "asyncio", "trio"])
def test_a_program_waits_for_it(run: Run, way: str) -> None:
    ran = run(
        "-c",
        textwrap.dedent(f"""
            import pickle
            from functools import partial

            import anyio
            import tilldone
            from acme.renders import PROVIDER, Render, connect, job
            from tilldone import JobFailed, aio

            way, client = {way!r}, connect()

            def call(function, *given, **named):
                if way == "sync":
                    return getattr(tilldone, function)(*given, **named)
                return anyio.run(partial(getattr(aio, function), *given, **named), backend=way)

            done = call("wait", job(client, "r1"), timeout=30)
            assert done == Render("r1", "https://acme.example/r1", 24), done
            ref = job(client, "r2").ref
            assert call("wait", tilldone.resume(ref), timeout=30).id == "r2"
            assert tilldone.resume(ref, client) == job(client, "r2")
            assert pickle.loads(pickle.dumps(job(client, "r2"))).ref == ref
            try:
                call("wait", job(client, "broken1"), timeout=30)
            except JobFailed as error:
                assert (error.code, error.message) == ("E7", "out of paint")
                again = pickle.loads(pickle.dumps(error))
                assert (again.code, str(again)) == (error.code, str(error))
            jobs = [job(client, f"r{{n}}") for n in range(3, 6)]
            outcomes = call("wait_all", [*jobs, job(client, "broken2")], timeout=30)
            assert [each.result.id for each in outcomes[:3]] == ["r3", "r4", "r5"]
            assert isinstance(outcomes[3].error, JobFailed)
            assert {KEY!r} not in repr((client, jobs, outcomes, PROVIDER))
            print("waited")
        """),
    )
    assert (ran.stdout, ran.stderr) == ("waited\n", "")


def test_the_command_line_knows_it(run: Run) -> None:
    listed = run("-m", "tilldone", "providers")
    assert "renders      ACME_KEY is set" in listed.stdout
    assert "https://docs.acme.example/renders" in listed.stdout

    waited = run("-m", "tilldone", "wait", "renders", "r1", "--timeout", "30s", "--json")
    assert waited.returncode == 0, waited.stderr
    assert json.loads(waited.stdout)["render"]["frames"] == 24

    failed = run("-m", "tilldone", "wait", "renders", "broken", "--timeout", "30s")
    assert failed.returncode == 1
    assert "E7: out of paint" in failed.stderr

    assert run("-m", "tilldone", "check", "renders", "r9").returncode == 3

    ref = '{"tilldone":1,"provider":"renders","id":"r2"}'
    many = run("-m", "tilldone", "wait-all", "-", "--timeout", "30s", text=f"{ref}\nrenders r3\n")
    assert many.returncode == 0, many.stderr
    ends = [json.loads(line) for line in many.stdout.splitlines()]
    assert {end["id"]: end["result"]["render"]["frames"] for end in ends} == {"r2": 24, "r3": 24}


def test_a_durable_wait_goes_on_in_another_process(
    run: Run,
) -> None:
    begun = run(
        "-c",
        textwrap.dedent("""
            from acme.renders import connect, job
            from tilldone import durable

            durable.configure(work=False)
            durable.start(job(connect(), "r1"), timeout=60)
            print([each.provider for each in durable.waiting()])
        """),
    )
    assert (begun.stdout, begun.stderr) == ("['renders']\n", "")
    ended = run(
        "-c",
        textwrap.dedent("""
            from acme.renders import connect, job
            from tilldone import durable

            print(durable.attach(job(connect(), "r1")).result(timeout=30))
        """),
    )
    assert ended.stderr == ""
    assert ended.stdout == "Render(id='r1', url='https://acme.example/r1', frames=24)\n"


SIMULATED = """
import subprocess
import sys

import pytest
import tilldone
from acme.renders import Render, connect, job
from tilldone.simulator import Simulator
from tilldone.testing import ManualClock, body, done, failed, reset, running, status

MADE = {"render": {"id": "r1", "url": "https://acme.example/r1", "frames": 24}}
REF = '{"tilldone":1,"provider":"renders","id":"r1"}'


def test_the_application_waits_at_the_simulator(tilldone_simulator: Simulator) -> None:
    script = [running(times=20), status(502), reset(), done(MADE)]
    assert tilldone_simulator.submit("renders", script=script, id="r1") == "r1"
    render = Render("r1", "https://acme.example/r1", 24)
    with ManualClock():
        assert tilldone.wait(tilldone.resume(REF), timeout=3600) == render
    client = connect(base_url=tilldone_simulator.url("renders"))
    assert tilldone.wait(job(client, "r1"), timeout=30) == render
    polls = tilldone_simulator.polls("r1")
    assert [poll.answered for poll in polls[20:]] == ["status(502)", "reset", "done", "done"]
    assert client.headers["X-Acme-Key"] == tilldone_simulator.token("renders")
    assert tilldone_simulator.token("renders") not in repr(polls)


def test_its_failure_is_its_own(tilldone_simulator: Simulator) -> None:
    why = {"state": "broken", "why": "E7", "told": "out of paint"}
    script = [body({"render": {"state": "drawing"}}), failed(render=why)]
    tilldone_simulator.submit("renders", script=script, id="r1")
    with ManualClock(), pytest.raises(tilldone.JobFailed, match="E7: out of paint"):
        tilldone.wait(tilldone.resume(REF), timeout=60)


def test_the_command_line_waits_there(tilldone_simulator: Simulator) -> None:
    tilldone_simulator.submit("renders", duration=0, id="r1", result=MADE)
    command = [sys.executable, "-m", "tilldone", "wait", "renders", "r1", "--json"]
    subprocess.run(command, check=True)
"""


def test_the_simulator_and_the_fixture_know_it(run: Run, tmp_path: Path) -> None:
    (tmp_path / "test_renders.py").write_text(SIMULATED, encoding="utf-8")
    ran = run("-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path))
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "3 passed" in ran.stdout


def test_the_environment_of_a_shell_leads_to_it(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    ran = run("-m", "tilldone", "simulate", "--env", "--port", str(port))
    found = re.search(r"`kill (\d+)` ends it", ran.stderr)
    assert found, ran.stderr
    os.kill(int(found[1]), signal.SIGTERM)
    lines = ran.stdout.splitlines()
    assert f"export TILLDONE_RENDERS_BASE_URL=http://127.0.0.1:{port}/providers/renders" in lines
    assert "export ACME_KEY=simulator-renders-key" in lines


TYPED = """
from typing import assert_type

from acme.renders import PROVIDER, Render, connect, job
from tilldone import Job, Provider, wait, wait_all

assert_type(PROVIDER, Provider[Render])
assert_type(job(connect(), "r1"), Job[Render])
assert_type(PROVIDER.job(connect(), "r1"), Job[Render])
assert_type(wait(job(connect(), "r1"), timeout=1), Render)
outcomes = wait_all([job(connect(), "r1")], timeout=1)
assert_type([each.result for each in outcomes], list[Render | None])
"""


def test_the_type_checkers_infer_its_result(outsider: Path, tmp_path: Path) -> None:
    (tmp_path / "typed.py").write_text(TYPED, encoding="utf-8")
    (tmp_path / "pyrightconfig.json").write_text('{"strict": ["."]}', encoding="utf-8")
    assert mypy(outsider, tmp_path).stdout == "Success: no issues found in 1 source file\n"
    assert pyright(outsider, tmp_path).stdout == "0 errors, 0 warnings, 0 informations\n"
