"""`tilldone download`: a result's link as a file, where it was asked for and nowhere else."""

import json
import os
import socket
from pathlib import Path

import pytest
from tests.cli.conftest import CTRL_C, Terminal, ref
from tests.waits.sockets import RawServer, response, serving

from tilldone.testing import done, failed, running


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def test_a_link_of_several_is_chosen_and_named_by_its_own_name(
    tilldone: Terminal, here: Path
) -> None:
    job_id = tilldone.submit("viddyscribe", running(), done())
    at = tilldone.at("viddyscribe", job_id)
    unsure = tilldone("download", *at)
    assert (unsure.returncode, unsure.stdout) == (2, "")
    assert "choose by --link: video_signed_url, audio_signed_url" in unsure.stderr
    assert f"ref: {ref('viddyscribe', job_id)}" in unsure.stderr
    ran = tilldone("download", *at, "--link", "video_signed_url")
    assert (ran.returncode, ran.stdout) == (0, "described.mp4\n")
    size = (here / "described.mp4").stat().st_size
    assert size > 100_000
    first, *_, begun, ended = ran.stderr.splitlines()
    assert first.startswith("tilldone: waiting for viddyscribe job")
    assert begun == "tilldone: downloading video_signed_url to described.mp4"
    assert ended.startswith(f"tilldone: described.mp4: {size} bytes, after ")
    again = tilldone("download", *at, "--link", "video_signed_url", "-q")
    assert (again.returncode, again.stdout) == (2, "")
    assert "described.mp4 is there already; name the file to write by --to" in again.stderr
    wrong = tilldone("download", *at, "--link", "output", "-q")
    assert wrong.returncode == 2
    assert "no link at 'output' of the result, but video_signed_url" in wrong.stderr


def test_the_only_link_is_written_where_it_is_asked_for(tilldone: Terminal, here: Path) -> None:
    job_id = tilldone.submit("zai", done())
    at = tilldone.at("zai", job_id)
    (here / "hug.mp4").write_text("old")
    ran = tilldone("download", *at, "--to", "hug.mp4", "--json", "-q")
    told = json.loads(ran.stdout)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert told == {
        "path": "hug.mp4",
        "bytes": (here / "hug.mp4").stat().st_size,
        "ref": ref("zai", job_id),
    }
    assert told["bytes"] > 100_000
    (here / "videos").mkdir()
    ran = tilldone("download", *at, "--to", "videos", "-q")
    (written,) = (here / "videos").iterdir()
    assert ran.stdout == f"{written.relative_to(here)}\n"


@pytest.mark.parametrize("place", ["no/hug.mp4", "no/"])
def test_a_folder_that_is_not_there_is_2_before_anything_is_asked(
    tilldone: Terminal, place: str
) -> None:
    job_id = tilldone.submit("edenai", done())
    ran = tilldone("download", *tilldone.at("edenai", job_id), "--to", place)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == "tilldone: --to: the folder no is not there; make it first\n"
    assert not tilldone.bench.simulator.polls(job_id)


def test_a_place_of_something_else_than_a_file_is_2_before_anything_is_asked(
    tilldone: Terminal, here: Path
) -> None:
    os.mkfifo(here / "pipe")
    job_id = tilldone.submit("zai", done())
    ran = tilldone("download", *tilldone.at("zai", job_id), "--to", "pipe")
    said = "tilldone: --to: pipe is no regular file; name one that may be replaced\n"
    assert (ran.returncode, ran.stdout, ran.stderr) == (2, "", said)
    assert not tilldone.bench.simulator.polls(job_id)
    assert (here / "pipe").is_fifo()


def test_a_result_without_a_link_is_2_and_a_failed_job_is_1(tilldone: Terminal) -> None:
    ids = [tilldone.submit("edenai", end) for end in (done("text"), failed("E1", "No."))]
    without, lost = (tilldone("download", *tilldone.at("edenai", each)) for each in ids)
    assert (without.returncode, without.stdout) == (2, "")
    assert "the result has no link in it" in without.stderr
    assert (lost.returncode, lost.stdout) == (1, "")
    assert "No." in lost.stderr


