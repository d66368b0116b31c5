"""Every command on a real terminal: one that has stdin, stdout and stderr, and sends Ctrl-C."""

import io
import json
import re
import signal
import socket
from functools import partial
from pathlib import Path

import pytest
from rich.console import Console
from rich.live import Live
from tests.cli.conftest import CTRL_C, Terminal, ref, without
from tests.waits.harness import HUNG
from tests.waits.sockets import refusing, response, serving

from tilldone import edenai
from tilldone.cli._show import displayed
from tilldone.testing import done, failed, hang, running, unknown

HOSTILE = "\x9b31m \u202egnp.exe [red]x[/red] \x7f"


def json_in(lines: list[str]) -> object:
    """Read the JSON among the lines of a terminal."""
    start = next(i for i, line in enumerate(lines) if line == "{")
    return json.loads("\n".join(lines[start : lines.index("}", start) + 1]))


@pytest.mark.parametrize("columns", [100, 20])
def test_wait_prints_a_hostile_result_harmlessly(tilldone: Terminal, columns: int) -> None:
    job_id = tilldone.submit("viddyscribe", running(times=2), done(HOSTILE))
    with tilldone.on_a_terminal(
        "wait", *tilldone.at("viddyscribe", job_id), columns=columns
    ) as screen:
        assert screen.end() == 0
    found = json_in(screen.lines)
    assert isinstance(found, dict)
    assert found["output"] == HOSTILE
    assert not re.search(r"[\x7f-\x9f\u202e]", screen.told.decode())


def test_check_shows_a_running_job_and_its_ref(tilldone: Terminal) -> None:
    job_id = tilldone.submit("edenai", running())
    with tilldone.on_a_terminal("check", *tilldone.at("edenai", job_id)) as screen:
        assert screen.end() == 3
    assert json_in(screen.lines)
    assert f"ref: {ref('edenai', job_id)}" in screen.lines


@pytest.mark.parametrize("columns", [100, 20])
def test_wait_all_prints_each_end_beside_its_bar(
    tilldone: Terminal, tmp_path: Path, columns: int
) -> None:
    ends = [done("x" * 300), done(HOSTILE), failed()]
    ids = [tilldone.submit("edenai", running(), end) for end in ends]
    file = tmp_path / "jobs.txt"
    file.write_text("".join(f"edenai {each}\n" for each in ids))
    with tilldone.on_a_terminal(
        "wait-all", str(file), *tilldone.urls(["edenai"]), columns=columns
    ) as screen:
        assert screen.end() == 1
    results = [json.loads(line) for line in screen.lines if line.startswith("{")]
    assert sorted(each["id"] for each in results) == sorted(ids)
    outputs = {each["id"]: each["result"]["output"] for each in results if "result" in each}
    assert outputs == {ids[0]: "x" * 300, ids[1]: HOSTILE}
    assert columns == 20 or "2 done, 1 failed, 0 running" in screen.text
    assert not re.search(r"[\x7f-\x9f\u202e]", screen.told.decode())


@pytest.mark.parametrize("command", [["providers"], ["--help"], ["wait", "--help"], ["--version"]])
def test_what_only_tells_says_the_same_on_a_terminal(
    tilldone: Terminal, command: list[str]
) -> None:
    with tilldone.on_a_terminal(*command) as screen:
        assert screen.end() == 0
    assert screen.lines == [*tilldone(*command).stdout.splitlines(), ""]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["wait", "edenai"], 2, "Missing argument 'ID'"),
        (["wait", "edenai", ".."], 2, "tilldone: id: '..' names another path"),
        (["wait-all", "/no/such/file"], 2, "No such file"),
        (["worker", "--rate", "0"], 2, "not in the range"),
    ],
)
def test_what_is_wrong_is_said_without_a_traceback(
    tilldone: Terminal, arguments: list[str], code: int, says: str
) -> None:
    with tilldone.on_a_terminal(*arguments) as screen:
        assert screen.end() == code
    assert says in screen.text
    assert "Traceback" not in screen.text


@pytest.mark.parametrize("command", ["wait", "check", "wait-all"])
def test_ctrl_c_leaves_the_ref_and_the_cursor(
    tilldone: Terminal, tmp_path: Path, command: str
) -> None:
    job_id = tilldone.submit("edenai", hang())
    file = tmp_path / "jobs.txt"
    file.write_text(f"edenai {job_id}\n")
    at = [str(file), *tilldone.urls(["edenai"])] if command == "wait-all" else None
    with tilldone.on_a_terminal(command, *(at or tilldone.at("edenai", job_id))) as screen:
        tilldone.polled(job_id)
        screen.type(CTRL_C)
        assert screen.end() == 130
    assert f"ref: {ref('edenai', job_id)}" in screen.lines
    assert "Traceback" not in screen.text
    # The cursor is there again.
    assert screen.told.rfind(b"\x1b[?25h") >= screen.told.rfind(b"\x1b[?25l")


def test_simulate_until_ctrl_c(tilldone: Terminal) -> None:
    with tilldone.on_a_terminal("simulate") as screen:
        screen.shows("simulator-zai-key")
        screen.type(CTRL_C)
        assert screen.end() == 0
    assert "Traceback" not in screen.text


