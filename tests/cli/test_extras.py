"""Jobs that are named by more than their id: `--extra`, for whatever their provider declares."""

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Terminal
from tests.test_providers import installed

from tilldone.testing import done, running

BOARDS = """
    from tilldone import Origin, Phase, Provider

    PROVIDER = Provider(
        name="boards",
        request=lambda id, team, room: {"method": "get", "url": f"/{team}/{room}/{id}"},
        parse=dict,
        phases={"drawing": Phase.RUNNING, "ready": Phase.SUCCEEDED},
        extras=("team", "room"),
        connect=lambda *, base_url=None: Origin(base_url or "https://boards.example"),
    )
"""
EXTRAS = {"team": "blue", "room": "7=8"}
TYPED = ["--extra", "team=blue", "--extra", "room=7=8"]


@pytest.fixture
def boards(tilldone: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal where a provider is installed whose jobs have a team and a room."""
    installed(tmp_path, "acme_boards", "boards = acme_boards:PROVIDER", acme_boards=BOARDS)
    monkeypatch.syspath_prepend(tmp_path)
    tilldone.environment["PYTHONPATH"] = str(tmp_path)
    tilldone.environment["TILLDONE_BOARDS_BASE_URL"] = tilldone.bench.simulator.url("boards")
    return tilldone


def test_extras_name_a_job(boards: Terminal) -> None:
    submit = boards.bench.simulator.submit
    ready, going_on = (
        submit("boards", script=[end], extras=EXTRAS) for end in (done({"lines": 3}), running())
    )
    waited = boards("wait", "boards", ready, *TYPED, "--json")
    assert (waited.returncode, waited.stdout) == (0, '{"lines": 3, "status": "ready"}\n')
    checked = boards("check", "boards", going_on, *TYPED)
    assert checked.returncode == 3
    ref = checked.stderr.splitlines()[-1].removeprefix("ref: ")
    assert json.loads(ref) == {"tilldone": 1, "provider": "boards", "id": going_on, **EXTRAS}
    assert boards("check", "boards", ref).returncode == 3
    many = boards("wait-all", "-", *TYPED, "--timeout", "0", told=f"boards {ready}\n{ref}\n")
    assert many.returncode == 3
    assert {json.loads(line)["id"] for line in many.stdout.splitlines()} == {ready, going_on}
    assert "--extra team=VALUE, or a ref that holds it" in boards("providers").stdout


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ([], "named by its team and room, too; pass --extra team=VALUE --extra room=VALUE"),
        (TYPED[:2], "named by its room, too; pass --extra room=VALUE"),
        ([*TYPED, "--extra", "size=3"], "--extra size=VALUE: no job here takes one; leave it out"),
        ([*TYPED, "--agent-id", "x"], "--agent-id: no job here takes one; leave it out"),
        ([*TYPED[:2], "--extra", "room="], "room: blank"),
        (["--extra", "team"], "'team' is not of the form NAME=VALUE"),
        (["--extra", "=blue"], "'=blue' is not of the form NAME=VALUE"),
        ([*TYPED, *TYPED[:2]], "'team' is given twice"),
        (["--extra", "agent_id=x", "--agent-id", "y"], "--agent-id: --extra agent_id gives it"),
    ],
)
@pytest.mark.parametrize("command", ["wait", "check", "wait-all"])
def test_wrong_extras_are_wrong_usage_and_named(
    boards: Terminal, command: str, typed: list[str], says: str
) -> None:
    job = ["-"] if command == "wait-all" else ["boards", "x"]
    ran = boards(command, *job, *typed, told="boards x\n")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert says in ran.stderr


def test_an_agent_id_is_an_extra_like_others(tilldone: Terminal) -> None:
    job_id = tilldone.submit("zai", done())
    url = tilldone.bench.simulator.url("zai")
    agent = ["--extra", "agent_id=vidu_template_agent"]
    assert tilldone("check", "zai", job_id, "--base-url", url, *agent).returncode == 0
