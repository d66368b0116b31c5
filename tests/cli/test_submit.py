"""`tilldone submit` and `tilldone run`: a job is made once, and its ref is never lost."""

import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import CTRL_C, TILLDONE, VARIABLES, Terminal
from tests.cli.test_usage import run_here
from tests.waits.harness import AGENT_ID, HUNG
from tests.waits.sockets import answering, refusing, response, serving

EDENAI = {"model": "audio/speech_to_text_async/openai", "input": {"file": "https://x/y.mp3"}}
VIDDYSCRIBE = {"input": {"type": "media_id", "media_id": "m1"}, "generation_config": {}}
CONTENT = [{"type": "text", "text": "a kiss"}]
ZAI = {
    "agent_id": AGENT_ID,
    "messages": [{"role": "user", "content": CONTENT}],
    "custom_variables": {"template": "french_kiss"},
}
BODIES: list[tuple[list[str], Any]] = [
    (["edenai", "create"], EDENAI),
    (["vessl"], {"data": {"prompt": "a cat"}}),
    (["viddyscribe", "generate_text"], VIDDYSCRIBE),
    (["viddyscribe", "generate-audio"], VIDDYSCRIBE),
    (["zai"], ZAI),
    (["videodb", "upload"], {"url": "https://x/y.mp4"}),
    (["videodb", "upload", "--extra", "collection_id=c-1"], {"url": "https://x/y.mp4"}),
]
MADE_BY = ["edenai", "create"]
MADE = b'{"public_id": "p1", "status": "processing"}'
DONE = b'{"public_id": "p1", "status": "success", "output": {}}'
REF = '{"tilldone":1,"provider":"edenai","id":"p1"}'


@pytest.fixture
def body(tmp_path: Path) -> str:
    file = tmp_path / "body.json"
    file.write_text(json.dumps(EDENAI))
    return str(file)


def at(tilldone: Terminal, provider: str) -> list[str]:
    return ["--base-url", tilldone.bench.simulator.url(provider)]


@pytest.mark.parametrize(("words", "body"), BODIES, ids=lambda each: "-".join(each)[:40])
def test_submit_prints_a_ref_that_wait_takes(
    tilldone: Terminal, words: list[str], body: object
) -> None:
    provider, *rest = words
    url = at(tilldone, provider)
    made = tilldone("submit", provider, *rest, "-", *url, told=json.dumps(body))
    assert (made.returncode, made.stderr.count("\n")) == (0, 1), made.stderr
    assert made.stderr.startswith(f"tilldone: submitting {provider} ")
    assert json.loads(made.stdout)["provider"] == provider
    waited = tilldone("wait", provider, made.stdout.strip(), *url, "-q")
    assert (waited.returncode, waited.stderr) == (0, "")


def test_an_extra_is_a_part_of_the_path(tilldone: Terminal) -> None:
    made = b'{"success": true, "status": "processing", "data": {"id": "job-1"}}'
    command = ["submit", "videodb", "index_scenes", "--extra", "video_id=m-1", "-"]
    with serving(answering(response(made))) as server:
        ran = tilldone(*command, "--base-url", server.url, told='{"prompt": "birds"}')
    assert json.loads(ran.stdout)["id"] == "job-1"
    assert server.requests[0].startswith(b"POST /video/m-1/index/scene/ ")
    assert server.requests[0].endswith(b'{"prompt":"birds"}')


def test_refs_are_collected_in_a_file_for_wait_all(
    tilldone: Terminal, body: str, tmp_path: Path
) -> None:
    refs = tmp_path / "refs.txt"
    for _ in range(2):
        with refs.open("a") as file:
            command = ["submit", "edenai", "create", body, "-q", *at(tilldone, "edenai")]
            ran = tilldone.start(*command, stdout=file)
            assert ran.communicate(timeout=HUNG)[1] == ""
    done = tilldone("wait-all", str(refs), *tilldone.urls(["edenai"]), "-q")
    assert done.returncode == 0
    found = [json.loads(line)["ref"] for line in done.stdout.splitlines()]
    assert sorted(found) == sorted(refs.read_text().splitlines())
    assert len(set(found)) == 2


def test_run_gives_the_result_and_its_ref_early(tilldone: Terminal, body: str) -> None:
    ran = tilldone("run", "edenai", "create", body, *at(tilldone, "edenai"))
    assert ran.returncode == 0
    result = json.loads(ran.stdout)
    assert result["status"] == "success"
    lines = ran.stderr.splitlines()
    assert lines[0] == "tilldone: submitting edenai create"
    assert lines[1] == f"tilldone: edenai create made job {result['public_id']}"
    assert json.loads(lines[2].removeprefix("ref: "))["id"] == result["public_id"]
    assert lines[3].startswith("tilldone: waiting for edenai job")
    quiet = tilldone("run", "edenai", "create", body, *at(tilldone, "edenai"), "--json", "-q")
    assert quiet.stdout.count("\n") == 1
    # The handle is no progress.
    assert quiet.stderr.splitlines()[1].startswith("ref: ")


