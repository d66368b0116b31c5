"""Each sample application, run as its users would: a process, arguments, an exit code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.apps.conftest import Run

APPS = Path(__file__).parent
MEDIA = "https://files.example/harbour.mp4"


def told(provider: str, *script: object) -> dict[str, object]:
    """What a provider tells submissions, one after the other."""
    return {"provider": provider, "script": script}


def job(provider: str, *script: object) -> dict[str, object]:
    """What the polls of a job are told that is submitted."""
    return told(provider, ["accepted", *script])


def test_edenai_prints_the_transcript(run: Run) -> None:
    ran = run(APPS / "edenai_transcript.py", MEDIA, scripts=[])
    assert ran.stderr == ""
    assert ran.returncode == 0
    assert ran.stdout.splitlines() == [
        "Good morning from the harbour.",
        "(audio by deepgram, 0.015 credits)",
    ]


def test_a_busy_provider_is_asked_again(run: Run) -> None:
    busy = told("edenai", ["status", 429], ["status", 429], ["accepted", ["status", 502], "done"])
    ran = run(APPS / "edenai_transcript.py", MEDIA, scripts=[busy])
    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.parametrize("result", [None, {"words": []}])
def test_edenai_tells_of_a_result_without_transcript(run: Run, result: object) -> None:
    ran = run(APPS / "edenai_transcript.py", MEDIA, scripts=[job("edenai", ["done", result])])
    assert ran.returncode == 1
    assert ran.stderr == f"no transcript in {result!r}\n"


@pytest.mark.parametrize(
    ("app", "script", "said"),
    [
        (["edenai_transcript", MEDIA], told("edenai", "refused"), "Insufficient credits"),
        (["edenai_transcript", MEDIA], told("edenai", "reset"), "the job may exist and cost money"),
        (["zai_video", MEDIA, "bodyshake"], told("zai", "refused"), "1113: Insufficient balance"),
        (["zai_video", MEDIA, "somersault"], told("zai", ["accepted", "done"]), "'sexy_me'"),
    ],
)
def test_a_submission_that_made_no_job_is_told(
    run: Run, app: list[str], script: dict[str, object], said: str
) -> None:
    name, *arguments = app
    ran = run(APPS / f"{name}.py", *arguments, scripts=[script])
    assert (ran.returncode, ran.stdout) == (2, "")
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(
    ("app", "provider", "arguments", "said"),
    [
        ("edenai_transcript", "edenai", [MEDIA], "provider_error: The provider could not read"),
        ("vessl_request", "vessl", ["Hello", "60"], "the service answered 500: The service"),
        ("viddyscribe_captions", "viddyscribe", [MEDIA, "x.vtt"], "(ask for extended description"),
        ("videodb_player", "videodb", [MEDIA], "Download failed."),
        ("zai_video", "zai", [MEDIA, "bodyshake"], "1200: The video could not be made."),
    ],
)
def test_a_failed_job_is_told_in_the_providers_words(
    run: Run, app: str, provider: str, arguments: list[str], said: str
) -> None:
    ran = run(APPS / f"{app}.py", *arguments, scripts=[job(provider, "running", "failed")])
    assert ran.returncode == 1
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr


def test_vessl_prints_the_output(run: Run) -> None:
    scripts = [job("vessl", "running", ["done", {"text": "Hi!"}])]
    ran = run(APPS / "vessl_request.py", "Hello", "60", scripts=scripts)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, '{"text": "Hi!"}\n', "")


def test_vessl_gives_a_ref_that_it_takes_again(run: Run) -> None:
    app = APPS / "vessl_request.py"
    early = run(app, "Hello", "0", scripts=[job("vessl", "running")])
    assert early.returncode == 75
    ref = early.stdout.strip()
    there = {"provider": "vessl", "id": json.loads(ref)["id"], "script": ["done"]}
    later = run(app, ref, "60", scripts=[there, told("vessl", "refused")])
    assert (later.returncode, later.stdout) == (0, '{"text": "Hello!"}\n')


def test_viddyscribe_saves_the_captions(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "harbour.vtt"
    ran = run(APPS / "viddyscribe_captions.py", MEDIA, str(target), scripts=[])
    assert (ran.returncode, ran.stdout) == (0, "harbour.vtt (vtt)\n")
    assert target.read_text(encoding="utf-8").startswith("WEBVTT\n")


def test_viddyscribe_saves_segments(run: Run, tmp_path: Path) -> None:
    segments = [{"id": "1", "start_time": 5.5, "end_time": 7, "description": "A ferry leaves"}]
    target = tmp_path / "harbour.tsv"
    scripts = [job("viddyscribe", ["done", {"segments": segments}])]
    ran = run(APPS / "viddyscribe_captions.py", MEDIA, str(target), scripts=scripts)
    assert (ran.returncode, ran.stdout) == (0, "harbour.tsv (json)\n")
    assert target.read_text(encoding="utf-8") == "5.5\tA ferry leaves"


def test_videodb_follows_the_upload(run: Run) -> None:
    ran = run(APPS / "videodb_player.py", MEDIA, scripts=[])
    first, *_, last, address = ran.stdout.splitlines()
    assert ran.returncode == 0
    assert first == "running (processing) at poll 1"
    assert last.startswith("succeeded (done)")
    assert address.endswith("/files/player.html?url=harbour.m3u8")


def test_videodb_does_not_wait_for_what_is_not_there(run: Run) -> None:
    ran = run(APPS / "videodb_player.py", MEDIA, scripts=[job("videodb", "not_found")])
    assert ran.returncode == 1
    assert ran.stderr.startswith("VideoDB has no such response")


def test_zai_prints_the_videos(run: Run) -> None:
    ran = run(APPS / "zai_video.py", MEDIA, "bodyshake", scripts=[])
    assert ran.returncode == 0
    assert ran.stdout.endswith("/files/hug.mp4\n")


@pytest.mark.parametrize("messages", ["message", "messages"])
def test_zai_reads_messages_bare_and_listed(run: Run, messages: str) -> None:
    content = [{"type": "video_url", "video_url": "https://cdn.z.ai/a.mp4"}]
    said = {"role": "assistant", "content": content}
    choices = [{"index": 0, messages: said if messages == "message" else [said]}]
    scripts = [job("zai", ["done", choices])]
    ran = run(APPS / "zai_video.py", MEDIA, "bodyshake", scripts=scripts)
    assert (ran.returncode, ran.stdout) == (0, "https://cdn.z.ai/a.mp4\n")


def test_jobs_of_all_providers_side_by_side(run: Run) -> None:
    names = ["edenai", "vessl", "viddyscribe", "videodb", "zai", "edenai"]
    refs: list[dict[str, object]] = [
        {"tilldone": 1, "provider": name, "id": f"{name}-{n}"} for n, name in enumerate(names)
    ]
    refs[4]["agent_id"] = "vidu_template_agent"
    there: list[dict[str, object]] = [
        {"provider": each["provider"], "id": each["id"], "script": ["running", "done"]}
        for each in refs
    ]
    there[5]["script"] = ["failed"]
    ran = run(APPS / "mixed_refs.py", *map(json.dumps, refs), scripts=there)
    assert ran.stderr == ""
    assert ran.stdout.splitlines() == [
        "edenai UniversalAIAsyncResponse",
        "vessl AsyncRequestOutput",
        "viddyscribe JobResults",
        "videodb AsyncResponse",
        "zai CommonAgentResultResponse",
        "edenai JobFailed",
    ]
    assert ran.returncode == 1
