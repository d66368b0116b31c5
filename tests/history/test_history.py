"""What a `History` keeps, where, and that whatever is wrong with that harms no wait."""

import copy
import gc
import logging
import math
import os
import pickle
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tilldone import History, Polling, edenai, wait
from tilldone._core.forecast import FEWEST, KEPT
from tilldone._history import data_folder, shared_history
from tilldone.simulator import Simulator
from tilldone.simulator.steps import done, running

HOUR = [3600.0 + number for number in range(FEWEST)]


def filled(path: Path | None, *kinds: str) -> History:
    """Make a history that knows jobs of an hour."""
    history = History(path)
    for kind in kinds or ("renders",):
        for seconds in HOUR:
            history.learn(kind, seconds)
    return history


def remembers(history: History, kind: str = "renders") -> bool:
    return history.forecast(kind) is not None


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.sqlite3"


def test_durations_outlive_the_process(path: Path) -> None:
    program = (
        "import sys; from tilldone import History\n"
        "history = History(sys.argv[1])\n"
        f"for seconds in {HOUR}: history.learn('renders', seconds)"
    )
    subprocess.run([sys.executable, "-c", program, str(path)], check=True)

    assert remembers(History(path))
    assert not remembers(History(path), "others")


def test_without_a_path_they_live_as_long_as_the_process(tmp_path: Path) -> None:
    assert remembers(filled(None))
    assert [*tmp_path.iterdir()] == []


def test_processes_that_write_at_once_lose_nothing(path: Path) -> None:
    program = (
        "import sys; from tilldone import History\n"
        "for number in range(20):\n"
        "    history = History(sys.argv[1])\n"
        "    history.learn('renders', 1.0 + number)\n"
        "    history.learn('renders', 1.5 + number)\n"
        "    del history\n"
    )
    command = [sys.executable, "-c", program, str(path)]
    writers = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    told = [writer.communicate()[1] for writer in writers]

    assert [writer.returncode for writer in writers] == [0, 0, 0]
    with closing(sqlite3.connect(path)) as connection:
        [(count,)] = connection.execute("SELECT count(*) FROM durations")
    # What another one kept a process waiting for too long is written with the next, or at the end.
    assert count == min(3 * 40, KEPT), told


def test_the_file_stays_small(path: Path) -> None:
    history = History(path)
    for number in range(300):
        for _ in range(3):
            history.learn(f"kind {number}", 5.0)
    for number in range(200):
        history.learn("renders", 1.0 + number)
    del history
    gc.collect()

    with closing(sqlite3.connect(path)) as connection:
        kinds = dict(connection.execute("SELECT kind, count(*) FROM durations GROUP BY kind"))
    assert len(kinds) == 256
    assert max(kinds.values()) == KEPT
    assert path.stat().st_size < 200_000
    forecast = History(path).forecast("renders")
    assert forecast is not None
    # The latest ones are kept.
    assert forecast.mean > math.log(200 - KEPT)


def garbled(path: Path) -> None:
    path.write_bytes(b"no database at all " * 500)


def cut(path: Path) -> None:
    filled(path)
    path.write_bytes(path.read_bytes()[:3000])


def overwritten(path: Path) -> None:
    filled(path)
    content = path.read_bytes()
    path.write_bytes(content[:4096] + bytes(reversed(content[4096:])))


