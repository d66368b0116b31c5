"""Deadlines, cancellation, Ctrl-C and a second download: nothing is left open, nothing is lost."""

import gc
import json
import os
import signal
import socket
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from threading import Thread
from types import SimpleNamespace

import anyio
import httpx
import psutil
import pytest
from tests.downloads.conftest import Download, left_in
from tests.downloads.hosting import CONTENT, FILE, hosting
from tests.forked import Python
from tests.waits.harness import HUNG, within
from tests.waits.sockets import Speak, connections_to, dripping

import tilldone
from tilldone import DownloadFailed, aio
from tilldone._download.partfile import PartFile
from tilldone_clients.edenai import AuthenticatedClient

ROOT = Path(__file__).parents[2]

LETTER = b'HTTP/1.1 200 OK\r\nContent-Length: 300000\r\nETag: "v1"\r\n\r\n'


def open_files(folder: Path) -> list[str]:
    gc.collect()
    return [each.path for each in psutil.Process().open_files() if str(folder) in each.path]


def kept(target: Path) -> bytes:
    return target.with_name(f"{target.name}.part").read_bytes()


@pytest.mark.parametrize(
    ("speak", "arrived"),
    [
        (FILE.stalled(100_000), 100_000),
        (dripping(LETTER, byte=b"."), None),
        (dripping(), 0),
    ],
    ids=["stalled", "dripping_body", "dripping_headers"],
)
@pytest.mark.together("download", "speak")
def test_the_time_holds_whatever_the_server_does(
    download: Download, target: Path, speak: Speak, arrived: int | None
) -> None:
    came: list[int] = []
    # A machine that is busy may need more time for what arrives at all.
    while not came or arrived not in (None, came[-1]):
        with hosting(speak, FILE.stalled(0)) as host:
            with pytest.raises(DownloadFailed, match=r"not whole in time: .* bytes arrived"):
                download(host.link, target, timeout=0.6 * 4 ** len(came))
            assert connections_to(host.server.port) == 0
        assert open_files(target.parent) == []
        assert not target.exists()
        came.append(len(kept(target)) if left_in(target.parent) else 0)
        assert came[-1] or not left_in(target.parent)
        assert len(came) < 3 or arrived in (None, came[-1]), came
        for name in left_in(target.parent):
            target.with_name(name).unlink()


