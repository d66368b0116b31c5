"""What people meet: a live line on a terminal, Ctrl-C, help, completion, the other commands."""

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import httpx
import pytest
from tests.cli.conftest import COMMAND, TILLDONE, TOKENS, VARIABLES, Terminal, ref, without
from tests.many.test_progress import on_a_terminal
from tests.test_providers import RENDERS, installed
from tests.waits.harness import HUNG, PROVIDERS

from tilldone.testing import Step, done, drip_body, hang, running

# A poll that hangs would be given up after half a minute, and no wait would end by that.
PROMPT = 20.0


@pytest.fixture
def shown(tilldone: Terminal, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Hand on the environment: a command on a terminal is started by another helper."""
    for name, value in tilldone.environment.items():
        monkeypatch.setenv(name, value)
    return tilldone


def plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)


def test_a_live_line_on_a_terminal(shown: Terminal) -> None:
    job_id = shown.submit("viddyscribe", running(times=2), done())
    said, told = on_a_terminal([*COMMAND, "wait", *shown.at("viddyscribe", job_id)])
    assert json.loads(said)["status"] == "done"
    assert re.search(
        rf"viddyscribe {job_id}  running \(processing\)  \d+ s  next poll in \d", plain(told)
    )
    assert "canary" not in told
    # The cursor is there again, and the line is gone.
    assert told.rfind("\x1b[?25h") > told.rfind("\x1b[?25l") > -1
    assert told.endswith("\x1b[2K")


def test_a_status_cannot_steer_the_terminal(shown: Terminal) -> None:
    from tilldone.testing import unknown

    job_id = shown.submit("edenai", unknown("\x1b]0;owned\x07"), running(), done())
    _, told = on_a_terminal([*COMMAND, "wait", *shown.at("edenai", job_id)])
    assert "owned" in told
    assert "\x1b]0;" not in told


@pytest.mark.parametrize("quiet", ["-q", "--quiet"])
def test_no_line_when_quiet(shown: Terminal, quiet: str) -> None:
    job_id = shown.submit("edenai", running(), done())
    _, told = on_a_terminal([*COMMAND, "wait", *shown.at("edenai", job_id), quiet])
    assert told == ""


def test_no_colours_where_they_are_not_wanted(
    shown: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = shown.submit("edenai", running(), done())
    command = [*COMMAND, "wait", *shown.at("edenai", job_id)]
    _, coloured = on_a_terminal(command)
    assert re.search(r"\x1b\[[0-9;]*3[0-7]", coloured)
    monkeypatch.setenv("NO_COLOR", "1")
    _, told = on_a_terminal(command)
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]", told)


def test_results_go_to_a_file_and_the_bar_to_the_terminal(shown: Terminal, tmp_path: Path) -> None:
    job_id = shown.submit("edenai", running(), done())
    file = tmp_path / "jobs.txt"
    file.write_text(f"edenai {job_id}\n")
    said, told = on_a_terminal([*COMMAND, "wait-all", str(file), *shown.urls(["edenai"])])
    assert json.loads(said)["id"] == job_id
    assert "1 done, 0 failed, 0 running" in plain(told)
    assert job_id not in told


# How a command is ended, and with which exit code it then ends.
ENDED_BY = pytest.mark.parametrize(
    ("ended_by", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["ctrl-c", "sigterm"]
)


def stop_when(
    process: "subprocess.Popen[str]", tilldone: Terminal, job_id: str, ended_by: signal.Signals
) -> tuple[str, str]:
    """Interrupt once the job was polled; give what was said."""
    tilldone.polled(job_id)
    # Where it has not got to what follows by then, it is stopped on its way there.
    time.sleep(0.1)
    process.send_signal(ended_by)
    try:
        return process.communicate(timeout=PROMPT)
    finally:
        process.kill()


@ENDED_BY
@pytest.mark.parametrize(
    ("command", "step"),
    [
        ("wait", hang()),
        ("wait", drip_body(0.05)),
        ("wait", running()),
        ("check", hang()),
        ("check", drip_body(0.05)),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_an_interruption_has_its_code_and_tells_the_ref(
    tilldone: Terminal, command: str, step: Step, ended_by: signal.Signals, code: int
) -> None:
    job_id = tilldone.submit("edenai", step)
    quiet = ["-q"] if command == "wait" else []
    with tilldone.start(command, *tilldone.at("edenai", job_id), *quiet) as process:
        out, err = stop_when(process, tilldone, job_id, ended_by)
    assert (process.returncode, out) == (code, "")
    assert err.strip() == f"tilldone: interrupted; the job goes on\nref: {ref('edenai', job_id)}"


@ENDED_BY
@pytest.mark.parametrize("step", [hang(), running()], ids=["hanging", "sleeping"])
def test_an_interruption_tells_the_refs_of_all_that_go_on(
    tilldone: Terminal, tmp_path: Path, step: Step, ended_by: signal.Signals, code: int
) -> None:
    finished, *ids = (tilldone.submit("edenai", s) for s in (done(), step, step))
    file = tmp_path / "jobs.txt"
    file.write_text("".join(f"edenai {each}\n" for each in (finished, *ids)))
    with tilldone.start("wait-all", str(file), *tilldone.urls(["edenai"]), "-q") as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["id"] == finished
        out, err = stop_when(process, tilldone, ids[1], ended_by)
    assert (process.returncode, out) == (code, "")
    refs = [f"ref: {ref('edenai', each)}" for each in ids]
    assert err.strip().splitlines() == ["tilldone: interrupted; 2 jobs go on", *refs]


@pytest.mark.parametrize(
    "command", [[], *([name] for name in ("wait", "check", "wait-all", "providers", "simulate"))]
)
def test_help_teaches_by_example(tilldone: Terminal, command: list[str]) -> None:
    ran = tilldone(*command, "--help")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert command == ["providers"] or re.search(r"Examples?:\s+tilldone", ran.stdout)
    assert ran.stdout == tilldone(*command, "-h").stdout
    assert all(len(line) <= 80 for line in ran.stdout.splitlines())


@pytest.mark.parametrize("command", ["wait", "check", "wait-all"])
def test_whoever_talks_to_a_provider_can_be_told_where_it_is(
    tilldone: Terminal, command: str
) -> None:
    assert "--base-url" in tilldone(command, "--help").stdout


def test_the_exit_codes_are_in_the_help(tilldone: Terminal) -> None:
    assert re.findall(r"^ {4}(\d+) +\w", tilldone("--help").stdout, re.MULTILINE) == [
        *("0", "1", "2", "3", "4", "5", "70", "130", "141", "143")
    ]


def test_version_tells_that_of_the_package(tilldone: Terminal) -> None:
    import tilldone as package

    assert tilldone("--version").stdout == f"tilldone, version {package.__version__}\n"


def test_providers_tells_what_is_set_and_never_to_what(tilldone: Terminal) -> None:
    tilldone.environment = without(tilldone.environment, VARIABLES["zai"])
    ran = tilldone("providers")
    assert (ran.returncode, ran.stderr) == (0, "")
    for name, variable in VARIABLES.items():
        state = "not set" if name == "zai" else "set"
        assert re.search(rf"^{name} +{variable} is {state}$", ran.stdout, re.MULTILINE)
        assert PROVIDERS[name].PROVIDER.docs_url in ran.stdout
    assert "VESSL_BASE_URL is not set; or --base-url" in ran.stdout
    assert "operations: upload (collection_id), index_scenes (video_id)\n" in ran.stdout


def test_providers_tells_of_one_that_cannot_be_had(tilldone: Terminal, tmp_path: Path) -> None:
    installed(tmp_path, "acme_renders", "renders = acme:PROVIDER", acme=RENDERS)
    installed(tmp_path, "broken", "broken = nowhere:PROVIDER")
    tilldone.environment["PYTHONPATH"] = str(tmp_path)
    ran = tilldone("providers")
    assert ran.returncode == 0
    assert {"broken", "edenai", "renders"} <= {line.split()[0] for line in ran.stdout.splitlines()}
    assert "of broken 1.0 (nowhere:PROVIDER) cannot be imported" in ran.stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_for_shells(tilldone: Terminal, shell: str) -> None:
    command = Path(sys.executable).with_name("tilldone")
    environment = {**tilldone.environment, "_TILLDONE_COMPLETE": f"{shell}_source"}
    ran = subprocess.run([command], env=environment, capture_output=True, text=True, check=True)
    assert "_TILLDONE_COMPLETE" in ran.stdout
    assert ran.stderr == ""


def test_completion_knows_commands_and_providers(tilldone: Terminal) -> None:
    def offered(*words: str) -> set[str]:
        environment = {
            **tilldone.environment,
            "_TILLDONE_COMPLETE": "bash_complete",
            "COMP_WORDS": " ".join(["tilldone", *words]),
            "COMP_CWORD": str(len(words)),
        }
        command = Path(sys.executable).with_name("tilldone")
        ran = subprocess.run([command], env=environment, capture_output=True, text=True, check=True)
        return {line.partition(",")[2] for line in ran.stdout.splitlines()}

    assert {"wait", "wait-all"} <= offered("wai")
    assert offered("wait", "vi") == {"viddyscribe", "videodb"}


@pytest.mark.parametrize("package", ["click", "rich"])
def test_without_the_extra_it_says_what_to_install(tilldone: Terminal, package: str) -> None:
    blocked = f"import sys; sys.modules[{package!r}] = None; import runpy; sys.argv = ['tilldone']"
    program = f"{blocked}; runpy.run_module('tilldone', run_name='__main__')"
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    said = f"tilldone: the command line needs {package}; pip install 'tilldone[cli]'\n"
    assert ran.stderr == said


# A ValueError of our own making is no better than another error.
@pytest.mark.parametrize(
    ("broken", "command", "says"),
    [
        ("_about.provider_names", ["providers"], "ZeroDivisionError: division by zero"),
        ("_ending.watch_with", ["wait", "edenai", "x"], "ValueError: math domain error"),
        ("_many.as_completed", ["wait-all", "-"], "OSError: ours"),
    ],
)
def test_a_bug_is_70_and_asks_for_a_report(
    tilldone: Terminal, broken: str, command: list[str], says: str
) -> None:
    program = f"""
import math
import tilldone.cli._about, tilldone.cli._ending, tilldone.cli._many, tilldone.cli._one
from tilldone.cli import main

def bug(*_, **__):
    if "{says}".startswith("OSError"):
        raise OSError("ours")
    return 1 / 0 if "{says}".startswith("Zero") else math.sqrt(-1)

tilldone.cli.{broken} = bug
main()
"""
    ran = subprocess.run(
        [sys.executable, "-c", program, *command],
        input="edenai x\n",
        env=tilldone.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (70, "")
    assert "Traceback" in ran.stderr
    assert says in ran.stderr
    assert "bug in tilldone, not a mistake of yours; please report it" in ran.stderr


OUTPUTS = [["providers"], ["--help"], ["wait", "-h"], ["--version"], ["simulate"]]


@pytest.mark.parametrize("command", OUTPUTS)
def test_a_full_disk_is_told_in_our_words(tilldone: Terminal, command: list[str]) -> None:
    with Path("/dev/full").open("w") as full, tilldone.start(*command, stdout=full) as process:
        _, said = process.communicate(timeout=HUNG)
    assert process.returncode == 4
    assert said == "tilldone: stdout: No space left on device\n"


@pytest.mark.parametrize("command", OUTPUTS)
def test_a_reader_that_has_gone_is_not_a_failed_job(tilldone: Terminal, command: list[str]) -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    with tilldone.start(*command, stdout=theirs) as process:
        os.close(theirs)
        _, said = process.communicate(timeout=HUNG)
    assert (process.returncode, said) == (141, "")


def test_simulate_serves_until_ctrl_c(tilldone: Terminal) -> None:
    with tilldone.start("simulate", "--port", "0") as process:
        assert process.stdout is not None
        try:
            table = [process.stdout.readline().split() for _ in range(6)][1:]
            addresses = {name: (url, key) for name, url, key in table}
            url, key = addresses["edenai"]
            asked = urllib.request.Request(
                f"{url}/v3/universal-ai/async",
                data=json.dumps({"model": "audio/stt/x", "input": {}}).encode(),
                headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
            )
            with urllib.request.urlopen(asked) as answered:
                job_id = json.load(answered)["public_id"]
            tilldone.environment["EDENAI_API_KEY"] = key
            ran = tilldone("wait", "edenai", job_id, "--base-url", url, "-q")
            assert (ran.returncode, ran.stderr) == (0, "")
        finally:
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=HUNG)
    assert set(addresses) == set(TOKENS)
    assert (process.returncode, err) == (0, "")


def test_simulate_says_that_a_port_is_taken(tilldone: Terminal) -> None:
    taken = tilldone.bench.simulator.url("edenai").rpartition(":")[2]
    ran = tilldone("simulate", "--port", taken)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert f"cannot listen on 127.0.0.1, port {taken}" in ran.stderr


@pytest.mark.parametrize("seconds", ["-1", "inf", "nan", "soon"])
def test_simulate_refuses_what_is_no_duration(tilldone: Terminal, seconds: str) -> None:
    ran = tilldone("simulate", "--duration", seconds)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "--duration" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_the_help_names_the_port_of_the_background(tilldone: Terminal) -> None:
    from tilldone.simulator._command import ENV_PORT

    assert f"{ENV_PORT} with" in tilldone("simulate", "--help").stdout


def test_the_environment_of_a_shell_leads_to_the_simulator(tilldone: Terminal) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    start = f'eval "$({shlex.join(TILLDONE)} simulate --env --port {port} --duration 0)"'
    program = f"""
import os
from tilldone import edenai, run, vessl, viddyscribe, videodb, zai
from tilldone_clients.vessl.models import CreateAsyncRequestBody
from tilldone.simulator._known import default_token
for module in (edenai, vessl, viddyscribe, videodb, zai):
    client = module.connect()
    name = module.PROVIDER.name
    assert client._base_url.startswith("http://127.0.0.1:{port}"), client
    assert client.token == default_token(name), client
made = run(vessl.create(vessl.connect(), CreateAsyncRequestBody(data=1)), timeout=60)
assert made.output == {{"text": "Hello!"}}
"""
    bare = without(tilldone.environment, *VARIABLES.values())
    line = f"{start} && {shlex.quote(sys.executable)} -c {shlex.quote(program)}"

    def run() -> str:
        ran = subprocess.run(["bash", "-c", line], env=bare, capture_output=True, text=True)
        assert (ran.returncode, ran.stdout) == (0, ""), ran.stderr
        return ran.stderr

    said = run()
    found = re.fullmatch(
        rf"tilldone: the simulator serves at http://127\.0\.0\.1:{port} in the background; "
        r"`kill (\d+)` ends it\n",
        said,
    )
    assert found, said
    try:
        assert run() == (
            f"tilldone: the simulator serves at http://127.0.0.1:{port} already, and a job lasts "
            f"0 s there; `kill {found[1]}` ends it\n"
        )
    finally:
        os.kill(int(found[1]), signal.SIGTERM)


def test_the_environment_leads_to_installed_providers_as_well(
    tilldone: Terminal, tmp_path: Path
) -> None:
    installed(tmp_path, "acme_renders", "renders = acme:PROVIDER", acme=RENDERS)
    installed(tmp_path, "broken", "broken = nowhere:PROVIDER")
    tilldone.environment["PYTHONPATH"] = str(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    ran = tilldone("simulate", "--env", "--port", str(port))
    found = re.search(r"`kill (\d+)` ends it\n", ran.stderr)
    assert found, ran.stderr
    try:
        assert "provider: 'broken' of broken 1.0 (nowhere:PROVIDER) cannot be" in ran.stderr
        url = f"http://127.0.0.1:{port}/providers/renders"
        assert f"export TILLDONE_RENDERS_BASE_URL={url}\n" in ran.stdout
        assert "BROKEN" not in ran.stdout
        taken = httpx.post(f"{url}/submit", headers={"x-simulator-duration": "0"}).json()
        tilldone.environment["TILLDONE_RENDERS_BASE_URL"] = url
        waited = tilldone("wait", "renders", taken["id"], "--json")
        assert (waited.returncode, waited.stdout) == (0, '{"status": "ready"}\n')
    finally:
        os.kill(int(found[1]), signal.SIGTERM)


def test_the_environment_is_not_told_where_another_program_listens(tilldone: Terminal) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        other.listen(0)
        refused = answering_not_found(other)
        ran = tilldone("simulate", "--env", "--port", str(port))
        refused.join()
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == (
        f"tilldone: cannot listen on 127.0.0.1, port {port}: Address already in use\n"
    )


def answering_not_found(listener: socket.socket) -> threading.Thread:
    def answer() -> None:
        # It is asked before a simulator is started, and after that has found the port taken.
        for _ in range(2):
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")

    thread = threading.Thread(target=answer)
    thread.start()
    return thread


def test_simulate_warns_beyond_this_machine(tilldone: Terminal) -> None:
    with tilldone.start("simulate", "--host", "0.0.0.0") as process:
        assert process.stdout is not None
        table = [process.stdout.readline() for _ in range(6)]
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=HUNG)
    assert said == (
        "tilldone: listening on 0.0.0.0: whoever can reach this machine can use the simulator\n"
    )
    # An address that clients of this machine can use.
    assert all("http://127.0.0.1:" in line for line in table[1:])


def test_the_environment_is_the_tests_own() -> None:
    assert not {*VARIABLES.values()} & {*os.environ}


@pytest.mark.parametrize("command", ["wait", "submit", "wait-all", "providers"])
def test_a_closed_stream_is_told_by_the_code_alone(
    tilldone: Terminal, tmp_path: Path, command: str
) -> None:
    file = tmp_path / "given"
    job_id = tilldone.submit("edenai", done())
    if command == "submit":
        file.write_text('{"model": "a", "input": {}}')
        url = tilldone.bench.simulator.url("edenai")
        words = ["submit", "edenai", "create", str(file), "--base-url", url]
    elif command == "wait-all":
        file.write_text(f"edenai {job_id}\n")
        words = ["wait-all", str(file), *tilldone.urls(["edenai"])]
    else:
        words = ["wait", *tilldone.at("edenai", job_id)] if command == "wait" else [command]
    closed = {"1": 0 if command == "providers" else 4, "2": 0}
    for descriptor, code in closed.items():
        ran = subprocess.run(
            ["sh", "-c", f'exec "$@" {descriptor}>&-', "sh", *TILLDONE, *words],
            env=tilldone.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == code, ran.stderr
        assert "Traceback" not in ran.stderr
        if code == 4:
            assert "tilldone: stdout: it is closed\nref: {" in ran.stderr


def test_what_stderr_does_not_take_changes_no_code(tilldone: Terminal) -> None:
    job = tilldone.submit("edenai", done())
    reading, writing = os.pipe()
    os.close(reading)
    full = os.open("/dev/full", os.O_WRONLY)
    for stderr in (writing, full):
        for words, code in (
            (["wait", *tilldone.at("edenai", job)], 0),
            (["wait", "nobody", "x"], 2),
        ):
            ran = tilldone.start(*words, stderr=stderr)
            result = ran.communicate(timeout=HUNG)[0]
            assert ran.returncode == code
            assert ('"public_id"' in result) == (code == 0)
        os.close(stderr)


@pytest.mark.parametrize("command", [["providers"], ["--help"]])
def test_what_only_tells_has_no_code_of_a_job_where_nobody_reads(
    tilldone: Terminal, command: list[str]
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    gone = tilldone.start(*command, stdout=writing)
    os.close(writing)
    assert gone.communicate(timeout=HUNG)[1] == ""
    assert gone.returncode == 141
    with Path("/dev/full").open("w") as full:
        ran = tilldone.start(*command, stdout=full)
        told = ran.communicate(timeout=HUNG)[1]
    assert (ran.returncode, told) == (4, "tilldone: stdout: No space left on device\n")