def test_one_timeout_is_over_both(tilldone: Terminal, body: str) -> None:
    pending = answering(response(MADE))
    with serving(pending) as server:
        ran = tilldone(
            "run", "edenai", "create", body, "--base-url", server.url, "--timeout", "1", "--json"
        )
    assert ran.returncode == 3
    told = json.loads(ran.stdout)
    assert (told["error"]["type"], told["ref"]) == ("JobTimeout", REF)
    assert sum(request.startswith(b"POST") for request in server.requests) == 1


@pytest.mark.parametrize("command", ["submit", "run"])
def test_a_refusal_is_4(tilldone: Terminal, body: str, command: str) -> None:
    with serving(answering(response(b'{"error": "Insufficient credits"}', status=402))) as server:
        ran = tilldone(command, "edenai", "create", body, "--base-url", server.url, "--json")
    assert (ran.returncode, len(server.requests)) == (4, 1)
    told = json.loads(ran.stdout)
    assert told["error"]["type"] == "SubmitRejected"
    assert told["error"]["status_code"] == 402
    assert told["error"]["body"] == {"error": "Insufficient credits"}
    assert (told["provider"], told["operation"]) == ("edenai", "create")
    assert "no job exists" in ran.stderr
    assert "ref: " not in ran.stderr


@pytest.mark.parametrize("command", ["submit", "run"])
def test_a_doubt_is_5_and_says_what_it_may_cost(
    tilldone: Terminal, body: str, command: str
) -> None:
    with serving(answering(response(b"gateway", status=502))) as server:
        ran = tilldone(command, "edenai", "create", body, "--base-url", server.url)
        told = tilldone(command, "edenai", "create", body, "--base-url", server.url, "--json", "-q")
    assert (ran.returncode, ran.stdout, told.returncode) == (5, "", 5)
    assert len(server.requests) == 2
    assert "edenai create is in doubt: the job may exist and cost money" in ran.stderr
    assert json.loads(told.stdout)["error"]["type"] == "SubmitUncertain"


def test_nothing_sent_until_the_timeout_is_3(tilldone: Terminal, body: str) -> None:
    with refusing() as url:
        ran = tilldone("submit", "edenai", "create", body, "--base-url", url, "--timeout", "1")
    assert (ran.returncode, ran.stdout) == (3, "")
    assert "no job exists; nothing could be sent: " in ran.stderr


@pytest.mark.parametrize(
    ("words", "text", "says"),
    [
        (MADE_BY, '{"model": "a"\n "input": {}}', "stdin: line 2, column 2: not JSON: Expect"),
        (MADE_BY, '{"model": "a",\n "input": {},\n "fallbacks": [\n1]}', "line 3: fallbacks: "),
        (MADE_BY, '{"model": 7}', "stdin: the field 'input' is missing"),
        (
            MADE_BY,
            '{"input": [7], "model": "a"}',
            "stdin: UniversalAIAsyncBody: a value is of",
        ),
        (MADE_BY, "[]", "stdin: expected a JSON object, got an array"),
        (MADE_BY, '{"model": NaN}', "stdin: not JSON: NaN"),
        (MADE_BY, 100000 * "[", "stdin: not JSON: nested too deeply"),
        (MADE_BY, "", "stdin: line 1, column 1: not JSON: "),
        (["edenai", "paint"], "{}", "operation: edenai has no 'paint'; it has "),
        (["videodb"], "{}", "operation: videodb has several; name one of upload, index_scenes"),
        (["videodb", "index_scenes"], "{}", "--extra video_id: missing; index_scenes needs it"),
        (["videodb", "upload", "--extra", "x=y"], '{"url": "a"}', "--extra x: upload has no such"),
        (
            ["videodb", "upload", "--extra", "collection_id=.."],
            '{"url": "a"}',
            "--extra collection",
        ),
        (["edenai", "a", "b"], "{}", "expected [OPERATION] BODY, got a b -"),
    ],
)
def test_what_cannot_be_sent_is_2_and_is_named(
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    words: list[str],
    text: str,
    says: str,
) -> None:
    for variable in VARIABLES.values():
        monkeypatch.setenv(variable, "key-for-tests")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert run_here(monkeypatch, "submit", *words, "-") == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert says in err
    assert "Traceback" not in err


def test_a_file_that_cannot_be_read_is_2_and_is_named(tilldone: Terminal, tmp_path: Path) -> None:
    latin = tmp_path / "latin.json"
    latin.write_bytes(b'{"model": "\xe9"}')
    for file, says in [
        (str(tmp_path), f"{tmp_path}: Is a directory"),
        ("/no/such.json", "/no/such.json: No such file or directory"),
        ("{}", "{}: No such file or directory; a body is a file, or - for stdin"),
        (str(latin), f"{latin}: not UTF-8 text: byte 12 is 0xe9"),
    ]:
        ran = tilldone("submit", "edenai", "create", file)
        assert (ran.returncode, ran.stdout, ran.stderr) == (2, "", f"tilldone: {says}\n")


