"""Durable waits on the command line: shown while they last, listed, cancelled, and many at once."""

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Terminal, ref

from tilldone.testing import done, failed, running


@pytest.fixture
def kept(tilldone: Terminal, tmp_path: Path) -> Terminal:
    """Keep waits in a database of this test's own, and lead all to the simulator."""
    urls = {
        f"TILLDONE_{name.upper()}_BASE_URL": tilldone.bench.simulator.url(name)
        for name in ("edenai", "viddyscribe")
    }
    database = f"sqlite:///{tmp_path / 'waits.sqlite'}"
    tilldone.environment |= {**urls, "TILLDONE_DATABASE_URL": database}
    return tilldone


def test_a_durable_wait_is_shown_while_it_lasts(kept: Terminal) -> None:
    job_id = kept.submit("viddyscribe", running(times=3), done())
    lines = kept("wait", "viddyscribe", job_id, "--durable")
    assert lines.returncode == 0
    name = f"viddyscribe job {job_id}"
    first, second, last = lines.stderr.splitlines()
    assert first == f"tilldone: waiting durably for {name}"
    assert second.startswith(f"tilldone: {name}: running (processing), after ")
    assert second.endswith(" 1 poll")
    assert last.startswith(f"tilldone: {name}: succeeded (done), after ")
    assert last.endswith(" and 4 polls")
    job_id = kept.submit("viddyscribe", running(times=3), done())
    with kept.on_a_terminal("wait", "viddyscribe", job_id, "--durable") as screen:
        assert screen.end() == 0
    assert f"viddyscribe {job_id}  waiting" in screen.text
    assert f"viddyscribe {job_id}  running (processing)" in screen.text
    assert "next poll in" in screen.text
    assert "dbos" not in (screen.text + lines.stderr).lower()


@pytest.mark.parametrize(
    "command",
    [["waits"], ["cancel", "edenai", "x"], ["forget", "--older-than", "30d"], ["worker"]],
    ids=" ".join,
)
def test_a_database_that_cannot_be_used_is_wrong_usage(kept: Terminal, command: list[str]) -> None:
    kept.environment["TILLDONE_DATABASE_URL"] = "mysql://me:secret@localhost/waits"
    ran = kept(*command)
    said = "tilldone: TILLDONE_DATABASE_URL: mysql:// is neither sqlite:// nor postgresql://\n"
    assert (ran.returncode, ran.stdout, ran.stderr) == (2, "", said)


def test_nothing_was_so_long_ago(kept: Terminal) -> None:
    ran = kept("forget", "--older-than", f"{'9' * 300}d")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "0\n", "")


def test_waits_tells_what_goes_on_and_how_the_others_ended(kept: Terminal) -> None:
    assert kept("waits").stderr == "tilldone: there are no durable waits\n"
    lost = kept.submit("edenai", failed("E1", "No."))
    late = kept.submit("edenai", running())
    goes_on = kept.submit("viddyscribe", running())
    assert kept("wait", "edenai", lost, "--durable", "-q").returncode == 1
    assert kept("wait", "edenai", late, "--durable", "-q", "--timeout", "0").returncode == 3
    with kept.start("wait", "viddyscribe", goes_on, "--durable") as waiting:
        kept.polled(goes_on)
        waiting.kill()
    ran = kept("waits")
    assert (ran.returncode, ran.stderr) == (0, "")
    told = [line for line in ran.stdout.splitlines() if not line.startswith(" ")]
    assert [line.split()[:3] for line in told] == [
        ["viddyscribe", goes_on, "waiting"],
        ["edenai", lost, "failed"],
        ["edenai", late, "JobTimeout"],
    ]
    assert told[0].endswith("no deadline")
    assert f"\n{'':<12} edenai job {late} " in ran.stdout
    assert "resume with" not in ran.stdout
    shown = [json.loads(line) for line in kept("waits", "--json").stdout.splitlines()]
    assert [each["outcome"] for each in shown] == [None, "failed", "JobTimeout"]
    assert [each["ref"] for each in shown] == [
        ref("viddyscribe", goes_on),
        *(ref("edenai", each) for each in (lost, late)),
    ]
    cancelled = kept("cancel", "viddyscribe", goes_on)
    assert (cancelled.returncode, cancelled.stdout) == (0, "")
    assert cancelled.stderr.splitlines() == [
        f"tilldone: the durable wait for viddyscribe job {goes_on} is cancelled; the job goes on",
        f"ref: {ref('viddyscribe', goes_on)}",
    ]
    assert "cancelled" in kept("waits").stdout
    again = kept("cancel", "viddyscribe", ref("viddyscribe", goes_on))
    assert again.returncode == 0
    assert "has ended already: cancelled" in again.stderr


def test_cancelling_needs_no_key_and_finds_nothing_where_there_is_nothing(kept: Terminal) -> None:
    del kept.environment["EDENAI_API_KEY"]
    ran = kept("cancel", "edenai", "nobody-s")
    assert (ran.returncode, ran.stdout) == (4, "")
    assert "there is no durable wait for edenai job nobody-s" in ran.stderr
    assert kept("cancel", "edenai", "x", "--agent-id", "y").returncode == 2


def test_many_wait_durably_and_go_on_after_a_kill(kept: Terminal, tmp_path: Path) -> None:
    ids = [kept.submit("edenai", running(times=3), done(), result=n) for n in range(2)]
    ids.append(kept.submit("edenai", failed("E1", "No.")))
    file = tmp_path / "jobs.txt"
    file.write_text("".join(f"edenai {each}\n" for each in [*ids, ids[0]]))
    with kept.start("wait-all", str(file), "--durable") as first:
        kept.polled(ids[0])
        first.kill()
    polled = len(kept.bench.simulator.polls(ids[0]))
    ran = kept("wait-all", str(file), "--durable")
    assert ran.returncode == 1
    assert ran.stderr.splitlines()[0] == "tilldone: waiting for 4 jobs"
    assert ran.stderr.splitlines()[-1].startswith("tilldone: 3 of 4 jobs done, after ")
    told = [json.loads(line) for line in ran.stdout.splitlines()]
    assert sorted(each["id"] for each in told) == sorted([*ids, ids[0]])
    assert {each["id"] for each in told if "error" in each} == {ids[2]}
    assert len(kept.bench.simulator.polls(ids[0])) > polled


@pytest.mark.parametrize("command", ["wait", "wait-all"])
def test_a_base_url_that_would_be_forgotten_is_2(
    kept: Terminal, tmp_path: Path, command: str
) -> None:
    file = tmp_path / "jobs.txt"
    file.write_text("edenai x\n")
    named = [str(file)] if command == "wait-all" else ["edenai", "x"]
    ran = kept(command, *named, "--durable", "--base-url", "https://eu.example")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "set TILLDONE_EDENAI_BASE_URL instead" in ran.stderr
    assert kept(command, *named, "--again").returncode == 2


def test_a_database_that_is_out_of_reach_is_4(kept: Terminal, tmp_path: Path) -> None:
    kept.environment["TILLDONE_DATABASE_URL"] = "sqlite:////proc/no/waits.sqlite"
    file = tmp_path / "jobs.txt"
    file.write_text("edenai x\n")
    for command in [
        ["waits"],
        ["cancel", "edenai", "x"],
        ["wait", "edenai", "x", "--durable", "-q"],
        ["wait-all", str(file), "--durable", "-q"],
    ]:
        ran = kept(*command)
        assert (ran.returncode, ran.stdout) == (4, ""), ran.stderr
        assert "Traceback" not in ran.stderr