@pytest.mark.parametrize("damage", [garbled, cut, overwritten])
def test_a_damaged_file_is_moved_aside(
    path: Path, damage: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    damage(path)
    before = path.read_bytes()
    caplog.clear()

    assert not remembers(History(path))
    assert "is damaged" in caplog.text
    assert path.with_name("history.sqlite3.damaged").read_bytes() == before
    filled(path)
    assert remembers(History(path))


@pytest.mark.parametrize("size", range(0, 8192, 700))
def test_a_file_that_was_cut_off_harms_nobody(path: Path, size: int) -> None:
    filled(path)
    path.write_bytes(path.read_bytes()[:size])

    assert remembers(filled(path))
    assert remembers(filled(path))
    assert remembers(History(path))


def test_an_empty_file_is_a_new_one(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path.touch()
    assert not remembers(History(path))
    filled(path)
    assert remembers(History(path))
    assert caplog.text == ""


def of_something_else(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE users (name TEXT)")
        connection.execute("PRAGMA user_version = 1")
    connection.close()


def newer(path: Path) -> None:
    filled(path)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 2")
    connection.close()


@pytest.mark.parametrize("make", [of_something_else, newer])
def test_a_database_that_is_not_ours_is_left_alone(
    path: Path, make: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    make(path)
    before = path.read_bytes()
    caplog.clear()

    history = filled(path)
    assert remembers(history)
    del history
    assert path.read_bytes() == before
    assert caplog.text.count("is left alone") == 1


@pytest.fixture
def unwritable(tmp_path: Path) -> Path:
    """Name a file in a place where nobody, root included, can make one."""
    (tmp_path / "file").write_text("")
    return tmp_path / "file" / "history.sqlite3"


def test_where_nothing_can_be_written_the_process_remembers(
    unwritable: Path, caplog: pytest.LogCaptureFixture
) -> None:
    history = filled(unwritable)
    assert remembers(history)
    assert "cannot be" in caplog.text
    assert caplog.text.count("history:") <= 2


def test_a_file_that_may_only_be_read_is_read(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    filled(path)
    opened = sqlite3.connect

    def read_only(file: Path, **more: object) -> sqlite3.Connection:
        return opened(f"{file.as_uri()}?mode=ro", uri=True, **more)  # type: ignore[call-overload,no-any-return] # passed on as it came

    # Root may write what it likes: SQLite itself has to refuse.
    monkeypatch.setattr(sqlite3, "connect", read_only)
    history = History(path)
    assert remembers(history)
    history.learn("renders", 5.0)
    assert "readonly database" in caplog.text


def test_a_file_that_stays_locked_keeps_nobody_waiting_for_long(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    filled(path)
    with sqlite3.connect(path) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        history = History(path)
        history.learn("renders", 5.0)
        assert "locked" in caplog.text
        holder.rollback()
    holder.close()
    del history
    gc.collect()  # The error that was told may still hold it, in a cycle.
    with sqlite3.connect(path) as connection:
        [(found,)] = connection.execute("SELECT count(*) FROM durations WHERE seconds = 5.0")
    connection.close()
    # It was written after all, at the end.
    assert found == 1


@pytest.mark.parametrize("seconds", [0.0, -1.0, math.nan, math.inf])
def test_what_cannot_be_a_duration_is_left_out(path: Path, seconds: float) -> None:
    history = History(path)
    for _ in range(FEWEST):
        history.learn("renders", seconds)
    assert not remembers(history)


@given(st.text())
def test_any_text_is_a_kind(kind: str) -> None:
    assert remembers(filled(None, kind), kind)


@pytest.mark.parametrize("at_worst", [0.9, 51, math.nan, math.inf])
def test_an_at_worst_that_makes_no_sense_is_named(at_worst: float) -> None:
    with pytest.raises(ValueError, match=r"^at_worst: "):
        History(at_worst=at_worst)
    with pytest.raises(TypeError, match=r"^at_worst: expected a number"):
        History(at_worst=str(at_worst))  # type: ignore[arg-type] # that is the point


def test_polling_takes_nothing_else_for_a_history() -> None:
    with pytest.raises(TypeError, match=r"^history: expected a History, got str"):
        Polling(history="history.sqlite3")  # type: ignore[arg-type] # that is the point


def test_a_history_is_pickled_by_its_path(path: Path) -> None:
    filled(path)
    again = pickle.loads(pickle.dumps(Polling(history=History(path, at_worst=3)))).history
    assert remembers(again)
    assert again.at_worst == 3
    assert repr(again) == f"History({str(path)!r}, at_worst=3)"
    assert repr(copy.deepcopy(History())) == "History(at_worst=1.2)"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
def test_a_forked_child_writes_nothing_of_its_parents(path: Path) -> None:
    history = History(path)
    assert history._file is not None
    history.learn("renders", 1.0)
    history.learn("renders", 2.0)  # waits for its turn
    program = os.fork()
    if program == 0:
        history.learn("renders", 3.0)
        history._file.write()
        os._exit(0)
    os.waitpid(program, 0)
    del history
    with sqlite3.connect(path) as connection:
        found = connection.execute("SELECT seconds FROM durations ORDER BY seconds").fetchall()
    connection.close()
    assert found == [(1.0,), (2.0,), (3.0,)]


def test_waits_learn_and_leave_nothing_of_their_jobs_in_the_file(
    simulator: Simulator, path: Path
) -> None:
    client = edenai.connect(simulator.token("edenai"), base_url=simulator.url("edenai"))
    polling = Polling(history=History(path), schedule=lambda _elapsed: 0.01)
    ids = []
    for _ in range(FEWEST):
        ids.append(
            simulator.submit("edenai", script=[running(3), done({"text": "a-secret-result"})])
        )
        wait(edenai.job(client, ids[-1]), timeout=30, polling=polling)
    del polling

    content = path.read_bytes()
    for secret in (*ids, simulator.token("edenai"), "a-secret-result", "edenai", "127.0.0.1"):
        assert secret.encode() not in content
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT DISTINCT length(kind) FROM durations").fetchall()
        [(count,)] = connection.execute("SELECT count(*) FROM durations")
    connection.close()
    assert (rows, count) == ([(32,)], FEWEST)


def test_the_shared_one_is_in_the_platforms_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert data_folder() == tmp_path / "tilldone"
    shared = shared_history()
    filled_in = repr(shared)
    assert str(tmp_path / "tilldone" / "history.sqlite3") in filled_in
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    assert data_folder() == tmp_path / "local" / "tilldone"


def test_whoever_has_no_home_is_remembered_by_the_process(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", homeless)
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    with caplog.at_level(logging.INFO):
        assert repr(shared_history()) == "History(at_worst=1.2)"
    assert "home directory" in caplog.text
