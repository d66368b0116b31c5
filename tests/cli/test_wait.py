"""`tilldone wait` and `tilldone check`: the result on stdout, the rest on stderr, and the code."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.conftest import TILLDONE, Terminal, ref
from tests.waits.harness import PROVIDERS
from tests.waits.sockets import answering, response, serving

from tilldone.testing import done, failed, hang, pending, running, status


def quiet(command: str) -> list[str]:
    """Give the option for a command that would tell how it gets on."""
    return ["-q"] if command == "wait" else []


@pytest.mark.parametrize(
    ("provider", "command"), [*((name, "wait") for name in PROVIDERS), ("edenai", "check")]
)
def test_done_is_0_and_the_result_on_stdout(
    tilldone: Terminal, provider: str, command: str
) -> None:
    job_id = tilldone.submit(provider, done())
    ran = tilldone(command, *tilldone.at(provider, job_id), *quiet(command))
    assert (ran.returncode, ran.stderr) == (0, "")
    body = json.loads(ran.stdout)
    assert PROVIDERS[provider].PHASES[body["status"]] == "succeeded"
    assert ran.stdout == json.dumps(body, indent=2, ensure_ascii=False) + "\n"


@pytest.mark.parametrize(
    ("provider", "command"), [*((name, "wait") for name in PROVIDERS), ("edenai", "check")]
)
def test_a_failed_job_is_1(tilldone: Terminal, provider: str, command: str) -> None:
    job_id = tilldone.submit(provider, failed("E42", "It broke."))
    ran = tilldone(command, *tilldone.at(provider, job_id), *quiet(command))
    assert (ran.returncode, ran.stdout) == (1, "")
    first, second = ran.stderr.splitlines()
    assert re.fullmatch(
        rf"tilldone: {provider} job {job_id} failed: .*, after \d+\.\d s and 1 poll", first
    )
    assert "It broke." in first or provider == "vessl"
    assert second == f"ref: {ref(provider, job_id)}"


@pytest.mark.parametrize("provider", ["edenai", "zai"])
def test_a_ref_stands_in_the_place_of_an_id(tilldone: Terminal, provider: str) -> None:
    job_id = tilldone.submit(provider, running(times=2), done())
    late = tilldone("wait", *tilldone.at(provider, job_id), "--timeout", "0", "-q")
    assert (late.returncode, late.stdout) == (3, "")
    said, shown = late.stderr.splitlines()
    # On a busy machine, its only poll may be cut off.
    seen = r"(is still '\w+'|has not been seen \(.+\))"
    assert re.match(rf"tilldone: {provider} job {job_id} {seen}, after", said)

    url = tilldone.bench.simulator.url(provider)
    again = tilldone("wait", provider, shown.removeprefix("ref: "), "--base-url", url)
    assert again.returncode == 0
    assert json.loads(again.stdout)


def test_a_timeout_is_3(tilldone: Terminal) -> None:
    job_id = tilldone.submit("edenai", running())
    ran = tilldone("wait", *tilldone.at("edenai", job_id), "--timeout", "200ms", "--json")
    assert ran.returncode == 3
    told = json.loads(ran.stdout)
    assert told["error"]["type"] == "JobTimeout"
    assert told["ref"] == ref("edenai", job_id)
    assert ran.stderr.endswith(f"\nref: {told['ref']}\n")


@pytest.mark.parametrize(
    ("steps", "kind"),
    [([status(402)], "PollRejected"), ([status(404)], "JobNotFound")],
    ids=["rejected", "not_found"],
)
def test_a_final_no_is_4(tilldone: Terminal, steps: list[object], kind: str) -> None:
    job_id = tilldone.submit("edenai", *steps)  # type: ignore[arg-type] # a list of steps
    ran = tilldone("check", *tilldone.at("edenai", job_id), "--json")
    assert ran.returncode == 4
    told = json.loads(ran.stdout)
    assert told["error"]["type"] == kind
    assert told["error"].get("status_code") == (402 if kind == "PollRejected" else None)
    assert f"ref: {ref('edenai', job_id)}" in ran.stderr


def test_a_wrong_key_is_4_and_is_not_shown(tilldone: Terminal) -> None:
    tilldone.environment["EDENAI_API_KEY"] = "another-canary-1234"
    job_id = tilldone.submit("edenai", done())
    ran = tilldone("wait", *tilldone.at("edenai", job_id), "--json")
    assert ran.returncode == 4
    assert json.loads(ran.stdout)["error"]["status_code"] == 401
    assert "another-canary-1234" not in ran.stdout + ran.stderr


def test_a_job_that_goes_on_is_3_to_check(tilldone: Terminal) -> None:
    job_id = tilldone.submit("viddyscribe", running())
    ran = tilldone("check", *tilldone.at("viddyscribe", job_id), "--json")
    assert ran.returncode == 3
    assert json.loads(ran.stdout)["status"] == "processing"
    assert ran.stderr.splitlines() == [
        f"tilldone: viddyscribe job {job_id} is running (processing)",
        f"ref: {ref('viddyscribe', job_id)}",
    ]


def test_a_result_that_fits_no_class_is_a_result(tilldone: Terminal) -> None:
    job_id = tilldone.submit("edenai", done(created_at={"odd": 1}))
    ran = tilldone("wait", *tilldone.at("edenai", job_id))
    assert ran.returncode == 0
    assert json.loads(ran.stdout)["created_at"] == {"odd": 1}
    assert "does not fit" in ran.stderr


def test_vessl_finds_its_address_in_the_environment(tilldone: Terminal) -> None:
    tilldone.environment["VESSL_BASE_URL"] = tilldone.bench.simulator.url("vessl")
    ran = tilldone("wait", "vessl", tilldone.submit("vessl", done()))
    assert ran.returncode == 0


ODD = "grün \u2028 \U0001f600 \x1b[31m \x9b31m"


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "ascii"])
def test_no_character_costs_a_result(tilldone: Terminal, encoding: str) -> None:
    tilldone.environment["PYTHONIOENCODING"] = encoding
    job_id = tilldone.submit("edenai", done(), result={"text": ODD})
    command = [*TILLDONE, "wait", *tilldone.at("edenai", job_id)]
    ran = subprocess.run(command, env=tilldone.environment, capture_output=True, check=True)
    assert json.loads(ran.stdout.decode(encoding))["output"] == {"text": ODD}


def test_half_a_character_costs_no_result(tilldone: Terminal) -> None:
    body = rb'{"status":"success","public_id":"x","output":"\ud800"}'
    with serving(answering(response(body))) as server:
        ran = tilldone("wait", "edenai", "x", "--base-url", server.url)
    assert ran.returncode == 0
    assert json.loads(ran.stdout)["output"] == "\ud800"


def test_a_server_cannot_steer_the_terminal(tilldone: Terminal) -> None:
    job_id = tilldone.submit("edenai", failed("E", "\x1b]0;owned\x07 \x9b31m broke"))
    ran = tilldone("wait", *tilldone.at("edenai", job_id), "--json")
    assert "broke" in ran.stderr
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", ran.stderr)


def test_plain_http_can_be_asked_for(tilldone: Terminal) -> None:
    address = ("--base-url", "http://tilldone.invalid", "--allow-http", "--timeout", "0")
    ran = tilldone("wait", "edenai", "x", *address)
    assert ran.returncode == 3
    assert "has not been seen (last fault: ConnectError" in ran.stderr


@pytest.mark.parametrize("compact", [[], ["--json"]])
def test_a_full_disk_costs_no_ref(tilldone: Terminal, compact: list[str]) -> None:
    job_id = tilldone.submit("edenai", done())
    with Path("/dev/full").open("w") as full:
        named = tilldone.at("edenai", job_id)
        process = tilldone.start("wait", *named, *compact, "-q", stdout=full)
        _, said = process.communicate()
    assert process.returncode == 4
    assert said == f"tilldone: stdout: No space left on device\nref: {ref('edenai', job_id)}\n"


def test_no_key_can_be_seen_in_the_process_list(tilldone: Terminal) -> None:
    import psutil

    job_id = tilldone.submit("edenai", hang())
    command = [*TILLDONE, "wait", *tilldone.at("edenai", job_id), "-q"]
    with subprocess.Popen(command, env=tilldone.environment) as process:
        try:
            tilldone.polled(job_id)
            shown = " ".join(psutil.Process(process.pid).cmdline())
        finally:
            process.kill()
    assert job_id in shown
    assert "canary" not in shown


def test_the_installed_command_is_the_same(tilldone: Terminal) -> None:
    command = str(Path(sys.executable).with_name("tilldone"))
    job_id = tilldone.submit("edenai", done())
    ran = subprocess.run(
        [command, "wait", *tilldone.at("edenai", job_id)],
        env=tilldone.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(ran.stdout)["status"] == "success"


def test_without_a_terminal_each_change_of_phase_is_a_line(tilldone: Terminal) -> None:
    steps = [pending(), running(times=2), done()]
    job_id = tilldone.submit("viddyscribe", *steps)
    ran = tilldone("wait", *tilldone.at("viddyscribe", job_id))
    named = f"viddyscribe job {job_id}"
    first, *changes = ran.stderr.splitlines()
    assert first == f"tilldone: waiting for {named}"
    told = [re.sub(r"\d+\.\d s", "N s", line) for line in changes]
    assert told == [
        f"tilldone: {named}: pending (queued), after N s and 1 poll",
        f"tilldone: {named}: running (processing), after N s and 2 polls",
        f"tilldone: {named}: succeeded (done), after N s and 4 polls",
    ]


def test_without_a_terminal_a_failure_is_told_once(tilldone: Terminal) -> None:
    job_id = tilldone.submit("viddyscribe", running(), failed())
    ran = tilldone("wait", *tilldone.at("viddyscribe", job_id))
    assert ran.stderr.count("failed") == 1


@pytest.mark.parametrize("name", ["edenai", "zai"])
def test_an_agent_that_no_job_takes_is_refused(tilldone: Terminal, name: str) -> None:
    job_id = tilldone.submit(name, done())
    named = job_id if name == "edenai" else ref(name, job_id)
    url = tilldone.bench.simulator.url(name)
    ran = tilldone("wait", name, named, "--base-url", url, "--agent-id", "another")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == "tilldone: --agent-id: no job here takes one; leave it out\n"
    assert tilldone.bench.simulator.polls(job_id) == []