def test_a_missing_key_is_2_before_the_body_is_read(tilldone: Terminal) -> None:
    del tilldone.environment["EDENAI_API_KEY"]
    ran = tilldone("submit", "edenai", "create", "-", told="{")
    assert ran.returncode == 2
    assert ran.stderr.startswith("tilldone: EDENAI_API_KEY is not set")


def test_a_ref_that_stdout_does_not_take_is_on_stderr(tilldone: Terminal, body: str) -> None:
    with serving(answering(response(MADE))) as server:
        command = ["submit", "edenai", "create", body, "--base-url", server.url]
        with Path("/dev/full").open("w") as full:
            ran = tilldone.start(*command, stdout=full)
            told = ran.communicate(timeout=HUNG)[1]
        assert ran.returncode == 4
        reading, writing = os.pipe()
        os.close(reading)
        gone = tilldone.start(*command, stdout=writing)
        os.close(writing)
        said = gone.communicate(timeout=HUNG)[1]
        assert gone.returncode == 141
    for each in (told, said):
        assert f"ref: {REF}" in each
        assert "Traceback" not in each


def test_ctrl_c_while_the_request_is_out_says_that_the_job_may_exist(
    tilldone: Terminal, body: str
) -> None:
    with serving(held) as server:
        with tilldone.on_a_terminal(
            "submit", "edenai", "create", body, "--base-url", server.url
        ) as screen:
            asked(server.requests)
            screen.type(CTRL_C)
            assert screen.end() == 130
        assert len(server.requests) == 1
    assert "interrupted while it was sent: the job may exist and cost money" in screen.text
    assert "Traceback" not in screen.text


def test_sigterm_while_the_request_is_out_says_so_too(tilldone: Terminal, body: str) -> None:
    with (
        serving(held) as server,
        tilldone.start("run", "edenai", "create", body, "--base-url", server.url, "-q") as ran,
    ):
        asked(server.requests)
        ran.send_signal(signal.SIGTERM)
        told = ran.communicate(timeout=HUNG)
    assert (ran.returncode, told) == (
        143,
        (
            "",
            "tilldone: edenai create was interrupted while it was sent: the job may exist and cost "
            "money\n",
        ),
    )


def test_ctrl_c_before_anything_was_sent_says_that_there_is_no_job(
    tilldone: Terminal, body: str
) -> None:
    with (
        refusing() as url,
        tilldone.on_a_terminal("submit", "edenai", "create", body, "--base-url", url) as screen,
    ):
        screen.shows("sending again in")
        screen.type(CTRL_C)
        assert screen.end() == 130
    assert "edenai create was interrupted before it was sent; no job exists" in screen.text
    assert "may exist" not in screen.text


@pytest.mark.parametrize(("ended_by", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interruption_after_the_submission_gives_the_ref(
    tilldone: Terminal, body: str, ended_by: signal.Signals, code: int
) -> None:
    with serving(answering(response(MADE))) as server:
        command = ["run", "edenai", "create", body, "--base-url", server.url, "-q"]
        ran = subprocess.Popen(
            [*TILLDONE, *command], env=tilldone.environment, stderr=subprocess.PIPE, text=True
        )
        asked(server.requests, 2)
        ran.send_signal(ended_by)
        told = ran.communicate(timeout=HUNG)[1]
    assert ran.returncode == code
    assert told.strip().splitlines() == [
        *("tilldone: edenai create made job p1", f"ref: {REF}"),
        *("tilldone: interrupted; the job goes on", f"ref: {REF}"),
    ]


def held(connection: socket.socket, _request: bytes) -> None:
    connection.recv(1)


def asked(requests: list[bytes], times: int = 1) -> None:
    give_up = time.monotonic() + HUNG
    while len(requests) < times:
        assert time.monotonic() < give_up, "nobody asked"
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("tilldone submit v", {"plain,vessl", "plain,viddyscribe", "plain,videodb"}),
        (
            "tilldone submit viddyscribe ",
            {*(f"plain,generate_{kind}" for kind in ("text", "video", "audio")), "file,"},
        ),
        ("tilldone run videodb up", {"plain,upload", "file,up"}),
        ("tilldone run videodb upload bo", {"file,bo"}),
    ],
)
def test_providers_operations_and_files_are_completed(
    tilldone: Terminal, words: str, offered: set[str]
) -> None:
    tilldone.environment |= {
        "_TILLDONE_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split(" ")) - 1),
    }
    # The program's own name is what completion goes by.
    program = [str(Path(sys.executable).with_name("tilldone"))]
    ran = subprocess.run(
        program, env=tilldone.environment, capture_output=True, text=True, check=False
    )
    assert set(ran.stdout.splitlines()) == offered, ran.stderr