def test_no_deadline_is_left_on_a_client_of_the_users(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hosting(FILE.serve) as host, httpx.Client() as client:
        tilldone.download(host.link, target, client=client, timeout=HUNG, allow_private=True)
        long_after = SimpleNamespace(monotonic=lambda: time.monotonic() + 2 * HUNG)
        monkeypatch.setattr("tilldone._http.deadline.time", long_after)
        assert client.get(host.link).content == CONTENT


@pytest.mark.parametrize("loop", ["asyncio", "trio"])
def test_cancelling_keeps_the_part_and_leaves_nothing_open(
    target: Path, loop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = [0]
    write = PartFile.write

    def noted(part: PartFile, chunk: bytes) -> None:
        write(part, chunk)
        sizes.append(part.size)

    monkeypatch.setattr(PartFile, "write", noted)

    async def main() -> None:
        with hosting(FILE.stalled(100_000), FILE.stalled(0)) as host:
            async with anyio.create_task_group() as group:
                group.start_soon(partial(aio.download, host.link, target, allow_private=True))
                while sizes[-1] < 100_000:  # noqa: ASYNC110 # a file sets no event
                    await anyio.sleep(0.01)
                group.cancel_scope.cancel()
            assert connections_to(host.server.port) == 0

    within(lambda: anyio.run(main, backend=loop))
    assert kept(target) == CONTENT[:100_000]
    assert open_files(target.parent) == []


# It says how much has arrived, each time that some has.
APPLICATION = """
import gc, json, sys
import psutil
import tilldone
from tilldone._download.partfile import PartFile

link, path = sys.argv[1:]
write = PartFile.write

def noted(part, chunk):
    write(part, chunk)
    print(part.size, flush=True)

PartFile.write = noted
try:
    tilldone.download(link, path, allow_private=True)
except KeyboardInterrupt:
    pass
gc.collect()
process = psutil.Process()
print(json.dumps([len(process.net_connections("tcp")), len(process.open_files())]))
"""


def test_ctrl_c_keeps_the_part_and_leaves_nothing_open(target: Path) -> None:
    with hosting(FILE.stalled(100_000), FILE.stalled(0)) as host:
        program = ["-c", APPLICATION, host.link, str(target)]
        with Python[str](program, imports=["psutil"], stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            try:
                while int(process.stdout.readline()) < 100_000:
                    pass
                process.send_signal(signal.SIGINT)
                said, _ = process.communicate(timeout=HUNG)
            finally:
                process.kill()
    assert json.loads(said) == [0, 0]
    assert process.returncode == 0
    assert kept(target) == CONTENT[:100_000]


def test_a_killed_process_loses_nothing_that_was_written(target: Path) -> None:
    with hosting(FILE.stalled(200_000), FILE.stalled(0)) as host:
        program = ["-c", APPLICATION, host.link, str(target)]
        with Python[bytes](program, imports=["psutil"], stdout=subprocess.DEVNULL) as process:
            until = time.monotonic() + HUNG
            part = Path(f"{target}.part")
            while not (part.exists() and part.stat().st_size) and time.monotonic() < until:
                time.sleep(0.02)
            process.kill()
        size = part.stat().st_size
        assert 0 < size <= 200_000
        host.script[:] = [FILE.serve]
        tilldone.download(host.link, target, allow_private=True)
        assert (host.ranges[0], host.ranges[-1]) == (None, f"bytes={size}-")
    assert target.read_bytes() == CONTENT


def test_a_second_download_to_the_same_place_is_refused(download: Download, target: Path) -> None:
    ready: list[bool] = []
    go_on: list[bool] = []

    def held(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(LETTER + CONTENT[:100_000])
        ready.append(True)
        while not go_on:
            time.sleep(0.01)
        connection.sendall(CONTENT[100_000:])

    # However long that takes.
    patient = httpx.Client(timeout=None)
    with hosting(held, FILE.serve) as host, patient:
        here = {"allow_private": True, "client": patient}
        first = Thread(target=tilldone.download, args=(host.link, target), kwargs=here)
        first.start()
        try:
            until = time.monotonic() + HUNG
            while not (ready and Path(f"{target}.part.json").exists()):
                assert time.monotonic() < until
                time.sleep(0.01)
            with pytest.raises(BlockingIOError, match=r"another download writes to .*\.part"):
                download(host.link, target)
        finally:
            go_on.append(True)
            first.join()
    assert target.read_bytes() == CONTENT
    assert left_in(target.parent) == {target.name}
    assert open_files(target.parent) == []


def test_a_place_that_cannot_be_written_is_named(download: Download, target: Path) -> None:
    Path(f"{target}.part").mkdir()
    with hosting(FILE.serve) as host:
        with pytest.raises(IsADirectoryError, match=r"result\.mp4\.part"):
            download(host.link, target)
        assert connections_to(host.server.port) == 0


FULL = """
import resource, signal, sys
import tilldone

link, path = sys.argv[1:]
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
tilldone.download(link, path, allow_private=True)
"""


def test_a_full_disk_is_no_silent_loss(target: Path) -> None:
    with hosting(FILE.serve) as host:
        command = [sys.executable, "-W", "error", "-c", FULL, host.link, str(target)]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert ran.stderr.splitlines()[-1] == "OSError: [Errno 27] File too large"
    assert not target.exists()
    assert kept(target) == CONTENT[:200_000]


@pytest.mark.parametrize("suffix", ["part", "part.json"])
@pytest.mark.parametrize("kind", ["symlink", "hardlink"])
@pytest.mark.together("kind", "suffix")
def test_a_link_that_was_planted_is_not_written_through(
    download: Download, target: Path, suffix: str, kind: str
) -> None:
    victim = target.with_name("victim")
    victim.write_bytes(b"precious")
    planted = Path(f"{target}.{suffix}")
    planted.symlink_to(victim) if kind == "symlink" else planted.hardlink_to(victim)
    with hosting(FILE.serve) as host:
        if suffix == "part":
            with pytest.raises(FileExistsError, match=r"result\.mp4\.part is .*; remove it"):
                download(host.link, target)
        else:
            # It holds nothing that can be used, and is replaced.
            download(host.link, target)
            assert target.read_bytes() == CONTENT
    assert victim.read_bytes() == b"precious"
    assert open_files(target.parent) == []


def test_a_pipe_that_was_planted_holds_nobody_up(download: Download, target: Path) -> None:
    os.mkfifo(f"{target}.part.json")
    with hosting(FILE.serve) as host:
        download(host.link, target)
    assert target.read_bytes() == CONTENT


GENERATED = AuthenticatedClient(base_url="https://example.com", token="secret-token-1")


@pytest.mark.parametrize(
    ("link", "how", "error", "says"),
    [
        (None, {}, ValueError, "link: the result has none there"),
        ("", {}, ValueError, "link: the result has none there"),
        (7, {}, TypeError, "link: expected text, got int"),
        ("ftp://example.com/x", {}, ValueError, "link: not a URL"),
        ("/results/1", {}, ValueError, "link: not a URL"),
        ("https://", {}, ValueError, "link: not a URL"),
        ("https://[::1/x", {}, ValueError, "link: not a URL"),
        ("https://example.com:99999/", {}, ValueError, "link: not a URL"),
        ("https://example.com/\n", {}, ValueError, "link: not a URL"),
        (lambda done: done, {}, ValueError, "job: needed with a function"),
        ("https://example.com/x", {"timeout": -1}, ValueError, "timeout: -1 is negative"),
        ("https://example.com/x", {"timeout": "1"}, TypeError, "timeout: expected seconds"),
        ("https://example.com/x", {"client": GENERATED}, TypeError, "client: expected an httpx"),
    ],
)
def test_a_wrong_argument_is_named(
    download: Download,
    target: Path,
    link: object,
    how: dict[str, object],
    error: type[Exception],
    says: str,
) -> None:
    with pytest.raises(error, match=says):
        download(link, target, **how)
    assert left_in(target.parent) == set()


def test_unset_is_no_link(download: Download, target: Path) -> None:
    from tilldone_clients.viddyscribe.types import UNSET

    with pytest.raises(ValueError, match="link: the result has none there"):
        download(UNSET, target)


def test_a_wrong_place_is_named(download: Download, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"path: .* is a folder"):
        download("https://example.com/x", tmp_path)
    with pytest.raises(ValueError, match=r"path: the folder .* is not there"):
        download("https://example.com/x", tmp_path / "no" / "x")


def test_what_is_no_file_is_not_replaced_by_one(download: Download, tmp_path: Path) -> None:
    # As a device is: run by root, one file would take the place of /dev/null for everybody.
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with hosting(FILE.serve) as host:
        with pytest.raises(ValueError, match=r"path: .*pipe is no regular file"):
            download(host.link, pipe)
        assert host.ranges == []
    assert pipe.is_fifo()
    assert left_in(tmp_path) == {"pipe"}


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have files that are open neither moved nor deleted, and none locked, as on Windows."""

    def unless_open(how: str) -> None:
        plain = getattr(Path, how)

        def change(path: Path, *arguments: object, **named: object) -> object:
            held = {Path(each.path) for each in psutil.Process().open_files()}
            if path.resolve() in held:
                raise PermissionError(13, "it is used by this process", str(path))
            return plain(path, *arguments, **named)

        monkeypatch.setattr(Path, how, change)

    monkeypatch.setattr("tilldone._download.partfile.fcntl", None)
    for how in ("unlink", "replace", "rename"):
        unless_open(how)


@pytest.mark.parametrize("mark", ["", '"v1"'])
def test_on_windows_no_file_is_moved_or_deleted_while_it_is_open(
    windows: None, target: Path, mark: str
) -> None:
    for _ in range(2):  # what is left is gone on from
        part = PartFile(target)
        part.start_anew(mark)
        part.write(b"some of it")
        part.abandon()
        assert len([*target.parent.iterdir()]) == (2 if mark else 0)
    part = PartFile(target)
    part.start_anew(mark)
    part.write(b"all of it")
    part.complete()
    assert [*target.parent.iterdir()] == [target]
