"""Consoles that do not know every character, as Windows and a bare C locale have them.

Nothing that is said may fail for a character's sake; what such a console lacks is shown escaped.
"""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.conftest import TILLDONE, Terminal
from tests.waits.sockets import answering, response, serving

from tilldone.testing import done

ID = "задание-任务-→—é"
ANSWER = {"status": "done", "output": {"text": ID}, "video_signed_url": "https://x.test/任务.mp4"}
CONSOLES = {
    "cp1252": {"PYTHONIOENCODING": "cp1252"},
    "C locale": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
}


@pytest.fixture
def console(
    request: pytest.FixtureRequest, tilldone: Terminal, tmp_path: Path
) -> Iterator[Terminal]:
    """Have a job with an odd id at a provider, waits in a database, and such a console."""
    with serving(answering(response(json.dumps(ANSWER, ensure_ascii=False).encode()))) as server:
        tilldone.environment |= {
            **CONSOLES[getattr(request, "param", "cp1252")],
            "TILLDONE_VIDDYSCRIBE_BASE_URL": server.url,
            "TILLDONE_DATABASE_URL": f"sqlite:///{tmp_path / 'waits.sqlite'}",
            "XDG_DATA_HOME": str(tmp_path),
        }
        yield tilldone


def told(console: Terminal, *arguments: str) -> tuple[int, str, str]:
    """Run a command, started as users start it: its encodings are chosen at the start."""
    ran = subprocess.run(
        [*TILLDONE, *arguments], env=console.environment, capture_output=True, check=False
    )
    # To one that says ASCII, click writes UTF-8.
    encoding = console.environment.get("PYTHONIOENCODING", "utf-8")
    return ran.returncode, ran.stdout.decode(encoding), ran.stderr.decode(encoding)


def ref(id: str) -> str:
    # In ASCII, as refs are.
    return json.dumps({"tilldone": 1, "provider": "viddyscribe", "id": id})


@pytest.mark.parametrize(
    "command",
    [
        ["wait"],
        ["wait", "--json"],
        ["check"],
        ["wait", "--durable"],
        ["download", "--link", "output"],
        ["cancel"],
    ],
    ids=" ".join,
)
def test_no_character_of_an_id_ends_a_command(console: Terminal, command: list[str]) -> None:
    code, out, err = told(console, command[0], "viddyscribe", ref(ID), *command[1:])
    assert "Traceback" not in err
    assert code == {"download": 2, "cancel": 4}.get(command[0], 0)
    if code == 0:
        assert json.loads(out)["output"] == {"text": ID}


@pytest.mark.parametrize("console", CONSOLES, indirect=True)
def test_nor_of_those_that_are_listed(console: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "jobs.txt"
    file.write_text(f"{ref(ID)}\n", encoding="utf-8")
    code, out, _ = told(console, "wait-all", str(file))
    assert (code, json.loads(out)["id"]) == (0, ID)
    assert told(console, "wait", "viddyscribe", ref(ID), "--durable", "-q")[0] == 0
    code, out, err = told(console, "waits")
    assert (code, err) == (0, "")
    assert "\\u4efb\\u52a1" in out or "任务" in out
    code, out, err = told(console, "waits", "--json")
    assert (code, json.loads(out)["id"], err) == (0, ID, "")


@pytest.mark.parametrize("columns", [100, 20])
def test_nor_on_a_terminal(console: Terminal, columns: int) -> None:
    for command in (["wait"], ["wait", "--durable"]):
        with console.on_a_terminal(
            command[0], "viddyscribe", ref(ID), *command[1:], columns=columns
        ) as screen:
            assert screen.end() == 0
        assert b"Traceback" not in screen.told


@pytest.mark.parametrize("command", [[], ["run"], ["simulate"]], ids=" ".join)
def test_help_is_shown(console: Terminal, command: list[str]) -> None:
    code, out, err = told(console, *command, "--help")
    assert (code, err) == (0, "")
    assert out.startswith("Usage: ")


def test_a_file_of_any_name_is_named(console: Terminal, tmp_path: Path) -> None:
    folder = tmp_path / ID
    at = console.at("zai", console.submit("zai", done()))
    command = ("download", *at, "--to", str(folder / "任务.mp4"))
    code, out, err = told(console, *command)
    assert (code, out) == (2, "")
    assert "is not there; make it first" in err
    folder.mkdir()
    code, out, err = told(console, *command)
    assert (code, out.count("\n")) == (0, 1)
    assert out.endswith("\\u4efb\\u52a1.mp4\n")
    assert (folder / "任务.mp4").is_file()