def test_a_worker_until_ctrl_c(tilldone: Terminal, tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'waits.sqlite'}"
    tilldone.environment["TILLDONE_DATABASE_URL"] = database
    with tilldone.on_a_terminal("worker", "--provider", "edenai") as screen:
        screen.shows("tilldone:")
        screen.type(CTRL_C)
        assert screen.end() in {0, 130}
    assert "Traceback" not in screen.text


@pytest.mark.parametrize("columns", [60, 40, 24])
def test_a_narrow_terminal_keeps_the_phase_and_cuts_the_id(
    tilldone: Terminal, columns: int
) -> None:
    job_id = tilldone.submit("viddyscribe", running(times=3), done())
    with tilldone.on_a_terminal(
        "wait", *tilldone.at("viddyscribe", job_id), "--json", columns=columns
    ) as screen:
        assert screen.end() == 0
    drawn = re.findall(r"\r(\S [^\r\n]*)", screen.text)
    assert any("running" in line for line in drawn)
    assert all(len(line) <= columns for line in drawn)


@pytest.mark.parametrize(
    ("columns", "shown"),
    [
        (100, "edenai j1  Connection refused, trying on for "),
        (60, "edenai j1  Connection refused, trying on for "),
        (40, "edenai j1  Connection refused\r"),
    ],
)
def test_a_fault_shows_at_once_with_the_time_that_it_is_borne(
    tilldone: Terminal, columns: int, shown: str
) -> None:
    with (
        refusing() as url,
        tilldone.on_a_terminal(
            "wait", "edenai", "j1", "--base-url", url, columns=columns
        ) as screen,
    ):
        screen.shows(shown)
        screen.type(CTRL_C)
        assert screen.end() == 130
    # Two minutes, less what has passed of them.
    assert columns == 40 or re.search(r"trying on for (2:00|1:\d\d)  ", screen.text)


def test_the_line_is_drawn_at_each_change(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=80)
    monkeypatch.setattr("tilldone.cli._show._live_console", lambda: console)
    # Its own turn never comes.
    monkeypatch.setattr("tilldone.cli._show.Live", partial(Live, auto_refresh=False))
    job = edenai.job(edenai.connect("key"), "j1")
    with displayed(job, timeout=None, quiet=False) as display:
        display.stumbled("Connection refused")
        assert "Connection refused" in screen.getvalue()


def test_without_a_terminal_the_first_fault_of_a_row_is_a_line(tilldone: Terminal) -> None:
    with refusing() as url:
        command = ["wait", "edenai", "j1", "--base-url", url, "--timeout", "10m"]
        ran = tilldone.start(*command)
        first, second = (ran.stderr.readline() if ran.stderr else "" for _ in range(2))
        ran.send_signal(signal.SIGINT)
        rest = ran.communicate(timeout=HUNG)[1]
    assert first == "tilldone: waiting for edenai job j1\n"
    assert second == "tilldone: edenai job j1: Connection refused; trying on\n"
    # Of a row of faults, the first one.
    assert "refused" not in rest


def test_how_far_a_job_is_and_how_long_it_may_take(tilldone: Terminal) -> None:
    def speak(connection: socket.socket, _request: bytes) -> None:
        percentage = 10 * len(server.requests)
        status = "done" if percentage > 40 else "processing"
        body = {"success": True, "status": status, "data": {"percentage": percentage}}
        connection.sendall(response(json.dumps(body).encode()))

    for encoding, bar in [("utf-8", "━━━━╌╌╌╌╌╌"), ("ascii", "####------")]:
        tilldone.environment |= {"PYTHONIOENCODING": encoding}
        with (
            serving(speak) as server,
            tilldone.on_a_terminal("wait", "videodb", "j1", "--base-url", server.url) as screen,
        ):
            assert screen.end() == 0
        assert re.search(
            rf"j1  running \(processing\)  {bar} 40%  about \d+ s left  \d+ s", screen.text
        )
        assert encoding != "ascii" or screen.told.isascii()


def test_a_terminal_that_cannot_move_its_cursor_gets_lines(tilldone: Terminal) -> None:
    job_id = tilldone.submit("edenai", running(), done())
    command = ["wait", *tilldone.at("edenai", job_id)]
    with tilldone.on_a_terminal(*command, kind="dumb") as screen:
        assert screen.end() == 0
    assert b"\x1b" not in screen.told
    assert screen.lines[0] == f"tilldone: waiting for edenai job {job_id}"


def test_a_status_cannot_steer_the_line(tilldone: Terminal) -> None:
    job_id = tilldone.submit("edenai", unknown("[bold]\x1b]0;owned\x07 \u202e" + 99 * "y"), done())
    with tilldone.on_a_terminal("wait", *tilldone.at("edenai", job_id)) as screen:
        assert screen.end() == 0
    assert "[bold]" in screen.text
    assert "\x1b]0;" not in screen.text
    assert "\u202e" not in screen.text


def test_a_key_that_is_missing(tilldone: Terminal) -> None:
    tilldone.environment = without(tilldone.environment, "EDENAI_API_KEY")
    with tilldone.on_a_terminal("wait", "edenai", "x") as screen:
        assert screen.end() == 2
    assert "tilldone: EDENAI_API_KEY is not set" in screen.text
