"""`tilldone wait-all`: many jobs, a line of JSON for each."""

import json
import re
import socket
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Command, Terminal, ref
from tests.core.world import DONE
from tests.waits.harness import HUNG, PROVIDERS
from tests.waits.sockets import response, serving

from tilldone.simulator import Simulator, Step
from tilldone.testing import ManualClock, body, done, failed, running, status


def lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def undated(result: Any) -> dict[str, object]:  # noqa: ANN401 # JSON
    """Leave out the dates: each poll has its own."""
    return {name: value for name, value in result.items() if not name.endswith("_at")}


def test_refs_and_ids_of_all_providers_from_a_file(tilldone: Terminal, tmp_path: Path) -> None:
    ids = {name: tilldone.submit(name, running(), done()) for name in PROVIDERS}
    named = [f"{name}\t {each}" for name, each in ids.items() if name != "zai"]
    file = tmp_path / "jobs.txt"
    file.write_text("# all of them\n\n" + "\n".join([*named, ref("zai", ids["zai"])]) + "\n")

    ran = tilldone("wait-all", str(file), *tilldone.urls(), "-q")

    assert (ran.returncode, ran.stderr) == (0, "")
    told = lines(ran.stdout)
    assert {line["provider"]: line["id"] for line in told} == ids
    assert {line["ref"] for line in told} == {ref(name, each) for name, each in ids.items()}
    for line in told:
        name = str(line["provider"])
        alone = tilldone("wait", *tilldone.at(name, ids[name]), "--json")
        assert undated(line["result"]) == undated(json.loads(alone.stdout)), name


def test_ids_from_stdin_and_one_agent_for_all(tilldone: Terminal) -> None:
    ids = [tilldone.submit("zai", done()) for _ in range(3)]
    told = "".join(f"zai {each}\n" for each in ids)
    url = tilldone.bench.simulator.url("zai")
    ran = tilldone(
        *("wait-all", "-", "--base-url", url, "--agent-id", "vidu_template_agent"), told=told
    )
    assert ran.returncode == 0
    first, last = ran.stderr.splitlines()
    assert first == "tilldone: waiting for 3 jobs"
    assert re.fullmatch(r"tilldone: 3 of 3 jobs done, after \d+\.\d s", last)
    assert sorted(str(line["id"]) for line in lines(ran.stdout)) == sorted(ids)


@pytest.mark.parametrize(
    ("worst", "code"), [(failed(), 1), (running(), 3), (status(402), 4)], ids=["1", "3", "4"]
)
def test_the_gravest_end_is_the_exit_code(
    command: Command, fresh: Simulator, tmp_path: Path, worst: Step, code: int
) -> None:
    ids = [fresh.submit("edenai", script=[end]) for end in (done(), failed(), worst, done())]
    file = tmp_path / "jobs.txt"
    file.write_text("".join(f"edenai {each}\n" for each in ids))
    with ManualClock():
        ended_with, out, _ = command("wait-all", str(file), "--timeout", "1m")
    assert ended_with == code
    ended = {str(line["id"]): line for line in lines(out)}
    assert set(ended) == set(ids)
    assert ["result" in ended[each] for each in ids] == [True, False, False, True]
    assert all(ended[each]["ref"] == ref("edenai", each) for each in ids)


def test_a_result_that_fits_no_class_is_a_result(tilldone: Terminal) -> None:
    job_id = tilldone.submit("edenai", done(created_at={"odd": 1}))
    ran = tilldone("wait-all", "-", *tilldone.urls(["edenai"]), told=f"edenai {job_id}")
    assert ran.returncode == 0
    (line,) = lines(ran.stdout)
    assert line["result"]["created_at"] == {"odd": 1}  # type: ignore[index] # what this is about
    assert "does not fit" in ran.stderr
    assert "; the answer is on stdout, as it came\n" in ran.stderr


@pytest.mark.parametrize("status", ["success", "fail"])
def test_an_answer_that_cannot_be_read_is_no_result(tilldone: Terminal, status: str) -> None:
    deep = f'{{"status": "{status}", "output": {250 * "["}{250 * "]"}}}'
    job_id = tilldone.submit("edenai", body(deep.encode()))
    ran = tilldone("wait-all", "-", *tilldone.urls(["edenai"]), told=f"edenai {job_id}")
    assert ran.returncode == 4
    (line,) = lines(ran.stdout)
    assert "result" not in line
    assert line["error"]["body"] == deep  # type: ignore[index] # what this is about


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("edenai", "'edenai' is neither a ref nor a provider and an id"),
        ("nobody x", "provider: 'nobody' is not one of edenai"),
        ("{broken", "is damaged: not JSON"),
        (ref("edenai", ".."), "names another path"),
        ("zai x", "pass --agent-id"),
        ("vessl x", "--base-url: this provider has no default"),
    ],
)
def test_a_broken_line_is_named_by_its_number(tilldone: Terminal, line: str, says: str) -> None:
    ran = tilldone("wait-all", "-", told=f"edenai x\n\n{line}\n")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("tilldone: <stdin>, line 3: ")
    assert says in ran.stderr


def test_a_file_that_is_no_text_is_named(tilldone: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "jobs.bin"
    file.write_bytes(b"edenai \xff\n")
    ran = tilldone("wait-all", str(file))
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "jobs.bin is not UTF-8 text" in ran.stderr


def test_a_file_as_windows_writes_it_is_read(tilldone: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "jobs.txt"
    file.write_bytes(f"\ufeffedenai {tilldone.submit('edenai', done())}\r\n".encode())
    ran = tilldone("wait-all", str(file), *tilldone.urls(["edenai"]))
    assert ran.returncode == 0, ran.stderr


def test_a_file_without_a_job_is_mentioned(tilldone: Terminal) -> None:
    ran = tilldone("wait-all", "-", told="# none\n")
    assert (ran.returncode, ran.stdout) == (0, "")
    assert ran.stderr == "tilldone: <stdin>: there is no job in it\n"


def test_one_address_never_gets_the_keys_of_two_providers(tilldone: Terminal) -> None:
    ids = {name: tilldone.submit(name, done()) for name in ("edenai", "viddyscribe")}
    told = "".join(f"{name} {each}\n" for name, each in ids.items())
    url = tilldone.bench.simulator.url("edenai")
    ran = tilldone("wait-all", "-", "--base-url", url, told=told)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "line 2: --base-url: " in ran.stderr
    assert "would get the keys of several providers (edenai, viddyscribe)" in ran.stderr
    assert [tilldone.bench.simulator.polls(each) for each in ids.values()] == [[], []]


def test_a_reader_that_has_had_enough_ends_it_quietly(tilldone: Terminal) -> None:
    gone = threading.Event()

    def speak(connection: socket.socket, request: bytes) -> None:
        if b"/second " in request:
            assert gone.wait(HUNG)
        connection.sendall(response(DONE.content))

    with serving(speak) as server:
        waiting = tilldone.start(
            "wait-all", "-", "--base-url", server.url, "-q", stdin=subprocess.PIPE
        )
        assert waiting.stdin is not None
        assert waiting.stdout is not None
        assert waiting.stderr is not None
        with waiting:
            waiting.stdin.write("edenai first\nedenai second\n")
            waiting.stdin.close()
            assert json.loads(waiting.stdout.readline())["id"] == "first"
            waiting.stdout.close()
            gone.set()
            assert waiting.stderr.read() == ""
    assert waiting.returncode == 141