def linking(link: str, server: RawServer) -> bytes:
    """Answer a poll with a result that links to this server."""
    output = {"video": f"{server.url}{link}"}
    body = {"public_id": "p1", "status": "success", "output": output}
    return response(json.dumps(body).encode())


@pytest.mark.parametrize(
    ("link", "name"),
    [
        ("/a/film.mp4?signature=x", "film.mp4"),
        ("/..%2f..%2fetc%2fpasswd", "passwd"),
        ("/a/.bashrc", "bashrc"),
        ("/a/--help", "help"),
        ("/a/..", "edenai-p1"),
        ("/", "edenai-p1"),
        ("/c%3a%5cx%00%1b%5b31m.txt", "c__x__[31m.txt"),
        ("/NUL.txt", "_NUL.txt"),
        (f"/{400 * 'y'}.mp4", f"{120 * 'y'}.mp4"),
    ],
)
def test_a_server_s_name_for_a_file_never_leads_out_of_the_folder(
    tilldone: Terminal, here: Path, link: str, name: str
) -> None:
    servers: list[RawServer] = []

    def speak(connection: socket.socket, request: bytes) -> None:
        polled = request.startswith(b"GET /v3/")
        answer = linking(link, servers[0]) if polled else response(b"the film")
        connection.sendall(answer)

    with serving(speak) as server:
        servers.append(server)
        ran = tilldone("download", "edenai", "p1", "--base-url", server.url, "-q")
    assert (ran.returncode, ran.stdout) == (0, f"{name}\n"), ran.stderr
    assert [each.name for each in here.iterdir()] == [name]
    assert (here / name).read_text() == "the film"
    assert [each.name for each in here.parent.iterdir()] == ["here"]
    # The key is for the API alone.
    fetched = [each for each in server.requests if not each.startswith(b"GET /v3/")]
    assert fetched
    assert not any(b"canary" in each for each in fetched)


def test_a_download_that_fails_is_4_with_the_ref(tilldone: Terminal, here: Path) -> None:
    link = "http://169.254.169.254/latest/meta-data"
    job_id = tilldone.submit("edenai", done(output={"video": link}))
    ran = tilldone("download", *tilldone.at("edenai", job_id), "-q")
    assert (ran.returncode, ran.stdout) == (4, "")
    assert "169.254.169.254" in ran.stderr
    assert ran.stderr.endswith(f"ref: {ref('edenai', job_id)}\n")
    assert not [*here.iterdir()]


def test_a_place_that_cannot_be_written_to_is_4(tilldone: Terminal) -> None:
    job_id = tilldone.submit("zai", done())
    ran = tilldone("download", *tilldone.at("zai", job_id), "--to", f"{300 * 'x'}.mp4", "-q")
    assert (ran.returncode, ran.stdout) == (4, "")
    assert "File name too long" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_bar_on_a_terminal_and_ctrl_c(tilldone: Terminal) -> None:
    job_id = tilldone.submit("viddyscribe", running(), done())
    at = [*tilldone.at("viddyscribe", job_id), "--link", "audio_signed_url"]
    with tilldone.on_a_terminal("download", *at) as screen:
        assert screen.end() == 0
    assert "described.wav" in screen.lines
    assert "100%" in screen.text or "kB" in screen.text
    goes_on = tilldone.submit("viddyscribe", running())
    with tilldone.on_a_terminal("download", *tilldone.at("viddyscribe", goes_on)) as screen:
        tilldone.polled(goes_on)
        screen.type(CTRL_C)
        assert screen.end() == 130
    assert f"ref: {ref('viddyscribe', goes_on)}" in screen.lines
    assert "Traceback" not in screen.text
