"""Each sample application, run as its users would: a process, arguments, an exit code."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.apps.conftest import Run

APPS = Path(__file__).parent


def job(provider: str, id: str, *script: object) -> dict[str, object]:
    return {"provider": provider, "id": id, "script": script or ("pending", "running", "done")}


def test_edenai_prints_the_transcript(run: Run) -> None:
    ran = run(APPS / "edenai_transcript.py", "tape-7", jobs=[job("edenai", "tape-7")])
    assert ran.stderr == ""
    assert ran.returncode == 0
    assert ran.stdout.splitlines() == [
        "Good morning from the harbour.",
        "(audio by deepgram, 0.015 credits)",
    ]


@pytest.mark.parametrize("result", [None, {"words": []}])
def test_edenai_tells_of_a_result_without_transcript(run: Run, result: object) -> None:
    jobs = [job("edenai", "tape-8", ["done", result])]
    ran = run(APPS / "edenai_transcript.py", "tape-8", jobs=jobs)
    assert ran.returncode == 1
    assert ran.stderr == f"no transcript in {result!r}\n"


@pytest.mark.parametrize(
    ("app", "provider", "arguments", "said"),
    [
        ("edenai_transcript", "edenai", ["j1"], "provider_error: The provider could not read"),
        ("vessl_request", "vessl", ["j1", "60"], "the service answered 500: The service"),
        ("viddyscribe_captions", "viddyscribe", ["j1", "x.vtt"], "(ask for extended descriptions"),
        ("videodb_player", "videodb", ["j1"], "Download failed."),
        ("zai_video", "zai", ["vidu_template_agent", "j1"], "1200: The video could not be made."),
    ],
)
def test_a_failed_job_is_told_in_the_providers_words(
    run: Run, app: str, provider: str, arguments: list[str], said: str
) -> None:
    ran = run(APPS / f"{app}.py", *arguments, jobs=[job(provider, "j1", "running", "failed")])
    assert ran.returncode == 1
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(("result", "printed"), [({"text": "Hello!"}, '{"text": "Hello!"}')])
def test_vessl_prints_the_output(run: Run, result: object, printed: str) -> None:
    ran = run(APPS / "vessl_request.py", "r1", "60", jobs=[job("vessl", "r1", ["done", result])])
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, f"{printed}\n", "")


def test_vessl_gives_a_ref_that_it_takes_again(run: Run) -> None:
    app = APPS / "vessl_request.py"
    early = run(app, "r2", "0", jobs=[job("vessl", "r2", "running")])
    assert early.returncode == os.EX_TEMPFAIL
    later = run(app, early.stdout.strip(), "60", jobs=[job("vessl", "r2")])
    assert (later.returncode, later.stdout) == (0, '{"text": "Hello!"}\n')


def test_viddyscribe_saves_the_captions(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "harbour.vtt"
    jobs = [job("viddyscribe", "task_1")]
    ran = run(APPS / "viddyscribe_captions.py", "task_1", str(target), jobs=jobs)
    assert (ran.returncode, ran.stdout) == (0, "harbour.vtt (vtt)\n")
    assert target.read_text().startswith("WEBVTT\n")


def test_viddyscribe_saves_segments(run: Run, tmp_path: Path) -> None:
    segments = [{"id": "1", "start_time": 5.5, "end_time": 7, "description": "A ferry leaves"}]
    jobs = [job("viddyscribe", "task_2", ["done", {"segments": segments}])]
    target = tmp_path / "harbour.tsv"
    ran = run(APPS / "viddyscribe_captions.py", "task_2", str(target), jobs=jobs)
    assert (ran.returncode, ran.stdout) == (0, "harbour.tsv (json)\n")
    assert target.read_text() == "5.5\tA ferry leaves"


def test_videodb_follows_the_upload(run: Run) -> None:
    ran = run(APPS / "videodb_player.py", "job-1", jobs=[job("videodb", "job-1")])
    first, *_, last, address = ran.stdout.splitlines()
    assert ran.returncode == 0
    assert first == "running (processing) at poll 1"
    assert last.startswith("succeeded (done)")
    assert address.endswith("/files/player.html?url=harbour.m3u8")


def test_videodb_does_not_wait_for_what_is_not_there(run: Run) -> None:
    ran = run(APPS / "videodb_player.py", "job-404", jobs=[])
    assert ran.returncode == 1
    assert ran.stderr.startswith("VideoDB has no such response")


def test_zai_prints_the_videos(run: Run) -> None:
    jobs = [job("zai", "771")]
    ran = run(APPS / "zai_video.py", "vidu_template_agent", "771", jobs=jobs)
    assert ran.returncode == 0
    assert ran.stdout.endswith("/files/hug.mp4\n")


@pytest.mark.parametrize("messages", ["message", "messages"])
def test_zai_reads_messages_bare_and_listed(run: Run, messages: str) -> None:
    content = [{"type": "video_url", "video_url": "https://cdn.z.ai/a.mp4"}]
    said = {"role": "assistant", "content": content}
    choices = [{"index": 0, messages: said if messages == "message" else [said]}]
    jobs = [job("zai", "772", ["done", choices])]
    ran = run(APPS / "zai_video.py", "vidu_template_agent", "772", jobs=jobs)
    assert (ran.returncode, ran.stdout) == (0, "https://cdn.z.ai/a.mp4\n")


def test_jobs_of_all_providers_side_by_side(run: Run) -> None:
    jobs = [job(name, f"{name}-1") for name in ("edenai", "vessl", "viddyscribe", "videodb")]
    jobs += [job("zai", "773"), job("edenai", "edenai-2", "failed")]
    refs = [{"tilldone": 1, "provider": each["provider"], "id": each["id"]} for each in jobs]
    refs[4]["agent_id"] = "vidu_template_agent"
    ran = run(APPS / "mixed_refs.py", *map(json.dumps, refs), jobs=jobs)
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
